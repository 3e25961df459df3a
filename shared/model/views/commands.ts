import { type Static, Type } from 'typebox';
import { mostConfigChars } from '../../wire/gateway-config.ts';
import { closed, idOf, LocalDay, oneOf, orNull } from '../base.ts';
import { Rating } from '../feedback.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { PilotCriteria } from '../model-life.ts';
import { mostPieces } from '../part-requests.ts';
import { callWishes, findingVerdicts, PartUsed } from '../service.ts';
import { mostPhotoBytes, pieceBytes } from '../visit-files.ts';
import { WorkEntry } from '../visit-work.ts';
import { IsoInstant } from './common.ts';

/** Commands. Each takes the client's idempotency key; those on a record take its version in `If-Match`. */

export const SignInCommand = Type.Object({ secret: Type.String({ minLength: 20 }) }, closed);
export const ApproveCommand = Type.Object(
  /** `planMark` of the decision as the person saw it: times and price, not only the recommendation. */
  {
    idempotencyKey,
    planMark: Type.String({ maxLength: 500 }),
    /** Places in that plan's list, where not all of its times are to be offered. */
    offeredSlots: Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 9 }), { minItems: 1, maxItems: 10 })),
  },
  closed,
);
export const PostponeCommand = Type.Object(
  { idempotencyKey, untilAt: IsoInstant, reason: Type.String({ maxLength: 500 }) },
  closed,
);
export const UndoCommand = Type.Object({ idempotencyKey }, closed);
export const RejectCommand = Type.Object(
  { idempotencyKey, reason: Type.String({ minLength: 3, maxLength: 500 }) },
  closed,
);
export const OfferAnswerCommand = Type.Union([
  Type.Object({ idempotencyKey, answer: Type.Literal('accept'), slotId: idOf('slot') }, closed),
  Type.Object({ idempotencyKey, answer: Type.Literal('decline'), reason: Type.String({ maxLength: 500 }) }, closed),
  Type.Object({ idempotencyKey, answer: Type.Literal('callMe'), when: Type.Optional(oneOf(callWishes)) }, closed),
]);
export type OfferAnswerCommand = Static<typeof OfferAnswerCommand>;
/** What an owner does to the visit that they have booked. */
export const VisitChangeCommand = Type.Union([
  Type.Object(
    { idempotencyKey, answer: Type.Literal('moveVisit'), technicianId: idOf('technician'), startAt: IsoInstant },
    closed,
  ),
  Type.Object({ idempotencyKey, answer: Type.Literal('cancelVisit'), reason: Type.String({ maxLength: 500 }) }, closed),
]);
export type VisitChangeCommand = Static<typeof VisitChangeCommand>;
/** How a contact found a visit. */
export const FeedbackCommand = Type.Union([
  Type.Object({ idempotencyKey, answer: Type.Literal('satisfaction'), rating: Rating }, closed),
  Type.Object({ idempotencyKey, answer: Type.Literal('ease'), rating: Rating }, closed),
]);
export type FeedbackCommand = Static<typeof FeedbackCommand>;
export const NewTimesCommand = Type.Object({ idempotencyKey, answer: Type.Literal('newTimes') }, closed);
export const VisitProgressCommand = Type.Object({ idempotencyKey, state: oneOf(['onTheWay', 'working']) }, closed);
export type VisitProgressCommand = Static<typeof VisitProgressCommand>;
export const VisitReportCommand = Type.Object(
  {
    idempotencyKey,
    findingVerdict: oneOf(findingVerdicts),
    finding: Type.String({ maxLength: 2000 }),
    minutes: Type.Integer({ minimum: 0, maximum: 10_000 }),
    componentReplaced: Type.Boolean(),
    partsUsed: Type.Array(PartUsed),
    /** Fetched for the visit, not used, and in the van now. */
    partsInVan: Type.Optional(Type.Array(idOf('part'), { uniqueItems: true })),
    /** Why the work could not be finished: the matter is open again, and a person plans what follows. */
    unfinished: Type.Optional(Type.String({ minLength: 3, maxLength: 500 })),
  },
  closed,
);
export type VisitReportCommand = Static<typeof VisitReportCommand>;
export const VisitWorkCommand = Type.Object(
  {
    idempotencyKey,
    /** By the service's clock, as far as the phone knows it. */
    actedAt: IsoInstant,
    /** The phone had nothing but its own clock. */
    isTimeDoubtful: Type.Optional(Type.Boolean()),
    entries: Type.Array(WorkEntry, { minItems: 1, maxItems: 200 }),
  },
  closed,
);
export type VisitWorkCommand = Static<typeof VisitWorkCommand>;
export const VisitAskCommand = Type.Union([
  Type.Object(
    {
      idempotencyKey,
      kind: Type.Literal('moreTime'),
      minutes: Type.Integer({ minimum: 5, maximum: 720 }),
      text: Type.String({ maxLength: 500 }),
    },
    closed,
  ),
  Type.Object(
    { idempotencyKey, kind: oneOf(['help', 'partWanted']), text: Type.String({ minLength: 3, maxLength: 500 }) },
    closed,
  ),
]);
export type VisitAskCommand = Static<typeof VisitAskCommand>;
/** The phone makes the id of a request, so that sent twice it stands once. */
export const PartRequestCommand = Type.Union([
  Type.Object(
    {
      idempotencyKey,
      kind: Type.Literal('wanted'),
      partRequestId: idOf('partRequest'),
      /** As it stands on the part; the planner hears of one that is not in the catalogue too. */
      number: Type.String({ minLength: 1, maxLength: 300 }),
      quantity: Type.Integer({ minimum: 1, maximum: mostPieces }),
      neededByOn: LocalDay,
      text: Type.String({ maxLength: 500 }),
    },
    closed,
  ),
  Type.Object({ idempotencyKey, kind: Type.Literal('notWanted'), partRequestId: idOf('partRequest') }, closed),
]);
export type PartRequestCommand = Static<typeof PartRequestCommand>;
export const HandOverCommand = Type.Object(
  {
    idempotencyKey,
    quantity: Type.Integer({ minimum: 1, maximum: mostPieces }),
    depotId: idOf('depot'),
  },
  closed,
);
export type HandOverCommand = Static<typeof HandOverCommand>;
export const RefusePartCommand = Type.Object(
  { idempotencyKey, reason: Type.String({ minLength: 3, maxLength: 500 }) },
  closed,
);
/** What was in the van lies on the shelf of the depot again. The phone makes the id. */
export const VanReturnCommand = Type.Object(
  {
    idempotencyKey,
    vanReturnId: idOf('stockMovement'),
    partId: idOf('part'),
    quantity: Type.Integer({ minimum: 1, maximum: 999 }),
  },
  closed,
);
export type VanReturnCommand = Static<typeof VanReturnCommand>;
/** How many of the part are left in the van. */
export const VanReturnView = Type.Object({ left: Type.Integer() }, closed);
export type VanReturnView = Static<typeof VanReturnView>;
/** A piece of a file whose id the phone made; what has come already is left as it is. */
export const VisitFilePiece = Type.Object(
  {
    /** Place of the piece in the file, in bytes. */
    offset: Type.Integer({ minimum: 0 }),
    /** Of the whole file. */
    size: Type.Integer({ minimum: 1, maximum: mostPhotoBytes }),
    base64: Type.String({ maxLength: Math.ceil((pieceBytes * 4) / 3) + 4 }),
  },
  closed,
);
export type VisitFilePiece = Static<typeof VisitFilePiece>;
/** How much of the file has come; the next piece begins there. */
export const VisitFileView = Type.Object({ receivedBytes: Type.Integer(), isComplete: Type.Boolean() }, closed);
export type VisitFileView = Static<typeof VisitFileView>;
export const HandleFollowUpCommand = Type.Object({ idempotencyKey }, closed);
/** Asked twice, it is sent once or twice: no harm, and no key. */
export const AskWaveformCommand = Type.Object({ pointId: idOf('measurementPoint') }, closed);
export const SendConfigCommand = Type.Object(
  { idempotencyKey, yaml: Type.String({ minLength: 1, maxLength: mostConfigChars }) },
  closed,
);
/** Asks what is wrong with it; changes nothing. */
export const CheckConfigCommand = Type.Omit(SendConfigCommand, ['idempotencyKey'], closed);
export const RestartBaselineCommand = Type.Object({ idempotencyKey }, closed);
export const DecideModelCommand = Type.Object(
  { idempotencyKey, forecastModelId: idOf('forecastModel'), decision: oneOf(['putInService', 'endShadow']) },
  closed,
);
export const LayDownPolicyCommand = Type.Object(
  {
    idempotencyKey,
    criteria: PilotCriteria,
    recommendationsPerWeek: orNull(Type.Integer({ minimum: 1 })),
    approvedAheadUntilAt: orNull(IsoInstant),
  },
  closed,
);
