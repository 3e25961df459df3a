import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, oneOf, orNull } from './base.ts';

/**
 * Why something of a person stays after their erasure. `legalClaims`: proof of work done until claims for it are too old
 * (GDPR Article 17(3)(e)); `proofOfConsent`: what was allowed and stopped (Articles 7(1) and 17(3)(b)); `openMatter`: a
 * case that is not settled yet (Article 17(1)(a)); `nameless`: random ids that nothing joins to a person any more.
 */
export const keepReasons = ['legalClaims', 'proofOfConsent', 'openMatter', 'nameless'] as const;
export const KeepReason = oneOf(keepReasons);
export type KeepReason = Static<typeof KeepReason>;

export const KeptKind = Type.Object(
  {
    kind: Type.String({ minLength: 1 }),
    count: Type.Integer({ minimum: 1 }),
    why: KeepReason,
    /** When the last of it goes; null where nothing of a person is left in it, or nobody can tell yet. */
    untilMs: orNull(Instant),
  },
  closed,
);
export type KeptKind = Static<typeof KeptKind>;

export const privacyRequestStates = ['open', 'done', 'refused'] as const;

/**
 * That somebody took their data along, or asked for their erasure, and what became of that. Random ids and counts only, so
 * that it may outlive what it tells of.
 */
export const PrivacyRequest = defineRecord('privacyRequest', {
  kind: oneOf(['access', 'erasure']),
  personId: orNull(idOf('person')),
  contactId: orNull(idOf('contact')),
  state: oneOf(privacyRequestStates),
  /** Until then it must be answered (GDPR Article 12(3)). */
  dueAtMs: Instant,
  decidedBy: orNull(idOf('person')),
  decidedAtMs: orNull(Instant),
  /** Why it was refused. */
  reason: orNull(Type.String({ maxLength: 500 })),
  /** How many records were removed or emptied, by kind. */
  removed: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
  kept: Type.Array(KeptKind),
  /** When no back-up holds it any more. */
  backupsUntilMs: orNull(Instant),
});
export type PrivacyRequest = Static<typeof PrivacyRequest>;
