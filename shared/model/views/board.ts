import { type Static, type TProperties, Type } from 'typebox';
import { closed, idOf, LocalDay, LocalText, Location, oneOf, orNull, TimeZone } from '../base.ts';
import { BoardChange } from '../board.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { FailureModeCode, SkillNeed } from '../machines.ts';
import { visitStates } from '../service.ts';
import { Certificate } from '../stock.ts';
import { IsoInstant, MachineHead } from './common.ts';
import { ReasonView, workNeedsView } from './decision.ts';

/** The planning board: who is where when, what it costs, and what another place would cost. */

const view = <P extends TProperties>(fields: P) => Type.Object(fields, closed);
/** Of the plan: rises with each step on the board. */
const mark = Type.Integer({ minimum: 0 });

/** Named terms in cents; they add up to `costCents`. */
export const BoardCost = view({ costCents: Type.Integer(), costTerms: Type.Record(Type.String(), Type.Integer()) });
export type BoardCost = Static<typeof BoardCost>;
const Drive = view({ minutes: Type.Number(), km: Type.Number() });
const Span = view({ fromAt: IsoInstant, toAt: IsoInstant });
/** A visit, a time that is held for an owner, or work without a place. */
const EntryId = Type.Union([idOf('visit'), idOf('slot'), idOf('recommendation')]);

export const boardConflictCodes = [
  'past',
  'fixed',
  'absent',
  'hours',
  'skill',
  'certificate',
  'tool',
  'area',
  'access',
  'part',
  'second',
  'overlap',
  'link',
  'window',
  'overtime',
  'promise',
] as const;

/** What speaks against a place. Where `isBlocking` nobody can put it there; else it costs, or has to be confirmed (`promise`). */
export const BoardConflict = view({
  code: oneOf(boardConflictCodes),
  isBlocking: Type.Boolean(),
  /** Names and numbers for the sentence; instants as ISO 8601 under `...At`. */
  facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
});
export type BoardConflict = Static<typeof BoardConflict>;

export const BoardTechnicianView = view({
  technicianId: idOf('technician'),
  name: Type.String(),
  depotId: idOf('depot'),
  depotName: Type.String(),
  home: Location,
  timeZone: TimeZone,
  skills: Type.Array(SkillNeed),
  certificates: Type.Array(Certificate),
  /** Working hours within the time asked for; a day off is not there. */
  working: Type.Array(view({ on: LocalDay, fromAt: IsoInstant, toAt: IsoInstant })),
  /** Days off within it that would be working days. */
  absentOn: Type.Array(LocalDay),
  breaks: Type.Array(Span),
});
export type BoardTechnicianView = Static<typeof BoardTechnicianView>;

/** What the work is, wherever it stands. */
const workFields = {
  recommendationId: idOf('recommendation'),
  machine: MachineHead,
  componentName: LocalText,
  action: oneOf(['replace', 'inspect']),
  failureModeCode: FailureModeCode,
  durationMin: Type.Integer(),
  ...workNeedsView,
  /** The failure as the forecast behind the work has it; null where it abstains. */
  wear: orNull(view({ p10At: IsoInstant, p50At: IsoInstant, p90At: IsoInstant })),
  /** Earliest, best and latest sensible time of service. */
  window: view({ fromAt: IsoInstant, bestAt: IsoInstant, toAt: IsoInstant }),
};

export const BoardVisitView = view({
  ...workFields,
  /** Unique on the board: the visit, or the slot that is held for an owner. */
  entryId: Type.Union([idOf('visit'), idOf('slot')]),
  offerId: idOf('offer'),
  state: oneOf(['held', ...visitStates]),
  technicianId: idOf('technician'),
  /** Who comes along, where two come. */
  secondTechnicianId: orNull(idOf('technician')),
  startAt: IsoInstant,
  endAt: IsoInstant,
  /** The way to it from the stop before, past the depot if need be. */
  driveBefore: Drive,
  /** The way home, after the last stop of a day. */
  driveAfter: orNull(Drive),
  /** From arriving until work begins. */
  waitMin: Type.Number(),
  viaDepotName: orNull(Type.String()),
  parts: Type.Array(
    view({
      partId: idOf('part'),
      number: Type.String(),
      name: LocalText,
      quantity: Type.Integer(),
      from: oneOf(['van', 'depot', 'supplier']),
      /** Of what the supplier brings: the day from which it can be fetched. */
      readyOn: orNull(LocalDay),
    }),
  ),
  pinned: Type.Boolean(),
  /** Why nobody can move it; null if one can. */
  fixedBecause: orNull(oneOf(['held', 'begun', 'over'])),
  /** The arrival that the owner was told. */
  promised: orNull(Span),
  /** What speaks against it where it stands, for example that its technician is away. */
  conflicts: Type.Array(BoardConflict),
});
export type BoardVisitView = Static<typeof BoardVisitView>;

/** A possible place, and what the plan would cost more with it than it costs now. */
export const BoardPlaceView = view({
  technicianId: idOf('technician'),
  startAt: IsoInstant,
  endAt: IsoInstant,
  difference: BoardCost,
});
export type BoardPlaceView = Static<typeof BoardPlaceView>;

/** Work that waits for a place. */
export const BoardUnplannedView = view({
  ...workFields,
  entryId: idOf('recommendation'),
  /** The cheapest place; null where nobody can come, which `reasons` explain. */
  best: orNull(BoardPlaceView),
  /** True reasons, found by insertion tests. Empty: it waits for a person's decision only. */
  reasons: Type.Array(ReasonView),
});
export type BoardUnplannedView = Static<typeof BoardUnplannedView>;

/** A step of a named person, as the history lists it. */
export const BoardStepView = view({
  mark,
  act: oneOf(['change', 'undo', 'redo']),
  personName: Type.String(),
  at: IsoInstant,
  changes: Type.Array(BoardChange),
  /** What it is about: entries, machines, parts, and days of technicians (`tec_...@2026-11-23`). */
  touches: Type.Array(Type.String()),
});
export type BoardStepView = Static<typeof BoardStepView>;

export const BoardView = view({
  mark,
  nowAt: IsoInstant,
  fromAt: IsoInstant,
  toAt: IsoInstant,
  /** Of the company. */
  timeZone: TimeZone,
  technicians: Type.Array(BoardTechnicianView),
  visits: Type.Array(BoardVisitView),
  unplanned: Type.Array(BoardUnplannedView),
  /** Of the whole plan ahead. */
  cost: BoardCost,
  /** What the signed-in person would undo or do again; null where nothing can be, for example since the owner was told. */
  undo: orNull(BoardStepView),
  redo: orNull(BoardStepView),
});
export type BoardView = Static<typeof BoardView>;
export const BoardQuery = view({ fromAt: IsoInstant, toAt: IsoInstant });

/** `copyId`: in a what-if copy instead of the plan. */
export const BoardQuoteCommand = view({
  entryId: EntryId,
  technicianId: idOf('technician'),
  /** Who shall come along, where two come; whoever costs least unless given. */
  secondTechnicianId: Type.Optional(idOf('technician')),
  startAt: IsoInstant,
  copyId: Type.Optional(Type.String()),
});
export const BoardQuoteView = view({
  mark,
  isPossible: Type.Boolean(),
  conflicts: Type.Array(BoardConflict),
  /** Who would come along, where two come. */
  secondTechnicianId: orNull(idOf('technician')),
  /** Where two come: everybody else, with what the plan would cost more with them, or why they cannot; the cheapest first. */
  seconds: Type.Array(
    view({
      technicianId: idOf('technician'),
      differenceCents: orNull(Type.Integer()),
      conflicts: Type.Array(BoardConflict),
    }),
  ),
  endAt: IsoInstant,
  driveBefore: orNull(Drive),
  driveAfter: orNull(Drive),
  /** Against the plan as it is; null where it is not possible. */
  difference: orNull(BoardCost),
  /** What is driven more in all. */
  addedKm: orNull(Type.Number()),
  /** The owner was told another time or technician: a change has to say `confirmed`, and they are told. */
  needsConfirmation: Type.Boolean(),
});
export type BoardQuoteView = Static<typeof BoardQuoteView>;

/** Everywhere that one entry could stand, for a drag: asked once, then no request for each pixel. */
export const BoardPlacesCommand = view({
  entryId: EntryId,
  fromAt: IsoInstant,
  toAt: IsoInstant,
  copyId: Type.Optional(Type.String()),
});
export const BoardPlacesView = view({
  mark,
  /** Starts stand on this grid. */
  stepMin: Type.Integer(),
  /** A technician's day each. */
  days: Type.Array(
    view({
      technicianId: idOf('technician'),
      on: LocalDay,
      /** Possible starts from `fromAt` on, `stepMin` apart, and what the plan would cost more with each. */
      spans: Type.Array(view({ fromAt: IsoInstant, differenceCents: Type.Array(Type.Integer()) })),
      /** Where there is none: what speaks against the whole day. */
      conflicts: Type.Array(BoardConflict),
    }),
  ),
});
export type BoardPlacesView = Static<typeof BoardPlacesView>;

/** Why an entry stands where it does, or nowhere. */
export const BoardWhyView = view({
  mark,
  /** What it adds to the plan where it stands; null if it stands nowhere. */
  here: orNull(BoardCost),
  /** The cheapest other places, one for each technician and day, cheapest first. */
  alternatives: Type.Array(BoardPlaceView),
  reasons: Type.Array(ReasonView),
});
export type BoardWhyView = Static<typeof BoardWhyView>;

const BoardStand = view({
  technicianId: idOf('technician'),
  technicianName: Type.String(),
  startAt: IsoInstant,
  endAt: IsoInstant,
});

/** What changes make of a plan, for a person to read. */
export const BoardDiffView = view({
  moves: Type.Array(
    view({
      /** A visit; of new work its recommendation, of urgent work its machine. */
      entryId: Type.String(),
      machineTag: Type.String(),
      siteName: Type.String(),
      how: oneOf(['placed', 'leftOut', 'otherTechnician', 'otherDay', 'otherTime']),
      from: orNull(BoardStand),
      to: orNull(BoardStand),
      /** Its owner was told otherwise and would be told of it. */
      needsConfirmation: Type.Boolean(),
    }),
  ),
  costBeforeCents: Type.Integer(),
  costAfterCents: Type.Integer(),
  /** What each term grew by. */
  termsAdded: Type.Record(Type.String(), Type.Integer()),
});
export type BoardDiffView = Static<typeof BoardDiffView>;

/**
 * A change by a named person who saw the plan of `mark`. 409 if it touches what somebody changed since. Owners who were told
 * otherwise are told again, and only if the person has `confirmed`. A change that uproots other visits is refused here,
 * with the visits: it is made in a copy, where a repair proposes and the person accepts.
 */
export const BoardChangeCommand = view({ idempotencyKey, mark, change: BoardChange, confirmed: Type.Boolean() });
export const BoardChangedView = view({ mark, step: BoardStepView, diff: BoardDiffView });
export type BoardChangedView = Static<typeof BoardChangedView>;
/** Undo and redo: of the person's own steps, 20 of them, until somebody was told. */
export const BoardUndoCommand = view({ idempotencyKey, mark });

/** A what-if copy of the plan. `repair`: how long to look for a better plan around the changes, in moves; 0 not at all. */
const repair = Type.Integer({ minimum: 0, maximum: 20_000 });
/** With no changes and a repair it is a re-plan. */
export const BoardCopyCommand = view({ mark, changes: Type.Array(BoardChange, { maxItems: 20 }), repair });
/** Goes on with a copy. */
export const BoardCopyMoreCommand = view({ changes: Type.Array(BoardChange, { maxItems: 20 }), repair });
export const BoardCopyView = view({
  copyId: Type.String(),
  /** Of the plan that it was copied from. */
  mark,
  changes: Type.Array(BoardChange),
  /** Whether a change, and the repair behind it, can be undone in it. */
  canUndo: Type.Boolean(),
  diff: BoardDiffView,
  visits: Type.Array(
    view({
      entryId: Type.String(),
      technicianId: idOf('technician'),
      secondTechnicianId: orNull(idOf('technician')),
      startAt: IsoInstant,
      endAt: IsoInstant,
      driveBefore: Drive,
      driveAfter: orNull(Drive),
    }),
  ),
  /** Work that has no place in it, and why. */
  unplanned: Type.Array(view({ entryId: Type.String(), reasons: Type.Array(ReasonView) })),
});
export type BoardCopyView = Static<typeof BoardCopyView>;
export const BoardTakeCommand = view({ idempotencyKey, mark, confirmed: Type.Boolean() });

/** `event: step` of the event stream; `event: plan` says that the plan changed otherwise: an owner's answer, a report. */
export const BoardEventView = view({ mark, step: orNull(BoardStepView) });
export type BoardEventView = Static<typeof BoardEventView>;
