import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { type FolderLock, lockFolder } from '@kuluma/shared/node/folder-lock.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import { addSeq, hasSeq, type SeqRanges } from '../../core/ingest/seq-ranges.ts';
import type { BatchKey, Bucket, SeriesRange, StoredBatch, TimeSeriesStore } from '../../ports.ts';
import { qualityCode, readBuckets, readCount, readLatest, readSamples, type SeriesSlice } from './duckdb-reads.ts';

export interface DuckDbOptions {
  readonly dir: string;
  /** As DuckDB spells it: `512MB`. Above it queries spill to disk. */
  readonly memoryLimit?: string;
  readonly threads?: number;
}

/**
 * No primary key on samples: it made writing 15 times slower and the file 12 times larger. Instead the batches that
 * were stored are remembered in the same transaction, and reads take the last written row of each time (`seq` counts
 * the rows written).
 */
const tables = `
  create table if not exists samples (series_id integer, ts bigint, value double, quality utinyint, seq bigint);
  create table if not exists series (series_id integer, organisation_id varchar, point_id varchar);
  create table if not exists seen_batch (
    gateway_id varchar, epoch bigint, class varchar, ranges varchar, primary key (gateway_id, epoch, class));`;

const seriesKey = (organisationId: string, pointId: string): string => `${organisationId} ${pointId}`;
const streamKey = ({ gatewayId, epoch, class: sampleClass }: Omit<BatchKey, 'seq'>): string =>
  `${gatewayId} ${epoch} ${sampleClass}`;

/** At the same time the later written counts. */
const newerOf = (known: Sample | undefined, written: Sample): Sample =>
  known && known.sampledAtMs > written.sampledAtMs ? known : written;

interface Open {
  readonly lock: FolderLock;
  readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
}

/** Batches that are new, and what the store has to remember once they are in it. */
interface Fresh {
  readonly batches: readonly StoredBatch[];
  readonly seen: ReadonlyMap<string, { readonly key: BatchKey; readonly ranges: SeqRanges }>;
  readonly duplicates: number;
}

/** Time series in one DuckDB file of this process. */
export class DuckDbTimeSeries implements TimeSeriesStore, Part {
  readonly name = 'time series (DuckDB)';
  readonly #options: DuckDbOptions;
  readonly #series = new Map<string, number>();
  readonly #seen = new Map<string, SeqRanges>();
  /** Newest sample by series, once it was asked for or when the series began after the start: a scan finds it otherwise. */
  readonly #latest = new Map<number, Sample>();
  #written = 0;
  #open: Open | undefined;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(options: DuckDbOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { dir, memoryLimit = '512MB', threads = 2 } = this.#options;
    const lock = await lockFolder(dir);
    try {
      const instance = await DuckDBInstance.create(join(dir, 'samples.duckdb'), {
        memory_limit: memoryLimit,
        threads: String(threads),
        temp_directory: join(dir, 'spill'),
        autoinstall_known_extensions: 'false',
      });
      const writer = await instance.connect();
      this.#open = { lock, instance, writer };
      await writer.run(tables);
      await this.#remember(writer);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async #remember(writer: DuckDBConnection): Promise<void> {
    for (const [id, organisationId, pointId] of (await writer.runAndReadAll('from series')).getRows())
      this.#series.set(seriesKey(String(organisationId), String(pointId)), Number(id));
    const seen = await writer.runAndReadAll('select gateway_id, epoch, class, ranges from seen_batch');
    for (const [gatewayId, epoch, sampleClass, ranges] of seen.getRows())
      this.#seen.set(`${gatewayId} ${epoch} ${sampleClass}`, JSON.parse(String(ranges)) as SeqRanges);
    const rows = (await writer.runAndReadAll('select max(seq) from samples')).getRows();
    this.#written = Number(rows[0]?.[0] ?? 0);
  }

  async stop(): Promise<void> {
    await this.#lastWrite;
    this.#open?.writer.closeSync();
    this.#open?.instance.closeSync();
    await this.#open?.lock.release();
    this.#open = undefined;
    this.#series.clear();
    this.#seen.clear();
    this.#latest.clear();
  }

  #opened(): Open {
    if (!this.#open) throw new AppError('STORE_UNAVAILABLE', 'the time series store is not open');
    return this.#open;
  }

  write(batches: readonly StoredBatch[]): Promise<{ stored: number; duplicates: number }> {
    return this.#oneByOne(async () => {
      const fresh = this.#freshOf(batches);
      if (fresh.batches.length > 0) {
        const { newSeries, newest } = await this.#transaction((writer) => this.#store(writer, fresh));
        // In memory only now: a failed transaction must leave no trace there either.
        for (const [stream, { ranges }] of fresh.seen) this.#seen.set(stream, ranges);
        for (const [id, sample] of newest)
          if (id >= this.#series.size || this.#latest.has(id))
            this.#latest.set(id, newerOf(this.#latest.get(id), sample));
        for (const [key, id] of newSeries) this.#series.set(key, id);
      }
      const stored = fresh.batches.reduce((sum, batch) => sum + batch.samples.length, 0);
      return { stored, duplicates: fresh.duplicates };
    });
  }

  #oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#lastWrite.then(work);
    this.#lastWrite = done.catch(() => undefined);
    return done;
  }

  async #transaction<T>(work: (writer: DuckDBConnection) => Promise<T>): Promise<T> {
    const { writer } = this.#opened();
    await writer.run('begin');
    try {
      const result = await work(writer);
      await writer.run('commit');
      return result;
    } catch (cause) {
      // A failed commit has rolled back already; what matters is the cause.
      await writer.run('rollback').catch(() => undefined);
      throw new AppError('STORE_UNAVAILABLE', 'cannot write to the time series store', {
        cause,
        hint: 'see the free space of the disk',
      });
    }
  }

  #freshOf(batches: readonly StoredBatch[]): Fresh {
    const seen = new Map<string, { key: BatchKey; ranges: SeqRanges }>();
    const fresh: StoredBatch[] = [];
    let duplicates = 0;
    for (const batch of batches) {
      const stream = streamKey(batch.key);
      const ranges = seen.get(stream)?.ranges ?? this.#seen.get(stream) ?? [];
      if (hasSeq(ranges, batch.key.seq)) {
        duplicates += batch.samples.length;
        continue;
      }
      seen.set(stream, { key: batch.key, ranges: addSeq(ranges, batch.key.seq) });
      fresh.push(batch);
    }
    return { batches: fresh, seen, duplicates };
  }

  /** Writes within a transaction; returns the numbers of series that are new, and the newest sample of each series. */
  async #store(writer: DuckDBConnection, { batches, seen }: Fresh) {
    const newSeries = new Map<string, number>();
    const newest = new Map<number, Sample>();
    const samples = await writer.createAppender('samples');
    const series = await writer.createAppender('series');
    for (const { organisationId, samples: rows } of batches)
      for (const sample of rows) {
        const { pointId, sampledAtMs, value, quality } = sample;
        const key = seriesKey(organisationId, pointId);
        let id = this.#series.get(key) ?? newSeries.get(key);
        if (id === undefined) {
          id = this.#series.size + newSeries.size;
          newSeries.set(key, id);
          series.appendInteger(id);
          series.appendVarchar(organisationId);
          series.appendVarchar(pointId);
          series.endRow();
        }
        samples.appendInteger(id);
        samples.appendBigInt(BigInt(sampledAtMs));
        samples.appendDouble(value);
        samples.appendUTinyInt(qualityCode(quality));
        samples.appendBigInt(BigInt(++this.#written));
        samples.endRow();
        newest.set(id, newerOf(newest.get(id), sample));
      }
    series.closeSync();
    samples.closeSync();
    for (const { key, ranges } of seen.values())
      await writer.run('insert or replace into seen_batch values ($1, $2::bigint, $3, $4)', [
        key.gatewayId,
        BigInt(key.epoch),
        key.class,
        JSON.stringify(ranges),
      ]);
    return { newSeries, newest };
  }

  /** Reads on a connection of its own, so that it does not wait for writes. */
  async #reading<T>(read: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#opened().instance.connect();
    try {
      return await read(connection);
    } finally {
      connection.closeSync();
    }
  }

  async #readSlice<T>(range: SeriesRange, none: T, read: (c: DuckDBConnection, slice: SeriesSlice) => Promise<T>) {
    const series = this.#series.get(seriesKey(range.organisationId, range.pointId));
    return series === undefined ? none : this.#reading((connection) => read(connection, { ...range, series }));
  }

  read(range: SeriesRange, options: { limit?: number; anyQuality?: boolean } = {}): Promise<Sample[]> {
    return this.#readSlice<Sample[]>(range, [], (c, slice) => readSamples(c, range.pointId, slice, options));
  }

  downsample(range: SeriesRange, bucketMs: number): Promise<Bucket[]> {
    return this.#readSlice<Bucket[]>(range, [], (c, slice) => readBuckets(c, slice, bucketMs));
  }

  count(range: SeriesRange): Promise<number> {
    return this.#readSlice(range, 0, readCount);
  }

  async latest(organisationId: string, pointIds: readonly Id<'measurementPoint'>[]): Promise<Map<string, Sample>> {
    const points = this.#seriesOf(organisationId, pointIds);
    if ([...points.keys()].some((id) => !this.#latest.has(id))) await this.#oneByOne(() => this.#findLatest(points));
    return new Map(
      [...points].flatMap(([id, pointId]) => {
        const sample = this.#latest.get(id);
        return sample ? [[pointId, sample] as const] : [];
      }),
    );
  }

  /** Between two writes, so that none slips past. */
  async #findLatest(points: ReadonlyMap<number, Id<'measurementPoint'>>): Promise<void> {
    const unknown = new Map([...points].filter(([id]) => !this.#latest.has(id)));
    const found = await this.#reading((connection) => readLatest(connection, unknown));
    for (const [id, pointId] of unknown) {
      const sample = found.get(pointId);
      if (sample) this.#latest.set(id, sample);
    }
  }

  #seriesOf(organisationId: string, pointIds: readonly Id<'measurementPoint'>[]) {
    const points = new Map<number, Id<'measurementPoint'>>();
    for (const pointId of pointIds) {
      const series = this.#series.get(seriesKey(organisationId, pointId));
      if (series !== undefined) points.set(series, pointId);
    }
    return points;
  }

  erase(organisationId: string, pointIds: readonly Id<'measurementPoint'>[]): Promise<void> {
    return this.#oneByOne(async () => {
      const series = [...this.#seriesOf(organisationId, pointIds).keys()];
      if (series.length === 0) return;
      await this.#transaction((writer) => writer.run(`delete from samples where series_id in (${series.join()})`));
      for (const id of series) this.#latest.delete(id);
    });
  }
}
