import { idOf } from '@kuluma/shared/model/base.ts';
import { type TProperties, Type } from 'typebox';

/** Path parameters below an organisation. */
export const pathIds = <P extends TProperties>(ids: P) =>
  Type.Object({ organisationId: idOf('organisation'), ...ids }, { additionalProperties: false });

/** Header of a command on a record. Optional to the validator, so that its absence is answered by 428. */
export const IfMatch = Type.Object({
  'if-match': Type.Optional(Type.String({ description: 'The ETag of the record, for example "3"' })),
});
