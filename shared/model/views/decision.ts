import { type Static, Type } from 'typebox';
import { closed, idOf, LocalDay, LocalText, oneOf, orNull, Probability } from '../base.ts';
import { HealthGrade } from '../forecast.ts';
import { FailureModeCode, SecondNeed, SkillNeed } from '../machines.ts';
import { messageStates } from '../messages.ts';
import { PriceLine, PriceTotal } from '../money.ts';
import { callWishes, findingVerdicts, recommendationStates, toldOfferStates, visitStates } from '../service.ts';
import { IsoInstant, MachineHead } from './common.ts';
import { ForecastView, MachineStateView } from './machine.ts';

/** The decision card. */

/** What work asks of those who do it; the second technician is null where one comes alone. */
export const workNeedsView = {
  skills: Type.Array(SkillNeed),
  certificates: Type.Array(Type.String()),
  tools: Type.Array(Type.String()),
  second: orNull(SecondNeed),
  /** The last day that keeps the owner's contract, and what a later one costs us. */
  sla: orNull(Type.Object({ on: LocalDay, breachCents: Type.Integer() }, closed)),
};

export const RiskView = Type.Object(
  { at: IsoInstant, failureProbability: Probability, expectedCostCents: Type.Integer() },
  closed,
);

export const SlotView = Type.Object(
  {
    slotId: idOf('slot'),
    technicianName: Type.String(),
    /** Who comes along, where two come. */
    secondTechnicianName: orNull(Type.String()),
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
    code: oneOf(['hours', 'skill', 'certificate', 'tool', 'area', 'access', 'part', 'busy', 'window', 'second']),
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

/** A visit to the same component of the same model: what was found there. */
const PastCaseView = Type.Object(
  {
    machineId: idOf('machine'),
    tag: Type.String(),
    closedAt: IsoInstant,
    findingVerdict: oneOf(findingVerdicts),
    finding: Type.String(),
    minutes: Type.Integer(),
    componentReplaced: Type.Boolean(),
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
    /** Null where a change of state asks for a look. */
    forecast: orNull(ForecastView),
    /** The change of state that asked. */
    machineState: orNull(MachineStateView),
    parts: Type.Array(PartNeedView),
    ...workNeedsView,
    durationMin: Type.Integer(),
    riskOfWaiting: Type.Array(RiskView),
    /** Ranked by cost; three at most. */
    slots: Type.Array(SlotView),
    reasons: Type.Array(ReasonView),
    lines: Type.Array(PriceLine),
    total: orNull(PriceTotal),
    /** Of these slots and this price, for the approval; null where there is nothing to approve. */
    planMark: orNull(Type.String()),
    /** Other risky work at the site that the same trip could do, dearest risk first; only on the card itself. */
    alsoOnVisit: Type.Array(BundledWorkView),
    /** The newest first; only on the card itself. */
    pastCases: Type.Array(PastCaseView),
    contactName: orNull(Type.String()),
    /** The last decision that stands, and by whom; null where nobody has decided. */
    decided: orNull(
      Type.Object(
        {
          decision: oneOf(['approve', 'reject', 'postpone']),
          personName: orNull(Type.String()),
          decidedAt: IsoInstant,
          reason: orNull(Type.String()),
          /** Nothing has left because of it: it can be taken back. */
          canUndo: Type.Boolean(),
        },
        closed,
      ),
    ),
    /** While postponed. */
    postponedUntilAt: orNull(IsoInstant),
    offer: orNull(
      Type.Object(
        {
          offerId: idOf('offer'),
          state: oneOf(toldOfferStates),
          validUntilAt: IsoInstant,
          /** When the owner wants the call that they asked for. */
          callWish: orNull(oneOf(callWishes)),
          /** The e-mail that tells of it; null for offers from before there were any. */
          letter: orNull(Type.Object({ state: oneOf(messageStates), reason: orNull(Type.String()) }, closed)),
        },
        closed,
      ),
    ),
    visit: orNull(
      Type.Object(
        {
          visitId: idOf('visit'),
          state: oneOf(visitStates),
          startAt: IsoInstant,
          technicianName: Type.String(),
          /** What came of the forecast; null until the visit is reported. */
          found: orNull(Type.Object({ verdict: oneOf(findingVerdicts), text: Type.String() }, closed)),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type DecisionView = Static<typeof DecisionView>;

/** What every list says of a decision. */
export const decisionHead = {
  recommendationId: idOf('recommendation'),
  machine: MachineHead,
  componentName: LocalText,
  action: oneOf(['replace', 'inspect']),
  healthGrade: HealthGrade,
  windowFromAt: IsoInstant,
  windowToAt: IsoInstant,
};

export const DecisionLine = Type.Object(
  {
    ...decisionHead,
    state: oneOf(recommendationStates),
    offer: orNull(Type.Object({ state: oneOf(toldOfferStates), letter: orNull(oneOf(messageStates)) }, closed)),
    visit: orNull(Type.Object({ state: oneOf(visitStates) }, closed)),
  },
  closed,
);
export type DecisionLine = Static<typeof DecisionLine>;

/** Lists of decisions: `past` are those that nothing more is to be done about. */
export const decisionLists = ['open', 'postponed', 'approved', 'past'] as const;
export type DecisionList = (typeof decisionLists)[number];

export const DecisionsQuery = Type.Object(
  {
    list: Type.Optional(oneOf(decisionLists)),
    offset: Type.Optional(Type.Integer({ minimum: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  closed,
);
export type DecisionsQuery = Static<typeof DecisionsQuery>;

/** A page of one of the lists. */
export const DecisionsView = Type.Object(
  {
    /** In each list. */
    counts: Type.Object(
      Object.fromEntries(decisionLists.map((list) => [list, Type.Integer()])) as {
        [L in DecisionList]: Type.TInteger;
      },
      closed,
    ),
    items: Type.Array(DecisionLine),
  },
  closed,
);
export type DecisionsView = Static<typeof DecisionsView>;
