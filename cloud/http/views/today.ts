import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { TodayPromise, TodayRisk, TodayView } from '@kuluma/shared/model/views/today.ts';
import { instantOf, localDayOf, nextDay } from '../../core/calendar/local-time.ts';
import { usedOfBudget } from '../../core/model-life/alert-budget.ts';
import { byPriority } from '../../core/recommendations/priority.ts';
import type { Lookup } from '../../pipelines/lookup.ts';
import type { OpenMatters } from '../../pipelines/open-matters.ts';
import { technicianNameOf } from '../../pipelines/technician-names.ts';
import type { GatewayHealth, JobState } from '../http-deps.ts';
import type { FleetEntry, FleetModel } from './fleet-model.ts';
import { incidentHeadOf, incidentsOf, silentGateways } from './incidents.ts';
import { componentTypeOf, machineHeadOf } from './machine-head.ts';

type Recommendation = RecordOf<'recommendation'>;

/** What a list shows; the rest is counted and stands in its place. */
const mostShown = 8;
/** An offer that ends within so long is a promise in danger. */
const offerEndsMs = dayMs;

const counted = <T>(all: readonly T[]): { count: number; items: T[] } => ({
  count: all.length,
  items: all.slice(0, mostShown),
});

const decisionsOf = async (
  fleet: FleetModel,
  lookup: Lookup,
  open: readonly Recommendation[],
  nowMs: number,
): Promise<TodayView['decisions']['items']> => {
  const items: TodayView['decisions']['items'] = [];
  for (const { id, machineId, componentId, action, window } of byPriority(open, nowMs).slice(0, mostShown))
    items.push({
      recommendationId: id,
      machine: await machineHeadOf(lookup, machineId, nowMs),
      componentName: (await componentTypeOf(lookup, componentId)).name,
      action,
      healthGrade: fleet.entry(machineId)?.facts.healthGrade ?? 'unknown',
      windowFromAt: isoOf(window.fromMs),
      windowToAt: isoOf(window.toMs),
    });
  return items;
};

/** Machines whose failure would surprise nobody today, and those of any open matter of theirs it is the last day. */
const risksOf = async (
  lookup: Lookup,
  entries: readonly FleetEntry[],
  open: readonly Recommendation[],
  dayEndsMs: number,
): Promise<TodayView['risks']> => {
  const ending = new Map<string, Recommendation>();
  for (const matter of open.filter(({ window }) => window.toMs <= dayEndsMs)) {
    const known = ending.get(matter.machineId);
    if (!known || matter.window.toMs < known.window.toMs) ending.set(matter.machineId, matter);
  }
  const found: (() => Promise<TodayRisk>)[] = [];
  for (const { facts } of entries) {
    const { machine, componentName, healthGrade, rulDays, forecastAt, openRecommendationId, visitStartAt } = facts;
    const mayFail = rulDays && forecastAt && Date.parse(forecastAt) + rulDays.p10 * dayMs < dayEndsMs;
    const last = ending.get(machine.machineId);
    const shared = { machine, healthGrade, rulDays };
    if (mayFail) {
      const recommendationId = last?.id ?? openRecommendationId;
      found.push(async () => ({ ...shared, kind: 'mayFail', componentName, recommendationId, visitStartAt }));
    } else if (last)
      found.push(async () => ({
        ...shared,
        kind: 'windowEnds',
        componentName: (await componentTypeOf(lookup, last.componentId)).name,
        recommendationId: last.id,
        visitStartAt: null,
      }));
  }
  return { count: found.length, items: await Promise.all(found.slice(0, mostShown).map((risk) => risk())) };
};

type PromiseFound = Omit<TodayPromise, 'machine' | 'at' | 'personName'> & {
  readonly machineId: Recommendation['machineId'];
  readonly atMs: number;
  readonly personName: () => Promise<string | null>;
};

const visitsLate = (lookup: Lookup, matters: OpenMatters, nowMs: number): PromiseFound[] =>
  matters
    .allVisits()
    .filter(({ state, slot }) => state === 'booked' && slot.arrivalToMs < nowMs)
    .map(({ machineId, recommendationId, technicianId, slot }) => ({
      kind: 'visitLate',
      machineId,
      recommendationId,
      atMs: slot.arrivalToMs,
      personName: () => technicianNameOf(lookup, technicianId),
    }));

const offersInDanger = (
  lookup: Lookup,
  matters: OpenMatters,
  open: ReadonlySet<string>,
  nowMs: number,
): PromiseFound[] => {
  const found: PromiseFound[] = [];
  for (const offer of matters.allOffers()) {
    const { id, state, machineId, recommendationId, contactId, answeredAtMs, validUntilMs, createdAtMs } = offer;
    const personName = async () => (await lookup.get('contact', contactId))?.name ?? null;
    const of = { machineId, recommendationId, personName };
    if (state === 'callRequested' && open.has(recommendationId) && answeredAtMs !== null)
      found.push({ ...of, kind: 'callAsked', atMs: answeredAtMs });
    if (state !== 'sent') continue;
    const letter = matters.letter(id);
    if (letter?.state === 'failed' || letter?.state === 'cancelled')
      found.push({ ...of, kind: 'letterFailed', atMs: createdAtMs });
    else if (validUntilMs <= nowMs + offerEndsMs) found.push({ ...of, kind: 'offerEnds', atMs: validUntilMs });
  }
  return found;
};

/** What owners were told and wait for. */
const promisesOf = async (
  lookup: Lookup,
  matters: OpenMatters,
  open: ReadonlySet<string>,
  nowMs: number,
): Promise<TodayView['promises']> => {
  const found = [...visitsLate(lookup, matters, nowMs), ...offersInDanger(lookup, matters, open, nowMs)];
  const shown = counted(found.sort((a, b) => a.atMs - b.atMs));
  return {
    count: shown.count,
    items: await Promise.all(
      shown.items.map(async ({ kind, machineId, recommendationId, atMs, personName }) => ({
        kind,
        machine: await machineHeadOf(lookup, machineId, nowMs),
        recommendationId,
        personName: await personName(),
        at: isoOf(atMs),
      })),
    ),
  };
};

/** How much of what may be asked of people this week has been asked. */
const alertBudgetOf = async (
  lookup: Lookup,
  matters: OpenMatters,
  nowMs: number,
): Promise<TodayView['alertBudget']> => {
  const policies = await lookup.newestOfEach('modelPolicy', 'machineModelId');
  const budgets = policies.filter(({ recommendationsPerWeek }) => recommendationsPerWeek !== null);
  if (budgets.length === 0) return null;
  const machineIds = new Set<string>();
  for (const { machineModelId } of budgets)
    for (const { id } of await lookup.by('machine', 'machineModelId', machineModelId)) machineIds.add(id);
  const recent = matters.recent(nowMs).filter(({ machineId }) => machineIds.has(machineId));
  const started = recent.flatMap(({ openedAtMs, createdAtMs }) =>
    openedAtMs === null ? [] : [openedAtMs ?? createdAtMs],
  );
  return {
    used: usedOfBudget(started, nowMs),
    most: budgets.reduce((sum, { recommendationsPerWeek }) => sum + (recommendationsPerWeek ?? 0), 0),
    waiting: recent.filter(({ state }) => state === 'waiting').length,
  };
};

const runOf = (jobs: readonly JobState[]): TodayView['run'] => {
  const job = jobs.find(({ name }) => name === 'forecast');
  const at = (ms: number | null) => (ms === null ? null : isoOf(ms));
  return job ? { lastAt: at(job.lastStartMs), lastOk: job.lastOk, nextAt: at(job.nextStartMs) } : null;
};

interface TodayFacts {
  readonly jobs: readonly JobState[];
  readonly gateways: readonly GatewayHealth[];
  readonly timeZone: string;
  readonly nowMs: number;
}

/** What needs a person today. @param timeZone of the desk, whose day ends at its midnight */
export const todayViewOf = async (
  fleet: FleetModel,
  { jobs, gateways, timeZone, nowMs }: TodayFacts,
): Promise<TodayView> => {
  const entries = await fleet.entries(nowMs);
  const { matters } = fleet;
  const lookup = fleet.lookup();
  const open = matters.inState('open');
  const dayEndsMs = instantOf(nextDay(localDayOf(nowMs, timeZone)), '00:00', timeZone);
  const { incidents, single } = await incidentsOf(fleet);
  const alone = single.map(({ recommendation }) => recommendation);
  return {
    incidents: await Promise.all(incidents.map((incident) => incidentHeadOf(lookup, incident))),
    silentGateways: await silentGateways(lookup, gateways, nowMs),
    decisions: {
      count: open.length,
      inIncidents: open.length - alone.length,
      items: await decisionsOf(fleet, lookup, alone, nowMs),
    },
    risks: await risksOf(lookup, entries, open, dayEndsMs),
    promises: await promisesOf(lookup, matters, new Set(open.map(({ id }) => String(id))), nowMs),
    alertBudget: await alertBudgetOf(lookup, matters, nowMs),
    run: runOf(jobs),
  };
};
