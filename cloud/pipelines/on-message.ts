import { asAppError } from '@kuluma/shared/errors.ts';
import type { SampleClass } from '@kuluma/shared/model/topics.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { decodeLetter } from '@kuluma/shared/wire/letter.ts';
import { peekRecord, type RecordKey } from '@kuluma/shared/wire/record.ts';
import type { GatewayMessage } from '../broker-ports.ts';
import type { ReceivedLetter } from '../core/ingest/received-letter.ts';
import type { Clock, KnownGateway } from '../ports.ts';
import type { Refusals } from './refusals.ts';

export interface OnMessage {
  /**
   * Resolves when the message may be acknowledged: it is durable, or it can never be of use and was counted, so that
   * the gateway does not send it for ever. While there is no room it waits. @throws when it must not be acknowledged.
   */
  take(message: GatewayMessage): Promise<void>;
  /** The newest state of each gateway that reported one since start. */
  gatewayStates(): GatewayState[];
}

/** Key of the letter's record: all of its frame is read, of its contents nothing. */
const keyOf = (payload: Uint8Array): RecordKey | undefined => {
  try {
    return peekRecord(decodeLetter(payload).record).key;
  } catch (error) {
    if (asAppError(error).code === 'INPUT_INVALID') return undefined;
    throw error;
  }
};

const jsonOf = (payload: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
};

/** A channel is a lane: records of the live log that waited long come by the lane of the history. */
const mayCarry = (lane: SampleClass, log: SampleClass): boolean =>
  lane === log || (lane === 'history' && log === 'live');

/** MQTT message -> inbox. `keep` makes the letter durable, by the lane on which it came; `kept` hears of its record then. */
export const createOnMessage = (deps: {
  readonly refusals: Refusals;
  readonly clock: Clock;
  readonly stated: (gateway: KnownGateway, state: GatewayState) => void;
  readonly keep: (lane: SampleClass, letter: ReceivedLetter, isWanted: () => boolean) => Promise<void>;
  readonly kept: (gateway: KnownGateway, key: RecordKey) => void;
}): OnMessage => {
  const states = new Map<string, GatewayState>();

  const takeState = (message: GatewayMessage): void => {
    const { gatewayId, payload } = message;
    const state = jsonOf(payload);
    if (!isValid(GatewayState, state)) deps.refusals.count(gatewayId, 'malformedPayload', 0);
    else if (state.gatewayId !== gatewayId) deps.refusals.count(gatewayId, 'foreignTopic', 0);
    else {
      states.set(gatewayId, state);
      deps.stated(message, state);
    }
  };

  return {
    gatewayStates: () => [...states.values()],
    async take(message) {
      const { organisationId, gatewayId, channel, payload } = message;
      if (channel === 'state') return takeState(message);
      const letter = { organisationId, receivedAtMs: deps.clock.now(), payload };
      const key = keyOf(payload);
      if (!key) await deps.refusals.setAside(gatewayId, 'malformedPayload', 0, letter);
      else if (key.gatewayId !== gatewayId || !mayCarry(channel, key.class))
        deps.refusals.count(gatewayId, 'foreignTopic', 0);
      else {
        await deps.keep(channel, letter, () => message.isWanted());
        deps.kept(message, key);
      }
    },
  };
};
