import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { localDayOf } from '../core/calendar/local-time.ts';
import { stockLevels } from '../core/planning/parts.ts';
import { partLines } from '../core/planning/proposal/asked-visit.ts';
import type { RegionForm } from '../core/planning/region/form.ts';
import type { RegionVisit } from '../core/planning/region/form-work.ts';
import { stands } from '../core/set-up/missing.ts';
import { type Lookup, needed } from './lookup.ts';
import { siteOf } from './machine-facts.ts';

type Site = RecordOf<'site'>;

/** A time of a technician that is booked, or kept for an owner who has not answered yet. */
interface Standing {
  readonly slot: Slot;
  readonly site: Site;
}

const bookedSlots = async (lookup: Lookup): Promise<Standing[]> => {
  const standing: Standing[] = [];
  for (const state of ['booked', 'onTheWay', 'working'] as const)
    for (const { slot, siteId } of await lookup.list('visit', { where: { state } })) {
      const site = await lookup.get('site', siteId);
      if (site) standing.push({ slot, site });
    }
  return standing;
};

/** Times that are kept for owners who have not answered: each once, also where two technicians come. */
export const heldTimes = async (lookup: Lookup): Promise<RecordOf<'slotHold'>[]> => {
  const holds = await lookup.list('slotHold', { where: { state: 'held' } });
  return [...new Map(holds.map((hold) => [hold.slotId, hold])).values()];
};

const heldSlots = async (lookup: Lookup, nowMs: number): Promise<Standing[]> => {
  const standing: Standing[] = [];
  for (const { offerId, slotId } of await heldTimes(lookup)) {
    const offer = await lookup.get('offer', offerId);
    const slot = offer?.slots.find(({ id }) => id === slotId);
    const site = offer && (await siteOf(lookup, offer.machineId, nowMs));
    if (slot && site) standing.push({ slot, site });
  }
  return standing;
};

const isoOf = (atMs: number): string => new Date(atMs).toISOString();

/** What stands is asked nothing any more but to be there, past the depot that has its parts. */
const standingVisit = ({ slot, site }: Standing): RegionVisit => ({
  id: slot.id,
  site: site.id,
  durationMin: (slot.endMs - slot.startMs) / minuteMs,
  skills: [],
  parts: partLines(slot.parts),
  ...(slot.second ? { second: { skills: [] } } : {}),
  fixed: {
    technician: slot.technicianId,
    ...(slot.second ? { second: slot.second.technicianId } : {}),
    startAt: isoOf(slot.startMs),
    by: 'pinned',
  },
});

/** Each keeps parts of its own, those that the supplier has yet to bring among them: the ledger has taken the others off. */
const keptParts = (standing: readonly Standing[]): RegionForm['reservations'] =>
  standing.flatMap(({ slot }) =>
    slot.parts.map(({ partId, quantity, placeId }) => ({ part: partId, place: placeId, quantity, visit: slot.id })),
  );

/** Time at a depot to fetch the parts. */
const depotStopMin = 10;

/** Nobody leaves in this minute: an owner has to answer first. */
const nextMinute = (nowMs: number): number => (Math.floor(nowMs / minuteMs) + 1) * minuteMs;

/** Stock as a plan takes it: no shelf holds less than nothing. */
const shelves = async (lookup: Lookup): Promise<RegionForm['stock']> =>
  stockLevels(await lookup.list('stockMovement')).map(({ partId, placeId, quantity }) => ({
    part: partId,
    place: placeId,
    quantity: Math.max(0, quantity),
  }));

/** The region with nothing to do in it, up to the day on which `toMs` lies. */
export const emptyRegion = async (lookup: Lookup, toMs: number, nowMs: number): Promise<RegionForm> => {
  const { timeZone, traffic } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  const fromMs = nextMinute(nowMs);
  return {
    timeZone,
    nowAt: isoOf(fromMs),
    toOn: localDayOf(Math.max(fromMs, toMs), timeZone),
    technicians: (await lookup.list('technician')).filter(stands).map(technicianOf),
    depots: (await lookup.list('depot')).map(({ id, location }) => ({ id, location, stopMin: depotStopMin })),
    sites: (await lookup.list('site')).map(({ id, location, access, municipality: area }) => ({
      ...{ id, location, access, area },
    })),
    machines: [],
    visits: [],
    parts: (await lookup.list('part')).map(({ id, supplierLeadTimeDays }) => ({ id, supplierLeadTimeDays })),
    stock: await shelves(lookup),
    reservations: [],
    deliveries: [],
    kits: [],
    travel: { by: 'haversine', ...(traffic ? { traffic } : {}) },
    prices: { currency: 'EUR', moveCents: 0, latePerDayCents: 0, slaCents: 0 },
  };
};

/** Everything that the planner looks at, as it is now, up to the day after the window of a visit ends. */
export const readRegion = async (lookup: Lookup, toMs: number, nowMs: number): Promise<RegionForm> => {
  const standing = [...(await bookedSlots(lookup)), ...(await heldSlots(lookup, nowMs))];
  const reservations = keptParts(standing);
  const region = await emptyRegion(lookup, Math.max(nextMinute(nowMs), toMs) + dayMs, nowMs);
  return {
    ...region,
    visits: standing.map(standingVisit),
    stock: [...region.stock, ...reservations.map(({ part, place, quantity }) => ({ part, place, quantity }))],
    reservations,
  };
};

const technicianOf = ({
  id,
  home,
  depotId,
  working,
  break: rest,
  overtime,
  areas = [],
  tools = [],
  paces = [],
  skills,
  certificates,
  costPerHourCents,
  costPerKmCents,
}: RecordOf<'technician'>): RegionForm['technicians'][number] => ({
  id,
  start: home,
  depot: depotId,
  working,
  ...(rest ? { break: rest } : {}),
  ...(overtime ? { overtime } : {}),
  ...(areas.length > 0 ? { areas } : {}),
  skills,
  certificates,
  tools,
  workFactors: Object.fromEntries(paces.map(({ kind, factor }) => [kind, factor])),
  costPerHourCents,
  costPerKmCents,
});
