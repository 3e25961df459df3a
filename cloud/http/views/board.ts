import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type {
  BoardStepView,
  BoardTechnicianView,
  BoardUnplannedView,
  BoardView,
  BoardVisitView,
} from '@kuluma/shared/model/views/board.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { localDayOf, localDays } from '../../core/calendar/local-time.ts';
import { openIntervals } from '../../core/calendar/open-hours.ts';
import { conflictsOf } from '../../core/planning/live/board-conflicts.ts';
import { readyOnOf } from '../../core/planning/live/board-facts.ts';
import { allRests, allWays, type Rest, type WaysOfVisit } from '../../core/planning/live/board-ways.ts';
import type { BoardNow } from '../../pipelines/board-now.ts';
import type { BoardEntry } from '../../pipelines/board-records.ts';
import { authorNameOf, nextOf, type Step } from '../../pipelines/board-steps.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { technicianNameOf } from '../../pipelines/technician-names.ts';
import { costOf, placeViewOf, unplannedReasons } from './board-places.ts';
import { componentTypeOf, machineHeadOf } from './machine-head.ts';
import { depotNameOf } from './slot-view.ts';
import { workNeedsOf } from './work-needs.ts';

type Recommendation = RecordOf<'recommendation'>;

/** Kinds that a board reads for each of its entries: in one query each. */
export const boardKinds = [
  'machine',
  'machineModel',
  'machinePlacement',
  'machineOwnership',
  'owner',
  'site',
  'component',
  'person',
  'technician',
  'depot',
  'part',
] as const;

/** The time that a board shows, and who looks at it. */
export interface BoardAsked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly personId: string;
}

const technicianViewOf = async (
  lookup: Lookup,
  { id, depotId, home, skills, certificates, working }: RecordOf<'technician'>,
  { fromMs, toMs }: BoardAsked,
  rests: readonly Rest[],
): Promise<BoardTechnicianView> => {
  const { timeZone } = working;
  const hours = openIntervals(working, fromMs, toMs);
  const usual = openIntervals({ ...working, closedOn: [] }, fromMs, toMs);
  const usualOn = new Set(usual.map((open) => localDayOf(open.fromMs, timeZone)));
  return {
    technicianId: id,
    name: await technicianNameOf(lookup, id),
    depotId,
    depotName: needed(await lookup.get('depot', depotId), 'depot').name,
    home,
    timeZone,
    skills,
    certificates,
    working: hours.map((open) => ({
      on: localDayOf(open.fromMs, timeZone),
      fromAt: isoOf(open.fromMs),
      toAt: isoOf(open.toMs),
    })),
    absentOn: localDays(fromMs, toMs, timeZone).filter((on) => usualOn.has(on) && working.closedOn.includes(on)),
    breaks: rests
      .filter((rest) => rest.technician === id && rest.fromMs < toMs && rest.toMs > fromMs)
      .map((rest) => ({ fromAt: isoOf(rest.fromMs), toAt: isoOf(rest.toMs) })),
  };
};

/** When the component fails, as the last forecast that the recommendation was made from sees it. */
const wearOf = ({ inputs }: Recommendation): BoardVisitView['wear'] => {
  const { rulDays, forecastAtMs } = inputs.forecasts.at(-1) ?? {};
  if (!rulDays || forecastAtMs === undefined) return null;
  const at = (days: number) => isoOf(Math.round(forecastAtMs + days * dayMs));
  return { p10At: at(rulDays.p10), p50At: at(rulDays.p50), p90At: at(rulDays.p90) };
};

const workViewOf = async (lookup: Lookup, recommendation: Recommendation, nowMs: number) => {
  const { id, machineId, componentId, action, failureModeCode, durationMin, window } = recommendation;
  return {
    recommendationId: id,
    machine: await machineHeadOf(lookup, machineId, nowMs),
    componentName: (await componentTypeOf(lookup, componentId)).name,
    action,
    failureModeCode,
    durationMin,
    ...(await workNeedsOf(lookup, recommendation, nowMs)),
    wear: wearOf(recommendation),
    window: { fromAt: isoOf(window.fromMs), bestAt: isoOf(window.bestMs), toAt: isoOf(window.toMs) },
  };
};

const partsOf = async (lookup: Lookup, entry: BoardEntry, board: BoardNow): Promise<BoardVisitView['parts']> => {
  const orderedAtMs = entry.visit?.createdAtMs ?? entry.offer.createdAtMs;
  return Promise.all(
    entry.slot.parts.map(async ({ partId, quantity, from }) => {
      const { number, name } = needed(await lookup.get('part', partId), 'part');
      const readyOn = from === 'supplier' ? readyOnOf(board.source, { orderedAtMs }, partId) : null;
      return { partId, number, name, quantity, from, readyOn };
    }),
  );
};

/** The ways of an entry that is not in the plan, as it was booked. */
const bookedWay = ({ slot }: BoardEntry): WaysOfVisit => ({
  before: { minutes: (slot.startMs - slot.busyFromMs) / 60_000, km: slot.travelKm },
  waitMin: 0,
  home: undefined,
});

const visitViewOf = async (
  lookup: Lookup,
  board: BoardNow,
  entry: BoardEntry,
  ways: WaysOfVisit = bookedWay(entry),
): Promise<BoardVisitView> => {
  const { entryId, visit, offer, recommendation, slot, fixedBecause } = entry;
  const { plan } = board;
  const isDisplaced = plan?.displaced.includes(entryId) === true;
  const wish = { visit: entryId, technician: slot.technicianId, startMs: slot.startMs };
  return {
    ...(await workViewOf(lookup, recommendation, board.nowMs)),
    entryId: entryId as BoardVisitView['entryId'],
    offerId: offer.id,
    state: visit?.state ?? 'held',
    technicianId: slot.technicianId,
    secondTechnicianId: slot.second?.technicianId ?? null,
    startAt: isoOf(slot.startMs),
    endAt: isoOf(slot.endMs),
    durationMin: Math.round((slot.endMs - slot.startMs) / 60_000),
    driveBefore: ways.before,
    driveAfter: ways.home ?? null,
    waitMin: ways.waitMin,
    viaDepotName: await depotNameOf(lookup, slot),
    parts: await partsOf(lookup, entry, board),
    pinned: visit?.pinned === true,
    fixedBecause,
    promised: visit ? { fromAt: isoOf(slot.arrivalFromMs), toAt: isoOf(slot.arrivalToMs) } : null,
    conflicts: plan && isDisplaced ? conflictsOf(plan, wish, false) : [],
  };
};

const unplannedViews = async (lookup: Lookup, board: BoardNow): Promise<BoardUnplannedView[]> => {
  const { plan, waiting, nowMs } = board;
  const places = waiting.map(({ recommendation }) => ({
    recommendation,
    best: plan ? placeViewOf(plan, recommendation.id) : null,
  }));
  const without = places.filter(({ best }) => best === null).map(({ recommendation }) => recommendation.id);
  const reasons = await unplannedReasons(lookup, plan, without);
  return Promise.all(
    places.map(async ({ recommendation, best }) => ({
      ...(await workViewOf(lookup, recommendation, nowMs)),
      entryId: recommendation.id,
      best,
      reasons: reasons.get(recommendation.id) ?? [],
    })),
  );
};

/** A step of the history. */
export const stepViewOf = async (lookup: Lookup, step: Step): Promise<BoardStepView> => ({
  mark: step.number,
  act: step.act,
  personName: await authorNameOf(lookup, step),
  at: isoOf(step.atMs),
  changes: step.changes,
  touches: step.touches,
});

const isWithin = ({ slot }: BoardEntry, { fromMs, toMs }: BoardAsked): boolean =>
  slot.startMs < toMs && slot.endMs > fromMs;

/** The board of an organisation. @param lookup with `boardKinds` loaded */
export const boardViewOf = async (lookup: Lookup, board: BoardNow, asked: BoardAsked): Promise<BoardView> => {
  const { plan, mark, steps, entries, nowMs, source } = board;
  const ways = plan ? allWays(plan) : undefined;
  const rests = plan ? allRests(plan) : [];
  const visits: BoardVisitView[] = [];
  for (const entry of entries.filter((one) => isWithin(one, asked)))
    visits.push(await visitViewOf(lookup, board, entry, ways?.get(plan?.numberOf(entry.entryId) ?? -1)));
  const { undo, redo } = nextOf(steps, asked.personId);
  return {
    mark,
    nowAt: isoOf(nowMs),
    fromAt: isoOf(asked.fromMs),
    toAt: isoOf(asked.toMs),
    timeZone: source.region.timeZone,
    technicians: await Promise.all(
      (await lookup.list('technician')).map((technician) => technicianViewOf(lookup, technician, asked, rests)),
    ),
    visits,
    unplanned: await unplannedViews(lookup, board),
    cost: costOf(plan?.live.moment().terms ?? {}),
    undo: undo ? await stepViewOf(lookup, undo) : null,
    redo: redo ? await stepViewOf(lookup, redo) : null,
  };
};
