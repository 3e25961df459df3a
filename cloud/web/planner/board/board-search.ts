import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import type { BoardFilter } from './board-entries.ts';
import { type BoardRange, type BoardSpan, boardSpans, rangeAround } from './board-range.ts';

/** What the address of the board says: the time shown and the filter, to be sent to a colleague. */
export interface BoardSearch {
  /** A day of the time shown; without it today. */
  readonly day?: string;
  /** A week unless given. */
  readonly span?: BoardSpan;
  readonly depot?: string;
  readonly skill?: string;
}

const isDay = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^\d{4}-\d{2}-\d{2}$/.test(value) &&
  !Number.isNaN(Date.parse(value)) &&
  dayKeyOf(Date.parse(value), 'UTC') === value;
const isWord = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 100;

/** Leaves out what an address must not say. */
export const boardSearchOf = (raw: Record<string, unknown>): BoardSearch => {
  const { day, depot, skill } = raw;
  const span = boardSpans.find((known) => known === raw['span']);
  return {
    ...(isDay(day) && { day }),
    ...(span && span !== 'week' && { span }),
    ...(isWord(depot) && { depot }),
    ...(isWord(skill) && { skill }),
  };
};

export const rangeOf = ({ day, span = 'week' }: BoardSearch, today: string): BoardRange =>
  rangeAround(day ?? today, span);

export const filterOf = ({ depot, skill }: BoardSearch): BoardFilter => ({
  depotId: depot ?? null,
  skill: skill ?? null,
});

/** The address of a time and a filter; today's week needs no words. */
export const searchFor = (
  { firstDay, span }: BoardRange,
  { depotId, skill }: BoardFilter,
  today: string,
): BoardSearch =>
  boardSearchOf({
    ...(firstDay === rangeAround(today, span).firstDay ? {} : { day: firstDay }),
    span,
    depot: depotId,
    skill,
  });
