import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import type { Driver } from '@kuluma/shared/model/forecast.ts';
import type { MachineHead } from '@kuluma/shared/model/views/common.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { readableName, type Words } from './words.ts';

/** Facts into sentences, for every page alike. Each sentence is one message; nothing is glued together. */

export const pointName = (words: Words, point: string): string => words.coded('point', point, readableName(point));

export const driverSentence = (words: Words, driver: Driver): string =>
  driver.kind === 'age'
    ? words.t(`driver.age.${driver.direction}`)
    : words.t(`driver.${driver.kind}.${driver.direction}`, { point: pointName(words, driver.point) });

/** A reading with as many digits as a technician would write down. */
export const readingNumber = (words: Words, value: number): string => {
  const size = Math.abs(value);
  return words.number(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
};

export const unitText = (words: Words, unit: string): string => words.coded('unit', unit, unit);

/** A reading with its unit. */
export const readingText = (words: Words, value: number, unit: string): string =>
  unit === '1' ? readingNumber(words, value) : `${readingNumber(words, value)}\u00a0${unitText(words, unit)}`;

/**
 * The first `count` reasons for a shorter life, strongest first, one for each point: what its level, trend and spread
 * explain together is said once, by the strongest of them. With `extends` those for a longer one.
 */
export const mainDrivers = (
  drivers: readonly Driver[],
  count = 3,
  effect: NonNullable<Driver['effect']> = 'shortens',
): Driver[] => {
  const byPoint = new Map<string, Driver>();
  const wanted = drivers.filter((driver) => (driver.effect ?? 'shortens') === effect);
  for (const driver of wanted.sort((a, b) => b.share - a.share)) {
    const said = byPoint.get(driver.point);
    byPoint.set(driver.point, said ? { ...said, share: Math.min(1, said.share + driver.share) } : driver);
  }
  return [...byPoint.values()].sort((a, b) => b.share - a.share).slice(0, count);
};

export const zoneOf = (machine: MachineHead): string => machine.site?.timeZone ?? 'Europe/Helsinki';

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
      zoneOf(decision.machine),
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

/** How likely, in a word that people use; the number stands beside it. */
export const riskWord = (probability: number): 'low' | 'some' | 'clear' | 'high' => {
  if (probability < 0.05) return 'low';
  if (probability < 0.2) return 'some';
  return probability < 0.5 ? 'clear' : 'high';
};

/** Day and time of an instant. */
export const momentText = (words: Words, at: string, timeZone: string): string =>
  words.t('time.at', { day: words.day(Date.parse(at), timeZone), time: words.time(Date.parse(at), timeZone) });

/** Day and arrival window at the site, with the ISO week. */
export const arrivalText = (words: Words, fromAt: string, toAt: string, timeZone: string, week: number): string => {
  const fromMs = Date.parse(fromAt);
  const toMs = Date.parse(toAt);
  return words.t('time.arrival', {
    day: words.day(fromMs, timeZone),
    window: words.timeRange(fromMs, toMs, timeZone),
    week,
  });
};

/** The same to the owner, who is asked and not told. */
export const offerSentence = (
  words: Words,
  offer: Pick<DecisionView, 'action' | 'componentName' | 'machine'>,
): string =>
  words.t(`offer.title.${offer.action}`, {
    component: midSentence(words.own(offer.componentName)),
    machine: offer.machine.tag,
  });
