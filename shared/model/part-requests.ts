import { type Static, Type } from 'typebox';
import { defineRecord, Instant, idOf, LocalDay, oneOf } from './base.ts';

/** `handedOver`: all of it is in the van. `withdrawn`: the technician needs it no more. */
export const partRequestStates = ['open', 'handedOver', 'refused', 'withdrawn'] as const;

/** So many pieces a request asks for at the most. */
export const mostPieces = 99;

/**
 * A part that a technician lacks at a visit. While it is open, what the depot has of it is kept for it in the ledger; of a
 * visit that was cancelled nobody waits for it.
 */
export const PartRequest = defineRecord('partRequest', {
  visitId: idOf('visit'),
  machineId: idOf('machine'),
  /** Whose van it goes to. */
  technicianId: idOf('technician'),
  partId: idOf('part'),
  quantity: Type.Integer({ minimum: 1, maximum: mostPieces }),
  /** How many of them are in the van. */
  handedOver: Type.Integer({ minimum: 0, maximum: mostPieces }),
  /** In the zone of the technician. */
  neededByOn: LocalDay,
  /** Where it is kept, and comes from unless another depot hands it over. */
  depotId: idOf('depot'),
  /** In the technician's words. */
  text: Type.String({ maxLength: 500 }),
  state: oneOf(partRequestStates),
  /** Why it was refused; empty otherwise. */
  reason: Type.String({ maxLength: 500 }),
  atMs: Instant,
});
export type PartRequest = Static<typeof PartRequest>;
