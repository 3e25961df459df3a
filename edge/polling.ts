import type { Random } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { type Part, type RunningParts, startParts } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { DeviceState } from '@kuluma/shared/wire/gateway-state.ts';
import { Bus, type BusDevice, type WriteOrder } from './bus.ts';
import type { Reading } from './core/judge-reading.ts';
import type { Lateness } from './core/lateness.ts';
import type { SideUplink, Source, WallTimer } from './ports.ts';

/** What one configuration reads, and by which rules it is judged. */
export interface PollingSetup {
  readonly buses: readonly { name: string; source: Source; devices: readonly BusDevice[] }[];
  readonly alarms: AgentAlarms;
  /** Opens what is told each sample beside the outbox. */
  readonly beside?: (devices: () => readonly DeviceState[]) => SideUplink;
}

/** Judges what is read; see alarm-watch.ts. */
export interface AgentAlarms extends Part {
  watch(device: string, reading: Reading): void;
  /** The cloud wants a raw signal. */
  request(payload: Uint8Array): void;
}

export interface PollingDeps {
  readonly timer: WallTimer;
  readonly random: Random;
  readonly log: Logger;
  deliver(samples: readonly Sample[]): void;
}

/** The buses of one configuration, from their start to their stop. */
export class Polling implements Part {
  readonly name = 'polling';
  readonly #alarms: AgentAlarms;
  readonly #beside: SideUplink | undefined;
  readonly #buses: readonly Bus[];
  readonly #log: Logger;
  #running: RunningParts | undefined;

  constructor({ buses, alarms, beside }: PollingSetup, deps: PollingDeps) {
    this.#alarms = alarms;
    this.#beside = beside?.(() => this.devices);
    this.#log = deps.log;
    const watch = alarms.watch.bind(alarms);
    const deliver = (samples: readonly Sample[]) => {
      deps.deliver(samples);
      this.#beside?.offer(samples);
    };
    this.#buses = buses.map(
      ({ name, source, devices }) =>
        new Bus(name, source, devices, { ...deps, log: deps.log.child({ bus: name }), deliver, watch }),
    );
  }

  get devices(): DeviceState[] {
    return this.#buses.flatMap((bus) => bus.devices);
  }

  get lateness(): Lateness[] {
    return this.#buses.map((bus) => bus.lateness);
  }

  /** Writes a point of a device, where its profile allows that; returns what it holds afterwards. @throws what went wrong */
  async write(order: WriteOrder): Promise<number> {
    for (const bus of this.#buses) {
      const readBack = await bus.write(order);
      if (readBack !== undefined) return readBack;
    }
    const hint = `there are ${this.devices.map((device) => device.name).join(', ')}`;
    throw new AppError('INPUT_INVALID', `no device is named ${order.device}`, { hint });
  }

  /** The cloud wants a raw signal. */
  request(payload: Uint8Array): void {
    this.#alarms.request(payload);
  }

  async start(): Promise<void> {
    const beside = this.#beside ? [this.#beside] : [];
    this.#running = await startParts([this.#alarms, ...beside, ...this.#buses], this.#log);
  }

  /** Scans each device once; one that does not answer does not hold up the others. */
  async once(): Promise<void> {
    this.#running = await startParts([this.#alarms], this.#log);
    await Promise.all(this.#buses.map((bus) => bus.scanOnce()));
    await Promise.all(this.#buses.map((bus) => bus.stop()));
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
  }
}
