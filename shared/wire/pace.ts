import { type Static, Type } from 'typebox';
import { Instant } from '../model/base.ts';

/** What the cloud asks of a gateway, as retained JSON on its `pace` channel. */
export const Pace = Type.Object(
  {
    /** Samples a second that may go by the history lane; null leaves it to the gateway. */
    historySamplesPerS: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
    /** The cloud's time when it sent this, not retained: a gateway with no other source of time sets its own by it. */
    nowMs: Type.Optional(Instant),
  },
  { additionalProperties: false },
);
export type Pace = Static<typeof Pace>;
