import { type Static, Type } from 'typebox';
import { closed, idOf, LocalText, oneOf, orNull } from '../base.ts';
import { LeftOut } from '../left-out.ts';
import { PointRole } from '../machines.ts';
import { ModelCheck, modelStages, modelStepReasons, PilotCriteria, releases } from '../model-life.ts';
import { IsoInstant } from './common.ts';

/** What forecasts are worth, and what their models are. */

const count = Type.Integer({ minimum: 0 });

/** A measured share with its 95 % confidence interval, of `n`. */
export const ShareView = Type.Object(
  { value: Type.Number(), low: Type.Number(), high: Type.Number(), n: count },
  closed,
);
export type ShareView = Static<typeof ShareView>;

/** What was said against what happened. */
export const ReliabilityView = Type.Object(
  {
    /** Of the lengths of time: days, or cycles where the history counts no days. */
    unit: oneOf(['d', 'cycle']),
    machines: count,
    lives: count,
    failures: count,
    /** Share of the true lives inside the 80 % and the 90 % band; `n` counts lives. */
    coverage80: orNull(ShareView),
    coverage90: orNull(ShareView),
    horizons: Type.Array(
      Type.Object(
        {
          horizon: Type.Number(),
          /** By rising probability: the mean of what was said, of how many forecasts, and how often it came true. */
          bins: Type.Array(Type.Object({ said: Type.Number(), forecasts: count, happened: ShareView }, closed)),
        },
        closed,
      ),
    ),
    alertPrecision: orNull(ShareView),
    alertRecall: orNull(ShareView),
    /** From the first alert to the failure: P10, median, P90. */
    lead: orNull(Type.Object({ low: Type.Number(), median: Type.Number(), high: Type.Number(), n: count }, closed)),
  },
  closed,
);
export type ReliabilityView = Static<typeof ReliabilityView>;

/** How the forecasts of one component of a machine model have turned out. */
export const ComponentReliabilityView = Type.Object(
  {
    componentCode: Type.String(),
    name: LocalText,
    release: oneOf(releases),
    /** On past machines that the training had held out; null where none could be. */
    heldOut: orNull(ReliabilityView),
    /** Of the version in service, on all machines of the model; null before anything has matured. */
    live: orNull(ReliabilityView),
  },
  closed,
);
export type ComponentReliabilityView = Static<typeof ComponentReliabilityView>;

const VersionView = Type.Object(
  {
    forecastModelId: idOf('forecastModel'),
    modelVersion: Type.String(),
    trainedAt: IsoInstant,
    stage: oneOf(modelStages),
    since: IsoInstant,
    reason: orNull(oneOf(modelStepReasons)),
    /** Who decided it; null where it needed nobody. */
    by: orNull(Type.String()),
  },
  closed,
);
export type VersionView = Static<typeof VersionView>;

/** What the version was trained on. */
const TrainingView = Type.Object(
  {
    machines: count,
    failures: count,
    /** First and last day of the data; null where the history counts no days. */
    fromAt: orNull(IsoInstant),
    toAt: orNull(IsoInstant),
    points: Type.Array(Type.Object({ name: Type.String(), role: PointRole }, closed)),
    /** What the budget or the data did not allow. */
    leftOut: Type.Array(LeftOut),
  },
  closed,
);

const ComparisonView = Type.Object(
  {
    kind: Type.Literal('beside'),
    lives: count,
    machines: count,
    gain: orNull(Type.Number()),
    verdict: oneOf(['better', 'worse', 'open']),
  },
  closed,
);
export const PilotView = Type.Object(
  {
    kind: Type.Literal('pilot'),
    lines: Type.Array(
      Type.Object(
        {
          criterion: oneOf(['leastDays', 'leastFailures', 'alertPrecision', 'alertRecall', 'coverage80']),
          measured: orNull(Type.Union([Type.Number(), ShareView])),
          met: Type.Boolean(),
        },
        closed,
      ),
    ),
    criteria: PilotCriteria,
    verdict: oneOf(['go', 'noGo', 'notYet']),
  },
  closed,
);
export type PilotView = Static<typeof PilotView>;

export const ModelPolicyView = Type.Object(
  {
    criteria: PilotCriteria,
    recommendationsPerWeek: orNull(Type.Integer({ minimum: 1 })),
    approvedAheadUntilAt: orNull(IsoInstant),
    /** Who laid it down, and when. */
    by: Type.String(),
    at: IsoInstant,
  },
  closed,
);
export type ModelPolicyView = Static<typeof ModelPolicyView>;

/** One line of the list of models. */
export const ModelRow = Type.Object(
  {
    machineModelId: idOf('machineModel'),
    code: Type.String(),
    name: LocalText,
    machines: count,
    present: orNull(VersionView),
    shadow: orNull(VersionView),
    /** Recommendations that wait for room in the week's budget. */
    waiting: count,
    retrain: ModelCheck.properties.retrain,
  },
  closed,
);
export type ModelRow = Static<typeof ModelRow>;

/** All that a service manager should know of the forecasts of a machine model. */
export const ModelView = Type.Object(
  {
    ...ModelRow.properties,
    components: Type.Array(ComponentReliabilityView),
    /** Of the version in service, or of the first in shadow; null where it was not kept. */
    training: orNull(TrainingView),
    /** What can be said of the version in shadow. */
    judgement: orNull(Type.Union([ComparisonView, PilotView])),
    /** The last night's look at whether the version in service still fits. */
    check: orNull(
      Type.Object(
        {
          at: IsoInstant,
          machines: count,
          inputs: ModelCheck.properties.inputs,
          outcomes: ModelCheck.properties.outcomes,
        },
        closed,
      ),
    ),
    policy: orNull(ModelPolicyView),
    /** Newest first. */
    versions: Type.Array(VersionView),
  },
  closed,
);
export type ModelView = Static<typeof ModelView>;
