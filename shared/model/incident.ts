import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, oneOf, orNull } from './base.ts';
import { FailureModeCode } from './machines.ts';

/** `inspectFirst`: the most urgent machine is visited, and the others wait for what is found there. */
export const incidentAnswers = ['approve', 'inspectFirst', 'postpone', 'reject'] as const;

/** What became of one matter of the incident; `stays` is open as before, the others of that kind could not be offered. */
export const incidentOutcomes = [
  'offered',
  'postponed',
  'rejected',
  'stays',
  'noSlot',
  'noLegalBasis',
  'slotTaken',
] as const;

/** A named person's one decision on what came up on many machines for one cause. Immutable. */
export const FleetIncident = defineRecord('fleetIncident', {
  /** Null where machines of several models have parts of one batch; the component alike. */
  machineModelId: orNull(idOf('machineModel')),
  componentCode: orNull(Type.String()),
  /** Of the parts, where that is the cause. */
  batch: Type.Optional(Type.String()),
  failureModeCode: FailureModeCode,
  personId: idOf('person'),
  answer: oneOf(incidentAnswers),
  reason: orNull(Type.String()),
  decidedAtMs: Instant,
  members: Type.Array(
    Type.Object({ recommendationId: idOf('recommendation'), outcome: oneOf(incidentOutcomes) }, closed),
    { minItems: 1 },
  ),
});
export type FleetIncident = Static<typeof FleetIncident>;
