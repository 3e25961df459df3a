import type { Language } from '@kuluma/shared/model/base.ts';
import type { DayChange, PartNews, ToldVisit } from '@kuluma/shared/model/push.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { instantOf, localDayOf, nextDay } from '../calendar/local-time.ts';
import { isQuiet, type MessageRules, quietEndMs } from './outbox.ts';
import { messageWords } from './words.ts';

/** Today and so many days after it: a weekend lies between two working days. */
const daysAhead = 3;
/** What begins so soon is not collected first. */
const soonMs = hourMs;

/** Until when a day counts as one that a technician has in mind. */
const horizonMs = (nowMs: number, timeZone: string): number => {
  let day = localDayOf(nowMs, timeZone);
  for (let ahead = 0; ahead <= daysAhead; ahead++) day = nextDay(day);
  return instantOf(day, '00:00', timeZone);
};

const changeOf = (was: ToldVisit | undefined, is: ToldVisit | undefined): DayChange | undefined => {
  if (!was) return is && { kind: 'added', ...is };
  if (!is) return { kind: 'cancelled', ...was };
  const isSame = was.arrivalFromMs === is.arrivalFromMs && was.arrivalToMs === is.arrivalToMs;
  return isSame ? undefined : { kind: 'moved', ...is };
};

/** How the visits of a technician differ from what they were told, of those that are near and not over; by their time. */
export const dayChanges = (
  told: readonly ToldVisit[],
  plan: readonly ToldVisit[],
  nowMs: number,
  timeZone: string,
  untilMs = horizonMs(nowMs, timeZone),
): DayChange[] => {
  const isNear = (visit: ToldVisit | undefined) =>
    visit !== undefined && visit.arrivalToMs > nowMs && visit.arrivalFromMs < untilMs;
  const [before, after] = [told, plan].map((visits) => new Map(visits.map((visit) => [visit.visitId, visit])));
  const ids = [...new Set([...told, ...plan].map(({ visitId }) => visitId))];
  return ids
    .flatMap((id) => {
      const [was, is] = [before?.get(id), after?.get(id)];
      const change = isNear(was) || isNear(is) ? changeOf(was, is) : undefined;
      return change ? [change] : [];
    })
    .sort((a, b) => a.arrivalFromMs - b.arrivalFromMs);
};

/**
 * When a technician is to hear of changes: once what is changed together is, and not at night unless it is of the time before
 * the morning.
 */
export const tellAtMs = (
  changes: readonly DayChange[],
  changedSinceMs: number,
  { collectMs, quiet }: Pick<MessageRules, 'collectMs' | 'quiet'>,
  nowMs: number,
  timeZone: string,
): number => {
  const firstMs = Math.min(...changes.map(({ arrivalFromMs }) => arrivalFromMs));
  const atMs = firstMs < nowMs + soonMs ? nowMs : changedSinceMs + collectMs;
  if (!isQuiet(atMs, timeZone, quiet)) return atMs;
  const morningMs = quietEndMs(atMs, timeZone, quiet);
  return firstMs < morningMs ? atMs : morningMs;
};

/** What the phone shows: which days changed and how, nobody's name or address. */
export const dayChangeText = (
  changes: readonly DayChange[],
  language: Language,
  timeZone: string,
): { title: string; body: string } => {
  const words = messageWords(language);
  const byDay = Map.groupBy(changes, ({ arrivalFromMs }) => localDayOf(arrivalFromMs, timeZone));
  const lines = [...byDay.values()].map((list) => {
    const kinds = Map.groupBy(list, ({ kind }) => kind);
    const told = [...kinds].map(([kind, { length: count }]) => words.t(`push.${kind}`, { count }));
    return words.t('push.day', { day: words.day(list[0]?.arrivalFromMs ?? 0, timeZone), changes: told.join(', ') });
  });
  return { title: words.t('push.title'), body: lines.join('\n') };
};

/** What the phone shows of a part that was asked for: its number, nobody's name. */
export const partNewsText = (
  { kind, handedOver }: Pick<PartNews, 'kind' | 'handedOver'>,
  { number, quantity }: { readonly number: string; readonly quantity: number },
  language: Language,
): { title: string; body: string } => {
  const words = messageWords(language);
  return {
    title: words.t('push.part'),
    body: words.t(`push.part.${kind}`, { number, count: handedOver, of: quantity }),
  };
};
