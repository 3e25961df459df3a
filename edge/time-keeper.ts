import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, clockOf, type DemoClock } from '@kuluma/shared/clock.ts';
import { asAppError } from '@kuluma/shared/errors.ts';
import { replaceFile } from '@kuluma/shared/log/replace-file.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { ClockState } from '@kuluma/shared/wire/gateway-state.ts';
import { addStart, KeptTime, resolveStarts, restampOf } from './core/provisional-times.ts';
import { SampleClock } from './core/sample-clock.ts';

/** What the machine says of time. */
export interface MachineTime {
  wallMs(): number;
  monotonicMs(): number;
  /** Since the machine started. */
  uptimeMs(): number;
  /** Another for each start of the machine. */
  readonly bootId: string;
  /** Whether it was set by a source outside; undefined where the machine does not tell. */
  isSynchronised(): boolean | undefined;
}

const timesyncFolder = '/run/systemd/timesync';

const bootIdFile = '/proc/sys/kernel/random/boot_id';

/** Of this machine; where there is no /proc each start of the agent counts as one of the machine. */
export const machineTime = (): MachineTime => ({
  wallMs: Date.now,
  monotonicMs: () => performance.now(),
  uptimeMs: () => Number(process.hrtime.bigint() / 1_000_000n),
  bootId: existsSync(bootIdFile) ? readFileSync(bootIdFile, 'latin1').trim() : randomUUID(),
  isSynchronised: () => (existsSync(timesyncFolder) ? existsSync(join(timesyncFolder, 'synchronized')) : undefined),
});

export interface TimeKeeperOptions {
  readonly dataDir: string;
  readonly epoch: number;
  readonly machine: MachineTime;
  readonly log: Logger;
  /** Of demos: its time is trusted as it is. */
  readonly demo?: DemoClock;
}

/** A clock that says less was never set. */
const earliestMs = Date.UTC(2025, 0, 1);
const lookMs = 1000;
const keepMs = 60_000;
/** Longer than any scan or window of a signal takes. */
const switchMs = 120_000;

/** Decides which time samples get and which source of time is trusted, and remembers what later starts have to know. */
export class TimeKeeper implements Part {
  readonly name = 'time';
  /** Product time, for samples. */
  readonly clock: Clock;
  /** Last time that an earlier start is known to have run; null where there was none. */
  readonly lastAliveMs: number | null;
  readonly #options: TimeKeeperOptions;
  readonly #samples: SampleClock;
  #kept: KeptTime;
  #source: 'none' | 'machine' | 'cloud';
  /** When the time became trusted, monotonic, and how far the clock went then. */
  #switch: { readonly atMs: number; readonly byMs: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #keeping: Promise<void> = Promise.resolve();
  #keptAtMs = 0;
  #trusted: () => void = () => undefined;

  private constructor(options: TimeKeeperOptions, kept: KeptTime) {
    const { machine, demo } = options;
    this.#options = options;
    this.lastAliveMs = kept.newestMs > 0 ? kept.newestMs : null;
    this.#kept = kept;
    this.#source = demo || this.#isMachineTrusted() ? 'machine' : 'none';
    const startMs = this.#source === 'none' ? Math.max(machine.wallMs(), kept.newestMs, earliestMs) : machine.wallMs();
    this.#samples = new SampleClock(() => machine.monotonicMs(), startMs);
    this.clock = clockOf(() => this.#samples.now(), demo);
    if (this.#source === 'none')
      this.#kept = { ...kept, starts: addStart(kept.starts, { ...this.#startNow(), restamp: 'unknown' }) };
    else this.#resolve(machine.wallMs());
  }

  /** Reads what an earlier start kept; what is damaged counts as nothing. @throws what the file system throws */
  static async open(options: TimeKeeperOptions): Promise<TimeKeeper> {
    const kept = await readKept(options.dataDir);
    const keeper = new TimeKeeper(options, kept);
    // Before any record is made under this start: later ones have to know that its times are not to be trusted.
    if (!keeper.isTrusted) await keeper.#keep();
    return keeper;
  }

  #startNow() {
    const { epoch, machine } = this.#options;
    return { epoch, bootId: machine.bootId, lessUptimeMs: this.#samples.now() - machine.uptimeMs() };
  }

  #isMachineTrusted(): boolean {
    const { machine } = this.#options;
    return machine.isSynchronised() !== false && machine.wallMs() >= Math.max(this.#kept.newestMs, earliestMs);
  }

  get isTrusted(): boolean {
    return this.#source !== 'none';
  }

  get state(): ClockState {
    const { aheadMs } = this.#samples;
    if (!this.isTrusted) return { state: 'provisional', aheadMs: 0 };
    return { state: aheadMs > 0 ? 'catchingUp' : 'trusted', aheadMs };
  }

  /** Whether a time that the clock gave lately is one of before it was trusted: a scan may have been under way then. */
  isProvisional(ms: number): boolean {
    if (!this.isTrusted) return true;
    if (!this.#switch || this.#options.machine.monotonicMs() - this.#switch.atMs > switchMs) return false;
    const nowMs = this.clock.now();
    return Math.abs(ms - (nowMs - this.#switch.byMs)) < Math.abs(ms - nowMs);
  }

  /** What to add to the times of provisional records of a start, product time; undefined while nobody knows. */
  restampOf(epoch: number): number | null | undefined {
    const { demo } = this.#options;
    const ms = restampOf(this.#kept.starts, epoch);
    return demo && ms ? Math.round(ms * demo.rate) : ms;
  }

  /** Called when time becomes trusted, before it changes. */
  onTrusted(listener: () => void): void {
    this.#trusted = listener;
  }

  /** The cloud tells its time: believed where the machine has none of its own. */
  hearCloud(cloudMs: number): void {
    if (this.#options.demo || this.#source === 'machine') return;
    if (this.#source === 'cloud') this.#samples.steer(cloudMs);
    else this.#trust('cloud', cloudMs);
  }

  #trust(source: 'machine' | 'cloud', trueMs: number): void {
    const { log } = this.#options;
    this.#trusted();
    const beforeMs = this.#samples.now();
    this.#source = source;
    this.#resolve(trueMs);
    this.#samples.jumpTo(trueMs);
    this.#switch = { atMs: this.#options.machine.monotonicMs(), byMs: trueMs - beforeMs };
    log.info({ source, correctedByMs: Math.round(trueMs - beforeMs) }, 'the time is trusted from now on');
    this.#keeping = this.#keeping.then(() => this.#keep());
  }

  #resolve(trueMs: number): void {
    const { machine } = this.#options;
    const starts = resolveStarts(this.#kept.starts, machine.bootId, trueMs - machine.uptimeMs());
    this.#kept = { newestMs: trueMs, starts };
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#timer.unref();
  }

  #look(): void {
    const { machine, demo } = this.#options;
    if (this.#source === 'machine') this.#samples.steer(machine.wallMs());
    else if (!demo && this.#isMachineTrusted()) {
      if (this.#source === 'none') this.#trust('machine', machine.wallMs());
      this.#source = 'machine';
    }
    if (this.isTrusted && machine.monotonicMs() - this.#keptAtMs >= keepMs) {
      this.#keptAtMs = machine.monotonicMs();
      this.#keeping = this.#keeping.then(() => this.#keep());
    }
  }

  async #keep(): Promise<void> {
    if (this.isTrusted) this.#kept = { ...this.#kept, newestMs: this.#samples.now() };
    await writeKept(this.#options.dataDir, this.#kept).catch((error: unknown) => {
      this.#options.log.warn({ err: asAppError(error) }, 'cannot keep the time; it is tried again');
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#keeping = this.#keeping.then(() => this.#keep());
    await this.#keeping;
  }
}

const fileIn = (dataDir: string): string => join(dataDir, 'time.json');

const readKept = async (dataDir: string): Promise<KeptTime> => {
  const nothing: KeptTime = { newestMs: 0, starts: [] };
  const text = await readFile(fileIn(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return 'null';
    throw error;
  });
  try {
    const kept: unknown = JSON.parse(text);
    return isValid(KeptTime, kept) ? kept : nothing;
  } catch {
    return nothing;
  }
};

const writeKept = async (dataDir: string, kept: KeptTime): Promise<void> => {
  await mkdir(dataDir, { recursive: true });
  await replaceFile(fileIn(dataDir), JSON.stringify(kept));
};
