import type { Random } from '@kuluma/shared/clock.ts';
import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { DeviceState } from '@kuluma/shared/wire/gateway-state.ts';
import { backoffMs } from './core/backoff.ts';
import { forgetSent, judgeReading, type Reading, type WantedPoint } from './core/judge-reading.ts';
import { Lateness } from './core/lateness.ts';
import { ScanClock } from './core/scan-clock.ts';
import type { Scan, ScannedDevice, Source, WallTimer } from './ports.ts';

/** What of a device is scanned together, and when. */
export interface BusScan {
  readonly scanned: ScannedDevice;
  /** Wall ms from one scan to the next. */
  readonly intervalMs: number;
  /** Where in the interval it stands, 0..1, so that not everything comes due at once. */
  readonly phase: number;
}

/** A device on a bus, ready to be scanned. */
export interface BusDevice {
  readonly name: string;
  readonly scans: readonly BusScan[];
  readonly wanted: ReadonlyMap<string, WantedPoint>;
}

export interface BusDeps {
  readonly timer: WallTimer;
  readonly random: Random;
  readonly log: Logger;
  deliver(samples: readonly Sample[]): void;
  /** Gets all that a device gave, before what is no news is left out. */
  watch?(device: string, reading: Reading): void;
}

/** That somebody wants a point to be written. */
export interface WriteOrder {
  readonly device: string;
  readonly point: string;
  /** In the unit of the point. */
  readonly value: number;
  /** Who wants it, for the log. */
  readonly by: string;
}

interface Member {
  readonly device: BusDevice;
  readonly scans: readonly { readonly scanned: ScannedDevice; readonly clock: ScanClock }[];
  failures: number;
  readonly state: { -readonly [K in keyof DeviceState]: DeviceState[K] };
}

/** Failures in a row after which the points of a device are bad and no longer just stale, and the device is only probed. */
const badAfterFailures = 3;
/** Of the time of a bus, for probing one dead device; the silence after a time-out may cost as much again. */
const probeShare = 0.025;
const longestPauseMs = 60_000;

const memberOf = (device: BusDevice, startMs: number): Member => ({
  device,
  scans: device.scans.map(({ scanned, intervalMs, phase }) => ({
    scanned,
    clock: new ScanClock(startMs + phase * intervalMs, intervalMs),
  })),
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
    linesDropped: 0,
    refusedPoints: 0,
    skippedScans: 0,
    writes: 0,
  },
});

/**
 * The supervised loop of one bus: one scan at a time, the one whose deadline is earliest. A device that fails is asked
 * more and more rarely and costs the others little; the loop itself never ends before `stop`.
 */
export class Bus implements Part {
  readonly name: string;
  readonly lateness = new Lateness();
  readonly #source: Source;
  readonly #members: Member[];
  readonly #deps: BusDeps;
  #linkFailures = 0;
  #loop: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(name: string, source: Source, devices: readonly BusDevice[], deps: BusDeps) {
    this.name = name;
    this.#source = source;
    this.#deps = deps;
    const startMs = deps.timer.now();
    this.#members = devices.map((device) => memberOf(device, startMs));
  }

  get devices(): DeviceState[] {
    return this.#members.map(({ state, scans }) => ({
      ...state,
      skippedScans: scans.reduce((sum, { clock }) => sum + clock.skipped, 0),
    }));
  }

  async start(): Promise<void> {
    // Only a bug can reject it; unhandled on purpose, it then ends the process.
    this.#loop = this.#run();
  }

  /** Scans every device once, in order. */
  async scanOnce(): Promise<void> {
    for (const member of this.#members)
      for (const { scanned } of member.scans) this.#enter(member, await scanned.scan());
  }

  async #run(): Promise<void> {
    const { timer } = this.#deps;
    const all = this.#members.flatMap((member) => member.scans.map((scan) => ({ member, ...scan })));
    while (!this.#stopping.signal.aborted) {
      const next = all.reduce((a, b) => (b.clock.deadlineMs < a.clock.deadlineMs ? b : a));
      const waitMs = next.clock.deadlineMs - timer.now();
      // A timer takes a millisecond at least, which a slow line has not to spare.
      if (waitMs > 0) await timer.sleep(waitMs, this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
      const startMs = timer.now();
      this.lateness.add(Math.max(0, startMs - next.clock.deadlineMs));
      const scan = await next.scanned.scan();
      this.#enter(next.member, scan);
      const nowMs = timer.now();
      next.clock.advance(nowMs);
      this.#pauseFailing(next.member, nowMs - startMs);
    }
  }

  /** Delivers what a scan gave and counts what it did not. */
  #enter(member: Member, scan: Scan): void {
    const { state, device } = member;
    for (const note of scan.notes ?? []) this.#deps.log.info({ device: device.name, note }, 'a read was split');
    for (const reading of scan.readings) {
      const { samples, notFinite } = judgeReading(reading, device.wanted);
      this.#deps.watch?.(device.name, reading);
      state.lastReadAtMs = reading.sampledAtMs;
      state.read += samples.length;
      state.notFinite += notFinite;
      if (samples.length > 0) this.#deps.deliver(samples);
    }
    state.rowsRefused += scan.rowsRefused;
    state.linesDropped += scan.linesDropped ?? 0;
    state.refusedPoints = scan.refusedPoints ?? 0;
    this.#enterOutcome(member, scan);
  }

  #enterOutcome(member: Member, { failure, readings }: Scan): void {
    const { state, device } = member;
    const { log } = this.#deps;
    // `stop` closes a talking line under the scan that waits on it.
    if (failure?.code === 'LINK_DOWN' && this.#stopping.signal.aborted) return;
    if (failure?.code === 'REPLY_MISMATCH') state.errors++;
    else if (failure) state.timeouts++;
    // A device that answers and refuses some of its registers keeps its pace: the other values are good.
    const isAnswered = !failure || (failure.code === 'REPLY_MISMATCH' && readings.length > 0);
    if (isAnswered) {
      if (member.failures > 0) log.info({ device: device.name, failures: member.failures }, 'device answers again');
      if (failure && state.quality !== 'good')
        log.warn({ device: device.name, why: failure.message }, 'device gives some of its points only');
      if (member.failures > 0) forgetSent(device.wanted);
      member.failures = 0;
      this.#linkFailures = 0;
      state.quality = 'good';
      return;
    }
    if (member.failures === 0)
      log.warn({ device: device.name, code: failure.code, why: failure.message }, 'device does not answer well');
    member.failures++;
    this.#linkFailures = failure.code === 'LINK_DOWN' ? this.#linkFailures + 1 : 0;
    state.quality = member.failures < badAfterFailures ? 'stale' : 'bad';
  }

  /**
   * After a failure its device is left alone for a while, or the whole bus where the line itself is down. A dead device
   * that shares its bus is asked so rarely that what waiting for it costs (`spentMs`) is a small part of the time.
   */
  #pauseFailing(member: Member, spentMs: number): void {
    if (member.failures === 0) return;
    const { timer, random } = this.#deps;
    const lineIsDown = this.#linkFailures > 0;
    const isProbed = !lineIsDown && member.failures >= badAfterFailures && this.#members.length > 1;
    const pauseMs = Math.max(
      backoffMs(lineIsDown ? this.#linkFailures : member.failures, random),
      isProbed ? Math.min(longestPauseMs, spentMs / probeShare) : 0,
    );
    const paused = lineIsDown ? this.#members : [member];
    for (const { clock } of paused.flatMap((m) => m.scans)) clock.pauseUntil(timer.now() + pauseMs);
  }

  /** Writes a point of a device of this bus; undefined where the device is on another. @throws what went wrong */
  async write({ device, point, value, by }: WriteOrder): Promise<number | undefined> {
    const member = this.#members.find((m) => m.device.name === device);
    if (!member) return undefined;
    const scanned = member.scans[0]?.scanned;
    if (!scanned?.write) throw new AppError('FORBIDDEN', `nothing can be written to ${device}`);
    const order = { device, point, value, by };
    try {
      const readBack = await scanned.write(point, value);
      member.state.writes++;
      this.#deps.log.warn({ ...order, readBack }, 'a point was written');
      return readBack;
    } catch (error) {
      this.#deps.log.warn({ ...order, err: asAppError(error) }, 'a point was not written');
      throw error;
    }
  }

  /** Ends after the scan in flight; what a device sent by itself until then is delivered. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const talking = this.#members.flatMap((member) =>
      member.scans.flatMap(({ scanned }) => (scanned.rest ? [{ member, rest: scanned.rest.bind(scanned) }] : [])),
    );
    // A scan of such a line waits for the device to talk, not for an answer: there is nothing to finish.
    if (talking.length > 0) await this.#source.close();
    await this.#loop;
    for (const { member, rest } of talking) {
      const scan = rest();
      if (scan.readings.length > 0) this.#enter(member, scan);
    }
    await this.#source.close();
  }
}
