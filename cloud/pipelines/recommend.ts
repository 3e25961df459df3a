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

/** After a person has said no, or a visit has found nothing to replace, the same component is not brought up again for so long. */
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

const isQuiet = async (
  lookup: Lookup,
  last: RecordOf<'recommendation'> | undefined,
  nowMs: number,
): Promise<boolean> => {
  if (last?.state !== 'rejected' && last?.state !== 'done') return false;
  const decision = (await lookup.by('approval', 'recommendationId', last.id)).at(-1);
  return nowMs < (decision?.decidedAtMs ?? last.createdAtMs) + quietDays * dayMs;
};

/** What happens to one component; undefined when nothing does. */
const stepOf = async (
  deps: Pick<PipelineDeps, 'clock' | 'random' | 'codeVersion'>,
  lookup: Lookup,
  component: RecordOf<'component'>,
): Promise<((tx: RecordTransaction) => Promise<unknown>) | undefined> => {
  const componentType = await componentTypeOf(lookup, component);
  if (!componentType) return undefined;
  const { policy } = componentType;
  const where = { componentId: component.id };
  const newest = await lookup.list('forecast', { where, newestFirst: true, limit: policy.forecastsInARow });
  const forecasts = newest.reverse();
  const last = (await lookup.by('recommendation', 'componentId', component.id)).at(-1);
  if (last?.state === 'approved') return undefined;
  if (last?.state === 'open')
    return hasCleared(forecasts, policy)
      ? (tx) => tx.update('recommendation', { ...last, state: 'withdrawn' })
      : undefined;
  const nowMs = deps.clock.now();
  if (await isQuiet(lookup, last, nowMs)) return undefined;
  const recommendation = recommendOf({
    forecasts,
    componentType,
    codeVersion: deps.codeVersion,
    origin: {
      organisationId: component.organisationId,
      createdBy: { kind: 'policy', name: 'service-policy' },
      nowMs,
      random: deps.random,
    },
  });
  return recommendation && ((tx) => tx.insert('recommendation', recommendation));
};

/**
 * Forecasts -> recommendations: a new one where the last forecasts agree and none is under way, a withdrawal where an
 * open one has no reason left. Each component is decided in a transaction of its own.
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
    for (const component of await installedComponents(fleet, machine.id, deps.clock.now()))
      changed += await deps.records.transact(async (tx) => {
        const step = await stepOf(deps, createLookup(tx, organisationId), component);
        await step?.(tx);
        return step ? 1 : 0;
      });
  return changed;
};
