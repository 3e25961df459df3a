import type { DuckDBConnection } from '@duckdb/node-api';
import { dayMs } from '@kuluma/shared/model/units.ts';

export interface Times {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

const touches = (day: number, { fromMs, toMs }: Times): boolean => day * dayMs < toMs && (day + 1) * dayMs > fromMs;

/** How many loose rows there may be, by day and by series: never fewer than a read can find. */
export class LooseRows {
  readonly #byDay = new Map<number, number>();
  readonly #bySeries = new Map<number, number>();

  /** Days with rows that are not packed. */
  get days(): Iterable<number> {
    return this.#byDay.keys();
  }

  /** Before rows are committed: their day. */
  addDay(day: number, rows: number): void {
    this.#byDay.set(day, (this.#byDay.get(day) ?? 0) + rows);
  }

  /** Before rows are committed: their series. */
  addSeries(series: number, rows: number): void {
    this.#bySeries.set(series, (this.#bySeries.get(series) ?? 0) + rows);
  }

  /** Between two writes only. */
  async count(connection: DuckDBConnection): Promise<void> {
    const counts = async (key: string) =>
      (await connection.runAndReadAll(`select ${key} as key, count(*) from samples group by key`)).getRows();
    const [byDay, bySeries] = [await counts(`ts // ${dayMs}`), await counts('series_id')];
    this.#byDay.clear();
    this.#bySeries.clear();
    for (const [day, rows] of byDay) this.#byDay.set(Number(day), Number(rows));
    for (const [series, rows] of bySeries) this.#bySeries.set(Number(series), Number(rows));
  }

  isIn(times: Times): boolean {
    for (const day of this.days) if (touches(day, times)) return true;
    return false;
  }

  /** @returns as many as such series can have in such a time at most */
  mostOf(series: Iterable<number>, times: Times): number {
    let [ofSeries, ofDays] = [0, 0];
    for (const one of series) ofSeries += this.#bySeries.get(one) ?? 0;
    for (const [day, rows] of this.#byDay) if (touches(day, times)) ofDays += rows;
    return Math.min(ofSeries, ofDays);
  }
}
