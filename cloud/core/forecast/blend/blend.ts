import { sigmoid } from '../trees/trees.ts';
import { descend, descendShared, type Quadratic } from './bounded-quadratic.ts';
import { learnProbabilityScale, type ProbabilityScale } from './calibration.ts';

/** A method joins when it lowers the loss on held machines by more than this share, and by more than one standard error. */
const leastGain = 0.005;

/** What weights are learnt on. Each machine counts as 1, whatever its rows. */
interface Task {
  /** By other method and row what it adds to the anchor's forecast, for each unit of its weight. */
  readonly steps: readonly Float64Array[];
  /** What moves along once any method joins, and how low the weight of each may go. */
  readonly along: readonly { readonly step: Float64Array; readonly least: number }[];
  /** Whether the weights of the methods come to 1 at most. */
  readonly shared: boolean;
  readonly machine: Int32Array;
  readonly fold: Int32Array;
  /** Gradient and curvature of the loss of one row at the blended forecast, and the loss itself. */
  readonly lossAt: (row: number, shift: number) => { loss: number; slope: number; bend: number };
}

/** Positions of the rows of each machine. */
const rowsByMachine = (machine: Int32Array): number[][] => {
  const rows = new Map<number, number[]>();
  machine.forEach((m, i) => {
    const of = rows.get(m);
    if (of) of.push(i);
    else rows.set(m, [i]);
  });
  return [...rows.values()];
};

const shiftAt = (steps: readonly Float64Array[], weights: readonly number[], row: number): number =>
  weights.reduce((sum, w, j) => sum + w * ((steps[j] as Float64Array)[row] as number), 0);

const total = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0);

const stepsOf = (task: Task, chosen: readonly number[]): Float64Array[] => [
  ...chosen.map((j) => task.steps[j] as Float64Array),
  ...task.along.map(({ step }) => step),
];

/** The loss around the present weights as a quadratic in the weights, held to 0 as if by one more machine. */
const quadraticAt = (
  task: Task,
  machines: readonly number[][],
  steps: readonly Float64Array[],
  weights: readonly number[],
): Quadratic => {
  const a = steps.map(() => steps.map(() => 0));
  const b = steps.map(() => 0);
  for (const rows of machines)
    for (const row of rows) {
      const { slope, bend } = task.lossAt(row, shiftAt(steps, weights, row));
      for (let j = 0; j < steps.length; j++) {
        const step = (steps[j] as Float64Array)[row] as number;
        if (step === 0) continue;
        b[j] = (b[j] as number) - (slope * step) / rows.length;
        const line = a[j] as number[];
        for (let i = 0; i < steps.length; i++)
          line[i] = (line[i] as number) + (bend * step * ((steps[i] as Float64Array)[row] as number)) / rows.length;
      }
    }
  a.forEach((line, j) => {
    b[j] = (b[j] as number) + total(line.map((v, i) => v * (weights[i] as number)));
  });
  a.forEach((line, j) => {
    line[j] = (line[j] as number) * (1 + 1 / machines.length) + 1e-12;
  });
  return { a, b };
};

/**
 * Weights of the chosen methods, then of what moves along, that lower the loss most by Newton's method; held towards the
 * anchor as if one more machine had shown no gain: few machines must not turn the forecasts.
 */
const learnWeights = (task: Task, machines: readonly number[][], chosen: readonly number[]): number[] => {
  const steps = stepsOf(task, chosen);
  const low = [...chosen.map(() => 0), ...task.along.map(({ least }) => least)];
  let weights = steps.map(() => 0);
  for (let newton = 0; newton < 8; newton++) {
    const quadratic = quadraticAt(task, machines, steps, weights);
    const next = task.shared ? descendShared(quadratic, low, chosen.length) : descend(quadratic, low, chosen.length, 0);
    const moved = Math.max(...next.map((w, j) => Math.abs(w - (weights[j] as number))));
    weights = next;
    if (moved < 1e-6) break;
  }
  return weights;
};

interface Tried {
  /** What the weights learnt without a row's fold add to the anchor's forecast of the row. */
  readonly shift: Float64Array;
  /** Mean loss of each machine. */
  readonly losses: readonly number[];
}

const crossValidate = (task: Task, machines: readonly number[][], chosen: readonly number[]): Tried => {
  const shift = new Float64Array(task.machine.length);
  const foldOf = (rows: readonly number[]) => task.fold[rows[0] as number] as number;
  const steps = stepsOf(task, chosen);
  if (chosen.length > 0)
    for (const k of new Set(machines.map(foldOf))) {
      const others = machines.filter((rows) => foldOf(rows) !== k);
      const weights = learnWeights(task, others, chosen);
      for (const rows of machines)
        if (foldOf(rows) === k) for (const row of rows) shift[row] = shiftAt(steps, weights, row);
    }
  const losses = machines.map(
    (rows) => rows.reduce((sum, row) => sum + task.lossAt(row, shift[row] as number).loss, 0) / rows.length,
  );
  return { shift, losses };
};

/** Whether the second is better than the first by more than the noise among machines. */
const gains = (before: Tried, after: Tried): boolean => {
  const gained = before.losses.map((loss, m) => loss - (after.losses[m] as number));
  const mean = total(gained) / gained.length;
  const square = gained.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const error = Math.sqrt(square / (gained.length * Math.max(1, gained.length - 1)));
  return mean > error && mean > (leastGain * total(before.losses)) / gained.length;
};

interface Blended {
  /** Weight of each other method, and of what moves along. */
  readonly weights: readonly number[];
  readonly along: readonly number[];
  /** By row, what weights learnt without the row's fold add to the anchor. */
  readonly shift: Float64Array;
}

/** Takes in, one at a time, the method that lowers the loss on held machines most, as long as one does. */
const blend = (task: Task): Blended => {
  const machines = rowsByMachine(task.machine);
  let chosen: number[] = [];
  let best = crossValidate(task, machines, chosen);
  for (;;) {
    const tried = task.steps
      .map((_, j) => j)
      .filter((j) => !chosen.includes(j))
      .map((j) => ({ with: [...chosen, j], ...crossValidate(task, machines, [...chosen, j]) }))
      .filter((one) => gains(best, one));
    if (tried.length === 0) break;
    const winner = tried.reduce((a, b) => (total(b.losses) < total(a.losses) ? b : a));
    chosen = winner.with;
    best = winner;
  }
  const learnt = chosen.length > 0 ? learnWeights(task, machines, chosen) : task.along.map(() => 0);
  const weights = task.steps.map((_, j) => (chosen.includes(j) ? (learnt[chosen.indexOf(j)] as number) : 0));
  return { weights, along: learnt.slice(chosen.length), shift: best.shift };
};

/** Out-of-fold forecasts of the methods, the anchor's first; NaN where one does not know, never the anchor's. One entry a row. */
export interface ToBlend {
  readonly forecasts: readonly [Float64Array, ...Float64Array[]];
  readonly truth: Float64Array;
  readonly machine: Int32Array;
  readonly fold: Int32Array;
}

export interface LifesToBlend extends ToBlend {
  /** See `Lessons`; null when not given. */
  readonly relativeUnit?: number | null;
}

export interface LifeBlend {
  /** One a method, the anchor's first; they come to 1. */
  readonly weights: number[];
  /** Blended by weights that were learnt without the row's fold. */
  readonly outOfFold: Float64Array;
}

/**
 * Stacks forecasts of remaining life by squared error, beside the remaining life where lives differ by multiples. Else
 * long lives are forecast with errors as long: each machine counts by the inverse of its own lengths squared, held to
 * the fleet's.
 * Sources: L. Breiman, Stacked regressions (1996); M. van der Laan et al., Super learner (2007).
 */
export const blendLife = ({ forecasts, truth, machine, fold, relativeUnit = null }: LifesToBlend): LifeBlend => {
  const [anchor, ...others] = forecasts;
  const machines = rowsByMachine(machine);
  const square = machines.map((rows) => rows.reduce((sum, i) => sum + (truth[i] as number) ** 2, 0) / rows.length);
  const mean = total(square) / square.length;
  const scale = new Float64Array(truth.length);
  machines.forEach((rows, m) => {
    for (const i of rows)
      scale[i] =
        1 / (relativeUnit === null ? (square[m] as number) + mean + 1e-12 : (truth[i] as number) + relativeUnit);
  });
  const { weights, shift } = blend({
    steps: others.map((values) => values.map((v, i) => (Number.isNaN(v) ? 0 : v - (anchor[i] as number)))),
    along: [],
    shared: true,
    machine,
    fold,
    lossAt: (row, by) => {
      const error = (anchor[row] as number) + by - (truth[row] as number);
      const s = scale[row] as number;
      return { loss: s * error * error, slope: 2 * s * error, bend: 2 * s };
    },
  });
  return { weights: [1 - total(weights), ...weights], outOfFold: anchor.map((v, i) => v + (shift[i] as number)) };
};

export interface MarginBlend {
  /** One a method, the anchor's first. */
  readonly parts: { readonly weight: number; readonly scale: ProbabilityScale }[];
  readonly outOfFold: Float64Array;
}

const asTheyAre: ProbabilityScale = { slope: 1, offset: 0 };

/**
 * Stacks log-odds of failure by log loss, each method's brought to one scale first: evidence adds up, so that weights may
 * come to more than 1. `truth` is 1 for failed.
 */
export const blendMargins = ({ forecasts, truth, machine, fold }: ToBlend): MarginBlend => {
  const scales = forecasts.map((margins) => {
    const known = Int32Array.from(margins.keys()).filter((i) => !Number.isNaN(margins[i]));
    const take = (values: Float64Array) => Float64Array.from(known, (i) => values[i] as number);
    return known.length > 0 ? learnProbabilityScale(take(margins), take(truth)) : asTheyAre;
  });
  const scaled = forecasts.map((margins, m) => {
    const { slope, offset } = scales[m] as ProbabilityScale;
    return margins.map((v) => slope * v + offset);
  });
  const [anchor, ...others] = scaled as [Float64Array, ...Float64Array[]];
  const { weights, along, shift } = blend({
    steps: others.map((values) => values.map((v, i) => (Number.isNaN(v) ? (anchor[i] as number) : v))),
    along: [
      { step: anchor, least: -1 },
      { step: new Float64Array(anchor.length).fill(1), least: Number.NEGATIVE_INFINITY },
    ],
    shared: false,
    machine,
    fold,
    lossAt: (row, by) => {
      const p = sigmoid((anchor[row] as number) + by);
      const failed = truth[row] === 1;
      return {
        loss: -Math.log(Math.max(1e-9, failed ? p : 1 - p)),
        slope: p - (failed ? 1 : 0),
        bend: Math.max(1e-6, p * (1 - p)),
      };
    },
  });
  const alone = weights.every((w) => w === 0);
  return {
    parts: [1 + (along[0] as number), ...weights].map((weight, m) => ({
      weight,
      scale: alone ? asTheyAre : (scales[m] as ProbabilityScale),
    })),
    outOfFold: alone ? forecasts[0] : anchor.map((v, i) => v + (shift[i] as number)),
  };
};
