import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, Language, oneOf, orNull } from './base.ts';

/** How a case came about. */
export const caseOrigins = ['faultReport', 'question', 'feedback'] as const;
/** How bad it is, in the words of whoever says so. */
export const caseUrgencies = ['stopped', 'disturbed', 'canWait'] as const;
/** Whose turn it is. */
export const caseTurns = ['company', 'owner'] as const;

/** One matter of an owner with the service company, whoever of both takes part. Personal data. */
export const Case = defineRecord('case', {
  origin: oneOf(caseOrigins),
  urgency: oneOf(caseUrgencies),
  machineId: orNull(idOf('machine')),
  /** Whose machine it was then; null where nobody's. */
  ownerId: orNull(idOf('owner')),
  /** Who opened it or answers for the owner, as far as known. */
  contactId: orNull(idOf('contact')),
  visitId: orNull(idOf('visit')),
  /** How to reach whoever opened it without signing in, as they wrote it. */
  reachAt: orNull(Type.String({ maxLength: 200 })),
  /** In which they are answered. */
  language: Language,
  state: oneOf(['open', 'closed']),
  /** Whose turn it is; of an open case. */
  turn: oneOf(caseTurns),
  lastAtMs: Instant,
  closedAtMs: orNull(Instant),
});
export type Case = Static<typeof Case>;

export const caseVoices = ['owner', 'planner', 'technician'] as const;
/** At least one sign that can be seen. */
export const CaseText = Type.String({ minLength: 1, maxLength: 2000, pattern: '\\S' });

/** A plain photo of a phone; a larger one is refused. */
export const mostReportPhotoBytes = 15 * 1024 * 1024;

/** A photo that came with what was said: its bytes stand in the files, under their content, without what the camera wrote. */
export const CasePhoto = Type.Object(
  {
    mediaType: Type.Literal('image/jpeg'),
    bytes: Type.Integer({ minimum: 1 }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  closed,
);
export type CasePhoto = Static<typeof CasePhoto>;

/** What somebody said in a case; nothing of it is ever changed. Personal data. */
export const CaseMessage = defineRecord('caseMessage', {
  caseId: idOf('case'),
  /** For whom it was said; who it was is `createdBy`. */
  voice: oneOf(caseVoices),
  text: CaseText,
  photo: Type.Optional(CasePhoto),
});
export type CaseMessage = Static<typeof CaseMessage>;
