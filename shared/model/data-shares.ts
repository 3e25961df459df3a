import { type Static, Type } from 'typebox';
import { defineRecord, Instant, idOf, oneOf, orNull } from './base.ts';

export const shareDetails = ['raw', 'hours'] as const;
export const dataFormats = ['json', 'csv', 'parquet'] as const;
export type DataFormat = (typeof dataFormats)[number];
/** As what a third party gets data: as a file, or as they come. */
const useFormats = [...dataFormats, 'stream'] as const;

/**
 * An owner's share of the data of their machines with a third party (Data Act, Regulation 2023/2854, Article 5): which
 * machines and points, of which time, how detailed, what for and how long. Null: all that is and comes.
 */
export const DataShareGrant = defineRecord('dataShareGrant', {
  ownerId: idOf('owner'),
  /** A company. The owner has said that it is no gatekeeper (Article 5(3)). */
  recipientName: Type.String({ minLength: 1, maxLength: 200 }),
  purpose: Type.String({ minLength: 3, maxLength: 500 }),
  machineIds: Type.Array(idOf('machine'), { minItems: 1, maxItems: 200 }),
  pointIds: orNull(Type.Array(idOf('measurementPoint'), { minItems: 1, maxItems: 500 })),
  /** Data from this instant on; null: from when the machine became the owner's. */
  dataFromMs: orNull(Instant),
  detail: oneOf(shareDetails),
  /** From then on it opens nothing. */
  endsAtMs: Instant,
  revokedAtMs: orNull(Instant),
});
export type DataShareGrant = Static<typeof DataShareGrant>;

/** That a third party fetched data: one for each time. */
export const DataShareUse = defineRecord('dataShareUse', {
  grantId: idOf('dataShareGrant'),
  machineId: idOf('machine'),
  fromMs: Instant,
  /** Of a stream the end of the grant. */
  toMs: Instant,
  format: oneOf(useFormats),
});
export type DataShareUse = Static<typeof DataShareUse>;
