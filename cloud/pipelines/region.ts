import type { Location } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { stockLevels } from '../core/planning/parts.ts';
import type { BusyStop, Region } from '../core/planning/placements.ts';
import type { Travel } from '../core/planning/travel.ts';
import type { Lookup } from './lookup.ts';
import { siteOf } from './machine-facts.ts';

const stopOf = (slot: RecordOf<'visit'>['slot'], location: Location): BusyStop => {
  const { technicianId, startMs, endMs, busyFromMs, busyToMs } = slot;
  return { technicianId, location, startMs, endMs, busyFromMs, busyToMs };
};

/** Visits that stand. */
const bookedStops = async (lookup: Lookup): Promise<BusyStop[]> => {
  const stops: BusyStop[] = [];
  for (const state of ['booked', 'onTheWay', 'working'] as const)
    for (const visit of await lookup.list('visit', { where: { state } })) {
      const site = await lookup.get('site', visit.siteId);
      if (site) stops.push(stopOf(visit.slot, site.location));
    }
  return stops;
};

/** Times that are kept for owners who have not answered yet. */
const heldStops = async (lookup: Lookup, nowMs: number): Promise<BusyStop[]> => {
  const stops: BusyStop[] = [];
  for (const hold of await lookup.list('slotHold', { where: { state: 'held' } })) {
    const offer = await lookup.get('offer', hold.offerId);
    const slot = offer?.slots.find(({ id }) => id === hold.slotId);
    const site = offer && (await siteOf(lookup, offer.machineId, nowMs));
    if (slot && site) stops.push(stopOf(slot, site.location));
  }
  return stops;
};

/** What the planner looks at, as it is now. */
export const readRegion = async (lookup: Lookup, travel: Travel, nowMs: number): Promise<Region> => ({
  technicians: await lookup.list('technician'),
  depots: await lookup.list('depot'),
  parts: await lookup.list('part'),
  stock: stockLevels(await lookup.list('stockMovement')),
  busy: [...(await bookedStops(lookup)), ...(await heldStops(lookup, nowMs))],
  travel,
  nowMs,
});
