import { createHash, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { asAppError } from '@kuluma/shared/errors.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { type SampleClass, sampleClasses, type UpChannel } from '@kuluma/shared/model/topics.ts';
import { type Part, type RunningParts, startParts } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import type { EdgeNodeName } from '@kuluma/shared/wire/sparkplug-topic.ts';
import type { Certificates } from './access-ports.ts';
import { AedesBroker } from './adapters/broker-aedes/aedes-broker.ts';
import { ExternalBroker } from './adapters/broker-external/external-broker.ts';
import { Inbox } from './adapters/inbox/inbox.ts';
import { Quarantine } from './adapters/inbox/quarantine.ts';
import { SparkplugHost } from './adapters/sparkplug/sparkplug-host.ts';
import type { BrokerHandlers, GatewayBroker } from './broker-ports.ts';
import type { CloudConfig } from './config.ts';
import { waysIn } from './core/access/ways-in.ts';
import type { ReceivedLetter } from './core/ingest/received-letter.ts';
import type { ArrivalTally } from './core/quality/arrivals.ts';
import { EdgeNodeGateways } from './pipelines/edge-node-gateways.ts';
import type { GatewayPoints } from './pipelines/gateway-points.ts';
import { KnownGateways } from './pipelines/known-gateways.ts';
import { createOnBatch, type IngestCounters, type OnBatch } from './pipelines/on-batch.ts';
import { createOnMessage } from './pipelines/on-message.ts';
import { createOnSparkplug, type OnSparkplug } from './pipelines/on-sparkplug.ts';
import { GatewayPacing } from './pipelines/pace-gateways.ts';
import { RefusalTally } from './pipelines/refusal-tally.ts';
import { createRefusals } from './pipelines/refusals.ts';
import { endFollowed } from './pipelines/renew-certificates.ts';
import { KeptTelling } from './pipelines/tell-kept.ts';
import type { OnStored } from './pipelines/trace-storing.ts';
import type { Clock, Dumpable, KnownGateway, Random, Records, RefusalCount, TimeSeriesStore } from './ports.ts';

export interface IngestOptions {
  readonly mqtt: CloudConfig['mqtt'];
  readonly sparkplug?: CloudConfig['sparkplug'];
  readonly records: Records;
  readonly timeSeries: TimeSeriesStore;
  /** Sees the changes of assignments that this process makes. */
  readonly points: GatewayPoints;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Notes when samples come. */
  readonly arrivals?: ArrivalTally;
  /** A gateway told its state. */
  readonly stated?: (gateway: KnownGateway, state: GatewayState) => void;
  /** Of the embedded broker; without one it is spoken to in the clear. */
  readonly certificates?: Certificates;
  /** Whether other processes write to the records too. */
  readonly sharesRecords?: boolean;
  /** The inboxes and the quarantine are folders in it. */
  readonly dataDir: string;
  /** What is heard of an external broker; all unless given. Who takes no letters still hears and reaches gateways. */
  readonly channels?: readonly UpChannel[];
  /** Of each lane. */
  readonly maxInboxBytes?: number;
  readonly onStored?: OnStored;
}

export interface Ingest extends Part, Pick<GatewayBroker, 'url' | 'send'>, Dumpable {
  refusals(): RefusalCount[];
  gatewayStates(): GatewayState[];
  /** Sparkplug B edge nodes that spoke since start, and the metrics that they named. */
  readonly edgeNodes: Pick<OnSparkplug, 'nodes' | 'listingsOf'>;
  counters(): IngestCounters;
  /** Letters that wait for the stores, by lane, and for how long already. */
  lanes(): { readonly lane: SampleClass; readonly waiting: number; readonly lagMs: number }[];
  /** Resolves when everything that was acknowledged is in the stores, but for what waits for its point table. */
  settled(): Promise<void>;
}

const fullRetryMs = 250;
const paceEveryMs = 1000;
const tellKeptEveryMs = 100;
/** How long what another process took away may keep a connection open; where there is no other, a certificate that ends. */
const recheckEveryMs = { shared: 5_000, alone: 60_000 } as const;

/** Waits for room as long as somebody waits for the acknowledgement. @throws what `keep` throws but OUTBOX_FULL */
const whenRoom = async (keep: () => Promise<void>, isWanted: () => boolean): Promise<void> => {
  for (;;)
    try {
      return await keep();
    } catch (error) {
      if (asAppError(error).code !== 'OUTBOX_FULL' || !isWanted()) throw error;
      await pause(fullRetryMs);
    }
};

/** A name of this worker that stays: the external broker keeps a session for it. */
const workerName = (dataDir: string, random: Random): string => {
  const file = join(dataDir, 'worker-name');
  mkdirSync(dataDir, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, newId('session', random).slice(-12), { flush: true });
  return readFileSync(file, 'latin1').trim();
};

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const isTokenOf = (tokenHash: string, token: string): boolean =>
  timingSafeEqual(Buffer.from(tokenHash, 'hex'), sha256(token));

type Inboxes = Readonly<Record<SampleClass, Inbox>>;

/** One inbox a lane: alarms never stand behind samples in it, nor live samples behind history. */
const inboxesOf = ({ dataDir, maxInboxBytes, log }: IngestOptions, onBatch: OnBatch): Inboxes => {
  const inboxOf = (lane: SampleClass): Inbox => {
    const dir = join(dataDir, 'inbox', lane);
    return new Inbox(maxInboxBytes === undefined ? { dir } : { dir, maxBytes: maxInboxBytes }, onBatch, log);
  };
  return { alarm: inboxOf('alarm'), live: inboxOf('live'), history: inboxOf('history') };
};

const externalBroker = (
  { mqtt, channels, dataDir, random, log }: IngestOptions,
  handlers: BrokerHandlers,
): GatewayBroker & Part => {
  const { url = '', username, password, share } = mqtt;
  const login = { ...(username ? { username } : {}), ...(password ? { password } : {}) };
  const worker = `${share}-${workerName(dataDir, random)}`;
  return new ExternalBroker({ url, ...login, share, worker, ...(channels ? { channels } : {}) }, handlers, log);
};

const brokerOf = (options: IngestOptions, handlers: BrokerHandlers): GatewayBroker & Part =>
  options.mqtt.kind === 'external'
    ? externalBroker(options, handlers)
    : new AedesBroker(
        { ...options.mqtt, ...(options.certificates ? { certificates: options.certificates } : {}) },
        handlers,
        options.log,
      );

/** Hears the edge nodes on a broker of the site, where one is named. */
const sparkplugHostOf = (
  { sparkplug, records, log }: IngestOptions,
  gateways: KnownGateways,
  { takeFromNode }: BrokerHandlers,
): Part[] => {
  if (!sparkplug?.url) return [];
  const { url, username, password } = sparkplug;
  const login = { ...(username ? { username } : {}), ...(password ? { password } : {}) };
  const nodes = new EdgeNodeGateways(records, (gatewayId) => gateways.find(gatewayId));
  const find = (name: EdgeNodeName) => nodes.of(name);
  return [new SparkplugHost({ url, ...login }, { find, takeFromNode }, log)];
};

/** Samples that were stored since the last call, a second. */
const rateOf = (stored: () => number, monotonicMs: () => number): (() => number) => {
  let [before, beforeMs] = [stored(), monotonicMs()];
  return () => {
    const [now, nowMs] = [stored(), monotonicMs()];
    const perS = (1000 * (now - before)) / Math.max(1, nowMs - beforeMs);
    [before, beforeMs] = [now, nowMs];
    return perS;
  };
};

/** MQTT broker -> inboxes on disk -> (acknowledgement) -> stores, wired together. The stores are started by who made them. */
export const createIngest = (options: IngestOptions): Ingest => {
  const { records, clock, log } = options;
  const monotonicMs = () => performance.now();
  const tally = new RefusalTally(clock);
  const quarantine = new Quarantine(join(options.dataDir, 'quarantine'), log);
  const refusals = createRefusals(tally, (letter, reason) => quarantine.keep(letter, reason));
  const onBatch = createOnBatch({ ...options, refusals });
  const inboxes = inboxesOf(options, onBatch);
  const keep = (lane: SampleClass, letter: ReceivedLetter, isWanted: () => boolean) =>
    whenRoom(() => inboxes[lane].keep(letter), isWanted);
  const onMessage = createOnMessage({
    refusals,
    clock,
    stated: (gateway, state) => options.stated?.(gateway, state),
    keep,
    // The acknowledgement of our own broker says the same.
    kept: (gateway, key) => {
      if (options.mqtt.kind === 'external') telling.kept(gateway, key);
    },
  });
  const onSparkplug = createOnSparkplug({ records, refusals, clock, keep });
  const gateways = new KnownGateways({ records, refusals, wallNow: Date.now, isTokenOf });
  const handlers: BrokerHandlers = {
    identify: async (gatewayId, proof) => {
      const signedIn = await gateways.identify(gatewayId, proof);
      if (signedIn && 'fingerprint' in proof) await endFollowed(records, signedIn);
      return signedIn;
    },
    find: (gatewayId) => gateways.find(gatewayId),
    trespassed: (gatewayId) => refusals.count(gatewayId, 'foreignTopic', 0),
    subscribed: (gateway) => void pacing.greet(gateway).catch(noPace),
    take: (message) => {
      pacing.heard(message, message.channel === 'history');
      return onMessage.take(message);
    },
    takeFromNode: onSparkplug.take,
  };
  const broker = brokerOf(options, handlers);
  const unwatch = records.watch((written) => {
    for (const { kind, record } of written.records)
      if (kind === 'gateway') {
        gateways.forget(record.id);
        broker.dismiss(record.id, waysIn(record, Date.now()));
      }
  });
  const recheck = async (): Promise<void> => {
    for (const { gatewayId, waysIn: held } of await gateways.revoked(broker.connected()))
      broker.dismiss(gatewayId, held);
  };
  const sparkplugHost = sparkplugHostOf(options, gateways, handlers);
  const storedPerS = rateOf(() => onBatch.counters().stored, monotonicMs);
  const pacing = new GatewayPacing({
    clock,
    monotonicMs,
    load: () => ({
      lagMs: Math.max(inboxes.live.lagMs(clock.now()), inboxes.history.lagMs(clock.now())),
      storedPerS: storedPerS(),
    }),
    send: (to, pace) => broker.send(to, 'pace', JSON.stringify(pace), false),
  });
  const telling = new KeptTelling((to, kept) => broker.send(to, 'kept', JSON.stringify(kept), false));
  const notTold = (error: unknown) => log.debug({ err: error }, 'gateways were not told what is kept');
  const notRechecked = (error: unknown) => log.warn({ err: error }, 'connected gateways were not looked up');
  const noPace = (error: unknown) => log.debug({ err: error }, 'gateways were not told their pace');
  let running: RunningParts | undefined;
  const timers: NodeJS.Timeout[] = [];
  return {
    name: 'ingest',
    async start() {
      running = await startParts([...sampleClasses.map((lane) => inboxes[lane]), broker, ...sparkplugHost], log);
      timers.push(setInterval(() => void pacing.tick().catch(noPace), paceEveryMs));
      timers.push(setInterval(() => void telling.tell().catch(notTold), tellKeptEveryMs));
      const everyMs = recheckEveryMs[options.sharesRecords ? 'shared' : 'alone'];
      timers.push(setInterval(() => void recheck().catch(notRechecked), everyMs));
    },
    async stop() {
      unwatch();
      for (const timer of timers) clearInterval(timer);
      await running?.stop();
    },
    url: () => broker.url(),
    send: (...message) => broker.send(...message),
    refusals: () => tally.counts(),
    gatewayStates: onMessage.gatewayStates,
    edgeNodes: onSparkplug,
    counters: onBatch.counters,
    lanes: () =>
      sampleClasses.map((lane) => ({ lane, waiting: inboxes[lane].waiting, lagMs: inboxes[lane].lagMs(clock.now()) })),
    dump: async (dir) => {
      for (const lane of sampleClasses) await inboxes[lane].dump(join(dir, lane));
    },
    settled: async () => {
      for (const lane of sampleClasses) await inboxes[lane].settled();
    },
  };
};
