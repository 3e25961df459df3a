import type { Clock, Random } from '@kuluma/shared/clock.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import type { SampleClass } from '@kuluma/shared/model/topics.ts';
import { type Part, type RunningParts, startParts } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { ConfigState } from '@kuluma/shared/wire/gateway-config.ts';
import type { ClockState, DeviceState, GatewayState, Queue } from '@kuluma/shared/wire/gateway-state.ts';
import type { WriteOrder } from './bus.ts';
import { latenessOf } from './core/lateness.ts';
import { Forwarder, type ForwarderTime } from './forwarder.ts';
import { Polling, type PollingSetup } from './polling.ts';
import type { DownMessage, Outbox, OutboxQueue, Uplink, WallTimer } from './ports.ts';

export interface AgentDeps {
  readonly gatewayId: GatewayState['gatewayId'];
  readonly agentVersion: string;
  readonly polling: PollingSetup;
  readonly outbox: Outbox;
  readonly uplink: Uplink;
  /** Product time of samples. */
  readonly clock: Clock;
  readonly time: AgentTime;
  readonly timer: WallTimer;
  readonly random: Random;
  readonly log: Logger;
  /** What came over the link and became of it, where anything did. */
  config?(): ConfigState | undefined;
  /** Of a certificate that it waits for (PEM). */
  certificateRequest?(): string | undefined;
  /** Gets what the cloud sends down, its pace aside. */
  onMessage?(message: DownMessage): void;
}

/** Keeps the clock of the samples; see time-keeper.ts. */
export interface AgentTime extends ForwarderTime, Part {
  readonly state: ClockState;
  /** Called when time becomes trusted. */
  onTrusted(listener: () => void): void;
}

/** What a run amounted to, in samples unless said. */
export interface AgentCounters {
  readonly read: number;
  /** Acknowledged by the broker, those of earlier runs included. */
  readonly acked: number;
  readonly dropped: number;
  readonly notFinite: number;
  /** Failed requests. */
  readonly failures: number;
  /** Records that stay in the outbox. */
  readonly waitingRecords: number;
}

/** How long `once` waits for the broker to take what was read. */
const onceDrainMs = 10_000;

/** The agent: buses read into the outbox, the forwarder moves the outbox to the broker. */
export class Agent {
  readonly #deps: AgentDeps;
  readonly #forwarder: Forwarder;
  #polling: Polling;
  /** Of polling that is over. */
  #past = { read: 0, notFinite: 0, failures: 0 };
  #running: RunningParts | undefined;

  constructor(deps: AgentDeps) {
    this.#deps = deps;
    const { outbox, uplink, timer, random, log } = deps;
    this.#polling = this.#pollingOf(deps.polling);
    const state = (online: boolean) => this.#state(online);
    const onMessage = (message: DownMessage) => {
      if (message.channel === 'snapshot') this.#polling.request(message.payload);
      else deps.onMessage?.(message);
    };
    this.#forwarder = new Forwarder({ outbox, uplink, timer, time: deps.time, random, log, state, onMessage });
    deps.time.onTrusted(() => this.#forwarder.wake());
  }

  #pollingOf(setup: PollingSetup, see?: (samples: readonly Sample[]) => void): Polling {
    const { outbox, timer, random, log } = this.#deps;
    const accept = outbox.accept.bind(outbox);
    const deliver = see
      ? (samples: readonly Sample[]) => {
          accept(samples);
          see(samples);
        }
      : accept;
    return new Polling(setup, { timer, random, log, deliver });
  }

  async start(): Promise<void> {
    const polling = { name: 'polling', start: () => this.#polling.start(), stop: () => this.#polling.stop() };
    this.#running = await startParts([...this.#firstParts(), polling], this.#deps.log);
  }

  /** Polls as another configuration says; the outbox and the way to the broker stay as they are. `see` gets its samples. */
  async poll(setup: PollingSetup, see?: (samples: readonly Sample[]) => void): Promise<void> {
    await this.#polling.stop();
    this.#past = this.#totals;
    this.#polling = this.#pollingOf(setup, see);
    await this.#polling.start();
  }

  /** Scans each device once and sends it; a device that does not answer does not hold up the others. */
  async once(): Promise<void> {
    this.#running = await startParts(this.#firstParts(), this.#deps.log);
    await this.#polling.once();
    await this.#deps.outbox.flush();
    await this.#forwarder.drain(onceDrainMs);
    await this.#polling.stop();
  }

  /** Writes a point as the configuration that runs now allows. */
  write(order: WriteOrder): Promise<number> {
    return this.#polling.write(order);
  }

  /** Names of the devices that answered well the last time they were asked. */
  get wellDevices(): ReadonlySet<string> {
    return new Set(
      this.#polling.devices.flatMap(({ name, quality, read }) => (quality === 'good' && read > 0 ? name : [])),
    );
  }

  /** Polling stops first, then the outbox is sent for a bounded time, then it is closed. */
  async stop(): Promise<void> {
    await this.#running?.stop();
  }

  /** As it would be told to the cloud now. */
  get state(): GatewayState {
    return this.#state(this.#forwarder.isConnected);
  }

  get #totals() {
    const { devices } = this.#polling;
    const sum = (of: (d: DeviceState) => number, past: number) => devices.reduce((total, d) => total + of(d), past);
    return {
      read: sum((d) => d.read, this.#past.read),
      notFinite: sum((d) => d.notFinite, this.#past.notFinite),
      failures: sum((d) => d.timeouts + d.errors, this.#past.failures),
    };
  }

  get counters(): AgentCounters {
    return {
      ...this.#totals,
      acked: this.#forwarder.ackedSamples,
      dropped: this.#dropped,
      waitingRecords: Object.values(this.#queues()).reduce((total, { records }) => total + records, 0),
    };
  }

  #firstParts(): Part[] {
    const { time, outbox } = this.#deps;
    const outboxPart = { name: 'outbox', start: async () => undefined, stop: () => outbox.close() };
    return [time, outboxPart, this.#forwarder];
  }

  #queues(): Record<SampleClass, OutboxQueue> {
    const { outbox } = this.#deps;
    return { alarm: outbox.queue('alarm'), live: outbox.queue('live'), history: outbox.queue('history') };
  }

  get #dropped(): number {
    return Object.values(this.#deps.outbox.dropped).reduce((sum, n) => sum + n, 0);
  }

  #state(online: boolean): GatewayState {
    const { gatewayId, agentVersion, outbox, clock, time } = this.#deps;
    const { alarm, live, history } = this.#queues();
    const nowMs = clock.now();
    const config = this.#deps.config?.();
    const certificateRequest = this.#deps.certificateRequest?.();
    return {
      v: 1,
      gatewayId,
      online,
      agentVersion,
      epoch: outbox.epoch,
      reportedAtMs: nowMs,
      outbox: {
        queues: { alarm: queueState(alarm, nowMs), live: queueState(live, nowMs), history: queueState(history, nowMs) },
        dropped: { ...outbox.dropped },
      },
      clock: time.state,
      scanLateness: latenessOf(this.#polling.lateness),
      devices: this.#polling.devices,
      ...(config ? { config } : {}),
      ...(certificateRequest ? { certificateRequest } : {}),
    };
  }
}

const queueState = ({ records, bytes, oldestMs }: OutboxQueue, nowMs: number): Queue => ({
  records,
  bytes,
  lagMs: oldestMs === null || records === 0 ? 0 : Math.max(0, nowMs - oldestMs),
});
