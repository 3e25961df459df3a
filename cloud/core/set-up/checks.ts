import type { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ImportKind, World } from './world.ts';
import { WrongEntry } from './wrong-entry.ts';

/** A day that the calendar has: `2026-02-30` rolls over to March and so does not come back the same. */
export const isDay = (given: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(given)) return false;
  const date = new Date(`${given}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === given;
};

export const isTimeZone = (given: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: given }) !== undefined;
  } catch {
    // Intl has no other way to say that it does not know a zone.
    return false;
  }
};

/** The zone and the days of a calendar are real. @throws WrongEntry */
export const checkCalendar = (field: string, { timeZone, closedOn }: WorkCalendar): void => {
  if (!isTimeZone(timeZone)) throw new WrongEntry(`${field}/timeZone`, 'noZone', `there is no time zone "${timeZone}"`);
  const wrong = closedOn.findIndex((day) => !isDay(day));
  if (wrong >= 0) throw new WrongEntry(`${field}/closedOn/${wrong}`, 'noDay', `there is no day ${closedOn[wrong]}`);
};

/**
 * The record that an entry names, which is there and has not ended, unless it was named before.
 * @throws WrongEntry at the field that names it
 */
export const referred = <K extends ImportKind>(
  world: World,
  kind: K,
  id: string,
  field: string,
  before?: string | null,
): RecordOf<K> => {
  const record = world.get(kind, id);
  if (!record) throw new WrongEntry(field, 'gone', `there is no such ${kind}`);
  if (id !== before && 'endedAtMs' in record) throw new WrongEntry(field, 'ended', `this ${kind} has ended`);
  return record;
};

/** Nobody says the same word twice. @throws WrongEntry at the second */
export const checkUnlike = (field: string, words: readonly string[]): void => {
  const second = words.findIndex((word, i) => words.indexOf(word) < i);
  if (second >= 0) throw new WrongEntry(`${field}/${second}`, 'twice', `"${words[second]}" stands twice`);
};
