import { createHash } from 'node:crypto';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ServicePolicy } from '@kuluma/shared/model/machines.ts';
import { gradeLimits, healthGradeOf } from '../core/condition/health-grade.ts';
import { inputInfos, type RowForecast, targetOf } from '../core/forecast/forecast.ts';
import { inDays } from '../core/forecast/forecast-days.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import type { Explainer } from './explain-forecast.ts';
import type { LiveMachine, LiveRows } from './live-machine.ts';
import type { ReadyModel } from './model-shelf.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

/** What a version said of one component, before it becomes a record. */
export interface Saying {
  readonly version: ReadyModel;
  readonly component: RecordOf<'component'>;
  readonly forecast: RowForecast;
  readonly live: LiveMachine;
  readonly rows: LiveRows;
  /** 0 to 1: how well the points were measured lately; rows of means do not show how much went into them. */
  readonly inputQuality: number;
}

type RecordDeps = Pick<PipelineDeps, 'random' | 'codeVersion'>;

/** A forecast from less than so much of what its points should have given would be a guess. */
const leastInputQuality = 0.5;

const abstainOf = ({ forecast, inputQuality }: Saying): string | null =>
  forecast.abstain ?? (inputQuality < leastInputQuality ? 'TOO_MANY_MISSING' : null);

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** What apart from model and data decides the numbers: the grades' limits, the service policy, and which point feeds which column. */
const configHashOf = (model: ForecastModel, live: LiveMachine, policy: ServicePolicy): string => {
  const pointIds = model.points.map(({ name }) => live.points.find((point) => point.name === name)?.id ?? null);
  return hashOf({ gradeLimits, leastInputQuality, policy, pointIds });
};

const baseOf = <K extends 'forecast' | 'shadowForecast'>(
  kind: K,
  { random }: RecordDeps,
  { component, live, rows, version }: Saying,
) => ({
  ...freshBase(kind, {
    organisationId: component.organisationId,
    createdBy: { kind: 'policy', name: 'forecast-fleet' },
    nowMs: live.nowMs,
    random,
  }),
  machineId: component.machineId,
  componentId: component.id,
  componentCode: component.componentCode,
  forecastAtMs: live.nowMs,
  dataUntilMs: rows.dataUntilMs,
  forecastModelId: version.record.id,
});

/** The forecast that people see, with its reasons and all that is needed to say it again. */
export const forecastRecord = (
  deps: RecordDeps,
  saying: Saying,
  args: {
    readonly policy: ServicePolicy;
    readonly explainer: Explainer;
    readonly similarFailures: ReturnType<Explainer['similarTo']>;
  },
): RecordOf<'forecast'> => {
  const { version, component, forecast, live, rows } = saying;
  const { record, model } = version;
  const abstainReason = abstainOf(saying);
  const life = abstainReason === null ? forecast.life : null;
  const dataQuality = forecast.dataQuality * saying.inputQuality;
  const numbers = life ? inDays(life, rows.daysPerUnit) : { rulDays: null, failureProbability: [] };
  return {
    ...baseOf('forecast', deps, saying),
    modelHash: record.modelHash,
    codeVersion: deps.codeVersion,
    configHash: configHashOf(model, live, args.policy),
    featureNames: inputInfos(model, targetOf(model, component.componentCode)).map(({ name }) => name),
    featureValues: Array.from(forecast.inputs, (value) => (Number.isFinite(value) ? value : null)),
    ...numbers,
    degradationIndex: life ? life.degradationIndex : null,
    healthGrade: healthGradeOf(numbers.failureProbability, dataQuality, args.policy),
    drivers: life ? args.explainer.driversOf(life, component) : [],
    similarFailures: life ? args.similarFailures : [],
    dataQuality,
    abstainReason,
  };
};

/** What a version in shadow said: enough to score it, and nothing to act on. */
export const shadowRecord = (deps: RecordDeps, saying: Saying): RecordOf<'shadowForecast'> => {
  const abstainReason = abstainOf(saying);
  const { life } = saying.forecast;
  const numbers =
    life && abstainReason === null ? inDays(life, saying.rows.daysPerUnit) : { rulDays: null, failureProbability: [] };
  return { ...baseOf('shadowForecast', deps, saying), ...numbers, abstainReason };
};
