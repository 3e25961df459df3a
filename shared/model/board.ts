import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, LocalDay, oneOf, orNull } from './base.ts';
import { SkillNeed } from './machines.ts';
import { IsoInstant } from './views/common.ts';

const note = Type.String({ minLength: 3, maxLength: 500 });

/** A place in the plan: who, and when work begins. Of two, who comes along; whoever costs least unless somebody is named. */
const placeFields = {
  technicianId: idOf('technician'),
  secondTechnicianId: Type.Optional(idOf('technician')),
  startAt: IsoInstant,
};

/** Another technician or time for a booked visit. */
const Move = Type.Object({ kind: Type.Literal('move'), visitId: idOf('visit'), ...placeFields }, closed);
/** Open work gets a place: as an offer that the owner answers, or booked at once because the contact agreed by phone. */
const Place = Type.Object(
  {
    kind: Type.Literal('place'),
    recommendationId: idOf('recommendation'),
    ...placeFields,
    as: oneOf(['offer', 'agreedByPhone']),
  },
  closed,
);
/** No re-plan moves a pinned visit; a person still may. */
const Pin = Type.Object({ kind: Type.Literal('pin'), visitId: idOf('visit'), pinned: Type.Boolean() }, closed);
/** Ill, or kept elsewhere, from the first to the last day. */
const Away = Type.Object(
  { kind: Type.Literal('away'), technicianId: idOf('technician'), fromOn: LocalDay, toOn: LocalDay },
  closed,
);
/** A machine that cannot wait, whatever its forecast says; agreed with its contact by phone. Without a place it gets the cheapest. */
const Urgent = Type.Object(
  {
    kind: Type.Literal('urgent'),
    machineId: idOf('machine'),
    componentId: idOf('component'),
    action: oneOf(['replace', 'inspect']),
    durationMin: Type.Integer({ minimum: 5, maximum: 1440 }),
    skills: Type.Array(SkillNeed),
    latestAt: IsoInstant,
    place: orNull(Type.Object(placeFields, closed)),
    reason: note,
  },
  closed,
);
/** What was to be had of a part beyond the shelves comes on that day. */
const PartLate = Type.Object({ kind: Type.Literal('partLate'), partId: idOf('part'), readyOn: LocalDay }, closed);
/** The owner does not want the visit at that time; the matter is open again. An owner may leave the reason out. */
const Cancel = Type.Object({ kind: Type.Literal('cancel'), visitId: idOf('visit'), reason: orNull(note) }, closed);
/** Work ends later than planned, or earlier. */
const EndsAt = Type.Object({ kind: Type.Literal('endsAt'), visitId: idOf('visit'), endAt: IsoInstant }, closed);
/** Nobody let the technician in, who left then; the matter is open again. */
const NotMet = Type.Object({ kind: Type.Literal('notMet'), visitId: idOf('visit'), leftAt: IsoInstant }, closed);

/** What somebody does to the plan; kept word for word as they gave it. */
export const BoardChange = Type.Union([Move, Place, Pin, Away, Urgent, PartLate, Cancel, EndsAt, NotMet]);
export type BoardChange = Static<typeof BoardChange>;

/** Records that the board changes. */
export const boardRecordKinds = ['visit', 'slotHold', 'offer', 'recommendation', 'message', 'technician'] as const;

/** One record before and after a step; null where it did not exist. */
export const BoardEdit = Type.Object(
  { kind: oneOf(boardRecordKinds), id: Type.String(), before: Type.Unknown(), after: Type.Unknown() },
  closed,
);
export type BoardEdit = Static<typeof BoardEdit>;

/** A step in the history of an organisation's plan: what somebody did, and what became of the records. `createdBy` names them. */
export const BoardStep = defineRecord('boardStep', {
  /** From 1 without gaps. The plan's mark is the number of its last step. */
  number: Type.Integer({ minimum: 1 }),
  /** The member of staff; null where an owner's contact did it to a visit of their own. */
  personId: orNull(idOf('person')),
  act: oneOf(['change', 'undo', 'redo']),
  /** The step that is undone or done again. */
  ofStepId: orNull(idOf('boardStep')),
  changes: Type.Array(BoardChange),
  edits: Type.Array(BoardEdit),
  /** What it is about: another step on any of it after a mark makes that mark too old. */
  touches: Type.Array(Type.String()),
  atMs: Instant,
});
export type BoardStep = Static<typeof BoardStep>;

/** What a slot cost when it was quoted, and what it cost when it was booked: a commit of others may have come between. */
export const BookingCost = defineRecord('bookingCost', {
  visitId: idOf('visit'),
  slotId: idOf('slot'),
  quotedCents: Type.Integer(),
  bookedCents: Type.Integer(),
  /** Booked less quoted, by terms; those that did not change are left out. */
  termsAdded: Type.Record(Type.String(), Type.Integer()),
});
export type BookingCost = Static<typeof BookingCost>;
