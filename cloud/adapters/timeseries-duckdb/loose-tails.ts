import type { DuckDBConnection } from '@duckdb/node-api';
import type { Bucket } from '../../ports.ts';
import type { SeriesSlice } from './duckdb-reads.ts';
import { lastUsable, whole } from './tables.ts';

/** What a series has written down since the last packing, from some time on: one row per time, by time. */
interface Tail {
  readonly fromMs: number;
  /** Every row up to this `seq` is in it. */
  readonly untilSeq: number;
  readonly atMs: readonly number[];
  readonly value: readonly number[];
  readonly quality: readonly number[];
}

/** A series with more of them is summed up by DuckDB, each time anew. */
const mostRowsOfOne = 20_000;
/** Of all series, at 24 bytes a row. */
const mostRows = 1_000_000;

const nothing = (fromMs: number): Tail => ({ fromMs, untilSeq: -1, atMs: [], value: [], quality: [] });

/** Rows in columns. */
interface Rows {
  readonly atMs: readonly number[];
  readonly value: readonly number[];
  readonly quality: readonly number[];
  readonly seq: readonly number[];
}

/** @param more written after all rows of the tail */
const joined = (tail: Tail, more: Rows, untilSeq: number): Tail => {
  if (more.atMs.length === 0) return { ...tail, untilSeq };
  const places = more.atMs.map((_, row) => row);
  const seqOf = (row: number): number => more.seq[row] as number;
  // DuckDB gives them so already, but does not promise it.
  if (more.seq.some((seq, row) => row > 0 && seqOf(row - 1) > seq)) places.sort((a, b) => seqOf(a) - seqOf(b));
  const [atMs, value, quality] = [[...tail.atMs], [...tail.value], [...tail.quality]];
  let isInOrder = true;
  for (const row of places) {
    const ms = more.atMs[row] as number;
    const last = atMs.at(-1) ?? Number.NEGATIVE_INFINITY;
    isInOrder &&= ms >= last;
    // At the same time the later written counts.
    const place = ms === last ? atMs.length - 1 : atMs.length;
    atMs[place] = ms;
    value[place] = more.value[row] as number;
    quality[place] = more.quality[row] as number;
  }
  if (isInOrder) return { ...tail, untilSeq, atMs, value, quality };
  const youngest = new Map(atMs.map((ms, row) => [ms, row]));
  const order = [...youngest.keys()].sort((a, b) => a - b);
  const rows = order.map((ms) => youngest.get(ms) as number);
  return {
    ...{ fromMs: tail.fromMs, untilSeq, atMs: order },
    value: rows.map((row) => value[row] as number),
    quality: rows.map((row) => quality[row] as number),
  };
};

const bucketsOf = (
  { atMs, value, quality }: Tail,
  slice: SeriesSlice,
  gridFromMs: number,
  bucketMs: number,
): Bucket[] => {
  const buckets: Bucket[] = [];
  let [n, min, max, total, count] = [Number.NaN, 0, 0, 0, 0];
  const end = () => {
    if (count > 0) buckets.push({ startMs: gridFromMs + n * bucketMs, min, max, mean: total / count, count });
  };
  for (const [row, ms] of atMs.entries()) {
    if (ms < slice.fromMs || ms >= slice.toMs || (quality[row] as number) > lastUsable) continue;
    const x = value[row] as number;
    const bucket = Math.floor((ms - gridFromMs) / bucketMs);
    if (bucket !== n) {
      end();
      [n, min, max, total, count] = [bucket, x, x, 0, 0];
    }
    min = Math.min(min, x);
    max = Math.max(max, x);
    total += x;
    count++;
  }
  end();
  return buckets;
};

/**
 * Loose rows stand in the order in which they came, those of all series among each other: to find those of one, DuckDB
 * goes through all. So what was found of a series is kept, and the next read goes through what was written since. To be
 * forgotten whenever loose rows are moved or removed.
 */
export class LooseTails {
  /** The one that was asked for last stands last; null for a series that has too many. */
  readonly #tails = new Map<number, Tail | null>();
  #rows = 0;
  /** Grows with each `forget`: what was read before does not count any more. */
  #era = 0;

  get era(): number {
    return this.#era;
  }

  forget(): void {
    this.#tails.clear();
    this.#rows = 0;
    this.#era++;
  }

  /**
   * Buckets of a slice of which no row is packed.
   * @param writtenSeq of the last row that is surely committed
   * @returns undefined where the series has too many rows
   */
  async buckets(
    connection: DuckDBConnection,
    slice: SeriesSlice,
    grid: { readonly fromMs: number; readonly bucketMs: number },
    writtenSeq: number,
  ): Promise<Bucket[] | undefined> {
    const known = this.#tails.get(slice.series);
    if (known === null) return undefined;
    const era = this.#era;
    const before = known && known.fromMs <= slice.fromMs ? known : nothing(slice.fromMs);
    // Sorted here: DuckDB takes longer for that than for all the rest. As numbers, for BigInts are slow.
    const sql = `select ts::double, value, quality, seq::double from samples where series_id = ${whole(slice.series)}
      and ts >= ${whole(before.fromMs)} and seq > ${whole(before.untilSeq)} limit ${mostRowsOfOne + 1}`;
    const [atMs = [], value = [], quality = [], seq = []] = (
      await connection.runAndReadAll(sql)
    ).getColumns() as number[][];
    const isLarge = before.atMs.length + atMs.length > mostRowsOfOne;
    const untilSeq = seq.reduce((a, b) => Math.max(a, b), Math.max(writtenSeq, before.untilSeq));
    const tail = isLarge ? null : joined(before, { atMs, value, quality, seq }, untilSeq);
    if (era === this.#era && this.#tails.get(slice.series) === known) this.#keep(slice.series, tail);
    return tail ? bucketsOf(tail, slice, grid.fromMs, grid.bucketMs) : undefined;
  }

  #keep(series: number, tail: Tail | null): void {
    const rowsOf = (one: Tail | null | undefined): number => one?.atMs.length ?? 0;
    this.#rows += rowsOf(tail) - rowsOf(this.#tails.get(series));
    this.#tails.delete(series);
    this.#tails.set(series, tail);
    for (const [oldest, other] of this.#tails) {
      if (this.#rows <= mostRows) return;
      this.#rows -= rowsOf(other);
      this.#tails.delete(oldest);
    }
  }
}
