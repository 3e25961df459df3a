import { type Static, Type } from 'typebox';
import { defineRecord, Instant, idOf, oneOf, orNull } from './base.ts';

export const followUpKinds = ['help', 'moreTime', 'cannotFinish', 'partWanted', 'stockShort', 'checkFailed'] as const;

/** Something that the field needs of the planner; it stays open until a person has dealt with it. */
export const FollowUp = defineRecord('followUp', {
  visitId: idOf('visit'),
  machineId: idOf('machine'),
  kind: oneOf(followUpKinds),
  /** In the technician's words. */
  text: Type.String({ maxLength: 2000 }),
  atMs: Instant,
  state: oneOf(['open', 'handled']),
  handledBy: orNull(idOf('person')),
});
export type FollowUp = Static<typeof FollowUp>;
