import type { FleetHistory, MachineHistory, Target } from '../../history/fleet-history.ts';
import { horizonsOf } from '../../history/fleet-history.ts';
import { type Life, livesOf } from '../../history/lives.ts';
import { outcomesBetween } from './failure-outcomes.ts';
import type { LearntSection } from './section.ts';
import { type SignalSpec, signalsOf } from './signals.ts';

/** The learnable rows of one target. All arrays have one entry a row; sections are in columns. */
export interface Dataset {
  /** In the order of the sections asked for. */
  readonly inputs: readonly (readonly Float32Array[])[];
  readonly t: Float64Array;
  /** Remaining life in the time unit, capped; NaN where a censored life hides it. */
  readonly rul: Float64Array;
  /** For each horizon 1 when the failure came in (t, t + h], 0 when it did not, NaN when not observed. */
  readonly failed: readonly Float64Array[];
  /** Time until the life's end as far as it was watched, and 1 where that end was a failure. */
  readonly left: Float64Array;
  readonly endedInFailure: Uint8Array;
  /** Number of the life. */
  readonly life: Int32Array;
  /** Position of the machine in the fleet: the group of every split. */
  readonly machine: Int32Array;
  /** Position of the row in its machine. */
  readonly row: Int32Array;
  /** One row in so many of a life is here. */
  readonly stride: number;
  readonly horizons: number[];
  readonly failures: number;
  /** Machines with at least one failure. */
  readonly failing: ReadonlySet<number>;
}

/** A life and the rows of it that are learnt from. */
interface ThinnedLife {
  readonly life: Life;
  readonly rows: readonly number[];
}

const goldenShare = (Math.sqrt(5) - 1) / 2;

/**
 * Every `stride`th row of each life, one at least. Where they begin differs from life to life, so that each distance from
 * the end is among the chosen as often as among all rows: else wide strides would step over all that came shortly before
 * a failure.
 */
const thin = (lives: readonly (readonly Life[])[], stride: number): ThinnedLife[][] => {
  let number = 0;
  return lives.map((ofMachine) =>
    ofMachine.map((life) => {
      const length = life.endRow - life.firstRow;
      const last = Math.floor(((number++ * goldenShare) % 1) * Math.min(stride, length));
      const count = 1 + Math.floor((length - 1 - last) / stride);
      return { life, rows: Array.from({ length: count }, (_, i) => life.endRow - 1 - last - (count - 1 - i) * stride) };
    }),
  );
};

const columnsOf = (width: number, rows: number): Float32Array[] =>
  Array.from({ length: width }, () => new Float32Array(rows));

/** Writes the sections of the chosen rows of one machine into the columns from row `at` on. */
const writeSections = (
  args: { history: MachineHistory; lives: readonly ThinnedLife[]; signals: SignalSpec; at: number },
  sections: readonly LearntSection[],
  columns: readonly (readonly Float32Array[])[],
): void => {
  const { history, lives, signals } = args;
  const machine = { history, signals: signalsOf(signals, history.columns, history.t.length), signalSpec: signals };
  sections.forEach((section, s) => {
    const of = columns[s] as readonly Float32Array[];
    const values = new Float64Array(section.inputs.length);
    let n = args.at;
    for (const { life, rows } of lives) {
      const write = section.writerOf(machine, life);
      for (const row of rows) {
        write(row, values);
        for (let f = 0; f < values.length; f++) (of[f] as Float32Array)[n] = values[f] as number;
        n++;
      }
    }
  });
};

/** Remaining life at t, capped; NaN where a censored life hides it. */
export const remaining = (life: Life, t: number, cap: number): number => {
  const left = life.endT - t;
  return life.ended === 'failure' || left >= cap ? Math.min(left, cap) : Number.NaN;
};

/** Sections and labels of a target over the fleet, thinned evenly to about `mostRows`. */
export const buildDataset = (
  history: FleetHistory,
  target: Target,
  signals: SignalSpec,
  sections: readonly LearntSection[],
  mostRows: number,
): Dataset => {
  const all = history.machines.map((machine) => livesOf(machine, target.component));
  const total = all.flat().reduce((sum, life) => sum + life.endRow - life.firstRow, 0);
  const stride = Math.max(1, Math.ceil(total / mostRows));
  const thinned = thin(all, stride);
  const count = thinned.flat().reduce((sum, { rows }) => sum + rows.length, 0);
  const horizons = horizonsOf(target, history.meta.timeUnit);
  const cap = target.rulCap ?? Number.POSITIVE_INFINITY;
  const inputs = sections.map((section) => columnsOf(section.inputs.length, count));
  const times = new Float64Array(count);
  const rul = new Float64Array(count);
  const left = new Float64Array(count);
  const endedInFailure = new Uint8Array(count);
  const lifeOf = new Int32Array(count);
  const machine = new Int32Array(count);
  const rowOf = new Int32Array(count);
  let n = 0;
  let lifeCount = 0;
  history.machines.forEach((one, m) => {
    const lives = thinned[m] as ThinnedLife[];
    writeSections({ history: one, lives, signals, at: n }, sections, inputs);
    for (const { life, rows } of lives) {
      for (const row of rows) {
        const t = one.t[row] as number;
        times[n] = t;
        rul[n] = remaining(life, t, cap);
        left[n] = life.endT - t;
        endedInFailure[n] = life.ended === 'failure' ? 1 : 0;
        lifeOf[n] = lifeCount;
        machine[n] = m;
        rowOf[n] = row;
        n++;
      }
      lifeCount++;
    }
  });
  const failuresOf = all.map((lives) => lives.filter((life) => life.ended === 'failure').length);
  const failures = failuresOf.reduce((sum, count) => sum + count, 0);
  const failing = new Set(failuresOf.flatMap((count, m) => (count > 0 ? [m] : [])));
  const watched = { t: times, left, endedInFailure, machine };
  const failed = horizons.map((horizon) => outcomesBetween(watched, 0, horizon));
  return {
    inputs,
    t: times,
    rul,
    failed,
    left,
    endedInFailure,
    life: lifeOf,
    machine,
    row: rowOf,
    stride,
    horizons,
    failures,
    failing,
  };
};
