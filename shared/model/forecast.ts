import { type Static, Type } from 'typebox';
import { defineRecord, Instant, idOf, oneOf, Probability } from './base.ts';

export const healthGrades = ['good', 'watch', 'act', 'critical', 'unknown'] as const;
export const HealthGrade = oneOf(healthGrades);
export type HealthGrade = (typeof healthGrades)[number];

export const Quantiles = Type.Object(
  { p05: Type.Number(), p10: Type.Number(), p50: Type.Number(), p90: Type.Number(), p95: Type.Number() },
  { additionalProperties: false },
);
export type Quantiles = Static<typeof Quantiles>;

/** One reason behind a forecast: a fact, put into words only where it is shown. */
export const Driver = Type.Object(
  {
    /** Name of the measurement point, or `age`. */
    point: Type.String(),
    kind: oneOf(['level', 'trend', 'spread', 'sinceNew', 'usage', 'age']),
    /** Which way the reading moved against the machine's own normal. */
    direction: oneOf(['up', 'down']),
    /** Share of the shift of the forecast that it explains. */
    share: Probability,
  },
  { additionalProperties: false },
);
export type Driver = Static<typeof Driver>;

export const HorizonProbability = Type.Object(
  { horizonDays: Type.Number({ exclusiveMinimum: 0 }), value: Probability },
  { additionalProperties: false },
);
export type HorizonProbability = Static<typeof HorizonProbability>;

export const ForecastModel = defineRecord('forecastModel', {
  machineModelId: idOf('machineModel'),
  modelVersion: Type.String(),
  modelHash: Type.String(),
  codeVersion: Type.String(),
  /** Content-addressed file of the model under the data folder. */
  file: Type.String(),
  /** Numbers of the model card: n, errors and coverage out of fold. */
  card: Type.Record(Type.String(), Type.Unknown()),
});

/** What the model said of one component at one instant, with all that is needed to say it again. */
export const Forecast = defineRecord('forecast', {
  machineId: idOf('machine'),
  componentId: idOf('component'),
  componentCode: Type.String(),
  forecastAtMs: Instant,
  /** Time of the last row that it used. */
  dataUntilMs: Instant,
  forecastModelId: idOf('forecastModel'),
  modelHash: Type.String(),
  codeVersion: Type.String(),
  configHash: Type.String(),
  featureNames: Type.Array(Type.String()),
  featureValues: Type.Array(Type.Union([Type.Number(), Type.Null()])),
  /** Null when it abstains. */
  rulDays: Type.Union([Quantiles, Type.Null()]),
  failureProbability: Type.Array(HorizonProbability),
  degradationIndex: Type.Union([Probability, Type.Null()]),
  healthGrade: HealthGrade,
  drivers: Type.Array(Driver),
  dataQuality: Probability,
  abstainReason: Type.Union([Type.String(), Type.Null()]),
});
export type Forecast = Static<typeof Forecast>;
