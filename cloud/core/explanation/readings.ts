import type { Reading } from '@kuluma/shared/model/forecast.ts';
import { regimeOf } from '../condition/regimes.ts';
import type { MachineRows } from '../forecast/forecast.ts';
import type { ForecastModel } from '../forecast/model.ts';

/** Rows that make one reading, rows back to "earlier", and rows from which a machine's own normal is taken. */
const readRows = 5;
const earlierRows = 30;
const normalRows = 20;
/** A reading may be gathered from so many rows back where a machine changes its way of running. */
const gatherRows = 60;

const finite = (values: readonly number[]): number[] => values.filter(Number.isFinite);
const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const medianOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

/** The regime of each row in which a machine ran; -1 where its settings were not measured. */
export const regimesOf = (
  { signals }: Pick<ForecastModel, 'signals'>,
  rows: Pick<MachineRows, 't' | 'columns'>,
): Int8Array =>
  Int8Array.from(
    rows.t,
    (_, row) =>
      regimeOf(
        signals.regimes,
        signals.settings.map((i) => rows.columns[i]?.[row] ?? Number.NaN),
      ).regime,
  );

/**
 * What a technician would read of a point now, beside its own normal: rows of the same regime only, in the unit of the
 * point. Undefined where it was not measured lately.
 * @param firstRow of the life of the component.
 */
export const readingOf = (args: {
  readonly column: Float64Array;
  readonly t: Float64Array;
  readonly regimes: Int8Array;
  readonly firstRow: number;
  readonly daysPerUnit: number;
}): Pick<Reading, 'now' | 'ownNormal' | 'earlier'> | undefined => {
  const { column, t, regimes, firstRow } = args;
  const last = column.length - 1;
  /** Positions of measured rows of the present regime in [from, to). */
  const alike = (from: number, to: number): number[] => {
    const found: number[] = [];
    for (let row = Math.max(firstRow, from); row < to; row++)
      if (regimes[row] === regimes[last] && Number.isFinite(column[row])) found.push(row);
    return found;
  };
  const valuesAt = (rows: readonly number[]) => finite(rows.map((row) => column[row] as number));
  const nowRows = alike(last + 1 - gatherRows, last + 1).slice(-readRows);
  if (nowRows.length === 0) return undefined;
  const lifeRows = alike(firstRow, last + 1);
  const beforeRows = alike(last + 1 - earlierRows - gatherRows, last + 1 - earlierRows).slice(-readRows);
  const beforeRow = beforeRows.at(-1);
  return {
    now: meanOf(valuesAt(nowRows)),
    ownNormal: lifeRows.length > normalRows + readRows ? medianOf(valuesAt(lifeRows.slice(0, normalRows))) : null,
    earlier:
      beforeRow === undefined
        ? null
        : {
            value: meanOf(valuesAt(beforeRows)),
            daysAgo: ((t[last] as number) - (t[beforeRow] as number)) * args.daysPerUnit,
          },
  };
};
