import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { Shift } from './shifts.ts';
import type { Trouble } from './trouble.ts';
import type { Work } from './work.ts';

/** More work than this many times all working time is not even tried: no plan could hold it, and it would crowd the map. */
const mostLoad = 2;

const leastMinutes = ({ minutes }: Work): number => minutes.reduce((least, m) => Math.min(least, m), Infinity);

/** What a visit brings for each minute of work: what leaving it out costs; what must be done comes first. */
const worthOf = (works: readonly Work[]): number => {
  const { visit, windows } = works[0] as Work;
  if (visit.fixed || visit.penaltyCents === undefined) return Number.POSITIVE_INFINITY;
  const lastRisk = windows.at(-1)?.terms.risk ?? 0;
  const minutes = works.reduce((sum, work) => sum + leastMinutes(work), 0);
  return ((visit.penaltyCents + (visit.revenueCents ?? 0)) / 100 + lastRisk) / Math.max(1, minutes);
};

/**
 * The visits that all working time could not hold twice over, the least worth a minute first: they would be left out by
 * any plan, and ten thousand visits for one technician would make a map that no machine holds.
 */
export const overCapacity = (visits: readonly (readonly Work[])[], shifts: readonly Shift[]): Trouble[] => {
  const available = shifts.reduce((sum, { fromMs, backByMs }) => sum + (backByMs - fromMs) / minuteMs, 0);
  const byWorth = visits
    .map((works) => ({ works, worth: worthOf(works) }))
    .sort((a, b) => (a.worth === b.worth ? 0 : b.worth - a.worth));
  let load = 0;
  return byWorth.flatMap(({ works }): Trouble[] => {
    const { visit } = works[0] as Work;
    const minutes = works.reduce((sum, work) => sum + leastMinutes(work), 0);
    load += minutes;
    if (load <= mostLoad * available || visit.fixed) return [];
    const message =
      `there are ${Math.round(available)} minutes of working time, ` +
      `and visits that cost more to leave out take ${Math.round(load - minutes)}`;
    const hint = 'more technicians, a longer horizon, or a higher penaltyCents for this visit';
    return [{ code: 'overCapacity', path: visit.path, message, hint, visit: visit.id }];
  });
};
