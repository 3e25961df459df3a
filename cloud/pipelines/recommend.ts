import type { Id } from '@kuluma/shared/model/base.ts';
import type { Forecast } from '@kuluma/shared/model/forecast.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ServicePolicy } from '@kuluma/shared/model/machines.ts';
import type { Release } from '@kuluma/shared/model/model-life.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { withinBudget } from '../core/model-life/alert-budget.ts';
import { probabilityWithin } from '../core/recommendations/failure-curve.ts';
import { comesBack } from '../core/recommendations/postponed.ts';
import { recommend as recommendOf } from '../core/recommendations/recommend.ts';
import type { RecordTransaction } from '../ports.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { componentTypeOf, installedComponents } from './machine-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { releaseFor } from './releases.ts';

/** After somebody has said no, or a visit has found nothing to replace, the same component is not brought up again for so long. */
const quietDays = 14;

/** All of the last forecasts say with reason that there is no hurry: what was urgent has cleared. */
const hasCleared = (forecasts: readonly Forecast[], policy: ServicePolicy): boolean => {
  const recent = forecasts.slice(-policy.forecastsInARow);
  return (
    recent.length === policy.forecastsInARow &&
    recent.every(
      ({ abstainReason, failureProbability }) =>
        abstainReason === null && probabilityWithin(failureProbability, policy.horizonDays) < policy.failureProbability,
    )
  );
};

/** Since when there is a no: the planner's, the owner's, or that of a visit that saw no wear. Wear that was left in place is none. */
const noSinceMs = async (
  lookup: Lookup,
  { id, state, createdAtMs }: RecordOf<'recommendation'>,
): Promise<number | undefined> => {
  if (state === 'rejected') {
    const decision = (await lookup.by('approval', 'recommendationId', id)).at(-1);
    const offer = (await lookup.by('offer', 'recommendationId', id)).at(-1);
    return Math.max(createdAtMs, decision?.decidedAtMs ?? 0, offer?.answeredAtMs ?? 0);
  }
  const outcome = state === 'done' ? (await lookup.by('outcome', 'recommendationId', id)).at(-1) : undefined;
  return outcome?.findingVerdict === 'nothingFound' || outcome?.findingVerdict === 'otherFault'
    ? outcome.closedAtMs
    : undefined;
};

/** How the forecasts of a machine model may be acted on. */
interface Gate {
  readonly releaseOf: (component: string) => Release;
  /** Most new recommendations of a week. */
  readonly perWeek: number | null;
}

/** What happens to one component; undefined when nothing does. */
const stepOf = async (
  deps: Pick<PipelineDeps, 'clock' | 'random' | 'codeVersion'>,
  lookup: Lookup,
  componentId: Id<'component'>,
  gate: Gate,
): Promise<((tx: RecordTransaction) => Promise<unknown>) | undefined> => {
  const component = await lookup.get('component', componentId);
  const componentType = component?.period.toMs === null ? await componentTypeOf(lookup, component) : undefined;
  if (!component || !componentType) return undefined;
  const { policy } = componentType;
  const where = { componentId };
  const newest = await lookup.list('forecast', { where, newestFirst: true, limit: policy.forecastsInARow });
  const forecasts = newest.reverse();
  const last = (await lookup.by('recommendation', 'componentId', componentId)).at(-1);
  if (last?.state === 'approved') return undefined;
  // A look at the machine is under way: what the forecasts say may be the same thing.
  if (last?.machineStateId !== undefined && ['open', 'waiting', 'postponed'].includes(last.state)) return undefined;
  const withdraw = (tx: RecordTransaction, open: RecordOf<'recommendation'>) =>
    tx.update('recommendation', { ...open, state: 'withdrawn' });
  const open = last?.state === 'open' || last?.state === 'waiting' || last?.state === 'postponed' ? last : undefined;
  if (open && hasCleared(forecasts, policy)) return (tx) => withdraw(tx, open);
  const nowMs = deps.clock.now();
  // Nobody can be sent in a window that is over: the matter is put anew, as the last forecasts see it.
  if (open && nowMs <= open.window.toMs)
    return comesBack(open, forecasts.at(-1), nowMs)
      ? (tx) => tx.update('recommendation', { ...open, state: 'open', postponed: null })
      : undefined;
  if (gate.releaseOf(component.componentCode) === 'advisory') return undefined;
  const noMs = last && (await noSinceMs(lookup, last));
  if (noMs !== undefined && nowMs < noMs + quietDays * dayMs) return undefined;
  const recommendation = recommendOf({
    forecasts,
    componentType,
    installedAtMs: component.period.fromMs,
    codeVersion: deps.codeVersion,
    origin: {
      organisationId: lookup.organisationId,
      createdBy: { kind: 'policy', name: 'service-policy' },
      nowMs,
      random: deps.random,
    },
  });
  if (!recommendation) return undefined;
  return async (tx) => {
    if (open) await withdraw(tx, open);
    await tx.insert('recommendation', {
      ...recommendation,
      // Whose turn it is, the budget says once all are known.
      ...(gate.perWeek === null ? {} : { state: 'waiting', openedAtMs: null }),
    });
  };
};

/** Recommendations that may still count towards a week, and then some that waited long. */
const lookBackDays = 60;

/** Lets those waiting of one machine model come up for decision, the most certain first, as the week's budget allows. */
const openWaiting = async (
  deps: Pick<PipelineDeps, 'records' | 'clock'>,
  organisationId: Id<'organisation'>,
  machineIds: ReadonlySet<string>,
  perWeek: number,
): Promise<number> => {
  const nowMs = deps.clock.now();
  return deps.records.transact(async (tx) => {
    const recent = await tx.list('recommendation', organisationId, { createdFromMs: nowMs - lookBackDays * dayMs });
    // Looks at changes of state have a budget of their own.
    const ofFleet = recent.filter(({ machineId, forecastId }) => forecastId !== null && machineIds.has(machineId));
    const waiting = ofFleet
      .filter(({ state }) => state === 'waiting')
      .map((recommendation) => ({ recommendation, certainty: certaintyOf(recommendation) }));
    const started = ofFleet.flatMap(({ openedAtMs, createdAtMs }) =>
      openedAtMs === null ? [] : [openedAtMs ?? createdAtMs],
    );
    const { now } = withinBudget(waiting, started, perWeek, nowMs);
    for (const { recommendation } of now)
      await tx.update('recommendation', { ...recommendation, state: 'open', openedAtMs: nowMs });
    return now.length;
  });
};

/** How likely the failure is within the horizon of the policy, as the last forecast saw it. */
const certaintyOf = ({ inputs }: RecordOf<'recommendation'>): number =>
  probabilityWithin(inputs.forecasts.at(-1)?.failureProbability ?? [], inputs.componentType.policy.horizonDays);

/**
 * Forecasts -> recommendations: a new one where the last forecasts agree and none is under way, a withdrawal where an
 * open one has no reason left, another in its place where its window is over. Components whose forecasts are advisory only
 * get none; in a fleet with a budget of the week the least certain wait. Each component is decided in a transaction of its own.
 * @returns how many were made or withdrawn.
 */
export const recommend = async (
  deps: Pick<PipelineDeps, 'records' | 'clock' | 'random' | 'codeVersion' | 'models' | 'log'>,
  organisationId: Id<'organisation'>,
): Promise<number> => {
  const fleet = createLookup(deps.records, organisationId);
  await fleet.preload('component', 'forecastModel', 'modelStep', 'modelPolicy');
  let changed = 0;
  const byModel = Map.groupBy(await fleet.list('machine'), ({ machineModelId }) => machineModelId);
  for (const [machineModelId, machines] of byModel) {
    const policy = (await fleet.by('modelPolicy', 'machineModelId', machineModelId)).at(-1);
    const perWeek = policy?.recommendationsPerWeek ?? null;
    const gate: Gate = { releaseOf: await releaseFor(deps, fleet, machineModelId), perWeek };
    for (const machine of machines)
      for (const { id } of await installedComponents(fleet, machine.id, deps.clock.now()))
        changed += await deps.records.transact(async (tx) => {
          const step = await stepOf(deps, createLookup(tx, organisationId), id, gate);
          await step?.(tx);
          return step ? 1 : 0;
        });
    if (perWeek !== null) await openWaiting(deps, organisationId, new Set(machines.map(({ id }) => id)), perWeek);
  }
  return changed;
};
