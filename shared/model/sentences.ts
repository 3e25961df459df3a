import type { LocalText } from './base.ts';
import { type CatalogueWords, midSentence } from './catalogue.ts';
import type { Driver } from './forecast.ts';
import { isoWeekOf } from './format.ts';
import type { PriceLine } from './money.ts';
import type { MachineHead } from './views/common.ts';
import type fi from './words/fi.json';

/** Words that pages and letters share; Finnish is the catalogue that the others follow. */
export type SharedWords = CatalogueWords<keyof typeof fi>;

/** `driveEndVibration` -> `Drive end vibration`: readable where the catalogue does not know a point. */
export const readableName = (name: string): string => {
  const spaced = name
    .replace(/[_-]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};

export const pointName = (words: SharedWords, point: string): string =>
  words.coded('point', point, readableName(point));

export const driverSentence = (words: SharedWords, driver: Driver): string =>
  driver.kind === 'age'
    ? words.t(`driver.age.${driver.direction}`)
    : words.t(`driver.${driver.kind}.${driver.direction}`, { point: pointName(words, driver.point) });

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

/** What an owner is asked for. */
export const offerSentence = (
  words: SharedWords,
  offer: { action: 'replace' | 'inspect'; componentName: LocalText; machine: MachineHead },
): string =>
  words.t(`offer.title.${offer.action}`, {
    component: midSentence(words.own(offer.componentName)),
    machine: offer.machine.tag,
  });

/** Day with its ISO week. */
export const dayWeekText = (words: SharedWords, atMs: number, timeZone: string): string =>
  words.t('time.dayWeek', { day: words.day(atMs, timeZone), week: isoWeekOf(atMs, timeZone) });

/** Day and arrival window at the site, with the ISO week. */
export const arrivalText = (words: SharedWords, fromAt: string, toAt: string, timeZone: string): string => {
  const fromMs = Date.parse(fromAt);
  return words.t('time.arrival', {
    day: words.day(fromMs, timeZone),
    window: words.timeRange(fromMs, Date.parse(toAt), timeZone),
    week: isoWeekOf(fromMs, timeZone),
  });
};

/** What a priced line is for, and what else than its owner pays for it; a part by its name where one of `parts` has its number. */
export const priceLineText = (
  words: SharedWords,
  line: PriceLine,
  parts: readonly { number: string; name: LocalText }[],
): string => {
  const part = parts.find(({ number }) => number === line.code);
  const text = words.t(`price.${line.kind}`, {
    quantity: words.number(line.quantity, line.quantity % 1 === 0 ? 0 : 1),
    name: part ? words.own(part.name) : line.code,
  });
  return line.coveredBy ? words.t(`price.covered.${line.coveredBy}`, { line: text }) : text;
};
