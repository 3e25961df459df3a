import { createHash } from 'node:crypto';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { Driver } from '@kuluma/shared/model/forecast.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ServicePolicy } from '@kuluma/shared/model/machines.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { gradeLimits, healthGradeOf } from '../core/condition/health-grade.ts';
import { forecastAt, inputInfos, type LifeForecast, type RowForecast, targetOf } from '../core/forecast/forecast.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import { machineScoreOf } from '../core/quality/machine-quality.ts';
import type { LiveMachine, LiveRows } from './live-machine.ts';
import { lastRowEnd, liveRows } from './live-rows.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { componentTypeOf, installedComponents, lastForecastOf } from './machine-facts.ts';
import { qualityOfPoints } from './machine-quality.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

type Forecast = RecordOf<'forecast'>;

/** What the forecaster calls a change since new, people see as such; events and attributes are no readings. */
const shownKinds: Readonly<Record<string, Driver['kind']>> = {
  level: 'level',
  trend: 'trend',
  spread: 'spread',
  change: 'sinceNew',
  usage: 'usage',
  age: 'age',
  setting: 'level',
};

/**
 * The drivers that shorten the life: why something should be done. A point is one reason, told by its strongest kind,
 * however many of its features speak.
 */
const driversOf = (life: LifeForecast): Driver[] => {
  const byPoint = new Map<string, Driver>();
  for (const { point, kind, direction, effect, share } of life.drivers) {
    const shown = shownKinds[kind];
    if (!shown || effect !== 'shortens') continue;
    const stronger = byPoint.get(point);
    byPoint.set(
      point,
      stronger ? { ...stronger, share: Math.min(1, stronger.share + share) } : { point, kind: shown, direction, share },
    );
  }
  return [...byPoint.values()].sort((a, b) => b.share - a.share);
};

const inDays = (life: LifeForecast, daysPerUnit: number) => {
  const { p05, p10, p50, p90, p95 } = life.quantiles;
  const days = (units: number) => units * daysPerUnit;
  return {
    rulDays: { p05: days(p05), p10: days(p10), p50: days(p50), p90: days(p90), p95: days(p95) },
    failureProbability: life.failureProbability.map(({ horizon, value }) => ({ horizonDays: days(horizon), value })),
    degradationIndex: life.degradationIndex,
    drivers: driversOf(life),
  };
};

const nothing = { rulDays: null, failureProbability: [], degradationIndex: null, drivers: [] };

/** A forecast from less than so much of what its points should have given would be a guess. */
const leastInputQuality = 0.5;

/** @param inputQuality 0 to 1: how well the points were measured lately; rows of means do not show how much went into them. */
const said = (row: RowForecast, inputQuality: number, daysPerUnit: number, policy: ServicePolicy) => {
  const dataQuality = row.dataQuality * inputQuality;
  const abstain = row.abstain ?? (inputQuality < leastInputQuality ? 'TOO_MANY_MISSING' : null);
  const numbers = row.life && !abstain ? inDays(row.life, daysPerUnit) : nothing;
  return {
    ...numbers,
    healthGrade: healthGradeOf(numbers.failureProbability, dataQuality, policy),
    dataQuality,
    abstainReason: abstain,
  };
};

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** What apart from model and data decides the numbers: the grades' limits, the service policy, and which point feeds which column. */
const configHashOf = (model: ForecastModel, live: LiveMachine, policy: ServicePolicy): string => {
  const pointIds = model.points.map(({ name }) => live.points.find((point) => point.name === name)?.id ?? null);
  return hashOf({ gradeLimits, leastInputQuality, policy, pointIds });
};

const forecastOf = (
  deps: PipelineDeps,
  inService: { record: RecordOf<'forecastModel'>; model: ForecastModel },
  component: RecordOf<'component'>,
  policy: ServicePolicy,
  live: LiveMachine,
  { rows, dataUntilMs, daysPerUnit }: LiveRows,
  inputQuality: number,
): Forecast | undefined => {
  const { record, model } = inService;
  const forecast = forecastAt(model, component.componentCode, rows);
  return (
    forecast && {
      ...freshBase('forecast', {
        organisationId: component.organisationId,
        createdBy: { kind: 'policy', name: 'forecast-fleet' },
        nowMs: live.nowMs,
        random: deps.random,
      }),
      machineId: component.machineId,
      componentId: component.id,
      componentCode: component.componentCode,
      forecastAtMs: live.nowMs,
      dataUntilMs,
      forecastModelId: record.id,
      modelHash: record.modelHash,
      codeVersion: deps.codeVersion,
      configHash: configHashOf(model, live, policy),
      featureNames: inputInfos(model, targetOf(model, component.componentCode)).map(({ name }) => name),
      featureValues: Array.from(forecast.inputs, (value) => (Number.isFinite(value) ? value : null)),
      ...said(forecast, inputQuality, daysPerUnit, policy),
    }
  );
};

/** Components whose forecast is older than the data, or was made by another model. */
const outdated = async (
  lookup: Lookup,
  components: readonly RecordOf<'component'>[],
  dataUntilMs: number,
  modelHash: string,
): Promise<RecordOf<'component'>[]> => {
  const found: RecordOf<'component'>[] = [];
  for (const component of components) {
    const last = await lastForecastOf(lookup, component.id);
    if (!last || last.dataUntilMs < dataUntilMs || last.modelHash !== modelHash) found.push(component);
  }
  return found;
};

const forecastMachine = async (
  deps: PipelineDeps,
  lookup: Lookup,
  machine: RecordOf<'machine'>,
  newest: ReadonlyMap<string, Sample>,
): Promise<Forecast[]> => {
  const record = (await lookup.by('forecastModel', 'machineModelId', machine.machineModelId)).at(-1);
  if (!record) return [];
  const model = await deps.models.get(record.file);
  const nowMs = deps.clock.now();
  const points = await lookup.by('measurementPoint', 'machineId', machine.id);
  const newestSampleMs = Math.max(0, ...points.map(({ id }) => newest.get(id)?.sampledAtMs ?? 0));
  const components = await lookup.by('component', 'machineId', machine.id);
  const live: LiveMachine = { machine, points, components, newestSampleMs, nowMs };
  const forecastable = (await installedComponents(lookup, machine.id, nowMs)).filter(({ componentCode }) =>
    model.targets.some((target) => target.component === componentCode),
  );
  const due = (untilMs: number) => outdated(lookup, forecastable, untilMs, record.modelHash);
  // Most of the time nothing is new: then a year of samples need not be read to find that out.
  const knownUntilMs = lastRowEnd(model, live);
  if (knownUntilMs !== undefined && (await due(knownUntilMs)).length === 0) return [];
  const rows = await liveRows(deps.timeSeries, model, live);
  if (!rows) return [];
  const inputs = points.filter(({ name }) => model.points.some((point) => point.name === name));
  // Points of which nothing was said yet speak neither for nor against.
  const inputQuality = machineScoreOf(await qualityOfPoints(deps.timeSeries, inputs, nowMs)) ?? 1;
  const forecasts: Forecast[] = [];
  for (const component of await due(rows.dataUntilMs)) {
    const componentType = await componentTypeOf(lookup, component);
    // What the machine's model does not describe has no policy to be judged by.
    if (!componentType) continue;
    const forecast = forecastOf(deps, { record, model }, component, componentType.policy, live, rows, inputQuality);
    if (forecast) forecasts.push(forecast);
  }
  return forecasts;
};

/**
 * Samples -> forecasts: one for each installed component whose data went on since its last forecast. Running it again
 * changes nothing.
 * @returns how many were made.
 */
export const forecastFleet = async (deps: PipelineDeps, organisationId: Id<'organisation'>): Promise<number> => {
  const lookup = createLookup(deps.records, organisationId);
  await lookup.preload('component', 'measurementPoint', 'forecastModel');
  const points = await lookup.list('measurementPoint');
  const newest = await deps.timeSeries.latest(
    organisationId,
    points.map(({ id }) => id),
  );
  let made = 0;
  for (const machine of await lookup.list('machine')) {
    const forecasts = await forecastMachine(deps, lookup, machine, newest);
    if (forecasts.length === 0) continue;
    await deps.records.transact(async (tx) => {
      for (const forecast of forecasts) await tx.insert('forecast', forecast);
    });
    made += forecasts.length;
  }
  return made;
};
