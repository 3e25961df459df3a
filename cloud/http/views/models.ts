import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { ModelPolicyView, ModelRow, ModelView, VersionView } from '@kuluma/shared/model/views/models.ts';
import { standardCriteria } from '../../core/model-life/pilot.ts';
import { judgeShadow, policyBefore, summaryOf } from '../../pipelines/judge-shadow.ts';
import type { Lookup } from '../../pipelines/lookup.ts';
import { standingFor } from '../../pipelines/model-steps.ts';
import type { HttpDeps } from '../http-deps.ts';
import { reliabilityOfModel } from './reliability.ts';

type ForecastModel = RecordOf<'forecastModel'>;
type ModelDeps = Pick<HttpDeps, 'models' | 'log' | 'clock'>;

const nameOf = async (lookup: Lookup, personId: string | null): Promise<string | null> =>
  personId ? ((await lookup.get('person', personId))?.name ?? null) : null;

const versionOf = async (lookup: Lookup, model: ForecastModel): Promise<VersionView> => {
  const steps = await lookup.by('modelStep', 'machineModelId', model.machineModelId);
  const step = steps.findLast(({ forecastModelId }) => forecastModelId === model.id);
  const { present } = await standingFor(lookup, model.machineModelId);
  return {
    forecastModelId: model.id,
    modelVersion: model.modelVersion,
    trainedAt: isoOf(model.createdAtMs),
    stage: step?.stage ?? (present?.id === model.id ? 'inService' : 'retired'),
    since: isoOf(step?.createdAtMs ?? model.createdAtMs),
    reason: step?.reason ?? null,
    by: await nameOf(lookup, step?.personId ?? null),
  };
};

const rowOf = async (lookup: Lookup, machineModel: RecordOf<'machineModel'>): Promise<ModelRow> => {
  const { present, shadow } = await standingFor(lookup, machineModel.id);
  const machines = await lookup.by('machine', 'machineModelId', machineModel.id);
  const ids = new Set<string>(machines.map(({ id }) => id));
  const waiting = await lookup.by('recommendation', 'state', 'waiting');
  const [check] = await lookup.list('modelCheck', {
    where: { machineModelId: machineModel.id },
    newestFirst: true,
    limit: 1,
  });
  return {
    machineModelId: machineModel.id,
    code: machineModel.code,
    name: machineModel.name,
    machines: machines.length,
    present: present ? await versionOf(lookup, present) : null,
    shadow: shadow ? await versionOf(lookup, shadow) : null,
    waiting: waiting.filter(({ machineId }) => ids.has(machineId)).length,
    retrain: check && check.forecastModelId === present?.id ? check.retrain : null,
  };
};

/** Machine models with any version, by name of their code. */
export const modelRows = async (lookup: Lookup): Promise<ModelRow[]> => {
  await lookup.preload('machine', 'forecastModel', 'modelStep');
  const rows: ModelRow[] = [];
  for (const machineModel of await lookup.list('machineModel')) {
    const row = await rowOf(lookup, machineModel);
    if (row.present || row.shadow) rows.push(row);
  }
  return rows.sort((a, b) => a.code.localeCompare(b.code));
};

const trainingOf = async (deps: ModelDeps, version: ForecastModel | undefined): Promise<ModelView['training']> => {
  const summary = await summaryOf(deps, version);
  if (!version || !summary) return null;
  const { points, leftOut } = await deps.models.get(version.file);
  const atDay = (day: number | undefined) => (day === undefined ? null : isoOf(Math.round(day * dayMs)));
  return {
    machines: summary.machines,
    failures: summary.components.reduce((sum, { failures }) => sum + failures.failures.length, 0),
    fromAt: atDay(summary.days?.from),
    toAt: atDay(summary.days?.to),
    points,
    leftOut,
  };
};

const policyView = async (
  lookup: Lookup,
  { criteria, recommendationsPerWeek, approvedAheadUntilMs, personId, createdAtMs }: RecordOf<'modelPolicy'>,
): Promise<ModelPolicyView> => ({
  criteria,
  recommendationsPerWeek,
  approvedAheadUntilAt: approvedAheadUntilMs === null ? null : isoOf(approvedAheadUntilMs),
  by: (await nameOf(lookup, personId)) ?? '',
  at: isoOf(createdAtMs),
});

const judgementOf = async (
  deps: ModelDeps,
  lookup: Lookup,
  machineModelId: string,
): Promise<ModelView['judgement']> => {
  const standing = await standingFor(lookup, machineModelId);
  const summary = await summaryOf(deps, standing.shadow);
  const judgement = await judgeShadow(lookup, standing, summary, deps.clock.now());
  if (!judgement) return null;
  if (judgement.kind === 'beside') {
    const { lives, machines, gain, verdict } = judgement.comparison;
    return { kind: 'beside', lives, machines, gain, verdict };
  }
  const policies = await lookup.by('modelPolicy', 'machineModelId', machineModelId);
  const criteria = policyBefore(policies, standing.shadowSinceMs)?.criteria ?? standardCriteria;
  const { lines, verdict } = judgement.report;
  return { kind: 'pilot', lines: [...lines], criteria, verdict };
};

/** All about the forecasts of one machine model. */
export const modelViewOf = async (
  deps: ModelDeps,
  lookup: Lookup,
  machineModel: RecordOf<'machineModel'>,
): Promise<ModelView> => {
  const { id: machineModelId } = machineModel;
  const { present, shadow } = await standingFor(lookup, machineModelId);
  const versions: VersionView[] = [];
  for (const version of await lookup.by('forecastModel', 'machineModelId', machineModelId))
    versions.unshift(await versionOf(lookup, version));
  const [check] = await lookup.list('modelCheck', { where: { machineModelId }, newestFirst: true, limit: 1 });
  const policy = (await lookup.by('modelPolicy', 'machineModelId', machineModelId)).at(-1);
  return {
    ...(await rowOf(lookup, machineModel)),
    components: await reliabilityOfModel(deps, lookup, machineModelId),
    training: await trainingOf(deps, present ?? shadow),
    judgement: await judgementOf(deps, lookup, machineModelId),
    check:
      check && check.forecastModelId === present?.id
        ? { at: isoOf(check.createdAtMs), machines: check.machines, inputs: check.inputs, outcomes: check.outcomes }
        : null,
    policy: policy ? await policyView(lookup, policy) : null,
    versions,
  };
};
