import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, oneOf, orNull, Probability } from './base.ts';

export const stateCodes = ['normal', 'changed', 'unknown'] as const;

/** One point that a machine in another state than its own normal one stands out by. */
export const StateReason = Type.Object(
  {
    pointId: idOf('measurementPoint'),
    /** `level`: where it stands; `movement`: how much it moves about that; `change`: how fast, from hour to hour. */
    kind: oneOf(['level', 'movement', 'change']),
    /** Of a level: how far above what the other points let expect, in the unit of the point. Else how many times its healthy size. */
    amount: Type.Number(),
    /** Of the evidence against the normal state. */
    share: Probability,
  },
  closed,
);
export type StateReason = Static<typeof StateReason>;

/**
 * How a machine stands against its own baseline, from the record on until its next one: made when that changes, and when
 * the baseline begins anew. Immutable.
 */
export const MachineState = defineRecord('machineState', {
  machineId: idOf('machine'),
  state: oneOf(stateCodes),
  /** Since when it is so, as the data tell. */
  sinceMs: Instant,
  dataUntilMs: Instant,
  /** Above 1 is beyond what the baseline lets expect; null while unknown. */
  score: orNull(Type.Number({ minimum: 0 })),
  /** Strongest first; of a change only. */
  reasons: Type.Array(StateReason),
  /** Why it is unknown: the baseline has too few hours yet, no point ever moved in it, or nothing came for days. */
  unknown: orNull(oneOf(['baselineShort', 'nothingMoves', 'silent'])),
  /** What is taken for normal: so many measured hours from an instant on. */
  baseline: Type.Object({ fromMs: Instant, hours: Type.Integer({ minimum: 1 }) }, closed),
  codeVersion: Type.String(),
});
export type MachineState = Static<typeof MachineState>;
