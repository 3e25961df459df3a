import type { Random } from '@kuluma/shared/clock.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { DeviceState } from '@kuluma/shared/wire/gateway-state.ts';
import { backoffMs } from './core/backoff.ts';
import { judgeReading, type WantedPoint } from './core/judge-reading.ts';
import { ScanClock } from './core/scan-clock.ts';
import type { Scan, ScannedDevice, Source, WallTimer } from './ports.ts';

/** A device on a bus, ready to be scanned. */
export interface BusDevice {
  readonly name: string;
  readonly scanned: ScannedDevice;
  readonly wanted: ReadonlyMap<string, WantedPoint>;
  /** Wall ms from one scan to the next. */
  readonly intervalMs: number;
}

export interface BusDeps {
  readonly timer: WallTimer;
  readonly random: Random;
  readonly log: Logger;
  deliver(samples: readonly Sample[]): void;
}

interface Member {
  readonly device: BusDevice;
  readonly scans: ScanClock;
  failures: number;
  readonly state: { -readonly [K in keyof DeviceState]: DeviceState[K] };
}

/** Failures in a row after which the points of a device are bad and no longer just stale. */
const badAfterFailures = 3;

/**
 * The supervised loop of one bus: one device at a time, the one whose deadline is earliest. A device that fails waits
 * longer and longer and costs the others little; the loop itself never ends before `stop`.
 */
export class Bus implements Part {
  readonly name: string;
  readonly #source: Source;
  readonly #members: Member[];
  readonly #deps: BusDeps;
  #linkFailures = 0;
  #latenessMs = 0;
  #loop: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(name: string, source: Source, devices: readonly BusDevice[], deps: BusDeps) {
    this.name = name;
    this.#source = source;
    this.#deps = deps;
    const startMs = deps.timer.now();
    this.#members = devices.map((device, i) => ({
      device,
      // Spread over the interval, so that the devices do not all come due at once.
      scans: new ScanClock(startMs + (i * device.intervalMs) / devices.length, device.intervalMs),
      failures: 0,
      state: {
        name: device.name,
        quality: 'unknown',
        lastReadAtMs: null,
        read: 0,
        timeouts: 0,
        errors: 0,
        notFinite: 0,
        rowsRefused: 0,
        skippedScans: 0,
      },
    }));
  }

  /** How late the last scan began. */
  get latenessMs(): number {
    return this.#latenessMs;
  }

  get devices(): DeviceState[] {
    return this.#members.map(({ state, scans }) => ({ ...state, skippedScans: scans.skipped }));
  }

  async start(): Promise<void> {
    // Only a bug can reject it; unhandled on purpose, it then ends the process.
    this.#loop = this.#run();
  }

  /** Scans every device once, in order. */
  async scanOnce(): Promise<void> {
    for (const member of this.#members) this.#enter(member, await member.device.scanned.scan());
  }

  async #run(): Promise<void> {
    const { timer } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      const next = this.#members.reduce((a, b) => (b.scans.deadlineMs < a.scans.deadlineMs ? b : a));
      await timer.sleep(next.scans.deadlineMs - timer.now(), this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
      this.#latenessMs = Math.max(0, timer.now() - next.scans.deadlineMs);
      const scan = await next.device.scanned.scan();
      this.#enter(next, scan);
      next.scans.advance(timer.now());
      // A device that answers and refuses some of its registers keeps its pace: the other values are good.
      if (scan.failure?.code !== 'REPLY_MISMATCH' || scan.readings.length === 0) this.#pauseFailing(next);
    }
  }

  /** Delivers what a scan gave and counts what it did not. */
  #enter(member: Member, scan: Scan): void {
    const { state, device } = member;
    for (const reading of scan.readings) {
      const { samples, notFinite } = judgeReading(reading, device.wanted);
      state.lastReadAtMs = reading.sampledAtMs;
      state.read += samples.length;
      state.notFinite += notFinite;
      if (samples.length > 0) this.#deps.deliver(samples);
    }
    state.rowsRefused += scan.rowsRefused;
    this.#enterOutcome(member, scan);
  }

  #enterOutcome(member: Member, { failure }: Scan): void {
    const { state, device } = member;
    const { log } = this.#deps;
    if (!failure) {
      if (member.failures > 0) log.info({ device: device.name, failures: member.failures }, 'device answers again');
      member.failures = 0;
      this.#linkFailures = 0;
      state.quality = 'good';
      return;
    }
    // `stop` closes a talking line under the scan that waits on it.
    if (failure.code === 'LINK_DOWN' && this.#stopping.signal.aborted) return;
    if (member.failures === 0)
      log.warn({ device: device.name, code: failure.code, why: failure.message }, 'device does not answer well');
    member.failures++;
    this.#linkFailures = failure.code === 'LINK_DOWN' ? this.#linkFailures + 1 : 0;
    if (failure.code === 'REPLY_MISMATCH') state.errors++;
    else state.timeouts++;
    state.quality = member.failures < badAfterFailures ? 'stale' : 'bad';
  }

  /** After a failure its device is left alone for a while, or the whole bus where the line itself is down. */
  #pauseFailing(member: Member): void {
    if (member.failures === 0) return;
    const { timer, random } = this.#deps;
    const lineIsDown = this.#linkFailures > 0;
    const untilMs = timer.now() + backoffMs(lineIsDown ? this.#linkFailures : member.failures, random);
    for (const { scans } of lineIsDown ? this.#members : [member]) scans.pauseUntil(untilMs);
  }

  /** Ends after the scan in flight; what a device sent by itself until then is delivered. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const talking = this.#members.filter((m) => m.device.scanned.rest);
    // A scan of such a line waits for the device to talk, not for an answer: there is nothing to finish.
    if (talking.length > 0) await this.#source.close();
    await this.#loop;
    for (const member of talking) {
      const rest = member.device.scanned.rest?.();
      if (rest && rest.readings.length > 0) this.#enter(member, rest);
    }
    await this.#source.close();
  }
}
