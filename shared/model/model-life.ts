import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, oneOf, orNull, Probability } from './base.ts';
import { HorizonProbability, Quantiles } from './forecast.ts';

/** `shadow` forecasts beside the version in service: it is scored and never acted on. */
export const modelStages = ['shadow', 'inService', 'retired'] as const;
export type ModelStage = (typeof modelStages)[number];

export const modelStepReasons = ['trained', 'better', 'worse', 'undecided', 'replaced', 'decided'] as const;

/** One step in the life of a version of a forecast model. Immutable: the stage of a version is that of its last step. */
export const ModelStep = defineRecord('modelStep', {
  machineModelId: idOf('machineModel'),
  forecastModelId: idOf('forecastModel'),
  stage: oneOf(modelStages),
  reason: oneOf(modelStepReasons),
  /** Who decided it, or had approved it beforehand; null for what nobody acts on. */
  personId: orNull(idOf('person')),
});
export type ModelStep = Static<typeof ModelStep>;

/** What a fleet's forecasts must have shown in shadow mode before anyone acts on them. */
export const PilotCriteria = Type.Object(
  {
    leastDays: Type.Number({ minimum: 0 }),
    leastFailures: Type.Integer({ minimum: 1 }),
    alertPrecision: Probability,
    alertRecall: Probability,
    /** Share of the true lives that must lie from P10 to P90. */
    coverage80: Type.Object({ low: Probability, high: Probability }, closed),
  },
  closed,
);
export type PilotCriteria = Static<typeof PilotCriteria>;

/** How the models of a machine model may be used, as a named person laid down. Immutable: the newest holds. */
export const ModelPolicy = defineRecord('modelPolicy', {
  machineModelId: idOf('machineModel'),
  personId: idOf('person'),
  criteria: PilotCriteria,
  /** Most new recommendations of this fleet within seven days; null without a limit. */
  recommendationsPerWeek: orNull(Type.Integer({ minimum: 1 })),
  /** Until when a version that has proved better goes into service in the name of this person; null: each is asked for. */
  approvedAheadUntilMs: orNull(Instant),
});
export type ModelPolicy = Static<typeof ModelPolicy>;

/** What a version in shadow said. Nothing but its score reads it. */
export const ShadowForecast = defineRecord('shadowForecast', {
  machineId: idOf('machine'),
  componentId: idOf('component'),
  componentCode: Type.String(),
  forecastModelId: idOf('forecastModel'),
  forecastAtMs: Instant,
  dataUntilMs: Instant,
  rulDays: orNull(Quantiles),
  failureProbability: Type.Array(HorizonProbability),
  abstainReason: orNull(Type.String()),
});
export type ShadowForecast = Static<typeof ShadowForecast>;

/** Forecast probabilities that came into one tenth of 0 to 1, and what came true. */
export const ReliabilityBin = Type.Object(
  { forecasts: Type.Integer({ minimum: 0 }), sum: Type.Number({ minimum: 0 }), failures: Type.Integer({ minimum: 0 }) },
  closed,
);
export type ReliabilityBin = Static<typeof ReliabilityBin>;

export const HorizonTally = Type.Object(
  { horizonDays: Type.Number({ exclusiveMinimum: 0 }), bins: Type.Array(ReliabilityBin) },
  closed,
);
export type HorizonTally = Static<typeof HorizonTally>;

/** What the forecasts of one ended life were worth. */
export const LifeScore = Type.Object(
  {
    endedAtMs: Instant,
    endedBy: oneOf(['failure', 'replacement']),
    /** Forecasts with numbers, and those of them whose place against the truth is known. */
    forecasts: Type.Integer({ minimum: 0 }),
    inside80: Type.Integer({ minimum: 0 }),
    outside80: Type.Integer({ minimum: 0 }),
    inside90: Type.Integer({ minimum: 0 }),
    outside90: Type.Integer({ minimum: 0 }),
    /** Whether its service policy called for a visit in time: `caught`, `missed`, `falseAlarm`, `quiet`. */
    alert: oneOf(['caught', 'missed', 'falseAlarm', 'quiet', 'unknown']),
    /** From the first alert to the failure. */
    leadDays: orNull(Type.Number({ minimum: 0 })),
    /** Mean score beside that of the version then in service, over the same instants; null where there was none. */
    against: orNull(
      Type.Object({ forecastModelId: idOf('forecastModel'), own: Type.Number(), its: Type.Number() }, closed),
    ),
  },
  closed,
);
export type LifeScore = Static<typeof LifeScore>;

/** How the forecasts of one version for one component have turned out so far. */
export const ForecastScore = defineRecord('forecastScore', {
  machineModelId: idOf('machineModel'),
  machineId: idOf('machine'),
  componentId: idOf('component'),
  componentCode: Type.String(),
  forecastModelId: idOf('forecastModel'),
  horizons: Type.Array(HorizonTally),
  /** Until when its forecasts were looked at. */
  scoredUntilMs: Instant,
  /** Null while the component is installed. */
  life: orNull(LifeScore),
});
export type ForecastScore = Static<typeof ForecastScore>;

export const outcomeClaims = ['coverage80', 'alertPrecision', 'alertRecall'] as const;

/** Precision and recall of alerts below which a component's forecasts move nobody, and those that are aimed at. */
export const releaseGate = { floor: 0.7, target: 0.8 } as const;
export const releases = ['target', 'released', 'advisory', 'unmeasured'] as const;
export type Release = (typeof releases)[number];

/** Whether the version in service still fits the world, as a night's look found it. */
export const ModelCheck = defineRecord('modelCheck', {
  machineModelId: idOf('machineModel'),
  forecastModelId: idOf('forecastModel'),
  /** Machines whose readings were looked at. */
  machines: Type.Integer({ minimum: 0 }),
  /** Readings that machines now give otherwise than those of the training did at the same age, the strongest first. */
  inputs: Type.Array(
    Type.Object(
      {
        component: Type.String(),
        point: Type.String(),
        kind: oneOf(['level', 'sinceNew', 'trend', 'spread']),
        stability: Type.Number(),
        byChance: Type.Number(),
      },
      closed,
    ),
  ),
  /** What matured forecasts say against its promises. */
  outcomes: Type.Array(
    Type.Object(
      {
        claim: oneOf(outcomeClaims),
        lives: Type.Integer({ minimum: 0 }),
        evidence: Type.Number(),
        drifted: Type.Boolean(),
      },
      closed,
    ),
  ),
  /** Whether forecasts of a component may lead to a visit: `advisory` ones are shown and no more. */
  releases: Type.Array(Type.Object({ component: Type.String(), release: oneOf(releases) }, closed)),
  /** Why a new version should be trained; null while none is needed. */
  retrain: orNull(oneOf(['inputs', 'outcomes', 'newFailures'])),
});
export type ModelCheck = Static<typeof ModelCheck>;
