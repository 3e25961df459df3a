import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, oneOf, orNull, Probability } from './base.ts';
import { Driver, HealthGrade, HorizonProbability, Quantiles } from './forecast.ts';
import { BomLine, ComponentType, FailureModeCode, PartBatch, SkillNeed, workNeeds } from './machines.ts';
import { Currency, PriceLine, PriceTotal } from './money.ts';
import { LegalBasis, MessageClass } from './parties.ts';

/** Earliest, best and latest sensible time of service. */
export const ServiceWindow = Type.Object({ fromMs: Instant, bestMs: Instant, toMs: Instant }, closed);
export type ServiceWindow = Static<typeof ServiceWindow>;

/** Expected cost of a failure if the service happens at `atMs`. */
export const RiskPoint = Type.Object(
  { atMs: Instant, failureProbability: Probability, expectedCostCents: Type.Integer() },
  closed,
);
export type RiskPoint = Static<typeof RiskPoint>;

/** `waiting`: the week's budget of its fleet is used up by more certain ones. `postponed`: a planner wants to see it later. */
export const recommendationStates = [
  'waiting',
  'open',
  'postponed',
  'approved',
  'rejected',
  'withdrawn',
  'done',
] as const;

/** What to do, by when, with what, and what waiting costs. The inputs of the rule are kept so that it can be replayed. */
export const Recommendation = defineRecord('recommendation', {
  machineId: idOf('machine'),
  componentId: idOf('component'),
  /** The forecast that asked for it; null where a change of state did. */
  forecastId: orNull(idOf('forecast')),
  /** The change of state that asked for a look, in place of a forecast. */
  machineStateId: Type.Optional(idOf('machineState')),
  action: oneOf(['replace', 'inspect']),
  failureModeCode: FailureModeCode,
  window: ServiceWindow,
  bom: Type.Array(BomLine),
  skills: Type.Array(SkillNeed),
  certificates: Type.Array(Type.String()),
  ...workNeeds,
  durationMin: Type.Integer({ minimum: 1 }),
  riskOfWaiting: Type.Array(RiskPoint),
  drivers: Type.Array(Driver),
  /** All that the rule read, so that it can be asked again; random ids only. */
  inputs: Type.Object(
    {
      /** The forecasts that agreed, oldest first; none where a change of state asked. */
      forecasts: Type.Array(
        Type.Object(
          {
            forecastId: idOf('forecast'),
            forecastAtMs: Instant,
            dataQuality: Probability,
            abstainReason: orNull(Type.String()),
            rulDays: orNull(Quantiles),
            failureProbability: Type.Array(HorizonProbability),
          },
          closed,
        ),
      ),
      /** As it stood: policy, parts, skills and cost of a failure. */
      componentType: ComponentType,
      /** Since when the component is there, where the rule was told. */
      installedAtMs: Type.Optional(Instant),
      codeVersion: Type.String(),
    },
    closed,
  ),
  state: oneOf(recommendationStates),
  /** When it came up for decision: at once unless given; null while it waits. */
  openedAtMs: Type.Optional(orNull(Instant)),
  /** While postponed: it comes back then, or as soon as the component's grade is worse than it was. */
  postponed: Type.Optional(orNull(Type.Object({ untilMs: Instant, healthGrade: HealthGrade }, closed))),
});
export type Recommendation = Static<typeof Recommendation>;

/** A named person's decision on a recommendation. Immutable. */
export const Approval = defineRecord('approval', {
  recommendationId: idOf('recommendation'),
  personId: idOf('person'),
  decision: oneOf(['approve', 'reject', 'postpone', 'undo']),
  overrideReason: orNull(Type.String()),
  decidedAtMs: Instant,
});
export type Approval = Static<typeof Approval>;

/** Where a part of the visit comes from. */
export const PartSource = Type.Object(
  {
    partId: idOf('part'),
    quantity: Type.Integer({ minimum: 1 }),
    from: oneOf(['van', 'depot', 'supplier']),
    placeId: Type.Union([idOf('technician'), idOf('depot')]),
  },
  closed,
);
export type PartSource = Static<typeof PartSource>;

/** Who comes along for as long as the work lasts, and what of that day it blocks. */
export const SecondPlace = Type.Object(
  {
    technicianId: idOf('technician'),
    busyFromMs: Instant,
    busyToMs: Instant,
    travelKm: Type.Number({ minimum: 0 }),
    travelMin: Type.Number({ minimum: 0 }),
  },
  closed,
);
export type SecondPlace = Static<typeof SecondPlace>;

/** A proposed place in a technician's day. `startMs`..`endMs` is work at the machine; `busyFromMs`..`busyToMs` adds travel and is what a hold blocks. */
export const Slot = Type.Object(
  {
    id: idOf('slot'),
    technicianId: idOf('technician'),
    /** Where two come. */
    second: Type.Optional(SecondPlace),
    startMs: Instant,
    endMs: Instant,
    busyFromMs: Instant,
    busyToMs: Instant,
    /** Promised arrival window, what the owner is told. */
    arrivalFromMs: Instant,
    arrivalToMs: Instant,
    travelKm: Type.Number({ minimum: 0 }),
    travelMin: Type.Number({ minimum: 0 }),
    viaDepotId: orNull(idOf('depot')),
    parts: Type.Array(PartSource),
    /** Terms of the planner's objective, in cents: travel, labour, risk of waiting, life wasted. */
    costTerms: Type.Record(Type.String(), Type.Integer()),
    costCents: Type.Integer(),
  },
  closed,
);
export type Slot = Static<typeof Slot>;

/** Who is kept from anything else by a slot, and when. */
export const busyTimes = ({
  technicianId,
  busyFromMs,
  busyToMs,
  second,
}: Slot): Pick<SecondPlace, 'technicianId' | 'busyFromMs' | 'busyToMs'>[] => [
  { technicianId, busyFromMs, busyToMs },
  ...(second ? [second] : []),
];

/** When an owner who asks for a call wants it: in office hours, or in half of a working day. */
export const callWishes = ['soon', 'morning', 'afternoon'] as const;

/** States of an offer that its owner has heard of. */
export const toldOfferStates = ['sent', 'accepted', 'declined', 'callRequested', 'expired'] as const;
/** `withdrawn`: taken back by the planner before the owner heard of it. */
export const offerStates = [...toldOfferStates, 'withdrawn'] as const;

export const MaintenanceOffer = defineRecord('offer', {
  recommendationId: idOf('recommendation'),
  approvalId: idOf('approval'),
  machineId: idOf('machine'),
  ownerId: idOf('owner'),
  contactId: idOf('contact'),
  messageClass: MessageClass,
  legalBasis: LegalBasis,
  slots: Type.Array(Slot),
  lines: Type.Array(PriceLine),
  total: PriceTotal,
  validUntilMs: Instant,
  state: oneOf(offerStates),
  declineReason: orNull(Type.String()),
  answeredAtMs: orNull(Instant),
  callWish: Type.Optional(oneOf(callWishes)),
  /** When the owner last got other times than those it was sent with. */
  renewedAtMs: Type.Optional(Instant),
});
export type MaintenanceOffer = Static<typeof MaintenanceOffer>;

/** A place in a technician's day that is kept while an owner decides, then booked or released: one for each who comes. */
export const SlotHold = defineRecord('slotHold', {
  offerId: idOf('offer'),
  slotId: idOf('slot'),
  technicianId: idOf('technician'),
  busyFromMs: Instant,
  busyToMs: Instant,
  expiresAtMs: Instant,
  state: oneOf(['held', 'booked', 'released']),
});
export type SlotHold = Static<typeof SlotHold>;

/** The owner's yes. Immutable: the store refuses any change. */
export const Acceptance = defineRecord('acceptance', {
  offerId: idOf('offer'),
  slotId: idOf('slot'),
  contactId: idOf('contact'),
  acceptedAtMs: Instant,
  grossCents: Type.Integer(),
  currency: Currency,
});
export type Acceptance = Static<typeof Acceptance>;

/** From the first sign of wear to a machine that is well again, in order. */
export const serviceSteps = ['found', 'offered', 'booked', 'parts', 'onTheWay', 'served', 'verified'] as const;

export const visitStates = ['booked', 'onTheWay', 'working', 'done', 'cancelled'] as const;

export const ServiceVisit = defineRecord('visit', {
  acceptanceId: idOf('acceptance'),
  offerId: idOf('offer'),
  recommendationId: idOf('recommendation'),
  machineId: idOf('machine'),
  siteId: idOf('site'),
  technicianId: idOf('technician'),
  /** Of the slot, where two come. */
  secondTechnicianId: Type.Optional(idOf('technician')),
  slot: Slot,
  state: oneOf(visitStates),
  /** No re-plan moves it; without it false. */
  pinned: Type.Optional(Type.Boolean()),
});
export type ServiceVisit = Static<typeof ServiceVisit>;

export const findingVerdicts = ['confirmed', 'otherFault', 'nothingFound', 'notInspected'] as const;

/** How many of a part a visit took, and of which batch, where that was noted. */
export const PartUsed = Type.Object(
  { partId: idOf('part'), quantity: Type.Integer({ minimum: 0 }), batch: Type.Optional(PartBatch) },
  closed,
);
export type PartUsed = Static<typeof PartUsed>;

/** What the technician found and did: the label that teaches the forecasts. */
export const Outcome = defineRecord('outcome', {
  visitId: idOf('visit'),
  recommendationId: idOf('recommendation'),
  forecastId: orNull(idOf('forecast')),
  machineStateId: Type.Optional(idOf('machineState')),
  findingVerdict: oneOf(findingVerdicts),
  finding: Type.String(),
  minutes: Type.Integer({ minimum: 0 }),
  partsUsed: Type.Array(PartUsed),
  componentReplaced: Type.Boolean(),
  costCents: Type.Integer(),
  /** What would have happened otherwise, as far as known. */
  counterfactual: Type.Object(
    {
      failureExpectedAtMs: orNull(Instant),
      failureCostCents: orNull(Type.Integer()),
      basis: oneOf(['forecastMedian', 'observed', 'unknown']),
    },
    closed,
  ),
  closedAtMs: Instant,
});
export type Outcome = Static<typeof Outcome>;
