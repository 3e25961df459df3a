import type { ServiceLevel } from '@kuluma/shared/model/parties.ts';
import type { Recommendation } from '@kuluma/shared/model/service.ts';
import { localDayOf, nextDay } from '../../calendar/local-time.ts';
import type { RegionVisit } from '../region/form-work.ts';

/** The last day that keeps an owner's contract, counted from the day on which the work was found; nothing without one. */
export const slaOf = (
  { createdAtMs }: Pick<Recommendation, 'createdAtMs'>,
  level: ServiceLevel | null | undefined,
  timeZone: string,
): Pick<RegionVisit, 'slaOn' | 'slaCents'> => {
  if (!level) return {};
  let slaOn = localDayOf(createdAtMs, timeZone);
  for (let day = 0; day < level.withinDays; day++) slaOn = nextDay(slaOn);
  return { slaOn, slaCents: level.breachCents };
};
