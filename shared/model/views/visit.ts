import { type Static, Type } from 'typebox';
import { closed, idOf, LocalDay, LocalText, oneOf, orNull, TimeZone } from '../base.ts';
import { caseUrgencies } from '../cases.ts';
import { CheckItem } from '../checklists.ts';
import { Rating } from '../feedback.ts';
import { followUpKinds } from '../follow-ups.ts';
import { Driver } from '../forecast.ts';
import { FailureModeCode } from '../machines.ts';
import { PriceLine, PriceTotal } from '../money.ts';
import { partRequestStates } from '../part-requests.ts';
import { callWishes, findingVerdicts, serviceSteps, toldOfferStates, visitStates } from '../service.ts';
import { WorkEntry } from '../visit-work.ts';
import { CaseMessages } from './case.ts';
import { IsoInstant, MachineHead } from './common.ts';
import { RiskView } from './decision.ts';

/** The owner's offer and the technician's day. */

/** The owner's page: one matter, one minute. */
export const OfferView = Type.Object(
  {
    offerId: idOf('offer'),
    version: Type.Integer(),
    state: oneOf(toldOfferStates),
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
    /** When its contact wants the call that they asked for. */
    callWish: orNull(oneOf(callWishes)),
    /** Where the matter stands, from the first sign of wear to a machine that is well again. */
    steps: Type.Array(
      Type.Object({ step: oneOf(serviceSteps), isDone: Type.Boolean(), at: orNull(IsoInstant) }, closed),
    ),
    serviceCompany: Type.String(),
    /** The person who approved the offer and answers questions about it. */
    person: Type.Object({ name: Type.String(), phone: Type.String(), email: Type.String() }, closed),
    /** What its contact said of the visit. */
    feedback: orNull(Type.Object({ satisfaction: Rating, ease: orNull(Rating) }, closed)),
    visit: orNull(
      Type.Object(
        {
          visitId: idOf('visit'),
          version: Type.Integer(),
          state: oneOf(visitStates),
          /** Until when its owner changes or cancels it alone; null when that is over. */
          changeUntilAt: orNull(IsoInstant),
          arrivalFromAt: IsoInstant,
          arrivalToAt: IsoInstant,
          /** While the technician is on the way: when they are expected, as the owner was told. */
          expectedAt: orNull(IsoInstant),
          technicianName: Type.String(),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type OfferView = Static<typeof OfferView>;

/** A checklist as a visit has it. */
export const VisitChecklist = Type.Object(
  { editionId: idOf('checklistEdition'), name: LocalText, items: Type.Array(CheckItem) },
  closed,
);
export type VisitChecklist = Static<typeof VisitChecklist>;

/** A part that a technician asked for, as they see it. */
export const AskedPart = Type.Object(
  {
    partRequestId: idOf('partRequest'),
    visitId: idOf('visit'),
    number: Type.String(),
    /** Null while the service has not heard of the request. */
    name: orNull(LocalText),
    quantity: Type.Integer(),
    handedOver: Type.Integer(),
    /** How many the depot keeps for it. */
    reserved: Type.Integer(),
    neededByOn: LocalDay,
    state: oneOf(partRequestStates),
    reason: Type.String(),
    depotName: orNull(Type.String()),
  },
  closed,
);
export type AskedPart = Static<typeof AskedPart>;

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
    /** Null where a change of state asks for a look: what is wrong nobody has said. */
    failureModeCode: orNull(FailureModeCode),
    drivers: Type.Array(Driver),
    startAt: IsoInstant,
    endAt: IsoInstant,
    arrivalFromAt: IsoInstant,
    arrivalToAt: IsoInstant,
    travelKm: Type.Number(),
    travelMin: Type.Number(),
    viaDepotName: orNull(Type.String()),
    /** Who comes along, where two come; absent on a phone that keeps a day from before. */
    companionName: Type.Optional(orNull(Type.String())),
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
    /** What is asked at the machine, as the answers so far froze it; absent on a phone that keeps a day from before. */
    checklists: Type.Optional(Type.Array(VisitChecklist)),
    /** All that was stated of the work, by the time of the statement. */
    work: Type.Array(WorkEntry),
    /** What the planner was asked, newest last. */
    followUps: Type.Array(
      Type.Object({ kind: oneOf(followUpKinds), text: Type.String(), state: oneOf(['open', 'handled']) }, closed),
    ),
    /** Parts that were asked for here, oldest first; absent on a phone that keeps a day from before. */
    askedParts: Type.Optional(Type.Array(AskedPart)),
    /** Open matters of the machine's owner, with what was said; absent on a phone that keeps a day from before. */
    cases: Type.Optional(
      Type.Array(Type.Object({ caseId: idOf('case'), urgency: oneOf(caseUrgencies), messages: CaseMessages }, closed)),
    ),
  },
  closed,
);
export type VisitView = Static<typeof VisitView>;

/** A closed visit to the same component of the same machine model: what was found, and what helped. */
export const VisitPastCase = Type.Object(
  {
    closedAt: IsoInstant,
    findingVerdict: oneOf(findingVerdicts),
    finding: Type.String(),
    minutes: Type.Integer(),
    componentReplaced: Type.Boolean(),
    parts: Type.Array(Type.Object({ number: Type.String(), name: LocalText, quantity: Type.Integer() }, closed)),
  },
  closed,
);
export type VisitPastCase = Static<typeof VisitPastCase>;

/** What the field needs of the planner. */
export const FollowUpView = Type.Object(
  {
    followUpId: idOf('followUp'),
    version: Type.Integer(),
    kind: oneOf(followUpKinds),
    text: Type.String(),
    at: IsoInstant,
    technicianName: Type.String(),
    machine: MachineHead,
  },
  closed,
);
export type FollowUpView = Static<typeof FollowUpView>;

/** A part that somebody waits for, as the desk sees it. */
export const PartRequestView = Type.Object(
  {
    partRequestId: idOf('partRequest'),
    version: Type.Integer(),
    machine: MachineHead,
    technicianName: Type.String(),
    number: Type.String(),
    name: LocalText,
    quantity: Type.Integer(),
    handedOver: Type.Integer(),
    reserved: Type.Integer(),
    neededByOn: LocalDay,
    text: Type.String(),
    state: oneOf(partRequestStates),
    reason: Type.String(),
    at: IsoInstant,
    /** Where it can be taken from, the technician's own first: what is kept for it, and what is kept for nobody. */
    depots: Type.Array(Type.Object({ depotId: idOf('depot'), name: Type.String(), quantity: Type.Integer() }, closed)),
  },
  closed,
);
export type PartRequestView = Static<typeof PartRequestView>;

/** The technician's page: the visits from today on, by start. */
export const DayView = Type.Object(
  {
    ...{ technicianName: Type.String(), today: LocalDay, timeZone: TimeZone, visits: Type.Array(VisitView) },
    /** Parts that the technician waits for, and what became of others in the last days; absent in a day kept from before. */
    askedParts: Type.Optional(Type.Array(AskedPart)),
    /** What lies in the van for no visit, and what the visits used although none is left; absent in a day kept from before. */
    van: Type.Optional(
      Type.Array(
        Type.Object({ partId: idOf('part'), number: Type.String(), name: LocalText, quantity: Type.Integer() }, closed),
      ),
    ),
  },
  closed,
);
export type DayView = Static<typeof DayView>;
