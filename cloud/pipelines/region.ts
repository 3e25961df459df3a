import { stockLevels } from '../core/planning/parts.ts';
import { type BusyStop, type Region, stopOf } from '../core/planning/placements.ts';
import type { Travel } from '../core/planning/travel.ts';
import type { Lookup } from './lookup.ts';
import { siteOf } from './machine-facts.ts';

type Ways = Pick<Region, 'depots' | 'travel'>;

/** Visits that stand. */
const bookedStops = async (lookup: Lookup, ways: Ways): Promise<BusyStop[]> => {
  const stops: BusyStop[] = [];
  for (const state of ['booked', 'onTheWay', 'working'] as const)
    for (const visit of await lookup.list('visit', { where: { state } })) {
      const site = await lookup.get('site', visit.siteId);
      if (site) stops.push(stopOf(visit.slot, site.location, ways));
    }
  return stops;
};

/** Times that are kept for owners who have not answered yet. */
const heldStops = async (lookup: Lookup, ways: Ways, nowMs: number): Promise<BusyStop[]> => {
  const stops: BusyStop[] = [];
  for (const hold of await lookup.list('slotHold', { where: { state: 'held' } })) {
    const offer = await lookup.get('offer', hold.offerId);
    const slot = offer?.slots.find(({ id }) => id === hold.slotId);
    const site = offer && (await siteOf(lookup, offer.machineId, nowMs));
    if (slot && site) stops.push(stopOf(slot, site.location, ways));
  }
  return stops;
};

/** What the planner looks at, as it is now. */
export const readRegion = async (lookup: Lookup, travel: Travel, nowMs: number): Promise<Region> => {
  const ways = { depots: await lookup.list('depot'), travel };
  return {
    ...ways,
    technicians: await lookup.list('technician'),
    parts: await lookup.list('part'),
    stock: stockLevels(await lookup.list('stockMovement')),
    busy: [...(await bookedStops(lookup, ways)), ...(await heldStops(lookup, ways, nowMs))],
    nowMs,
  };
};
