import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, oneOf, orNull, Probability } from './base.ts';

export const healthGrades = ['good', 'watch', 'act', 'critical', 'unknown'] as const;
export const HealthGrade = oneOf(healthGrades);
export type HealthGrade = (typeof healthGrades)[number];

export const Quantiles = Type.Object(
  { p05: Type.Number(), p10: Type.Number(), p50: Type.Number(), p90: Type.Number(), p95: Type.Number() },
  { additionalProperties: false },
);
export type Quantiles = Static<typeof Quantiles>;

/** What a technician would read: means over the last rows in which the machine ran as it does now. */
export const Reading = Type.Object(
  {
    unit: Type.String(),
    now: Type.Number(),
    /** Median of the first rows of the component's life; null while that is too short. */
    ownNormal: orNull(Type.Number()),
    earlier: orNull(Type.Object({ value: Type.Number(), daysAgo: Type.Number({ minimum: 0 }) }, closed)),
    /** Newest readings of the other machines of the model that run the same way: median, P10, P90. */
    peers: orNull(
      Type.Object(
        { median: Type.Number(), low: Type.Number(), high: Type.Number(), machines: Type.Integer({ minimum: 1 }) },
        closed,
      ),
    ),
  },
  closed,
);
export type Reading = Static<typeof Reading>;

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
    /** What it does to the remaining life; not given means that it shortens it. */
    effect: Type.Optional(oneOf(['shortens', 'extends'])),
    reading: Type.Optional(Reading),
  },
  { additionalProperties: false },
);
export type Driver = Static<typeof Driver>;

/** A past failure before which a machine once looked as this one does now. */
export const SimilarFailure = Type.Object(
  {
    /** As people call the machine, or as the history names it. */
    machine: Type.String(),
    /** Where it is one of ours. */
    machineId: orNull(idOf('machine')),
    /** Null where the history counts no days. */
    failedAtMs: orNull(Instant),
    /** From where it looked alike to its failure, and its whole life. */
    leftDays: Type.Number({ minimum: 0 }),
    lifeDays: Type.Number({ minimum: 0 }),
  },
  closed,
);
export type SimilarFailure = Static<typeof SimilarFailure>;

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
  /** Files of what the training saw, for its card, for drift and for the next training. */
  summaryFile: Type.Optional(Type.String()),
  historyFile: Type.Optional(Type.String()),
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
  /** The most alike first. */
  similarFailures: Type.Optional(Type.Array(SimilarFailure)),
  dataQuality: Probability,
  abstainReason: Type.Union([Type.String(), Type.Null()]),
});
export type Forecast = Static<typeof Forecast>;
