import type { ChangeCutOff } from '@kuluma/shared/model/parties.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { instantOf, localDayOf } from '../calendar/local-time.ts';

/** Where a company says nothing else: the afternoon before. */
export const usualCutOff: ChangeCutOff = { daysBefore: 1, at: '16:00' };

/**
 * Until when an owner may change or cancel a visit without a call; epoch ms.
 * @param timeZone of the site: its days and its clock count
 */
export const changeUntilMs = (arrivalFromMs: number, timeZone: string, { daysBefore, at } = usualCutOff): number => {
  const day = localDayOf(arrivalFromMs, timeZone);
  // A day alone has no zone: it is counted in UTC, where each has 24 hours.
  const before = new Date(Date.parse(day) - daysBefore * dayMs).toISOString().slice(0, 10);
  return instantOf(before, at, timeZone);
};
