import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, oneOf } from './base.ts';
import { CheckAnswer } from './checklists.ts';
import { PartBatch } from './machines.ts';
import { findingVerdicts } from './service.ts';

/** What a technician does at a machine, in order. The report closes them. */
export const visitSteps = ['travel', 'safety', 'find', 'do', 'parts', 'sign'] as const;
export type VisitStep = (typeof visitSteps)[number];

/** Where a signature is drawn, in its own units. */
export const signatureBox = { width: 1000, height: 400 } as const;

/** Which question of which edition of a checklist. */
const asked = { editionId: idOf('checklistEdition'), item: Type.Integer({ minimum: 0, maximum: 99 }) };
const CheckPlace = Type.Object(asked, closed);
export type CheckPlace = Static<typeof CheckPlace>;

/** One thing that the technician stated; a later statement of the same field takes its place. */
export const WorkValue = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('step'),
      step: oneOf(visitSteps),
      state: oneOf(['done', 'parked']),
      /** Why it is parked; empty where it is done. */
      reason: Type.String({ maxLength: 500 }),
    },
    closed,
  ),
  Type.Object(
    { kind: Type.Literal('finding'), verdict: oneOf(findingVerdicts), text: Type.String({ maxLength: 2000 }) },
    closed,
  ),
  Type.Object({ kind: Type.Literal('replaced'), replaced: Type.Boolean() }, closed),
  Type.Object(
    {
      kind: Type.Literal('part'),
      partId: idOf('part'),
      used: Type.Integer({ minimum: 0, maximum: 999 }),
      /** What was fetched for the visit and not used stays in the van; else it goes back to where it was. */
      inVan: Type.Optional(Type.Boolean()),
      /** Of those that were used. */
      batch: Type.Optional(PartBatch),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('minutes'), minutes: Type.Integer({ minimum: 0, maximum: 10_000 }) }, closed),
  Type.Object(
    {
      kind: Type.Literal('signature'),
      name: Type.String({ minLength: 1, maxLength: 100 }),
      /** Lines of the pen, each x, y, x, y ... within the box of `signatureBox`. */
      strokes: Type.Array(Type.Array(Type.Integer({ minimum: 0, maximum: 1000 }), { minItems: 2, maxItems: 1000 }), {
        minItems: 1,
        maxItems: 100,
      }),
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('photo'),
      fileId: idOf('visitFile'),
      step: oneOf(visitSteps),
      state: oneOf(['kept', 'removed']),
      /** The question of a checklist that it answers, if any. */
      check: Type.Optional(CheckPlace),
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('check'),
      ...asked,
      answer: CheckAnswer,
      /** In the technician's words, above all where it failed. */
      note: Type.String({ maxLength: 500 }),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('noSignature'), reason: Type.String({ minLength: 3, maxLength: 500 }) }, closed),
]);
export type WorkValue = Static<typeof WorkValue>;

/** A statement as the phone makes it: the phone gives the id, so that sent twice it stands once. */
export const WorkEntry = Type.Object(
  {
    entryId: idOf('visitEntry'),
    value: WorkValue,
    /** Statements of the same field that the technician saw when making this one. */
    replaces: Type.Array(idOf('visitEntry'), { maxItems: 20 }),
  },
  closed,
);
export type WorkEntry = Static<typeof WorkEntry>;

/** Kept for ever as it was made; what holds now is worked out from all of a visit (`mergedWork`). */
export const VisitEntry = defineRecord('visitEntry', {
  visitId: idOf('visit'),
  value: WorkValue,
  replaces: Type.Array(idOf('visitEntry')),
  /** By the service's clock, as far as the phone knew it. */
  actedAtMs: Instant,
  /** The phone had nothing but its own clock. */
  isTimeDoubtful: Type.Optional(Type.Boolean()),
});
export type VisitEntry = Static<typeof VisitEntry>;
