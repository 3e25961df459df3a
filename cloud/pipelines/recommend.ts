import type { Id } from '@kuluma/shared/model/base.ts';
import type { Forecast } from '@kuluma/shared/model/forecast.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ServicePolicy } from '@kuluma/shared/model/machines.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { probabilityWithin } from '../core/recommendations/failure-curve.ts';
import { recommend as recommendOf } from '../core/recommendations/recommend.ts';
import type { RecordTransaction } from '../ports.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { componentTypeOf, installedComponents } from './machine-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

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

/** What happens to one component; undefined when nothing does. */
const stepOf = async (
  deps: Pick<PipelineDeps, 'clock' | 'random' | 'codeVersion'>,
  lookup: Lookup,
  componentId: Id<'component'>,
): Promise<((tx: RecordTransaction) => Promise<unknown>) | undefined> => {
  const component = await lookup.get('component', componentId);
  const componentType = component?.period.toMs === null ? await componentTypeOf(lookup, component) : undefined;
  if (!componentType) return undefined;
  const { policy } = componentType;
  const where = { componentId };
  const newest = await lookup.list('forecast', { where, newestFirst: true, limit: policy.forecastsInARow });
  const forecasts = newest.reverse();
  const last = (await lookup.by('recommendation', 'componentId', componentId)).at(-1);
  if (last?.state === 'approved') return undefined;
  const withdraw = (tx: RecordTransaction, open: RecordOf<'recommendation'>) =>
    tx.update('recommendation', { ...open, state: 'withdrawn' });
  const open = last?.state === 'open' ? last : undefined;
  if (open && hasCleared(forecasts, policy)) return (tx) => withdraw(tx, open);
  const nowMs = deps.clock.now();
  // Nobody can be sent in a window that is over: the matter is put anew, as the last forecasts see it.
  if (open && nowMs <= open.window.toMs) return undefined;
  const noMs = last && (await noSinceMs(lookup, last));
  if (noMs !== undefined && nowMs < noMs + quietDays * dayMs) return undefined;
  const recommendation = recommendOf({
    forecasts,
    componentType,
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
    await tx.insert('recommendation', recommendation);
  };
};

/**
 * Forecasts -> recommendations: a new one where the last forecasts agree and none is under way, a withdrawal where an
 * open one has no reason left, another in its place where its window is over. Each component is decided in a transaction of its own.
 * @returns how many were made or withdrawn.
 */
export const recommend = async (
  deps: Pick<PipelineDeps, 'records' | 'clock' | 'random' | 'codeVersion'>,
  organisationId: Id<'organisation'>,
): Promise<number> => {
  const fleet = createLookup(deps.records, organisationId);
  await fleet.preload('component');
  let changed = 0;
  for (const machine of await fleet.list('machine'))
    for (const { id } of await installedComponents(fleet, machine.id, deps.clock.now()))
      changed += await deps.records.transact(async (tx) => {
        const step = await stepOf(deps, createLookup(tx, organisationId), id);
        await step?.(tx);
        return step ? 1 : 0;
      });
  return changed;
};
