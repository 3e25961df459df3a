import { type Static, Type } from 'typebox';
import { closed, idOf, Language, oneOf, orNull } from '../base.ts';
import { CaseText, caseOrigins, caseTurns, caseUrgencies, caseVoices } from '../cases.ts';
import { IsoInstant, MachineHead } from './common.ts';

/** Matters of owners with the service company: the list, and the thread of one. */

const rowFields = {
  caseId: idOf('case'),
  version: Type.Integer(),
  origin: oneOf(caseOrigins),
  urgency: oneOf(caseUrgencies),
  state: oneOf(['open', 'closed']),
  turn: oneOf(caseTurns),
  machine: orNull(MachineHead),
  /** Who opened it, as far as known. */
  personName: orNull(Type.String()),
  openedAt: IsoInstant,
  lastAt: IsoInstant,
  lastText: Type.String(),
};

export const CaseRow = Type.Object(rowFields, closed);
export type CaseRow = Static<typeof CaseRow>;

/** What was said, oldest first. */
export const CaseMessages = Type.Array(
  Type.Object(
    {
      voice: oneOf(caseVoices),
      personName: orNull(Type.String()),
      text: CaseText,
      at: IsoInstant,
      /** Of the photo that came with it, by which it is asked for. */
      photoId: Type.Optional(idOf('caseMessage')),
    },
    closed,
  ),
);

export const CaseView = Type.Object(
  {
    ...rowFields,
    /** Ways to whoever opened it: numbers and addresses as they were given. */
    reachAt: Type.Array(Type.String()),
    language: Language,
    messages: CaseMessages,
  },
  closed,
);
export type CaseView = Static<typeof CaseView>;

const idempotencyKey = Type.String({ minLength: 8, maxLength: 100 });
export const SayCommand = Type.Object({ idempotencyKey, text: CaseText }, closed);
export const CloseCaseCommand = Type.Object({ idempotencyKey }, closed);
