import { Type } from 'typebox';
import { closed, oneOf } from '../base.ts';

/** A text message that the SMS gateway has received. */
export const SmsArrived = Type.Object(
  {
    /** Of the gateway; the same message may be handed over again. */
    id: Type.String({ minLength: 1, maxLength: 200 }),
    from: Type.String({ minLength: 1, maxLength: 32 }),
    text: Type.String({ maxLength: 2000 }),
    /** ISO 8601 with its zone. */
    receivedAt: Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:\\d{2})$',
    }),
  },
  closed,
);

/** What the gateway is to send back. */
export const SmsReplyView = Type.Object({ reply: Type.String() }, closed);

/** What became of a text message of ours, by its id. */
export const SmsDelivery = Type.Object(
  { id: Type.String({ minLength: 1, maxLength: 200 }), state: oneOf(['delivered', 'failed']) },
  closed,
);
