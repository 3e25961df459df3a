import { type Static, Type } from 'typebox';
import { closed, idOf, oneOf, orNull } from '../base.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { KeepReason, PrivacyRequest, privacyRequestStates } from '../privacy.ts';
import { IsoInstant } from './common.ts';

const Kept = Type.Object(
  { kind: Type.String(), count: Type.Integer(), why: KeepReason, untilAt: orNull(IsoInstant) },
  closed,
);

const shown = {
  kind: PrivacyRequest.properties.kind,
  state: oneOf(privacyRequestStates),
  askedAt: IsoInstant,
  dueAt: IsoInstant,
  decidedAt: orNull(IsoInstant),
  reason: orNull(Type.String()),
  removed: Type.Record(Type.String(), Type.Integer()),
  kept: Type.Array(Kept),
  backupsUntilAt: orNull(IsoInstant),
};

/** What the reader may know of their own data. */
export const OwnPrivacyView = Type.Object(
  {
    /** How many records are kept of them, by kind. */
    held: Type.Array(Type.Object({ kind: Type.String(), purpose: Type.String(), count: Type.Integer() }, closed)),
    /** Newest first. */
    requests: Type.Array(Type.Object(shown, closed)),
  },
  closed,
);
export type OwnPrivacyView = Static<typeof OwnPrivacyView>;

/** A request as whoever decides it sees it. */
export const PrivacyRequestRow = Type.Object(
  {
    ...shown,
    requestId: idOf('privacyRequest'),
    version: Type.Integer({ minimum: 1 }),
    whose: oneOf(['staff', 'contact']),
    /** A dash once they are erased. */
    name: Type.String(),
    ownerName: orNull(Type.String()),
    /** What goes on with them, to be settled first. */
    openOffers: Type.Integer(),
    comingVisits: Type.Integer(),
    openCases: Type.Integer(),
    decidedByName: orNull(Type.String()),
  },
  closed,
);
export type PrivacyRequestRow = Static<typeof PrivacyRequestRow>;

export const DecideErasureCommand = Type.Object(
  {
    idempotencyKey,
    /** Null erases; else why not, which the person reads. */
    refusal: orNull(Type.String({ minLength: 3, maxLength: 500 })),
  },
  closed,
);
export type DecideErasureCommand = Static<typeof DecideErasureCommand>;
