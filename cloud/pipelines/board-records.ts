import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { localDayOf } from '../core/calendar/local-time.ts';
import { leavesAtMs } from '../core/offers/offered-slots.ts';
import type { BoardSource, BoardWork } from '../core/planning/live/board-facts.ts';
import { askedVisit, partLines } from '../core/planning/proposal/asked-visit.ts';
import { slaOf } from '../core/planning/proposal/service-level.ts';
import type { RegionForm } from '../core/planning/region/form.ts';
import type { RegionVisit } from '../core/planning/region/form-work.ts';
import { inForce, type Step, stepsOf } from './board-steps.ts';
import { type Lookup, needed } from './lookup.ts';
import { serviceLevelOf, siteOf } from './machine-facts.ts';
import { emptyRegion, heldTimes } from './region.ts';

type Recommendation = RecordOf<'recommendation'>;
type Site = RecordOf<'site'>;

/** What a planner weighs beside ways and wear: the call and the goodwill that a moved promise costs, and a day after the window. */
const boardPrices: RegionForm['prices'] = { currency: 'EUR', moveCents: 6_000, latePerDayCents: 2_500, slaCents: 0 };
/** Days ahead that can be planned, further if more is booked. */
const horizonDays = 28;
const farthestDays = 91;

/** Work without a place, that waits for a decision. */
export interface WaitingWork {
  readonly recommendation: Recommendation;
  readonly site: Site;
  /** What the contract of its owner promises. */
  readonly level: RecordOf<'owner'>['serviceLevel'];
}

/** Work with a place: a visit, or a time that is held for an owner. */
export interface BoardEntry extends WaitingWork {
  readonly entryId: string;
  readonly visit: RecordOf<'visit'> | undefined;
  readonly offer: RecordOf<'offer'>;
  readonly slot: Slot;
  readonly fixedBecause: 'held' | 'begun' | 'over' | null;
}

/** All that the board of an organisation shows, and what its plan is laid out from. */
export interface BoardRecords {
  readonly nowMs: number;
  readonly steps: readonly Step[];
  readonly entries: readonly BoardEntry[];
  readonly waiting: readonly WaitingWork[];
  readonly source: BoardSource;
}

const fixedBecause = ({ state, slot }: RecordOf<'visit'>, nowMs: number): BoardEntry['fixedBecause'] => {
  if (state === 'done') return 'over';
  if (state === 'onTheWay' || state === 'working') return 'begun';
  if (slot.endMs <= nowMs) return 'over';
  return leavesAtMs(slot) <= nowMs ? 'begun' : null;
};

const bookedEntries = async (lookup: Lookup, nowMs: number): Promise<BoardEntry[]> => {
  const entries: BoardEntry[] = [];
  for (const visit of await lookup.list('visit', { createdFromMs: nowMs - farthestDays * 2 * dayMs })) {
    if (visit.state === 'cancelled') continue;
    entries.push({
      entryId: visit.id,
      visit,
      offer: needed(await lookup.get('offer', visit.offerId), 'offer'),
      recommendation: needed(await lookup.get('recommendation', visit.recommendationId), 'recommendation'),
      site: needed(await lookup.get('site', visit.siteId), 'site'),
      level: await serviceLevelOf(lookup, visit.machineId, nowMs),
      slot: visit.slot,
      fixedBecause: fixedBecause(visit, nowMs),
    });
  }
  return entries;
};

const heldEntries = async (lookup: Lookup, nowMs: number): Promise<BoardEntry[]> => {
  const entries: BoardEntry[] = [];
  for (const hold of await heldTimes(lookup)) {
    const offer = needed(await lookup.get('offer', hold.offerId), 'offer');
    const slot = offer.slots.find(({ id }) => id === hold.slotId);
    const site = await siteOf(lookup, offer.machineId, nowMs);
    const recommendation = needed(await lookup.get('recommendation', offer.recommendationId), 'recommendation');
    if (!slot || !site) continue;
    const level = await serviceLevelOf(lookup, offer.machineId, nowMs);
    entries.push({
      entryId: slot.id,
      visit: undefined,
      offer,
      recommendation,
      site,
      level,
      slot,
      fixedBecause: 'held',
    });
  }
  return entries;
};

const waitingWork = async (lookup: Lookup, nowMs: number): Promise<WaitingWork[]> => {
  const waiting: WaitingWork[] = [];
  for (const recommendation of await lookup.list('recommendation', { where: { state: 'open' } })) {
    const site = await siteOf(lookup, recommendation.machineId, nowMs);
    const level = await serviceLevelOf(lookup, recommendation.machineId, nowMs);
    if (site) waiting.push({ recommendation, site, level });
  }
  return waiting;
};

/** Work as a plan asks for it: at any time ahead, since its wear curve and its due day say what each costs. */
export const wanted = ({ recommendation, site, level }: WaitingWork, timeZone: string): RegionVisit => {
  const { windows: _, ...asked } = askedVisit(recommendation, site, slaOf(recommendation, level, timeZone));
  return { ...asked, dueOn: localDayOf(recommendation.window.toMs, timeZone) };
};

const modeOf = ({ fixedBecause: why, visit }: BoardEntry): BoardWork['mode'] => {
  if (why === 'begun') return 'begun';
  return why === 'held' || visit?.pinned === true ? 'pinned' : 'movable';
};

const standingWork = (entry: BoardEntry, timeZone: string): BoardWork => {
  const { entryId, visit, slot } = entry;
  const { technicianId, second, startMs, endMs, parts, arrivalFromMs, arrivalToMs } = slot;
  const { second: secondNeed = { skills: [] }, ...asked } = wanted(entry, timeZone);
  return {
    id: entryId,
    asked: {
      ...asked,
      durationMin: (endMs - startMs) / minuteMs,
      parts: partLines(parts),
      // Two come where two were booked.
      ...(second ? { second: secondNeed } : {}),
    },
    place: { technicianId, ...(second ? { secondTechnicianId: second.technicianId } : {}), startMs },
    mode: modeOf(entry),
    told: visit ? { fromMs: arrivalFromMs, toMs: arrivalToMs } : null,
    isFirst: false,
    sources: parts,
    orderedAtMs: visit?.createdAtMs ?? entry.offer.createdAtMs,
  };
};

const waitingOf = (work: WaitingWork, timeZone: string, nowMs: number): BoardWork => ({
  id: work.recommendation.id,
  asked: wanted(work, timeZone),
  place: null,
  mode: 'waiting',
  told: null,
  isFirst: false,
  sources: [],
  orderedAtMs: nowMs,
});

/** Parts that are late by what people said, and until when. */
const latePartsOf = (steps: readonly Step[]): ReadonlyMap<string, string> => {
  const late = new Map<string, string>();
  for (const { changes } of inForce(steps))
    for (const change of changes) if (change.kind === 'partLate') late.set(change.partId, change.readyOn);
  return late;
};

/** Reads the board of an organisation as it is now. */
export const readBoard = async (lookup: Lookup, nowMs: number): Promise<BoardRecords> => {
  const steps = await stepsOf(lookup, nowMs);
  const entries = [...(await bookedEntries(lookup, nowMs)), ...(await heldEntries(lookup, nowMs))];
  const waiting = await waitingWork(lookup, nowMs);
  const farthestMs = nowMs + farthestDays * dayMs;
  const standing = entries.filter(({ fixedBecause: why, slot }) => why !== 'over' && slot.endMs < farthestMs);
  const lastMs = Math.max(nowMs + horizonDays * dayMs, ...standing.map(({ slot }) => slot.endMs + dayMs));
  const region = { ...(await emptyRegion(lookup, lastMs, nowMs)), prices: boardPrices };
  const { timeZone } = region;
  const works = [
    ...standing.map((entry) => standingWork(entry, timeZone)),
    ...waiting.map((work) => waitingOf(work, timeZone, nowMs)),
  ];
  return { nowMs, steps, entries, waiting, source: { region, works, late: latePartsOf(steps) } };
};
