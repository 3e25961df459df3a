import { type Static, Type } from 'typebox';
import { closed, idOf, Language, oneOf, orNull } from '../base.ts';
import { CaseText, caseOrigins, caseTurns, caseUrgencies, caseVoices } from '../cases.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { mostPhotoBytes } from '../visit-files.ts';
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

/** Letters of base 64 that so many bytes become. */
export const mostCasePhotoLetters = Math.ceil(mostPhotoBytes / 3) * 4;
export const SayCommand = Type.Object(
  {
    idempotencyKey,
    text: CaseText,
    /** A JPEG that the phone has made small, in base 64. */
    photoBase64: Type.Optional(Type.String({ minLength: 4, maxLength: mostCasePhotoLetters })),
  },
  closed,
);
export const CloseCaseCommand = Type.Object({ idempotencyKey }, closed);
