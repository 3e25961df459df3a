import type { Clock, Random } from '@kuluma/shared/clock.ts';
import { type Part, type RunningParts, startParts } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { DeviceState, GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { Bus, type BusDevice } from './bus.ts';
import { latenessOf } from './core/lateness.ts';
import { Forwarder } from './forwarder.ts';
import type { Outbox, Source, Uplink, WallTimer } from './ports.ts';

export interface AgentDeps {
  readonly gatewayId: GatewayState['gatewayId'];
  readonly agentVersion: string;
  readonly buses: readonly { name: string; source: Source; devices: readonly BusDevice[] }[];
  readonly outbox: Outbox;
  readonly uplink: Uplink;
  readonly clock: Clock;
  readonly timer: WallTimer;
  readonly random: Random;
  readonly log: Logger;
}

/** What a run amounted to, in samples unless said. */
export interface AgentCounters {
  readonly read: number;
  /** Acknowledged by the broker, batches of earlier runs included. */
  readonly acked: number;
  readonly dropped: number;
  readonly notFinite: number;
  /** Failed requests. */
  readonly failures: number;
  /** Batches that stay in the outbox. */
  readonly waitingBatches: number;
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
    this.#buses = deps.buses.map(
      ({ name, source, devices }) =>
        new Bus(name, source, devices, { timer, random, log: log.child({ bus: name }), deliver }),
    );
    this.#forwarder = new Forwarder({ outbox, uplink, timer, random, log, state: (online) => this.#state(online) });
  }

  async start(): Promise<void> {
    this.#running = await startParts([this.#outboxPart(), this.#forwarder, ...this.#buses], this.#deps.log);
  }

  /** Scans each device once and sends it; a device that does not answer does not hold up the others. */
  async once(): Promise<void> {
    this.#running = await startParts([this.#outboxPart(), this.#forwarder], this.#deps.log);
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
    const { cursor, end, droppedSamples } = this.#deps.outbox.depth;
    return {
      read: sum((d) => d.read),
      acked: this.#forwarder.ackedSamples,
      dropped: droppedSamples,
      notFinite: sum((d) => d.notFinite),
      failures: sum((d) => d.timeouts + d.errors),
      waitingBatches: end - cursor,
    };
  }

  #devices(): DeviceState[] {
    return this.#buses.flatMap((bus) => bus.devices);
  }

  #outboxPart(): Part {
    return { name: 'outbox', start: async () => undefined, stop: () => this.#deps.outbox.close() };
  }

  #state(online: boolean): GatewayState {
    const { gatewayId, agentVersion, outbox, clock } = this.#deps;
    const { cursor, end, bytes, droppedSamples } = outbox.depth;
    return {
      v: 1,
      gatewayId,
      online,
      agentVersion,
      epoch: outbox.epoch,
      reportedAtMs: clock.now(),
      outbox: { batches: end - cursor, bytes, droppedSamples },
      scanLateness: latenessOf(this.#buses.map((bus) => bus.lateness)),
      devices: this.#devices(),
    };
  }
}
