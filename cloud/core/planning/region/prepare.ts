import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { Interval } from '../../calendar/intervals.ts';
import { overCapacity } from './capacity.ts';
import type { RegionForm } from './form.ts';
import { brokenLinks } from './links.ts';
import { type Shift, shiftsOf } from './shifts.ts';
import { type SiftedRegion, type SiftedVisit, siftRegion } from './sift.ts';
import { createMissingPart, type Supply, supplyOf } from './supply.ts';
import { type TimeAxis, timeAxisOf } from './time-axis.ts';
import type { Trouble, TroubleCode } from './trouble.ts';
import { createOpenings, priceWindow, windowsOf } from './visit-windows.ts';
import { type Ask, groupsOf, minutesFor, type Profile, whyNobody } from './who.ts';
import type { Work } from './work.ts';

/** A region in which everything left can be planned as far as one visit alone tells. */
export interface PreparedRegion {
  readonly form: RegionForm;
  readonly sifted: SiftedRegion;
  readonly axis: TimeAxis;
  readonly shifts: readonly Shift[];
  readonly groupOf: readonly number[];
  readonly works: readonly Work[];
  readonly supply: Supply;
  readonly troubles: readonly Trouble[];
}

/** What is asked of the technician, or of the second one. Two work at the visit's own pace, whoever they are. */
const askOf = (visit: SiftedVisit, isSecond: boolean, { sites }: SiftedRegion): Ask => {
  const { durationMin, durationByLevel, kind, certificates, tools } = visit;
  const area = sites.get(visit.site)?.area;
  if (isSecond) return { skills: visit.second?.skills ?? [], durationMin, area };
  return {
    skills: visit.skills,
    durationMin,
    area,
    ...(certificates ? { certificates } : {}),
    ...(tools ? { tools } : {}),
    ...(durationByLevel && !visit.second ? { durationByLevel } : {}),
    ...(kind !== undefined && !visit.second ? { kind } : {}),
  };
};

/**
 * The windows of a visit, as wide as the slowest who may do it needs: those who would be too slow for every window may
 * not.
 */
export const timesOf = (
  visit: SiftedVisit,
  minutes: readonly number[],
  open: readonly Interval[],
  axis: TimeAxis,
  prices: RegionForm['prices'],
): Pick<Work, 'minutes' | 'windows'> => {
  const paces = [...new Set(minutes.filter(Number.isFinite))].sort((a, b) => b - a);
  for (const slowest of paces) {
    const windows = windowsOf(visit, open, slowest, axis, prices);
    if (windows.length > 0)
      return { windows, minutes: minutes.map((m) => (m <= slowest ? m : Number.POSITIVE_INFINITY)) };
  }
  return { windows: [], minutes };
};

const neverOpens = ({ windows, durationMin }: SiftedVisit, open: readonly Interval[]): string => {
  const longestMin = Math.max(0, ...open.map(({ fromMs, toMs }) => (toMs - fromMs) / minuteMs));
  if (open.length === 0) return 'the site is not open once within the horizon';
  if (longestMin < durationMin) return `it takes ${durationMin} minutes and the site is open for ${longestMin} at most`;
  if (windows?.every(({ fromAt, toAt }) => Date.parse(fromAt) > Date.parse(toAt)))
    return 'its window ends before it begins';
  return 'none of its windows meets the opening hours of the site within the horizon';
};

const troubleOf = (visit: SiftedVisit, code: TroubleCode, key: string, message: string, hint?: string): Trouble => ({
  code,
  path: `${visit.path}/${key}`,
  message,
  ...(hint ? { hint } : {}),
  visit: visit.id,
});

interface Means {
  readonly sifted: SiftedRegion;
  readonly axis: TimeAxis;
  readonly profiles: readonly Profile[];
  readonly prices: RegionForm['prices'];
  readonly supply: Supply;
}

/** Makes works of visits, or says why they are none. */
const createWorks = ({ sifted, axis, profiles, prices, supply }: Means) => {
  const openingsOf = createOpenings(axis);
  const missingPart = createMissingPart(sifted, supply, axis);
  // Visits of one kind ask the same: who may is found once.
  const known = new Map<string, readonly number[]>();
  const minutesOf = (ask: Ask): readonly number[] => {
    const key = JSON.stringify(ask);
    const minutes = known.get(key) ?? profiles.map((profile) => minutesFor(profile, ask));
    known.set(key, minutes);
    return minutes;
  };
  return (visit: SiftedVisit): readonly Work[] | Trouble => {
    const asks = (visit.second ? [false, true] : [false]).map((isSecond) => askOf(visit, isSecond, sifted));
    if (visit.fixed) {
      // Somebody has decided: neither hours nor skills are asked again.
      const windows = [priceWindow(visit, Date.parse(visit.fixed.startAt), axis, prices)];
      return asks.map((ask, i) => {
        const minutes = minutesOf(ask).map((m) => (Number.isFinite(m) ? m : visit.durationMin));
        return { visit, isSecond: i === 1, minutes, windows };
      });
    }
    for (const [i, ask] of asks.entries()) {
      if (minutesOf(ask).some(Number.isFinite)) continue;
      const { code, key, message } = whyNobody(profiles, ask);
      return troubleOf(visit, code, i === 1 ? 'second' : key, message);
    }
    const missing = missingPart(visit);
    if (missing) {
      const message = `it takes ${missing.quantity} of ${missing.part}, and nobody has or gets that many in time`;
      return troubleOf(visit, 'noPart', 'parts', message, 'order it: a delivery, or a lead time of the part');
    }
    const site = sifted.sites.get(visit.site);
    const open = site ? openingsOf(site.access) : [];
    const works = asks.map(
      (ask, i): Work => ({ visit, isSecond: i === 1, ...timesOf(visit, minutesOf(ask), open, axis, prices) }),
    );
    if (works.every(({ windows }) => windows.length > 0)) return works;
    return troubleOf(
      visit,
      'windowNeverOpens',
      'windows',
      neverOpens(visit, open),
      'widen the window or the opening hours',
    );
  };
};

/** All that can be said of a region before anything is known of ways. */
export const prepareRegion = (form: RegionForm): PreparedRegion => {
  const sifted = siftRegion(form);
  const axis = timeAxisOf(form);
  const shifts = [...sifted.technicians.values()].flatMap((technician) => shiftsOf(technician, axis));
  const { groupOf, profiles } = groupsOf(shifts, sifted.depots);
  const supply = supplyOf(sifted, [...sifted.visits.values()], axis);
  const worksOf = createWorks({ sifted, axis, profiles, prices: form.prices, supply });

  const troubles = [...sifted.troubles];
  const worksById = new Map<string, readonly Work[]>();
  for (const visit of sifted.visits.values()) {
    const works = worksOf(visit);
    if ('code' in works) troubles.push(works);
    else worksById.set(visit.id, works);
  }
  const leaveOut = (more: readonly Trouble[]): void => {
    troubles.push(...more);
    for (const { visit } of more) worksById.delete(visit ?? '');
  };
  leaveOut(overCapacity([...worksById.values()], shifts));
  leaveOut(brokenLinks(new Map([...sifted.visits].filter(([id]) => worksById.has(id)))));
  return { form, sifted, axis, shifts, groupOf, works: [...worksById.values()].flat(), supply, troubles };
};
