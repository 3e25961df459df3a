import { learnRegimes, regimeOf } from './regimes.ts';

/** A regime seen in fewer rows of the baseline teaches nothing. */
const leastRows = 10;
/** A signal that hardly moves in a regime is not stretched to more than this many times its size. */
const mostStretch = 10;

interface Moments {
  readonly mean: number;
  readonly deviation: number;
  readonly rows: number;
}

const momentsOf = (values: readonly number[]): Moments => {
  const known = values.filter((v) => Number.isFinite(v));
  const rows = known.length;
  const mean = known.reduce((sum, v) => sum + v, 0) / Math.max(1, rows);
  const square = known.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, rows);
  return { mean, deviation: Math.sqrt(square), rows };
};

/** A column as if the machine had always run in one usual regime; NaN where the baseline does not know the row's regime. */
const asInOneRegime = (
  column: Float64Array,
  regimes: Int32Array,
  count: number,
  baselineRows: number,
): Float64Array => {
  const baseline = Array.from(column.subarray(0, baselineRows));
  const moments = Array.from({ length: count }, (_, regime) =>
    momentsOf(baseline.filter((_, row) => regimes[row] === regime)),
  );
  const taught = moments.filter(({ rows }) => rows >= leastRows);
  const rows = taught.reduce((sum, one) => sum + one.rows, 0);
  const mean = taught.reduce((sum, one) => sum + (one.rows * one.mean) / rows, 0);
  const deviation = Math.sqrt(taught.reduce((sum, one) => sum + (one.rows * one.deviation ** 2) / rows, 0));
  return column.map((value, row) => {
    const of = moments[regimes[row] as number];
    if (!of || of.rows < leastRows) return Number.NaN;
    const stretch = of.deviation * mostStretch > deviation ? deviation / of.deviation : mostStretch;
    // A row of the baseline is judged by the others, as later rows are: it drew the mean towards itself.
    const beyond = (value - of.mean) * (row < baselineRows ? of.rows / (of.rows - 1) : 1);
    return mean + stretch * beyond;
  });
};

/**
 * Takes the operating regime out of one machine's columns, so that a change of load is no change of state. Regimes are
 * learnt from the settings in the baseline; where these form no distinct clusters the columns stay as they are, and the
 * settings are signals beside the others. Otherwise each sensor is brought to the mean and deviation of a usual regime, in
 * its own unit, and the settings are not measured any more; so is a row in a regime that the baseline hardly knew.
 * @param settings positions of the settings among the columns.
 */
export const withoutRegimes = (
  columns: readonly Float64Array[],
  settings: readonly number[],
  baselineRows: number,
): readonly Float64Array[] => {
  const settingsAt = (row: number) => settings.map((i) => (columns[i] as Float64Array)[row] as number);
  const rowCount = columns[0]?.length ?? 0;
  const baseline = Array.from({ length: Math.min(baselineRows, rowCount) }, (_, row) => settingsAt(row));
  const regimes = learnRegimes(
    baseline.filter((row) => row.every((v) => Number.isFinite(v))),
    settings.length,
  );
  const count = regimes.centres.length;
  if (count < 2) return columns;
  const regimeByRow = Int32Array.from({ length: rowCount }, (_, row) => {
    const { regime, distance } = regimeOf(regimes, settingsAt(row));
    return distance <= 2 * regimes.radius + 1e-6 ? regime : -1;
  });
  return columns.map((column, i) =>
    settings.includes(i)
      ? new Float64Array(rowCount).fill(Number.NaN)
      : asInOneRegime(column, regimeByRow, count, baselineRows),
  );
};
