import { type Static, Type } from 'typebox';
import { closed, defineRecord, oneOf } from './base.ts';

/**
 * What somebody changed in the set-up of the company; its `createdBy` and `createdAtMs` say who and when. Where the
 * record holds personal data the fields are named only, so that no value outlives the record.
 */
export const SetUpChange = defineRecord('setUpChange', {
  /** The record that a person changed; what belongs to it (a machine's placement) counts as its field. */
  subjectId: Type.String({ minLength: 1 }),
  change: oneOf(['changed', 'ended', 'resumed', 'newToken']),
  fields: Type.Array(
    Type.Object(
      { name: Type.String({ minLength: 1 }), from: Type.Optional(Type.Unknown()), to: Type.Optional(Type.Unknown()) },
      closed,
    ),
  ),
});
export type SetUpChange = Static<typeof SetUpChange>;
