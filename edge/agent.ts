import type { Clock, Random } from '@kuluma/shared/clock.ts';
import type { SampleClass } from '@kuluma/shared/model/topics.ts';
import { type Part, type RunningParts, startParts } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { ClockState, DeviceState, GatewayState, Queue } from '@kuluma/shared/wire/gateway-state.ts';
import { Bus, type BusDevice } from './bus.ts';
import type { Reading } from './core/judge-reading.ts';
import { latenessOf } from './core/lateness.ts';
import { Forwarder, type ForwarderTime } from './forwarder.ts';
import type { DownMessage, Outbox, OutboxQueue, Source, Uplink, WallTimer } from './ports.ts';

export interface AgentDeps {
  readonly gatewayId: GatewayState['gatewayId'];
  readonly agentVersion: string;
  readonly buses: readonly { name: string; source: Source; devices: readonly BusDevice[] }[];
  readonly outbox: Outbox;
  readonly uplink: Uplink;
  /** Product time of samples. */
  readonly clock: Clock;
  readonly time: AgentTime;
  readonly timer: WallTimer;
  readonly random: Random;
  readonly log: Logger;
  /** Judges what is read; see alarm-watch.ts. */
  readonly alarms: AgentAlarms;
  /** Gets what the cloud sends down, its pace aside. */
  onMessage?(message: DownMessage): void;
}

/** Keeps the clock of the samples; see time-keeper.ts. */
export interface AgentTime extends ForwarderTime, Part {
  readonly state: ClockState;
  /** Called when time becomes trusted. */
  onTrusted(listener: () => void): void;
}

export interface AgentAlarms extends Part {
  watch(device: string, reading: Reading): void;
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
  readonly #buses: Bus[];
  readonly #forwarder: Forwarder;
  #running: RunningParts | undefined;

  constructor(deps: AgentDeps) {
    this.#deps = deps;
    const { outbox, uplink, timer, random, log } = deps;
    const deliver = outbox.accept.bind(outbox);
    const watch = deps.alarms.watch.bind(deps.alarms);
    this.#buses = deps.buses.map(
      ({ name, source, devices }) =>
        new Bus(name, source, devices, { timer, random, log: log.child({ bus: name }), deliver, watch }),
    );
    const state = (online: boolean) => this.#state(online);
    const onMessage = (message: DownMessage) => deps.onMessage?.(message);
    this.#forwarder = new Forwarder({ outbox, uplink, timer, time: deps.time, random, log, state, onMessage });
    deps.time.onTrusted(() => this.#forwarder.wake());
  }

  async start(): Promise<void> {
    this.#running = await startParts([...this.#firstParts(), ...this.#buses], this.#deps.log);
  }

  /** Scans each device once and sends it; a device that does not answer does not hold up the others. */
  async once(): Promise<void> {
    this.#running = await startParts(this.#firstParts(), this.#deps.log);
    await Promise.all(this.#buses.map((bus) => bus.scanOnce()));
    await this.#deps.outbox.flush();
    await this.#forwarder.drain(onceDrainMs);
    await Promise.all(this.#buses.map((bus) => bus.stop()));
  }

  /** Polling stops first, then the outbox is sent for a bounded time, then it is closed. */
  async stop(): Promise<void> {
    await this.#running?.stop();
  }

  get counters(): AgentCounters {
    const devices = this.#devices();
    const sum = (of: (d: DeviceState) => number) => devices.reduce((total, d) => total + of(d), 0);
    return {
      read: sum((d) => d.read),
      acked: this.#forwarder.ackedSamples,
      dropped: this.#dropped,
      notFinite: sum((d) => d.notFinite),
      failures: sum((d) => d.timeouts + d.errors),
      waitingRecords: Object.values(this.#queues()).reduce((total, { records }) => total + records, 0),
    };
  }

  #devices(): DeviceState[] {
    return this.#buses.flatMap((bus) => bus.devices);
  }

  #firstParts(): Part[] {
    const { time, outbox, alarms } = this.#deps;
    const outboxPart = { name: 'outbox', start: async () => undefined, stop: () => outbox.close() };
    return [time, outboxPart, alarms, this.#forwarder];
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
      scanLateness: latenessOf(this.#buses.map((bus) => bus.lateness)),
      devices: this.#devices(),
    };
  }
}

const queueState = ({ records, bytes, oldestMs }: OutboxQueue, nowMs: number): Queue => ({
  records,
  bytes,
  lagMs: oldestMs === null || records === 0 ? 0 : Math.max(0, nowMs - oldestMs),
});
