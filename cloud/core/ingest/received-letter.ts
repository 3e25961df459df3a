import type { Id } from '@kuluma/shared/model/base.ts';

/** A letter of a gateway whose organisation is known; the bytes are those of the wire (docs/wire.md). */
export interface ReceivedLetter {
  readonly organisationId: Id<'organisation'>;
  /** By the cloud's clock, when the broker got it: a check that is made later comes to the same end. */
  readonly receivedAtMs: number;
  readonly payload: Uint8Array;
}
