import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ForecastScore, ModelPolicy } from '@kuluma/shared/model/model-life.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { type Comparison, compareForecasters, type ScoredPair } from '../core/model-life/comparison.ts';
import { type PilotReport, pilotReport, standardCriteria } from '../core/model-life/pilot.ts';
import { reliabilityOf, sourceOf } from '../core/model-life/reliability.ts';
import type { Standing } from '../core/model-life/standing.ts';
import type { TrainingSummary } from '../core/model-life/training-summary.ts';
import type { RecordReader } from '../ports.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { endShadow, putInService, standingFor } from './model-steps.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

/** What can be said of the version in shadow now: beside the one in service, or as the first of its fleet. */
export type ShadowJudgement =
  | { readonly kind: 'beside'; readonly comparison: Comparison }
  | { readonly kind: 'pilot'; readonly report: PilotReport };

/** Undecided for so long, a version has had its chance: a younger one knows more. */
const longestShadowDays = 365;

const livePairs = (scores: readonly ForecastScore[], present: RecordOf<'forecastModel'>): ScoredPair[] =>
  scores
    .flatMap(({ machineId, life }) => (life ? [{ machineId, life }] : []))
    .sort((a, b) => a.life.endedAtMs - b.life.endedAtMs)
    .flatMap(({ machineId, life: { against } }) =>
      against?.forecastModelId === present.id
        ? [{ machine: machineId, present: against.its, candidate: against.own }]
        : [],
    );

/** The newest policy that was laid down before an instant: criteria that come after the fact are none. */
export const policyBefore = (policies: readonly ModelPolicy[], atMs: number): ModelPolicy | undefined =>
  policies.findLast(({ createdAtMs }) => createdAtMs <= atMs);

/** Judges the version in shadow by all that is known. Undefined when there is none. */
export const judgeShadow = async (
  lookup: Lookup,
  standing: Standing,
  summary: TrainingSummary | undefined,
  nowMs: number,
): Promise<ShadowJudgement | undefined> => {
  const { present, shadow, shadowSinceMs } = standing;
  if (!shadow) return undefined;
  const { machineModelId } = shadow;
  const scores = (await lookup.list('forecastScore', { where: { machineModelId } })).filter(
    ({ forecastModelId }) => forecastModelId === shadow.id,
  );
  if (present) {
    const heldOut = summary?.against?.modelHash === present.modelHash ? summary.against.pairs : [];
    return { kind: 'beside', comparison: compareForecasters([...heldOut, ...livePairs(scores, present)]) };
  }
  const policies = await lookup.by('modelPolicy', 'machineModelId', machineModelId);
  const criteria = policyBefore(policies, shadowSinceMs)?.criteria ?? standardCriteria;
  const reliability = reliabilityOf(scores.map(sourceOf));
  return { kind: 'pilot', report: pilotReport({ criteria, reliability, sinceMs: shadowSinceMs, nowMs }) };
};

/** Reads what a version's training saw; undefined where that was not kept or cannot be read. */
export const summaryOf = async (
  { models, log }: Pick<PipelineDeps, 'models' | 'log'>,
  record: RecordOf<'forecastModel'> | undefined,
): Promise<TrainingSummary | undefined> => {
  if (!record?.summaryFile) return undefined;
  try {
    return await models.getSummary(record.summaryFile);
  } catch (error) {
    log.warn({ err: error, modelVersion: record.modelVersion }, 'the summary of a training cannot be read');
    return undefined;
  }
};

export const policiesOf = async (reader: RecordReader, organisationId: string, machineModelId: string) =>
  reader.list('modelPolicy', organisationId, { where: { machineModelId } });

/**
 * Does what the rule says of the version in shadow: one that is worse, or undecided for a year, retires; one that is
 * better goes into service where a named person has approved that beforehand, and is proposed otherwise. The first of a
 * fleet is always a person's to decide.
 */
export const settleShadow = async (
  deps: PipelineDeps,
  lookup: Lookup,
  machineModelId: string,
): Promise<'promoted' | 'retired' | 'proposed' | 'waits' | 'none'> => {
  const standing = await standingFor(lookup, machineModelId);
  const { shadow, shadowSinceMs } = standing;
  const nowMs = deps.clock.now();
  const judgement = await judgeShadow(lookup, standing, await summaryOf(deps, shadow), nowMs);
  if (!shadow || judgement?.kind !== 'beside') return shadow ? 'waits' : 'none';
  const { organisationId, id: forecastModelId } = shadow;
  const { verdict } = judgement.comparison;
  const end = (reason: 'worse' | 'undecided') =>
    deps.records.transact((tx) => endShadow(deps, tx, { organisationId, forecastModelId, reason, personId: null }));
  if (verdict === 'worse') {
    await end('worse');
    return 'retired';
  }
  if (verdict === 'better') {
    const policy = (await policiesOf(deps.records, organisationId, machineModelId)).at(-1);
    if (!policy || (policy.approvedAheadUntilMs ?? 0) <= nowMs) return 'proposed';
    const { personId } = policy;
    await deps.records.transact((tx) =>
      putInService(deps, tx, { organisationId, forecastModelId, personId, reason: 'better' }),
    );
    return 'promoted';
  }
  if (nowMs - shadowSinceMs < longestShadowDays * dayMs) return 'waits';
  await end('undecided');
  return 'retired';
};

/** A lookup for the night's work on one organisation. */
export const nightLookup = async (deps: PipelineDeps, organisationId: Lookup['organisationId']): Promise<Lookup> => {
  const lookup = createLookup(deps.records, organisationId);
  await lookup.preload('machineModel', 'machine', 'component', 'measurementPoint', 'forecastModel', 'modelStep');
  return lookup;
};
