import { asAppError } from '@kuluma/shared/errors.ts';
import type { UpChannel } from '@kuluma/shared/model/topics.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { decodeBatch, type SampleBatch } from '@kuluma/shared/wire/sample-batch.ts';
import type { RefusalTally } from './refusal-tally.ts';

/** A message from a gateway that proved who it is, on a topic of its own. */
export interface GatewayMessage {
  readonly organisationId: string;
  readonly gatewayId: string;
  readonly channel: UpChannel;
  readonly payload: Uint8Array;
}

export interface OnMessage {
  /**
   * Resolves when the message may be acknowledged: it is durable, or it can never be of use and was counted, so that
   * the gateway does not send it for ever. @throws when it must not be acknowledged.
   */
  take(message: GatewayMessage): Promise<void>;
  /** The newest state of each gateway that reported one since start. */
  gatewayStates(): GatewayState[];
}

const batchOf = (payload: Uint8Array): SampleBatch | undefined => {
  try {
    return decodeBatch(payload);
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

/** MQTT message -> inbox. @param keep makes the batch of that organisation durable. */
export const createOnMessage = (deps: {
  readonly refusals: RefusalTally;
  readonly keep: (organisationId: string, payload: Uint8Array) => Promise<void>;
}): OnMessage => {
  const states = new Map<string, GatewayState>();

  const takeState = ({ gatewayId, payload }: GatewayMessage): void => {
    const state = jsonOf(payload);
    if (!isValid(GatewayState, state)) deps.refusals.add(gatewayId, 'malformedPayload', 0);
    else if (state.gatewayId !== gatewayId) deps.refusals.add(gatewayId, 'foreignTopic', 0);
    else states.set(gatewayId, state);
  };

  return {
    gatewayStates: () => [...states.values()],
    async take(message) {
      const { organisationId, gatewayId, channel, payload } = message;
      if (channel === 'state') return takeState(message);
      const batch = batchOf(payload);
      if (!batch) deps.refusals.add(gatewayId, 'malformedPayload', 0);
      else if (batch.gatewayId !== gatewayId || batch.class !== channel)
        deps.refusals.add(gatewayId, 'foreignTopic', batch.samples.length);
      else await deps.keep(organisationId, payload);
    },
  };
};
