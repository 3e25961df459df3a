import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { type Sample, type SampleQuality, sampleQualities } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import { type RefusedSample, SamplesRefused } from '../../core/ingest/samples-refused.ts';
import type { PointHour, PointQuality } from '../../core/quality/point-quality.ts';
import type { Bucket, Means, Restorable, SeriesRange, StoredBatch, TimeSeriesStore } from '../../ports.ts';
import { DuckDbFile, type DuckDbFileOptions } from './duckdb-file.ts';
import {
  joinBuckets,
  readBuckets,
  readCount,
  readMeans,
  readNewest,
  readSamples,
  type SeriesSlice,
} from './duckdb-reads.ts';
import { dumpTables, loadTables } from './dump-tables.ts';
import { JudgedHours } from './judged-hours.ts';
import { LatestSamples } from './latest-samples.ts';
import { LooseRows } from './loose-rows.ts';
import { LooseTails } from './loose-tails.ts';
import type { Reader } from './pieces.ts';
import { readHours, readQuality, storeQuality } from './quality-rows.ts';
import { appendSamples } from './sample-appender.ts';
import { SeenBatches, type Unseen } from './seen-batches.ts';
import { SeriesNumbers } from './series-numbers.ts';
import { createMonthTable, createTables, dayOf, monthOf, monthTableOf } from './tables.ts';
import { eraseLoose, erasePacked, firstOpenDay, type Kept, keepStore, type Retention } from './upkeep.ts';

export interface DuckDbOptions extends DuckDbFileOptions {
  /** Without it everything is kept for ever. */
  readonly retention?: Retention;
}

/** A series that began with a write: organisation, point, number. */
type NewSeries = readonly [organisationId: string, pointId: string, series: number];

/** What one transaction of samples did. */
interface Stored {
  readonly newSeries: readonly NewSeries[];
  readonly newMonths: readonly string[];
  readonly stored: number;
  readonly refused: readonly RefusedSample[];
  /** For each of the batches, the numbers of the series in its table; -1 where no sample is. */
  readonly seriesOf: readonly Int32Array[];
}

/** Time series in one DuckDB file of this process. */
export class DuckDbTimeSeries implements TimeSeriesStore, Restorable, Part {
  readonly name = 'time series (DuckDB)';
  readonly #file: DuckDbFile;
  readonly #retention: Retention | undefined;
  readonly #series = new SeriesNumbers();
  readonly #seen = new SeenBatches();
  #latest = new LatestSamples();
  readonly #loose = new LooseRows();
  readonly #months = new Set<string>();
  readonly #tails = new LooseTails();
  /** From then on no row is packed. */
  #packedUntilMs = Number.NEGATIVE_INFINITY;
  readonly #judged = new JudgedHours((points, times) =>
    this.#file.reading((connection) => readQuality(connection, points, times)),
  );
  /** Rows written ever: the `seq` of the last. */
  #written = 0;
  /** The same of those that are committed. */
  #committed = 0;
  #lastChore: Promise<unknown> = Promise.resolve();
  #isStopping = false;

  constructor(options: DuckDbOptions) {
    this.#file = new DuckDbFile(options, (connection) => this.#load(connection));
    this.#retention = options.retention;
  }

  start(): Promise<void> {
    this.#isStopping = false;
    return this.#file.open();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#lastChore;
    await this.#file.close();
  }

  async #load(connection: DuckDBConnection): Promise<void> {
    const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
    await connection.run(createTables);
    this.#series.clear();
    for (const [series, organisationId, pointId] of await rowsOf('from series'))
      this.#series.set(String(organisationId), String(pointId), Number(series));
    await this.#seen.load(connection);
    this.#latest = new LatestSamples();
    await this.#loose.count(connection);
    this.#months.clear();
    for (const [table] of await rowsOf('select table_name from duckdb_tables()'))
      if (monthOf(String(table))) this.#months.add(String(table));
    this.#written = Number((await rowsOf('select max(seq) from samples'))[0]?.[0] ?? 0);
    this.#committed = this.#written;
    const lastPacked = (await rowsOf('select max(last_ts) from roll_up_day'))[0]?.[0];
    this.#packedUntilMs = typeof lastPacked === 'bigint' ? (dayOf(Number(lastPacked)) + 1) * dayMs : -Infinity;
    this.#tails.forget();
    this.#judged.forget();
  }

  get #layout() {
    return { loose: this.#loose, months: this.#months };
  }

  async write(batches: readonly StoredBatch[]): Promise<{ stored: number; duplicates: number }> {
    return this.#file.inTurn(async () => {
      const unseen = this.#seen.unseen(batches);
      if (unseen.batches.length === 0) return { stored: 0, duplicates: unseen.duplicates };
      const done = await this.#file.writing((writer) => this.#store(writer, unseen));
      this.#remember(unseen, done);
      if (done.refused.length > 0) throw new SamplesRefused('they are not finite', done.refused);
      return { stored: done.stored, duplicates: unseen.duplicates };
    });
  }

  /** In memory only once it is committed: a failed transaction must leave no trace there either. */
  #remember(unseen: Unseen, { newSeries, newMonths, seriesOf }: Stored): void {
    this.#committed = this.#written;
    for (const month of newMonths) this.#months.add(month);
    const firstNew = this.#series.next;
    for (const one of newSeries) this.#series.set(...one);
    this.#seen.remember(unseen);
    for (const [i, { batch }] of unseen.batches.entries()) {
      const { point, sampledAtMs, value, quality, count } = batch.samples;
      for (let row = 0; row < count; row++) {
        const series = seriesOf[i]?.[point[row] as number] ?? -1;
        if (!Number.isFinite(value[row])) continue;
        // The newest of a series of earlier times stands in the file, unless it was asked for since.
        if (series >= firstNew || (series >= 0 && this.#latest.isKnown(series)))
          this.#latest.offer(series, sampledAtMs[row] as number, value[row] as number, quality[row] as number);
      }
    }
  }

  async #store(writer: DuckDBConnection, unseen: Unseen): Promise<Stored> {
    const newSeries: NewSeries[] = [];
    const newNumbers = new Map<string, number>();
    const numberOf = (organisationId: string, pointId: string): number => {
      const key = `${organisationId} ${pointId}`;
      const known = this.#series.of(organisationId, pointId) ?? newNumbers.get(key);
      if (known !== undefined) return known;
      const series = this.#series.next + newSeries.length;
      newNumbers.set(key, series);
      newSeries.push([organisationId, pointId, series]);
      return series;
    };
    const newMonths = await this.#makeRoom(writer, unseen);
    const appender = await appendSamples(writer);
    const refused: RefusedSample[] = [];
    const seriesOf: Int32Array[] = [];
    let stored = 0;
    for (const { batch, index } of unseen.batches) {
      const { pointIds, point, sampledAtMs, value, quality, count } = batch.samples;
      const numbers = new Int32Array(pointIds.length).fill(-1);
      const rowsOfPoint = new Int32Array(pointIds.length);
      seriesOf.push(numbers);
      for (let row = 0; row < count; row++) {
        if (!Number.isFinite(value[row])) {
          refused.push({ batch: index, sample: row });
          continue;
        }
        const p = point[row] as number;
        if (numbers[p] === -1) numbers[p] = numberOf(batch.organisationId, pointIds[p] as string);
        appender.add(
          numbers[p] as number,
          sampledAtMs[row] as number,
          value[row] as number,
          quality[row] as number,
          ++this.#written,
        );
        (rowsOfPoint[p] as number)++;
        stored++;
      }
      for (const [p, rows] of rowsOfPoint.entries()) if (rows > 0) this.#loose.addSeries(numbers[p] as number, rows);
    }
    appender.close();
    await this.#storeSeries(writer, newSeries);
    await this.#seen.store(writer, unseen);
    return { newSeries, newMonths, stored, refused, seriesOf };
  }

  /** Days are loose, and their months exist, before a read may find the rows in either. */
  async #makeRoom(writer: DuckDBConnection, { batches }: Unseen): Promise<string[]> {
    const days = new Map<number, number>();
    for (const { batch } of batches)
      for (let row = 0; row < batch.samples.count; row++) {
        const day = dayOf(batch.samples.sampledAtMs[row] as number);
        days.set(day, (days.get(day) ?? 0) + 1);
      }
    for (const [day, rows] of days) this.#loose.addDay(day, rows);
    const months = new Set([...days.keys()].map((day) => monthTableOf(day * dayMs)));
    const missing = [...months].filter((month) => !this.#months.has(month));
    for (const month of missing) await writer.run(createMonthTable(month));
    return missing;
  }

  async #storeSeries(writer: DuckDBConnection, newSeries: readonly NewSeries[]): Promise<void> {
    const appender = await writer.createAppender('series');
    for (const [organisationId, pointId, series] of newSeries) {
      appender.appendInteger(series);
      appender.appendVarchar(organisationId);
      appender.appendVarchar(pointId);
      appender.endRow();
    }
    appender.closeSync();
  }

  async #readSlice<T>(range: SeriesRange, none: T, read: (r: Reader, slice: SeriesSlice) => Promise<T>) {
    const series = this.#series.of(range.organisationId, range.pointId);
    if (series === undefined) return none;
    return this.#file.reading((_, reader) => read(reader, { ...range, series }));
  }

  read(range: SeriesRange, options: { limit?: number; anyQuality?: boolean } = {}): Promise<Sample[]> {
    return this.#readSlice<Sample[]>(range, [], (reader, slice) =>
      readSamples(reader, this.#layout, range.pointId, slice, options),
    );
  }

  downsample(range: SeriesRange, bucketMs: number): Promise<Bucket[]> {
    return this.#readSlice<Bucket[]>(range, [], (reader, slice) => this.#bucketsOf(reader, slice, bucketMs));
  }

  /** What is packed is summed up by the file, what came since in memory. */
  async #bucketsOf(reader: Reader, slice: SeriesSlice, bucketMs: number): Promise<Bucket[]> {
    const era = this.#tails.era;
    const splitMs = Math.max(slice.fromMs, this.#packedUntilMs);
    const whole = () => readBuckets(reader, this.#layout, slice, bucketMs);
    if (splitMs >= slice.toMs) return whole();
    const grid = { fromMs: slice.fromMs, bucketMs };
    const young = await this.#tails.buckets(reader.connection, { ...slice, fromMs: splitMs }, grid, this.#committed);
    const old =
      splitMs > slice.fromMs ? await readBuckets(reader, this.#layout, { ...slice, toMs: splitMs }, bucketMs) : [];
    // Rows that were packed or erased meanwhile were seen twice, or not at all.
    return young && era === this.#tails.era ? joinBuckets(old, young) : whole();
  }

  async means(
    organisationId: string,
    pointIds: readonly Id<'measurementPoint'>[],
    range: { fromMs: number; toMs: number },
    bucketMs: number,
  ): Promise<Map<string, Means>> {
    const points = this.#seriesOf(organisationId, pointIds);
    if (points.size === 0) return new Map();
    const found = await this.#file.reading((_, reader) =>
      readMeans(reader, this.#layout, [...points.keys()], range, bucketMs),
    );
    return new Map([...found].map(([series, means]) => [points.get(series) as string, means]));
  }

  count(range: SeriesRange): Promise<number> {
    return this.#readSlice(range, 0, (reader, slice) => readCount(reader, this.#layout, slice));
  }

  async latest(organisationId: string, pointIds: readonly Id<'measurementPoint'>[]): Promise<Map<string, Sample>> {
    const points = this.#seriesOf(organisationId, pointIds);
    if ([...points.keys()].some((series) => !this.#latest.isKnown(series)))
      await this.#file.inTurn(() => this.#findLatest([...points.keys()]));
    const found = new Map<string, Sample>();
    for (const [series, pointId] of points) {
      const newest = this.#latest.get(series);
      if (!newest) continue;
      const quality = sampleQualities[newest.quality] as SampleQuality;
      found.set(pointId, { pointId, sampledAtMs: newest.atMs, value: newest.value, quality });
    }
    return found;
  }

  /** Between two writes, so that none slips past. */
  async #findLatest(series: readonly number[]): Promise<void> {
    const unknown = series.filter((one) => !this.#latest.isKnown(one));
    if (unknown.length === 0) return;
    const found = await this.#file.reading((connection) => readNewest(connection, this.#months, unknown));
    for (const one of unknown) this.#latest.none(one);
    for (const { series: one, atMs, value, quality } of found) this.#latest.offer(one, atMs, value, quality);
  }

  #seriesOf(organisationId: string, pointIds: readonly Id<'measurementPoint'>[]) {
    const points = new Map<number, Id<'measurementPoint'>>();
    for (const pointId of pointIds) {
      const series = this.#series.of(organisationId, pointId);
      if (series !== undefined) points.set(series, pointId);
    }
    return points;
  }

  async hours(organisationId: string, range: { fromMs: number; toMs: number }): Promise<PointHour[]> {
    const points = this.#series.pointsOf(organisationId);
    if (points.size === 0) return [];
    return this.#file.reading((_, reader) => readHours(reader, this.#layout, organisationId, points, range));
  }

  async writeQuality(organisationId: string, hours: readonly PointQuality[]): Promise<void> {
    const known = hours.flatMap((hour) => {
      const series = this.#series.of(organisationId, hour.pointId);
      return series === undefined ? [] : [{ series, hour }];
    });
    await this.#file.inTurn(() => this.#file.writing((writer) => storeQuality(writer, known)));
    this.#judged.forget();
  }

  async readQuality(
    organisationId: string,
    pointIds: readonly Id<'measurementPoint'>[],
    range: { fromMs: number; toMs: number },
  ): Promise<PointQuality[]> {
    const points = this.#seriesOf(organisationId, pointIds);
    return points.size === 0 ? [] : this.#judged.of(points, range);
  }

  get #kept(): Kept {
    const written = () => ({ series: this.#series.next, untilSeq: this.#written });
    const isStopping = () => this.#isStopping;
    return { file: this.#file, loose: this.#loose, months: this.#months, written, isStopping };
  }

  /** Packing and erasing change the same rows: one at a time. */
  #chore<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#lastChore.then(work);
    this.#lastChore = done.catch(() => undefined);
    return done;
  }

  maintain(nowMs: number): Promise<void> {
    return this.#chore(async () => {
      // Before anything is moved: reads that begin from now on look for it in both places.
      this.#packedUntilMs = Math.max(this.#packedUntilMs, firstOpenDay(nowMs) * dayMs);
      this.#tails.forget();
      await keepStore(this.#kept, this.#retention, nowMs);
      this.#judged.forget();
      await this.#file.inTurn(() => this.#file.checkpoint());
    });
  }

  erase(organisationId: string, pointIds: readonly Id<'measurementPoint'>[]): Promise<void> {
    return this.#chore(async () => {
      const points = this.#seriesOf(organisationId, pointIds);
      if (points.size === 0) return;
      const series = [...points.keys()];
      await erasePacked(this.#kept, series);
      await this.#file.inTurn(async () => {
        await this.#file.writing((writer) => eraseLoose(writer, series));
        for (const [one, pointId] of points) {
          this.#series.delete(organisationId, pointId);
          this.#latest.forget(one);
        }
        this.#tails.forget();
        this.#judged.forget();
        await this.#file.checkpoint();
      });
    });
  }
  /** Beside writes and reads; packing waits, so that no table is replaced meanwhile. */
  dump(dir: string): Promise<void> {
    return this.#chore(() => this.#file.reading((connection) => dumpTables(connection, dir)));
  }

  load(dir: string): Promise<void> {
    return this.#file.inTurn(async () => {
      if (this.#series.next > 0)
        throw new AppError('CONFLICT', 'the time series store is not empty', { hint: 'restore into an empty one' });
      await this.#file.writing((writer) => loadTables(writer, dir));
      await this.#file.checkpoint();
      await this.#file.reading((connection) => this.#load(connection));
    });
  }
}
