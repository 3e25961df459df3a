import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import type { Damage } from '@kuluma/shared/log/segment-files.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { AlarmEvent, Gap, Waveform } from '@kuluma/shared/model/gateway-reports.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { type SampleClass, sampleClasses } from '@kuluma/shared/model/topics.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { encodeRecord, type RecordBody } from '@kuluma/shared/wire/record.ts';
import type { Outbox, OutboxQueue, StoredRecord } from '../../ports.ts';
import { Batch } from './batch.ts';
import { ClassLog, type ClassPolicy, type LogItem } from './class-log.ts';
import { Losses } from './losses.ts';
import { PointTables } from './point-tables.ts';
import { RunningNote } from './running-note.ts';
import type { Slip } from './slip.ts';
import { piecesOf } from './waveform-pieces.ts';

export interface LogOutboxOptions {
  readonly dataDir: string;
  readonly gatewayId: Id<'gateway'>;
  /** Points that are configured; others get a table too when they come. */
  readonly pointIds: readonly Id<'measurementPoint'>[];
  /** A record is closed and committed so long after its first sample, wall time, or when it has so many samples; 0: at once. */
  readonly commitMs: number;
  readonly commitSamples: number;
  readonly policies: Readonly<Record<SampleClass, ClassPolicy>>;
  /** Of this start, never used before: see boot-epoch.ts. */
  readonly epoch: number;
  readonly time: {
    now(): number;
    isTrusted(): boolean;
    /** Of a time that it gave lately. */
    isProvisional(ms: number): boolean;
  };
  /** Last time at which the agent is known to have run. */
  readonly lastAliveMs: number | null;
  readonly log: Logger;
}

/** What will be a record when its turn comes. */
interface Entry {
  readonly of: SampleClass;
  readonly slip: Omit<Slip, 'tableId'>;
  make(): Promise<{ tableId: string | null; body: RecordBody }>;
}

/** Samples that may wait in memory for a disk that hangs. */
const mostQueuedSamples = 200_000;
/** Records of one commit. */
const mostGroup = 64;
const houseMs = 1000;

/** The outbox on three segment logs: a record is made once, so its key and bytes stay over restarts and resends. */
class LogOutbox implements Outbox {
  readonly epoch: number;
  readonly #options: LogOutboxOptions;
  readonly #logs: Readonly<Record<SampleClass, ClassLog>>;
  readonly #tables: PointTables;
  readonly #losses: Losses;
  readonly #note: RunningNote;
  readonly #seq: Record<SampleClass, number> = { alarm: 0, live: 0, history: 0 };
  readonly #collecting = new Map<number, Batch>();
  #timer: NodeJS.Timeout | undefined;
  readonly #house: NodeJS.Timeout;
  #storing: Promise<void> = Promise.resolve();
  readonly #queued: Entry[] = [];
  #queuedSamples = 0;
  #isRefusing = false;
  #isHouseDirty = false;
  #restart: { readonly fromMs: number } | undefined;
  /** The gap of the restart was entered; the file still says that it is to be told. */
  #isTellingRestart = false;
  #stored: () => void = () => undefined;

  constructor(
    options: LogOutboxOptions,
    logs: Readonly<Record<SampleClass, ClassLog>>,
    tables: PointTables,
    losses: Losses,
    note: RunningNote,
  ) {
    this.#options = options;
    this.epoch = options.epoch;
    this.#logs = logs;
    this.#tables = tables;
    this.#losses = losses;
    this.#note = note;
    this.#house = setInterval(() => this.#queueTask(() => this.#keepHouse()), houseMs);
    this.#house.unref();
  }

  /** The run before was killed, and read until at least `fromMs`. */
  missedSince(fromMs: number): void {
    this.#restart = { fromMs };
  }

  accept(samples: readonly Sample[]): void {
    const { time } = this.#options;
    for (const sample of samples) {
      const isProvisional = time.isProvisional(sample.sampledAtMs);
      const { table, index } = this.#tables.placeOf(sample.pointId);
      let batch = this.#collecting.get(table);
      if (!batch || batch.isProvisional !== isProvisional) {
        if (batch) this.#close(batch);
        batch = new Batch(table, isProvisional);
        this.#collecting.set(table, batch);
      }
      batch.add(index, sample);
      if (batch.count >= this.#options.commitSamples) this.#close(batch);
    }
    if (this.#options.commitMs === 0) this.#closeAll();
    else if (this.#collecting.size > 0) this.#timer ??= setTimeout(() => this.#closeAll(), this.#options.commitMs);
  }

  #closeAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const batch of this.#collecting.values()) this.#close(batch);
  }

  #close(batch: Batch): void {
    this.#collecting.delete(batch.table);
    const { count: samples, fromMs, toMs, isProvisional } = batch;
    const make = async () => {
      const tableId = await this.#tables.keep(batch.table);
      return { tableId, body: { kind: 'samples', samples: batch.columns(tableId) } as const };
    };
    this.#queue({ of: 'live', slip: { isProvisional, samples, fromMs, toMs }, make });
  }

  acceptAlarms(alarms: readonly AlarmEvent[]): void {
    const times = alarms.map((a) => a.occurredAtMs);
    const slip = { samples: alarms.length, fromMs: Math.min(...times), toMs: Math.max(...times) };
    const make = async () => ({ tableId: null, body: { kind: 'alarms', alarms } as const });
    this.#queue({ of: 'alarm', slip: this.#stamped(slip), make });
  }

  acceptWaveform(waveform: Waveform): void {
    for (const piece of piecesOf(waveform)) {
      const samples = piece.values.length / 4;
      const slip = { samples, fromMs: piece.sampledAtMs, toMs: piece.sampledAtMs };
      const make = async () => ({ tableId: null, body: { kind: 'waveform', waveform: piece } as const });
      this.#queue({ of: 'history', slip: this.#stamped(slip), make });
    }
  }

  #stamped(slip: Pick<Slip, 'samples' | 'fromMs' | 'toMs'>): Omit<Slip, 'tableId'> {
    return { ...slip, isProvisional: this.#options.time.isProvisional(slip.toMs) };
  }

  #queue(entry: Entry): void {
    if (this.#queuedSamples >= mostQueuedSamples) {
      this.#drop(entry, new AppError('STORE_UNAVAILABLE', 'the disk hangs'));
      return;
    }
    this.#queuedSamples += entry.slip.samples;
    this.#queued.push(entry);
    // Whatever is queued until its turn comes is one group.
    if (this.#queued.length === 1) this.#queueTask(() => this.#storeQueued());
  }

  #queueTask(task: () => Promise<void>): void {
    this.#storing = this.#storing.then(task);
  }

  async #storeQueued(): Promise<void> {
    for (let group = this.#queued.splice(0, mostGroup); group.length > 0; group = this.#queued.splice(0, mostGroup)) {
      for (const of of sampleClasses) {
        const entries = group.filter((entry) => entry.of === of);
        const errors = await this.#store(of, entries);
        for (const [i, entry] of entries.entries()) {
          this.#queuedSamples -= entry.slip.samples;
          const error = errors[i];
          if (error) this.#drop(entry, error);
        }
        if (errors.some((error) => !error)) await this.#writeGaps();
      }
    }
  }

  #drop({ slip }: Entry, error: AppError): void {
    const { fromMs, toMs, samples } = slip;
    const reason = error.code === 'OUTBOX_FULL' ? 'outboxFull' : 'diskFault';
    this.#losses.add({ reason, fromMs, toMs, samples });
    if (!this.#isRefusing)
      this.#options.log.error({ code: error.code, why: error.message, hint: error.hint }, 'the outbox drops samples');
    this.#isRefusing = true;
  }

  /** Where all of a group is refused its numbers are used again, so that the cloud sees no hole. */
  async #store(of: SampleClass, entries: readonly Entry[], isReserved = false): Promise<(AppError | undefined)[]> {
    if (entries.length === 0) return [];
    const { gatewayId, log } = this.#options;
    const seq = this.#seq[of];
    const items: LogItem[] = [];
    try {
      for (const [i, { slip, make }] of entries.entries()) {
        const { tableId, body } = await make();
        const key = { gatewayId, epoch: this.epoch, class: of, seq: seq + i };
        items.push({ slip: { ...slip, tableId }, record: encodeRecord({ key, ...body }) });
      }
    } catch (error) {
      return entries.map(() => asAppError(error));
    }
    const errors = await this.#logs[of].append(items, isReserved);
    if (errors.every((error) => error !== undefined)) return errors;
    this.#seq[of] += entries.length;
    if (this.#isRefusing) log.info({ dropped: this.dropped }, 'the outbox keeps samples again');
    this.#isRefusing = false;
    this.#stored();
    return errors;
  }

  /** Writes down what was lost; what the disk refuses is tried again with the next record, or a second later. */
  async #writeGaps(): Promise<void> {
    const { time } = this.#options;
    if (this.#restart && time.isTrusted()) {
      const { fromMs } = this.#restart;
      this.#losses.add({ reason: 'restart', fromMs, toMs: Math.max(fromMs, time.now()), samples: null });
      this.#restart = undefined;
      this.#isTellingRestart = true;
    }
    for (const gap of this.#losses.take()) {
      const slip = this.#stamped({ samples: 0, fromMs: gap.fromMs, toMs: gap.toMs });
      const make = async () => ({ tableId: null, body: { kind: 'gap', gap } as const });
      const [error] = await this.#store('live', [{ of: 'live', slip, make }], true);
      if (error) this.#losses.putBack(gap);
    }
    if (this.#isTellingRestart && this.#losses.isEmpty) {
      const failure = await this.#note.sayRunning(time.now()).catch(asAppError);
      // Tried again a second later; until then another kill would tell the same gap again, which does no harm.
      if (failure) this.#options.log.debug({ err: failure }, 'cannot note that the gap of the restart is told');
      else this.#isTellingRestart = false;
    }
  }

  async #keepHouse(): Promise<void> {
    let failure: AppError | undefined;
    for (const of of sampleClasses)
      await this.#logs[of].keepHouse().catch((error: unknown) => {
        failure = asAppError(error);
      });
    // Tried again a second later; until then a restart would send again what the cloud knows by its key.
    if (failure && !this.#isHouseDirty)
      this.#options.log.error({ err: failure }, 'the outbox cannot store what was acknowledged');
    this.#isHouseDirty = failure !== undefined;
    await this.#writeGaps();
  }

  damaged(of: SampleClass, damage: Damage, isLost: boolean): void {
    this.#options.log.warn({ class: of, damage }, 'a part of the outbox was damaged and is set aside');
    if (!isLost) return;
    this.#queueTask(async () => {
      const when = await this.#logs[of].whenLost(damage).catch(() => undefined);
      if (when) this.#losses.add({ reason: 'damaged', ...when, samples: null });
    });
  }

  async flush(): Promise<void> {
    this.#closeAll();
    this.#queueTask(() => this.#writeGaps());
    await this.#storing;
  }

  read(of: SampleClass, from: number, limit: number): Promise<StoredRecord[]> {
    return this.#logs[of].read(from, limit);
  }

  ack(of: SampleClass, position: number): void {
    this.#logs[of].ack(position);
  }

  table(tableId: string): readonly Id<'measurementPoint'>[] | undefined {
    return this.#tables.get(tableId);
  }

  onStored(listener: () => void): void {
    this.#stored = listener;
  }

  queue(of: SampleClass): OutboxQueue {
    return this.#logs[of].queue;
  }

  get dropped(): Readonly<Record<Gap['reason'], number>> {
    return this.#losses.dropped;
  }

  async close(): Promise<void> {
    clearInterval(this.#house);
    await this.flush();
    for (const of of sampleClasses) await this.#logs[of].close();
    // Losses that could not be written down are told by the gap that an unclean end leaves.
    if (this.#losses.isEmpty && !this.#restart) await this.#note.clear();
  }
}

/** Opens the outbox in `dataDir`; what is damaged is reported and set aside. @throws what the file system throws */
export const openLogOutbox = async (options: LogOutboxOptions): Promise<Outbox> => {
  const { dataDir, policies, time, log } = options;
  const dir = join(dataDir, 'outbox');
  await mkdir(dir, { recursive: true });
  const note = new RunningNote(dir);
  const unclean = await note.read();
  const losses = new Losses();
  let outbox: LogOutbox | undefined;
  const openClass = (of: SampleClass) =>
    ClassLog.open({
      dir: join(dir, of),
      of,
      policy: policies[of],
      losses,
      now: () => time.now(),
      onDamage: (damage) => outbox?.damaged(of, damage, true),
    });
  const logs = { alarm: await openClass('alarm'), live: await openClass('live'), history: await openClass('history') };
  const tables = await PointTables.open(join(dir, 'tables'), options.pointIds);
  if (sampleClasses.every((of) => logs[of].queue.records === 0)) await tables.clear();
  outbox = new LogOutbox(options, logs, tables, losses, note);
  // What a kill tore off is told by the gap that it leaves.
  for (const of of sampleClasses)
    for (const damage of logs[of].damage) outbox.damaged(of, damage, unclean === undefined);
  if (unclean) {
    // Not the later of the two: at the time last kept, samples of before may have been waiting for their commit.
    const newestMs = (await logs.live.newestMs()) ?? options.lastAliveMs ?? unclean.sinceMs ?? time.now();
    // Nor its end: a batch of other points may have been open beside the one that was committed.
    const fromMs = Math.min(
      unclean.missingFromMs ?? Number.POSITIVE_INFINITY,
      Math.max(0, newestMs - options.commitMs),
    );
    // On a full disk the gap is told all the same, unless another kill comes before.
    await note.sayMissing(fromMs).catch((error: unknown) => {
      log.warn({ err: asAppError(error) }, 'cannot note since when samples are missing');
    });
    outbox.missedSince(fromMs);
  } else await note.sayRunning(time.now());
  log.info({ waiting: Object.fromEntries(sampleClasses.map((of) => [of, logs[of].queue.records])) }, 'outbox open');
  return outbox;
};
