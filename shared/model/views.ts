import { type Static, Type } from 'typebox';
import { idOf, Language, LocalDay, LocalText, Location, oneOf, Probability, TimeZone } from './base.ts';
import { Driver, HealthGrade, HorizonProbability, Quantiles } from './forecast.ts';
import { FailureModeCode, PointRole, SkillNeed } from './machines.ts';
import { PriceLine, PriceTotal } from './money.ts';
import { Role } from './parties.ts';
import { SampleQuality } from './sample.ts';
import { findingVerdicts, offerStates, recommendationStates, visitStates } from './service.ts';

/** What the HTTP API answers and takes: records put together for one screen; instants are ISO 8601, facts stay codes. */

const closed = { additionalProperties: false };
const orNull = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);

/** ISO 8601 instant in UTC, milliseconds and Z. */
export const IsoInstant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' });
export const isoOf = (ms: number): string => new Date(ms).toISOString();

/** Every error answer. `reference` finds the line in the log. */
export const ProblemView = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    hint: Type.Optional(Type.String()),
    faults: Type.Array(
      Type.Object({ path: Type.String(), message: Type.String(), hint: Type.Optional(Type.String()) }, closed),
    ),
    reference: Type.String(),
  },
  closed,
);
export type ProblemView = Static<typeof ProblemView>;

/** Product time: equal to wall time but in a demo. The page shows now as `nowAt + elapsed wall time * rate`. */
export const ClockView = Type.Object({ nowAt: IsoInstant, rate: Type.Number(), demo: Type.Boolean() }, closed);
export type ClockView = Static<typeof ClockView>;

export const MeView = Type.Object(
  {
    organisationId: idOf('organisation'),
    organisationName: Type.String(),
    name: Type.String(),
    language: Language,
    roles: Type.Array(Role),
    timeZone: TimeZone,
    technicianId: orNull(idOf('technician')),
    ownerId: orNull(idOf('owner')),
  },
  closed,
);
export type MeView = Static<typeof MeView>;

const SiteHead = Type.Object(
  {
    siteId: idOf('site'),
    name: Type.String(),
    streetAddress: Type.String(),
    municipality: Type.String(),
    location: Location,
    timeZone: TimeZone,
  },
  closed,
);
const OwnerHead = Type.Object({ ownerId: idOf('owner'), name: Type.String() }, closed);

/** A machine as every screen names it. */
export const MachineHead = Type.Object(
  {
    machineId: idOf('machine'),
    tag: Type.String(),
    serialNumber: Type.String(),
    modelCode: Type.String(),
    modelName: LocalText,
    site: orNull(SiteHead),
    owner: orNull(OwnerHead),
  },
  closed,
);
export type MachineHead = Static<typeof MachineHead>;

export const FleetRow = Type.Object(
  {
    machine: MachineHead,
    healthGrade: HealthGrade,
    /** Of the component that fails first; null without a forecast. */
    rulDays: orNull(Quantiles),
    componentCode: orNull(Type.String()),
    componentName: orNull(LocalText),
    dataQuality: orNull(Probability),
    lastSampleAt: orNull(IsoInstant),
    openRecommendationId: orNull(idOf('recommendation')),
    openOfferState: orNull(oneOf(offerStates)),
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
    dataQuality: Probability,
    abstainReason: orNull(Type.String()),
    modelVersion: Type.String(),
  },
  closed,
);
export type ForecastView = Static<typeof ForecastView>;

export const MachineView = Type.Object(
  {
    machine: MachineHead,
    healthGrade: HealthGrade,
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
    /** Oldest first: installations, failures, replacements, recommendations, offers, visits. */
    events: Type.Array(
      Type.Object(
        {
          at: IsoInstant,
          kind: oneOf(['installed', 'failure', 'replacement', 'recommendation', 'offer', 'visit']),
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

const RiskView = Type.Object(
  { at: IsoInstant, failureProbability: Probability, expectedCostCents: Type.Integer() },
  closed,
);

export const SlotView = Type.Object(
  {
    slotId: idOf('slot'),
    technicianName: Type.String(),
    startAt: IsoInstant,
    endAt: IsoInstant,
    arrivalFromAt: IsoInstant,
    arrivalToAt: IsoInstant,
    travelKm: Type.Number(),
    travelMin: Type.Number(),
    viaDepotName: orNull(Type.String()),
    costCents: Type.Integer(),
    costTerms: Type.Record(Type.String(), Type.Integer()),
  },
  closed,
);
export type SlotView = Static<typeof SlotView>;

/** Why someone cannot come: a code and its facts, from a real insertion test. */
export const ReasonView = Type.Object(
  {
    technicianName: orNull(Type.String()),
    onDay: orNull(LocalDay),
    code: oneOf(['skill', 'certificate', 'hours', 'access', 'part', 'busy', 'window']),
    facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
  },
  closed,
);
export type ReasonView = Static<typeof ReasonView>;

export const PartNeedView = Type.Object(
  {
    partId: idOf('part'),
    number: Type.String(),
    name: LocalText,
    quantity: Type.Integer(),
    useProbability: Probability,
    inVans: Type.Integer(),
    inDepots: Type.Integer(),
    supplierLeadTimeDays: Type.Number(),
  },
  closed,
);
export type PartNeedView = Static<typeof PartNeedView>;

const BundledWorkView = Type.Object(
  {
    machineId: idOf('machine'),
    tag: Type.String(),
    componentCode: Type.String(),
    componentName: LocalText,
    healthGrade: HealthGrade,
    failureProbability: Probability,
    horizonDays: Type.Number(),
    durationMin: Type.Integer(),
    parts: Type.Array(
      Type.Object(
        { number: Type.String(), name: LocalText, quantity: Type.Integer(), useProbability: Probability },
        closed,
      ),
    ),
    /** What a trip of its own would cost us. */
    savedTripCents: orNull(Type.Integer()),
  },
  closed,
);

/** The decision card: what to do, why, by when, with what, by whom, at which price. */
export const DecisionView = Type.Object(
  {
    recommendationId: idOf('recommendation'),
    version: Type.Integer(),
    state: oneOf(recommendationStates),
    createdAt: IsoInstant,
    machine: MachineHead,
    componentCode: Type.String(),
    componentName: LocalText,
    action: oneOf(['replace', 'inspect']),
    failureModeCode: FailureModeCode,
    windowFromAt: IsoInstant,
    windowBestAt: IsoInstant,
    windowToAt: IsoInstant,
    forecast: ForecastView,
    parts: Type.Array(PartNeedView),
    skills: Type.Array(SkillNeed),
    certificates: Type.Array(Type.String()),
    durationMin: Type.Integer(),
    riskOfWaiting: Type.Array(RiskView),
    /** Ranked by cost; three at most. */
    slots: Type.Array(SlotView),
    reasons: Type.Array(ReasonView),
    lines: Type.Array(PriceLine),
    total: orNull(PriceTotal),
    /** Other risky work at the site that the same trip could do, dearest risk first; only on the card itself. */
    alsoOnVisit: Type.Array(BundledWorkView),
    contactName: orNull(Type.String()),
    offer: orNull(Type.Object({ offerId: idOf('offer'), state: oneOf(offerStates), validUntilAt: IsoInstant }, closed)),
    visit: orNull(
      Type.Object(
        { visitId: idOf('visit'), state: oneOf(visitStates), startAt: IsoInstant, technicianName: Type.String() },
        closed,
      ),
    ),
  },
  closed,
);
export type DecisionView = Static<typeof DecisionView>;

/** The owner's page: one matter, one minute. */
export const OfferView = Type.Object(
  {
    offerId: idOf('offer'),
    version: Type.Integer(),
    state: oneOf(offerStates),
    machine: MachineHead,
    componentName: LocalText,
    action: oneOf(['replace', 'inspect']),
    failureModeCode: FailureModeCode,
    drivers: Type.Array(Driver),
    riskOfWaiting: Type.Array(RiskView),
    durationMin: Type.Integer(),
    lines: Type.Array(PriceLine),
    total: PriceTotal,
    /** What the part lines name by number. */
    parts: Type.Array(Type.Object({ number: Type.String(), name: LocalText }, closed)),
    slots: Type.Array(
      Type.Object(
        { slotId: idOf('slot'), arrivalFromAt: IsoInstant, arrivalToAt: IsoInstant, technicianName: Type.String() },
        closed,
      ),
    ),
    validUntilAt: IsoInstant,
    serviceCompany: Type.String(),
    /** The person who approved the offer and answers questions about it. */
    person: Type.Object({ name: Type.String(), phone: Type.String(), email: Type.String() }, closed),
    visit: orNull(
      Type.Object(
        {
          visitId: idOf('visit'),
          state: oneOf(visitStates),
          arrivalFromAt: IsoInstant,
          arrivalToAt: IsoInstant,
          technicianName: Type.String(),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type OfferView = Static<typeof OfferView>;

export const VisitView = Type.Object(
  {
    visitId: idOf('visit'),
    version: Type.Integer(),
    state: oneOf(visitStates),
    /** Local day at the site. */
    onDay: LocalDay,
    machine: MachineHead,
    componentCode: Type.String(),
    componentName: LocalText,
    action: oneOf(['replace', 'inspect']),
    failureModeCode: FailureModeCode,
    drivers: Type.Array(Driver),
    startAt: IsoInstant,
    endAt: IsoInstant,
    arrivalFromAt: IsoInstant,
    arrivalToAt: IsoInstant,
    travelKm: Type.Number(),
    travelMin: Type.Number(),
    viaDepotName: orNull(Type.String()),
    parts: Type.Array(
      Type.Object(
        {
          partId: idOf('part'),
          number: Type.String(),
          name: LocalText,
          quantity: Type.Integer(),
          from: oneOf(['van', 'depot', 'supplier']),
        },
        closed,
      ),
    ),
    contact: orNull(Type.Object({ name: Type.String(), phone: Type.String() }, closed)),
  },
  closed,
);
export type VisitView = Static<typeof VisitView>;

/** The technician's page: the visits from today on, by start. */
export const DayView = Type.Object(
  { technicianName: Type.String(), today: LocalDay, timeZone: TimeZone, visits: Type.Array(VisitView) },
  closed,
);
export type DayView = Static<typeof DayView>;

/** What ingest kept out for one reason since start. `samples` is 0 where nobody can tell how many a message held. */
export const RefusalView = Type.Object(
  { reason: Type.String(), messages: Type.Integer(), samples: Type.Integer(), lastAt: IsoInstant },
  closed,
);
export type RefusalView = Static<typeof RefusalView>;

export const GatewayView = Type.Object(
  {
    gatewayId: idOf('gateway'),
    name: Type.String(),
    siteName: Type.String(),
    online: Type.Boolean(),
    lastSeenAt: orNull(IsoInstant),
    outboxDepth: orNull(Type.Integer()),
    refusals: Type.Array(RefusalView),
  },
  closed,
);
export type GatewayView = Static<typeof GatewayView>;

/** Is the machinery behind the pages well: jobs with their last run, what was stored and refused. */
export const StatusView = Type.Object(
  {
    jobs: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          lastStartAt: orNull(IsoInstant),
          lastOk: orNull(Type.Boolean()),
          lastError: orNull(Type.String()),
          runs: Type.Integer(),
        },
        closed,
      ),
    ),
    samplesStored: Type.Integer(),
    batchesStored: Type.Integer(),
    duplicates: Type.Integer(),
    gateways: Type.Array(GatewayView),
    /** Of senders that are no organisation's gateway, one for each reason. */
    refusals: Type.Array(RefusalView),
  },
  closed,
);
export type StatusView = Static<typeof StatusView>;

const idempotencyKey = Type.String({ minLength: 8, maxLength: 100 });

/** Commands. Each takes the client's idempotency key; those on a record take its version in `If-Match`. */
export const SignInCommand = Type.Object({ secret: Type.String({ minLength: 20 }) }, closed);
export const ApproveCommand = Type.Object({ idempotencyKey }, closed);
export const RejectCommand = Type.Object(
  { idempotencyKey, reason: Type.String({ minLength: 3, maxLength: 500 }) },
  closed,
);
export const OfferAnswerCommand = Type.Union([
  Type.Object({ idempotencyKey, answer: Type.Literal('accept'), slotId: idOf('slot') }, closed),
  Type.Object({ idempotencyKey, answer: Type.Literal('decline'), reason: Type.String({ maxLength: 500 }) }, closed),
  Type.Object({ idempotencyKey, answer: Type.Literal('callMe') }, closed),
]);
export type OfferAnswerCommand = Static<typeof OfferAnswerCommand>;
export const VisitReportCommand = Type.Object(
  {
    idempotencyKey,
    findingVerdict: oneOf(findingVerdicts),
    finding: Type.String({ maxLength: 2000 }),
    minutes: Type.Integer({ minimum: 0, maximum: 10_000 }),
    componentReplaced: Type.Boolean(),
    partsUsed: Type.Array(Type.Object({ partId: idOf('part'), quantity: Type.Integer({ minimum: 0 }) }, closed)),
  },
  closed,
);
export type VisitReportCommand = Static<typeof VisitReportCommand>;
