import { type Static, Type } from 'typebox';
import { closed, idOf, LocalText, oneOf, orNull, Probability } from '../base.ts';
import { Driver, HealthGrade, HorizonProbability, Quantiles } from '../forecast.ts';
import { AlarmEvent } from '../gateway-reports.ts';
import { MachineState, StateReason } from '../machine-state.ts';
import { FailureModeCode, PointRole } from '../machines.ts';
import { SampleQuality } from '../sample.ts';
import { toldOfferStates } from '../service.ts';
import { IsoInstant, MachineHead } from './common.ts';

/** What the fleet and a machine show. */

export const FleetRow = Type.Object(
  {
    machine: MachineHead,
    healthGrade: HealthGrade,
    /** No forecast but a change of its state gave it this grade: it is not as usual, and why nobody knows yet. */
    isNotAsUsual: Type.Boolean(),
    /** Of the component that fails first, counted from its forecast; null without one. */
    rulDays: orNull(Quantiles),
    forecastAt: orNull(IsoInstant),
    componentCode: orNull(Type.String()),
    componentName: orNull(LocalText),
    dataQuality: orNull(Probability),
    lastSampleAt: orNull(IsoInstant),
    openRecommendationId: orNull(idOf('recommendation')),
    openOfferState: orNull(oneOf(toldOfferStates)),
    visitStartAt: orNull(IsoInstant),
  },
  closed,
);
export type FleetRow = Static<typeof FleetRow>;

export const ForecastView = Type.Object(
  {
    forecastId: idOf('forecast'),
    forecastAt: IsoInstant,
    rulDays: orNull(Quantiles),
    failureProbability: Type.Array(HorizonProbability),
    degradationIndex: orNull(Probability),
    healthGrade: HealthGrade,
    drivers: Type.Array(Driver),
    /** The most alike first. Whose machine it was is told to the service company only. */
    similarFailures: Type.Array(
      Type.Object(
        {
          machine: orNull(Type.String()),
          machineId: orNull(idOf('machine')),
          failedAt: orNull(IsoInstant),
          leftDays: Type.Number(),
          lifeDays: Type.Number(),
        },
        closed,
      ),
    ),
    dataQuality: Probability,
    abstainReason: orNull(Type.String()),
    modelVersion: Type.String(),
  },
  closed,
);
export type ForecastView = Static<typeof ForecastView>;

/** What can be wrong with the data of a point, the gravest first. */
export const dataFaults = [
  'silent',
  'incomplete',
  'stuck',
  'outOfRange',
  'bad',
  'clockAhead',
  'late',
  'doubled',
] as const;
export type DataFault = (typeof dataFaults)[number];

export const DataQualityView = Type.Object(
  {
    /** The mean of the points'. */
    score: Probability,
    points: Type.Array(
      Type.Object(
        {
          pointId: idOf('measurementPoint'),
          score: Probability,
          /** Samples that came, of those that its past lets expect; null where that is not known. */
          completeness: orNull(Probability),
          /** Share of the time of which a gateway reported that it lost the samples. */
          knownMissing: Probability,
          faults: Type.Array(oneOf(dataFaults)),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type DataQualityView = Static<typeof DataQualityView>;

/** How a machine stands against its own baseline; of machines with a component that no forecast is made of. */
export const MachineStateView = Type.Object(
  {
    state: MachineState.properties.state,
    since: IsoInstant,
    /** Why it is unknown. */
    unknown: MachineState.properties.unknown,
    baseline: Type.Object({ from: IsoInstant, hours: Type.Integer({ minimum: 1 }) }, closed),
    /** Strongest first. */
    reasons: Type.Array(Type.Object({ ...StateReason.properties, point: Type.String(), unit: Type.String() }, closed)),
  },
  closed,
);
export type MachineStateView = Static<typeof MachineStateView>;

export const MachineView = Type.Object(
  {
    machine: MachineHead,
    healthGrade: HealthGrade,
    /** As in a row of the fleet. */
    isNotAsUsual: Type.Boolean(),
    state: orNull(MachineStateView),
    components: Type.Array(
      Type.Object(
        {
          componentId: idOf('component'),
          code: Type.String(),
          name: LocalText,
          failureModeCode: FailureModeCode,
          installedAt: IsoInstant,
          forecast: orNull(ForecastView),
        },
        closed,
      ),
    ),
    points: Type.Array(
      Type.Object(
        {
          pointId: idOf('measurementPoint'),
          name: Type.String(),
          role: PointRole,
          unit: Type.String(),
          alarmLimit: orNull(Type.Number()),
          latest: orNull(Type.Object({ value: Type.Number(), sampledAt: IsoInstant, quality: SampleQuality }, closed)),
        },
        closed,
      ),
    ),
    /** What the rules of gateways found: those that stand first, then the newest. */
    alarms: Type.Array(
      Type.Object(
        {
          pointId: idOf('measurementPoint'),
          rule: Type.String(),
          severity: AlarmEvent.properties.severity,
          raisedAt: IsoInstant,
          /** null while it stands. */
          clearedAt: orNull(IsoInstant),
          /** By which it was raised, in the unit of the point; for a rate of change per minute. */
          value: Type.Number(),
          limit: Type.Number(),
        },
        closed,
      ),
    ),
    /** How well the points were measured over the last day; null before anything was judged. */
    dataQuality: orNull(DataQualityView),
    /** Oldest first: installations, failures, replacements, changes of state, recommendations, offers, visits. */
    events: Type.Array(
      Type.Object(
        {
          at: IsoInstant,
          kind: oneOf(['installed', 'failure', 'replacement', 'state', 'recommendation', 'offer', 'visit']),
          componentCode: orNull(Type.String()),
          /** State or verdict code of the record behind the event. */
          code: Type.String(),
        },
        closed,
      ),
    ),
    openRecommendationId: orNull(idOf('recommendation')),
  },
  closed,
);
export type MachineView = Static<typeof MachineView>;

/** A downsampled series in columns: bucket n covers `fromAt + n * bucketMs`; absent buckets are gaps. */
export const SeriesView = Type.Object(
  {
    pointId: idOf('measurementPoint'),
    fromAt: IsoInstant,
    toAt: IsoInstant,
    bucketMs: Type.Integer({ minimum: 1 }),
    index: Type.Array(Type.Integer({ minimum: 0 })),
    min: Type.Array(Type.Number()),
    max: Type.Array(Type.Number()),
    mean: Type.Array(Type.Number()),
    count: Type.Array(Type.Integer()),
  },
  closed,
);
export type SeriesView = Static<typeof SeriesView>;

/** Remaining life as it was forecast over time, for the band left of now. */
export const ForecastHistoryView = Type.Array(
  Type.Object(
    { componentCode: Type.String(), forecastAt: IsoInstant, rulDays: orNull(Quantiles), healthGrade: HealthGrade },
    closed,
  ),
);
export type ForecastHistoryView = Static<typeof ForecastHistoryView>;
