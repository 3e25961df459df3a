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

/** A signal in each regime, and in a usual one. */
interface SignalByRegime {
  readonly moments: readonly Moments[];
  readonly mean: number;
  readonly deviation: number;
}

const signalByRegime = (values: readonly number[], regimes: readonly number[], count: number): SignalByRegime => {
  const moments = Array.from({ length: count }, (_, regime) =>
    momentsOf(values.filter((_, row) => regimes[row] === regime)),
  );
  const taught = moments.filter(({ rows }) => rows >= leastRows);
  const rows = taught.reduce((sum, one) => sum + one.rows, 0);
  return {
    moments,
    mean: taught.reduce((sum, one) => sum + (one.rows * one.mean) / rows, 0),
    deviation: Math.sqrt(taught.reduce((sum, one) => sum + (one.rows * one.deviation ** 2) / rows, 0)),
  };
};

const asInUsual = (
  { moments, mean, deviation }: SignalByRegime,
  regime: number,
  value: number,
  isBaseline: boolean,
) => {
  const of = moments[regime];
  if (!of || of.rows < leastRows) return Number.NaN;
  const stretch = of.deviation * mostStretch > deviation ? deviation / of.deviation : mostStretch;
  // A row of the baseline is judged by the others, as later rows are: it drew the mean towards itself.
  const beyond = (value - of.mean) * (isBaseline ? of.rows / (of.rows - 1) : 1);
  return mean + stretch * beyond;
};

/** Gives a row as if the machine had always run in one usual regime; `isBaseline` of the rows that were learnt from. */
export type RegimeRemover = (row: ArrayLike<number>, isBaseline: boolean) => Float64Array;

/**
 * Learns to take the operating regime out of one machine's rows, so that a change of load is no change of state. Regimes
 * are learnt from the settings in the baseline; where these form no distinct clusters it is undefined, and the settings
 * are signals beside the others. Otherwise each sensor is brought to the mean and deviation of a usual regime, in its own
 * unit, and the settings are not measured any more; so is a row in a regime that the baseline hardly knew.
 * @param settings positions of the settings in a row.
 */
export const learnRegimeRemover = (
  baseline: readonly ArrayLike<number>[],
  settings: readonly number[],
): RegimeRemover | undefined => {
  const settingsOf = (row: ArrayLike<number>) => settings.map((i) => row[i] as number);
  const regimes = learnRegimes(
    baseline.map(settingsOf).filter((row) => row.every((v) => Number.isFinite(v))),
    settings.length,
  );
  const count = regimes.centres.length;
  if (count < 2) return undefined;
  const regimeAt = (row: ArrayLike<number>): number => {
    const { regime, distance } = regimeOf(regimes, settingsOf(row));
    return distance <= 2 * regimes.radius + 1e-6 ? regime : -1;
  };
  const byRow = baseline.map(regimeAt);
  const signals = Array.from(baseline[0] ?? [], (_, i) =>
    settings.includes(i)
      ? undefined
      : signalByRegime(
          baseline.map((row) => row[i] as number),
          byRow,
          count,
        ),
  );
  return (row, isBaseline) => {
    const regime = regimeAt(row);
    return Float64Array.from(signals, (signal, i) =>
      signal ? asInUsual(signal, regime, row[i] as number, isBaseline) : Number.NaN,
    );
  };
};

/** The same of all rows of a machine, in columns. */
export const withoutRegimes = (
  columns: readonly Float64Array[],
  settings: readonly number[],
  baselineRows: number,
): readonly Float64Array[] => {
  const rowAt = (row: number) => Float64Array.from(columns, (column) => column[row] as number);
  const rowCount = columns[0]?.length ?? 0;
  const remove = learnRegimeRemover(
    Array.from({ length: Math.min(baselineRows, rowCount) }, (_, row) => rowAt(row)),
    settings,
  );
  if (!remove) return columns;
  const rows = Array.from({ length: rowCount }, (_, row) => remove(rowAt(row), row < baselineRows));
  return columns.map((_, i) => Float64Array.from(rows, (row) => row[i] as number));
};
