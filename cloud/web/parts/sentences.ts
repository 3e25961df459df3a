import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import { isoWeekOf } from '@kuluma/shared/model/format.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { Words } from './words.ts';

/** Facts into sentences, for every page alike. Each sentence is one message; nothing is glued together. */

/** A reading with as many digits as a technician would write down. */
export const readingNumber = (words: Words, value: number): string => {
  const size = Math.abs(value);
  return words.number(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
};

export const unitText = (words: Words, unit: string): string => words.coded('unit', unit, unit);

/** A reading with its unit. */
export const readingText = (words: Words, value: number, unit: string): string =>
  unit === '1' ? readingNumber(words, value) : `${readingNumber(words, value)}\u00a0${unitText(words, unit)}`;

/** What to do, to which machine, by when. */
export const decisionSentence = (
  words: Words,
  decision: Pick<DecisionView, 'action' | 'componentName' | 'machine' | 'windowFromAt' | 'windowToAt'>,
): string =>
  words.t(`decision.sentence.${decision.action}`, {
    component: midSentence(words.own(decision.componentName)),
    machine: decision.machine.tag,
    window: words.dayRange(
      Date.parse(decision.windowFromAt),
      Date.parse(decision.windowToAt),
      decision.machine.timeZone,
    ),
  });

/** What a visit does, without its time. */
export const workSentence = (words: Words, work: Pick<DecisionView, 'action' | 'componentName' | 'machine'>): string =>
  words.t(`work.${work.action}`, {
    component: midSentence(words.own(work.componentName)),
    machine: work.machine.tag,
  });

/** Remaining life in days as a range: whole days, or tenths where a day matters. */
export const lifeText = (words: Words, rulDays: { p10: number; p90: number }): string => {
  const digits = rulDays.p90 < 3 ? 1 : 0;
  return words.t('life.range', { from: words.number(rulDays.p10, digits), to: words.number(rulDays.p90, digits) });
};

/** Day of an instant, with its ISO week. */
export const dayWeekText = (words: Words, ms: number, timeZone: string): string =>
  words.t('time.dayWeek', { day: words.day(ms, timeZone), week: isoWeekOf(ms, timeZone) });

/** A day of the calendar (`2026-11-23`), which is the same in every zone, with its ISO week. */
export const calendarDayText = (words: Words, day: string): string =>
  dayWeekText(words, Date.parse(`${day}T12:00:00Z`), 'UTC');

/** Day and time of an instant. */
export const momentText = (words: Words, at: string, timeZone: string): string =>
  words.t('time.at', { day: words.day(Date.parse(at), timeZone), time: words.time(Date.parse(at), timeZone) });
