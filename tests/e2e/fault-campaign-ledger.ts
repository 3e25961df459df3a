import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Gap } from '@kuluma/shared/model/gateway-reports.ts';

/** What a counting agent says that it did. */
export class ReadLedger {
  /** Value -> when it was read. */
  readonly readAtMs = new Map<number, number>();
  readonly #accepted: { from: number; to: number }[] = [];

  /** A new start of the agent; the first value that it is to read. */
  begin(): number {
    const from = this.readAtMs.size;
    this.#accepted.push({ from, to: from - 1 });
    return from;
  }

  read(value: number, atMs: number): void {
    this.readAtMs.set(value, atMs);
  }

  /** All values of this start up to `value`. */
  accepted(value: number): void {
    const last = this.#accepted.at(-1);
    if (last) last.to = Math.max(last.to, value);
  }

  isAccepted(value: number): boolean {
    return this.#accepted.some(({ from, to }) => from <= value && value <= to);
  }
}

/** A row of the raw store. */
export interface Row {
  readonly pointId: string;
  readonly atMs: number;
  readonly value: number;
}

/** Every row of the embedded store as it stands in its file, nothing taken for the same. The store must be closed. */
export const readRows = async (dir: string): Promise<Row[]> => {
  const instance = await DuckDBInstance.create(join(dir, 'samples.duckdb'));
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll('select point_id, ts, value from samples join series using (series_id)');
  connection.closeSync();
  instance.closeSync();
  return rows.getRows().map(([pointId, atMs, value]) => ({
    pointId: String(pointId),
    atMs: Number(atMs),
    value: Number(value),
  }));
};

/** Read beside stored, in samples. */
export interface Balance {
  readonly read: number;
  readonly accepted: number;
  readonly stored: number;
  /** Accepted and not stored. */
  readonly lost: number;
  /** Stored more than once. */
  readonly doubled: number;
  /** Stored and never read so: another value, another time. */
  readonly wrong: number;
  /** Read, never accepted and not stored: each has to lie within a gap record. */
  readonly missing: number;
  /** Of those, how many do not. */
  readonly unexplained: number;
}

export const balanceOf = (
  ledger: ReadLedger,
  rows: readonly Row[],
  pointIds: readonly string[],
  gaps: readonly Pick<Gap, 'fromMs' | 'toMs' | 'pointIds'>[],
): Balance => {
  const counts = new Map<string, number>();
  const keyOf = (pointId: string, value: number, atMs: number | undefined) => `${pointId} ${value} ${atMs}`;
  for (const { pointId, value, atMs } of rows) {
    const key = keyOf(pointId, value, atMs);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const sum = { read: 0, accepted: 0, stored: 0, lost: 0, doubled: 0, wrong: 0, missing: 0, unexplained: 0 };
  for (const [value, atMs] of ledger.readAtMs)
    for (const pointId of pointIds) {
      const key = keyOf(pointId, value, atMs);
      const count = counts.get(key) ?? 0;
      counts.delete(key);
      const isAccepted = ledger.isAccepted(value);
      const isInGap = gaps.some(
        (gap) => gap.fromMs <= atMs && atMs <= gap.toMs && (gap.pointIds?.some((id) => id === pointId) ?? true),
      );
      sum.read++;
      if (isAccepted) sum.accepted++;
      if (count > 0) sum.stored++;
      if (count > 1) sum.doubled++;
      if (count === 0 && isAccepted) sum.lost++;
      if (count === 0 && !isAccepted) sum.missing++;
      if (count === 0 && !isAccepted && !isInGap) sum.unexplained++;
    }
  // What is left was never read so.
  sum.wrong = [...counts.values()].reduce((a, b) => a + b, 0);
  return sum;
};
