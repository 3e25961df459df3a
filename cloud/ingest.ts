import { createHash, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { AedesBroker, type BrokerOptions, type ConnectedGateway } from './adapters/broker-aedes/aedes-broker.ts';
import { Inbox } from './adapters/inbox/inbox.ts';
import { createOnBatch, type IngestCounters } from './pipelines/on-batch.ts';
import { createOnMessage } from './pipelines/on-message.ts';
import { RefusalTally } from './pipelines/refusal-tally.ts';
import type { Clock, Records, RefusalCount, TimeSeriesStore } from './ports.ts';

export interface IngestOptions extends BrokerOptions {
  readonly records: Records;
  readonly timeSeries: TimeSeriesStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** The inbox is a folder in it. */
  readonly dataDir: string;
  readonly maxInboxBytes?: number;
}

export interface Ingest extends Part {
  /** The port of the broker, once started. */
  port(): number;
  refusals(): RefusalCount[];
  gatewayStates(): GatewayState[];
  counters(): IngestCounters;
  /** Resolves when everything that was acknowledged is in the store. */
  settled(): Promise<void>;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const isTokenOf = (tokenHash: string, token: string): boolean =>
  timingSafeEqual(Buffer.from(tokenHash, 'hex'), sha256(token));

/** MQTT broker -> inbox on disk -> (acknowledgement) -> time series, wired together. The stores are started by who made them. */
export const createIngest = (options: IngestOptions): Ingest => {
  const { records, timeSeries, clock, log } = options;
  const refusals = new RefusalTally(clock);
  const onBatch = createOnBatch({ records, timeSeries, refusals, log });
  const inboxOptions = { dir: join(options.dataDir, 'inbox') };
  const { maxInboxBytes } = options;
  const inbox = new Inbox(
    maxInboxBytes === undefined ? inboxOptions : { ...inboxOptions, maxBytes: maxInboxBytes },
    onBatch.store,
    log,
  );
  const onMessage = createOnMessage({
    refusals,
    keep: (organisationId, payload) => inbox.keep(organisationId, clock.now(), payload),
  });
  const identify = async (gatewayId: string, token: string): Promise<ConnectedGateway | undefined> => {
    const gateway = await records.findGateway(gatewayId);
    if (gateway && isTokenOf(gateway.tokenHash, token))
      return { organisationId: gateway.organisationId, gatewayId: gateway.id };
    refusals.add(gatewayId, 'unknownGateway', 0);
    return undefined;
  };
  const broker = new AedesBroker(
    options,
    { identify, take: onMessage.take, trespassed: (gatewayId) => refusals.add(gatewayId, 'foreignTopic', 0) },
    log,
  );
  return {
    name: 'ingest',
    async start() {
      await inbox.start();
      try {
        await broker.start();
      } catch (error) {
        await inbox.stop();
        throw error;
      }
    },
    async stop() {
      await broker.stop();
      await inbox.stop();
    },
    port: () => broker.port(),
    refusals: () => refusals.counts(),
    gatewayStates: onMessage.gatewayStates,
    counters: onBatch.counters,
    settled: () => inbox.settled(),
  };
};
