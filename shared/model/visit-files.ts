import { type Static, Type } from 'typebox';
import { defineRecord, idOf } from './base.ts';

/** A picture of a phone, after the phone has made it small; a larger one is refused. */
export const mostPhotoBytes = 4 * 1024 * 1024;
/** Raw bytes of one piece of an upload. */
export const pieceBytes = 128 * 1024;

/** A photo of a visit: its bytes stand in the files, under their content. */
export const VisitFile = defineRecord('visitFile', {
  visitId: idOf('visit'),
  mediaType: Type.Literal('image/jpeg'),
  bytes: Type.Integer({ minimum: 1 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type VisitFile = Static<typeof VisitFile>;
