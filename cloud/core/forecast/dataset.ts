import type { FleetHistory, MachineHistory, Target } from '../history/fleet-history.ts';
import { horizonsOf } from '../history/fleet-history.ts';
import { type Life, livesOf } from '../history/lives.ts';
import { type SignalSpec, signalsOf } from './signals.ts';
import { createFeatureWriter, type FeatureSpec } from './window-features.ts';

/** The learnable rows of one target. All arrays have one entry a row; features are columns. */
export interface Dataset {
  readonly features: readonly Float32Array[];
  /** Remaining life in the time unit, capped; NaN where a censored life hides it. */
  readonly rul: Float64Array;
  /** For each horizon 1 when the failure came in (t, t + h], 0 when it did not, NaN when not observed. */
  readonly failed: readonly Float64Array[];
  /** Position of the machine in the fleet: the group of every split. */
  readonly machine: Int32Array;
  readonly horizons: number[];
  readonly failures: number;
  /** Machines with at least one failure. */
  readonly failing: ReadonlySet<number>;
}

/** Writes the features of the chosen rows of one machine's lives. */
export const eachFeatureRow = (
  args: { history: MachineHistory; lives: readonly Life[]; signals: SignalSpec; spec: FeatureSpec; stride: number },
  visit: (row: number, life: Life, features: Float64Array) => void,
): void => {
  const { history, lives, signals, spec, stride } = args;
  const source = { history, signals: signalsOf(signals, history.columns, history.t.length), signalSpec: signals, spec };
  const features = new Float64Array(spec.features.length);
  for (const life of lives) {
    const write = createFeatureWriter(source, life);
    // Counted from the end, so that the last rows before a failure are always among the chosen.
    for (let row = life.firstRow + ((life.endRow - 1 - life.firstRow) % stride); row < life.endRow; row += stride) {
      write(row, features);
      visit(row, life, features);
    }
  }
};

/** Remaining life at t, capped; NaN where a censored life hides it. */
export const remaining = (life: Life, t: number, cap: number): number => {
  const left = life.endT - t;
  return life.ended === 'failure' || left >= cap ? Math.min(left, cap) : Number.NaN;
};

/** 1 when the failure came in (t, t + horizon], 0 when it did not, NaN when that was not observed. */
export const failedWithin = (life: Life, t: number, horizon: number): number => {
  const left = life.endT - t;
  if (life.ended === 'failure') return left > 0 ? Number(left <= horizon) : Number.NaN;
  return left >= horizon ? 0 : Number.NaN;
};

/** Features and labels of a target over the fleet, thinned evenly to about `mostRows`. */
export const buildDataset = (
  history: FleetHistory,
  target: Target,
  signals: SignalSpec,
  spec: FeatureSpec,
  mostRows: number,
): Dataset => {
  const all = history.machines.map((machine) => livesOf(machine, target.component));
  const total = all.flat().reduce((sum, life) => sum + life.endRow - life.firstRow, 0);
  const stride = Math.max(1, Math.ceil(total / mostRows));
  const count = all.flat().reduce((sum, life) => sum + Math.ceil((life.endRow - life.firstRow) / stride), 0);
  const horizons = horizonsOf(target, history.meta.timeUnit);
  const cap = target.rulCap ?? Number.POSITIVE_INFINITY;
  const features = spec.features.map(() => new Float32Array(count));
  const rul = new Float64Array(count);
  const failed = horizons.map(() => new Float64Array(count));
  const machine = new Int32Array(count);
  let n = 0;
  history.machines.forEach((one, m) => {
    eachFeatureRow({ history: one, lives: all[m] as Life[], signals, spec, stride }, (row, life, values) => {
      const t = one.t[row] as number;
      for (let f = 0; f < values.length; f++) (features[f] as Float32Array)[n] = values[f] as number;
      rul[n] = remaining(life, t, cap);
      for (let h = 0; h < horizons.length; h++)
        (failed[h] as Float64Array)[n] = failedWithin(life, t, horizons[h] as number);
      machine[n] = m;
      n++;
    });
  });
  const failuresOf = all.map((lives) => lives.filter((life) => life.ended === 'failure').length);
  const failures = failuresOf.reduce((sum, count) => sum + count, 0);
  const failing = new Set(failuresOf.flatMap((count, m) => (count > 0 ? [m] : [])));
  return { features, rul, failed, machine, horizons, failures, failing };
};
