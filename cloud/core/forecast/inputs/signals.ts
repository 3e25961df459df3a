import { eigenSymmetric, ridge } from '../../condition/linear.ts';
import { learnRegimes, type Regimes, regimeOf } from '../../condition/regimes.ts';
import type { FleetHistory } from '../../history/fleet-history.ts';

/** How the sensors behave in one operating regime. Arrays follow `SignalSpec.sensors`. */
interface RegimeScale {
  readonly mean: number[];
  readonly deviation: number[];
  /** Response of each sensor to each setting's deviation from the regime's centre. */
  readonly response: number[][];
}

/** How the columns of a fleet become comparable signals; learnt once from the training rows. */
export interface SignalSpec {
  /** Positions of the sensors that carry information, in the fleet's points. */
  readonly sensors: number[];
  readonly settings: number[];
  readonly usages: number[];
  /** Sensors taken by their logarithm: positive with a long tail. */
  readonly logged: boolean[];
  readonly regimes: Regimes;
  readonly scales: RegimeScale[];
  /** Loadings of the principal components on the sensors. */
  readonly components: number[][];
  /** Range of each sensor's signal in training. */
  readonly low: number[];
  readonly high: number[];
  /** Most rows for which each sensor stood at one value in training. */
  readonly longestStill: number[];
}

/** Signals of one machine: normalised sensors first, then principal components; NaN where not measured. */
export interface Signals {
  readonly values: readonly Float64Array[];
  /** Scaled distance of each row's settings from its regime. */
  readonly regimeDistance: Float64Array;
  /** For each sensor and row, for how many rows its value has not changed. */
  readonly still: readonly Int32Array[];
}

const mostRows = 20_000;
const componentCount = 3;
/** A response to a setting is removed when it explains at least this share of a sensor's variance inside a regime. */
const leastResponse = 0.05;

/** A row without its settings has no regime: a setting measured more seldom would cost more rows than it tells. */
const leastPresentSetting = 0.5;

const finite = (values: readonly number[]): number[] => values.filter((v) => Number.isFinite(v));

const momentsOf = (values: readonly number[]): { mean: number; deviation: number } => {
  const mean = values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
  const square = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, values.length);
  return { mean, deviation: Math.sqrt(square) };
};

const hasLongTail = (values: readonly number[]): boolean => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
  return at(0) > 0 && at(0.99) > 2.5 * at(0.5);
};

/** At most `mostRows` evenly spread rows of the fleet, as arrays over all points. */
const spreadRows = (history: FleetHistory): number[][] => {
  const total = history.machines.reduce((sum, machine) => sum + machine.t.length, 0);
  const stride = Math.max(1, Math.ceil(total / mostRows));
  const rows: number[][] = [];
  let count = 0;
  for (const machine of history.machines)
    for (let row = 0; row < machine.t.length; row++)
      if (count++ % stride === 0) rows.push(machine.columns.map((column) => column[row] as number));
  return rows;
};

const positionsOf = (history: FleetHistory, role: string): number[] =>
  history.points.flatMap((point, i) => (history.meta.points[point]?.role === role ? [i] : []));

const take = (row: readonly number[], positions: readonly number[]): number[] => positions.map((i) => row[i] as number);

const scaleOf = (
  rows: readonly number[][],
  settingRows: readonly number[][],
  centre: readonly number[],
): RegimeScale => {
  const width = rows[0]?.length ?? 0;
  const mean: number[] = [];
  const deviation: number[] = [];
  const response: number[][] = [];
  const settings = centre.map((c, j) => Float64Array.from(settingRows, (row) => (row[j] as number) - c));
  for (let s = 0; s < width; s++) {
    const moments = momentsOf(finite(rows.map((row) => row[s] as number)));
    const y = Float64Array.from(rows, (row) => {
      const v = row[s] as number;
      return Number.isFinite(v) ? v - moments.mean : 0;
    });
    const slopes = settings.length > 0 ? [...ridge(settings, y, 1e-3 * rows.length)] : [];
    const rest = momentsOf(
      finite(
        rows.map(
          (row, i) =>
            (row[s] as number) -
            slopes.reduce((sum, b, j) => sum + b * ((settings[j] as Float64Array)[i] as number), 0),
        ),
      ),
    );
    const explains = rest.deviation ** 2 <= (1 - leastResponse) * moments.deviation ** 2;
    mean.push(explains ? rest.mean : moments.mean);
    deviation.push(explains ? rest.deviation : moments.deviation);
    response.push(explains ? slopes : []);
  }
  return { mean, deviation, response };
};

/** Length of the run of equal values that ends at each row; 0 where not measured. */
const stillRows = (column: Float64Array): Int32Array => {
  const still = new Int32Array(column.length);
  for (let row = 0; row < column.length; row++) {
    const value = column[row] as number;
    const same = row > 0 && column[row - 1] === value;
    still[row] = Number.isFinite(value) ? (same ? (still[row - 1] as number) : 0) + 1 : 0;
  }
  return still;
};

const isConstant = (values: readonly number[]): boolean => {
  const { mean, deviation } = momentsOf(values);
  return values.length < 2 || deviation <= 1e-7 * (1e-9 + Math.abs(mean));
};

/** Principal components of the normalised sensors, held to +-5 so that single spikes do not turn the axes. */
const componentsOf = (rows: readonly number[][], width: number): number[][] => {
  if (width < 2) return [];
  const held = rows.map((row) => row.map((v) => (Number.isFinite(v) ? Math.max(-5, Math.min(5, v)) : 0)));
  const covariance = new Float64Array(width * width);
  for (const row of held)
    for (let i = 0; i < width; i++)
      for (let j = 0; j < width; j++)
        covariance[i * width + j] =
          (covariance[i * width + j] as number) + ((row[i] as number) * (row[j] as number)) / held.length;
  return eigenSymmetric(covariance, width).vectors.slice(0, Math.min(componentCount, width));
};

const normalise = (
  spec: Pick<SignalSpec, 'logged' | 'scales' | 'regimes'>,
  sensors: readonly number[],
  settings: readonly number[],
  regime: number,
): number[] => {
  const scale = spec.scales[regime];
  const centre = spec.regimes.centres[regime];
  if (!scale || !centre) return sensors.map(() => Number.NaN);
  return sensors.map((raw, s) => {
    const value = spec.logged[s] ? Math.log(Math.max(raw, 1e-12)) : raw;
    const response = scale.response[s] as number[];
    let expected = scale.mean[s] as number;
    for (let j = 0; j < response.length; j++)
      expected += (response[j] as number) * ((settings[j] as number) - (centre[j] as number));
    const deviation = scale.deviation[s] as number;
    return deviation > 1e-9 * (1 + Math.abs(expected)) ? (value - expected) / deviation : 0;
  });
};

/** Learns the signals of a fleet: which sensors vary, the regimes, each sensor's scale in each regime, and common components. */
export const learnSignals = (history: FleetHistory): SignalSpec => {
  const rows = spreadRows(history);
  const presentShare = (i: number) => finite(rows.map((row) => row[i] as number)).length / rows.length;
  const settings = positionsOf(history, 'setting').filter((i) => presentShare(i) >= leastPresentSetting);
  const usages = positionsOf(history, 'usage');
  const sensors = positionsOf(history, 'sensor').filter((i) => {
    const values = finite(rows.map((row) => row[i] as number));
    return values.length > 0.05 * rows.length && !isConstant(values);
  });
  const logged = sensors.map((i) => hasLongTail(finite(rows.map((row) => row[i] as number))));
  const complete = rows.filter((row) => settings.every((i) => Number.isFinite(row[i])));
  const regimes = learnRegimes(
    complete.map((row) => take(row, settings)),
    settings.length,
  );
  const groups: number[][][] = regimes.centres.map(() => []);
  for (const row of complete) (groups[regimeOf(regimes, take(row, settings)).regime] as number[][]).push(row);
  const scales = groups.map((group, g) =>
    scaleOf(
      group.map((row) => take(row, sensors).map((v, s) => (logged[s] ? Math.log(Math.max(v, 1e-12)) : v))),
      group.map((row) => take(row, settings)),
      regimes.centres[g] as number[],
    ),
  );
  const partial = { logged, scales, regimes };
  const normal = complete.map((row) => {
    const of = take(row, settings);
    return normalise(partial, take(row, sensors), of, regimeOf(regimes, of).regime);
  });
  const columns = sensors.map((_, s) => finite(normal.map((row) => row[s] as number)));
  return {
    sensors,
    settings,
    usages,
    ...partial,
    components: componentsOf(normal, sensors.length),
    low: columns.map((values) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)),
    high: columns.map((values) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)),
    longestStill: sensors.map((i) =>
      history.machines.reduce(
        (most, machine) => stillRows(machine.columns[i] as Float64Array).reduce((a, b) => Math.max(a, b), most),
        0,
      ),
    ),
  };
};

/** The signals of one machine's rows; each row uses nothing but itself. */
export const signalsOf = (spec: SignalSpec, columns: readonly Float64Array[], rowCount: number): Signals => {
  const width = spec.sensors.length;
  const values = Array.from({ length: width + spec.components.length }, () => new Float64Array(rowCount));
  const regimeDistance = new Float64Array(rowCount);
  const at = (positions: readonly number[], row: number) =>
    positions.map((i) => (columns[i] as Float64Array)[row] as number);
  for (let row = 0; row < rowCount; row++) {
    const settings = at(spec.settings, row);
    const { regime, distance } = regimeOf(spec.regimes, settings);
    regimeDistance[row] = distance;
    const normal = normalise(spec, at(spec.sensors, row), settings, regime);
    for (let s = 0; s < width; s++) (values[s] as Float64Array)[row] = normal[s] as number;
    for (let c = 0; c < spec.components.length; c++) {
      const loading = spec.components[c] as number[];
      let sum = 0;
      for (let s = 0; s < width; s++) {
        const v = normal[s] as number;
        if (Number.isFinite(v)) sum += v * (loading[s] as number);
      }
      (values[width + c] as Float64Array)[row] = sum;
    }
  }
  return { values, regimeDistance, still: spec.sensors.map((i) => stillRows(columns[i] as Float64Array)) };
};
