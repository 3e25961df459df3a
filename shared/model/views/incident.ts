import { type Static, Type } from 'typebox';
import { closed, idOf, LocalText, oneOf, orNull } from '../base.ts';
import { HealthGrade } from '../forecast.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { FleetIncident } from '../incident.ts';
import { FailureModeCode } from '../machines.ts';
import { PriceTotal } from '../money.ts';
import { IsoInstant, MachineHead } from './common.ts';

/** What came up on many machines for one cause: on one model, or in parts of one batch on whichever. */
export const IncidentHead = Type.Object(
  {
    /** That of its first member. */
    incidentId: idOf('recommendation'),
    machines: Type.Integer(),
    /** Null where there are several. */
    modelName: orNull(LocalText),
    /** Of the parts, where that is the cause. */
    batch: orNull(Type.String()),
    componentName: LocalText,
    failureModeCode: FailureModeCode,
    firstAt: IsoInstant,
    lastAt: IsoInstant,
  },
  closed,
);
export type IncidentHead = Static<typeof IncidentHead>;

/** A gateway that fed machines and is not heard any more: one matter, not one for each machine. */
export const SilentGateway = Type.Object(
  {
    gatewayId: idOf('gateway'),
    name: Type.String(),
    siteName: Type.String(),
    machines: Type.Integer(),
    lastSeenAt: orNull(IsoInstant),
  },
  closed,
);
export type SilentGateway = Static<typeof SilentGateway>;

export const IncidentView = Type.Object(
  {
    ...IncidentHead.properties,
    /** The most urgent first. */
    members: Type.Array(
      Type.Object(
        {
          recommendationId: idOf('recommendation'),
          version: Type.Integer(),
          machine: MachineHead,
          healthGrade: HealthGrade,
          windowFromAt: IsoInstant,
          windowToAt: IsoInstant,
          /** Of work and parts: the way comes with the time that the plan finds. Null where a part is not in the catalogue. */
          price: orNull(PriceTotal),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type IncidentView = Static<typeof IncidentView>;

/** What fits a request: more than a cause reaches of 5,000 machines. It is decided at once, so it never comes in parts. */
const mostMembers = 3000;
const seen = {
  idempotencyKey,
  /** All that the person decides about, as they saw them. */
  members: Type.Array(
    Type.Object({ recommendationId: idOf('recommendation'), version: Type.Integer({ minimum: 1 }) }, closed),
    { minItems: 1, maxItems: mostMembers },
  ),
};

/** POST. */
export const DecideIncidentCommand = Type.Union([
  Type.Object({ ...seen, answer: oneOf(['approve', 'inspectFirst']) }, closed),
  Type.Object(
    { ...seen, answer: Type.Literal('postpone'), untilAt: IsoInstant, reason: Type.String({ maxLength: 500 }) },
    closed,
  ),
  Type.Object(
    { ...seen, answer: Type.Literal('reject'), reason: Type.String({ minLength: 3, maxLength: 500 }) },
    closed,
  ),
]);
export type DecideIncidentCommand = Static<typeof DecideIncidentCommand>;

/** What became of each. */
export const IncidentDecidedView = FleetIncident.properties.members;
export type IncidentDecidedView = Static<typeof IncidentDecidedView>;
