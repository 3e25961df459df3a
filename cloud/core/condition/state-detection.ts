import { type Deviation, faultVariance, learnDeviation } from './deviation.ts';
import { createMovement, learnMovement, weightOf } from './movement.ts';
import { gammaQuantile } from './quantiles.ts';
import { type StateDriver, stateDrivers } from './state-drivers.ts';
import { createStateFeatures, type FeatureMemory, type StateFeatures } from './state-features.ts';
import { createStateSwitch, type Deviates } from './state-switch.ts';

/** How far a row is from the healthy state: above 1 is beyond what the baseline lets expect. */
export interface Detection {
  readonly score: number;
  readonly alarm: boolean;
}

export interface DetectionOptions {
  /** Share of healthy rows that may lie beyond the limit, as far as the baseline can tell; above 0 and below 1. */
  readonly falseAlarmBudget?: number;
  /**
   * How many baselines the reference of the levels remembers. Few follow what changes by itself within that time, such as
   * the seasons; many see small faults that last.
   */
  readonly referenceBaselines?: number;
}

/** Follows one machine after its baseline. */
export interface StateDetector {
  /** The next row, one value per signal, NaN where not measured. */
  next(row: ArrayLike<number>): Detection;
  /** Why the last row that had a value scores as it does; `signal` is the position in the row. */
  drivers(): StateDriver[];
}

export const defaultFalseAlarmBudget = 0.05;
/** From fewer rows of a baseline nothing is learnt. */
export const leastBaselineRows = 30;
/** Parts of the baseline that are judged by the others to set the limit. */
const stretches = 4;
/** Evidence of the levels from which their reference stands still, so that a fault does not become the normal state. */
const holdFrom = 1;
/** A fault lasts until somebody repairs it. */
const defaultReferenceBaselines = 20;
/** A signal known in fewer of the baseline's rows is left out. */
const leastKnown = 0.5;
const kinds = ['levels', 'powers', 'changes'] as const satisfies (keyof StateFeatures)[];

const memoryFor = (baselineRows: number, referenceBaselines: number): FeatureMemory => {
  const short = Math.max(3, Math.min(10, Math.floor(baselineRows / 20)));
  return { level: 1.5 * short, power: 3 * short, movement: 2 * short, reference: referenceBaselines * baselineRows };
};

const quiet: Detection = { score: 0, alarm: false };

/** Indices of the signals that are measured and move in the baseline: of the others nobody knows what is normal. */
export const watchedSignals = (columns: readonly Float64Array[], baselineRows: number): number[] =>
  columns.flatMap((column, i) => {
    const known = column.subarray(0, baselineRows).filter((v) => Number.isFinite(v));
    const moves = known.some((v) => Math.abs(v - (known[0] as number)) > 1e-9 * Math.abs(v));
    return moves && known.length >= leastKnown * baselineRows ? [i] : [];
  });

/** The baseline of one machine: rows, of which the first only settle what moves slowly. */
interface Baseline {
  readonly rows: readonly Float64Array[];
  readonly start: Float64Array;
  readonly settling: number;
  readonly memory: FeatureMemory;
  /** Of the rows after those that settle. */
  readonly movements: readonly Float64Array[];
}

type SeenFeatures = Record<keyof StateFeatures, readonly Float64Array[]>;
type Deviations = Record<keyof StateFeatures, Deviation>;

const deviatesOf = (deviations: Deviations, of: (kind: keyof StateFeatures) => Float64Array): Deviates =>
  kinds.map((kind) => deviations[kind].deviatesOf(of(kind)));

const evidenceOf = (deviations: Deviations, kind: keyof StateFeatures, deviates: Deviates): number =>
  deviations[kind].evidence(deviates[kinds.indexOf(kind)] as Float64Array);

const allEvidence = (deviations: Deviations, deviates: Deviates): number =>
  kinds.reduce((sum, kind) => sum + evidenceOf(deviations, kind, deviates), 0);

const baselineOf = (rows: readonly Float64Array[], referenceBaselines: number): Baseline => {
  const memory = memoryFor(rows.length, referenceBaselines);
  const settling = 2 * memory.movement;
  const start = Float64Array.from(rows[0] ?? [], (_, i) => rows.find((row) => Number.isFinite(row[i]))?.[i] as number);
  const movementOf = createMovement(Float64Array.from(start), memory.movement);
  const movements = rows.map((row) => Float64Array.from(movementOf(row))).slice(settling);
  return { rows, start, settling, memory, movements };
};

const columnsOf = (vectors: readonly Float64Array[]): Float64Array[] =>
  Array.from(vectors[0] ?? [], (_, f) => Float64Array.from(vectors, (vector) => vector[f] as number));

/**
 * What one part of the baseline teaches, and what all of it looks like to one who knows that part.
 * @param remembers whether the features of a row still hold some of what does not teach.
 */
const learnState = (
  { rows, start, settling, memory, movements }: Baseline,
  teaches: (row: number) => boolean,
  remembers: (row: number) => boolean,
) => {
  const model = learnMovement(movements.filter((_, i) => teaches(i)));
  const follower = createStateFeatures(model, memory, start);
  const seen: Record<keyof StateFeatures, Float64Array[]> = { levels: [], powers: [], changes: [] };
  rows.forEach((row, i) => {
    follower.next(row);
    follower.settle();
    if (i >= settling) for (const kind of kinds) seen[kind].push(Float64Array.from(follower.features[kind]));
  });
  const deviationOf = (kind: keyof StateFeatures) =>
    learnDeviation(columnsOf(seen[kind].filter((_, i) => !remembers(i))), kind === 'levels');
  const deviations = {
    levels: deviationOf('levels'),
    powers: deviationOf('powers'),
    changes: deviationOf('changes'),
  } satisfies Deviations;
  return { model, follower, seen: seen as SeenFeatures, deviations };
};

const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Evidence against the baseline's rows by stretch, each judged by what the other stretches teach. */
const heldOutEvidence = (baseline: Baseline): number[][] => {
  const count = baseline.movements.length;
  const stretchOf = (row: number) => Math.floor((row * stretches) / count);
  const remembered = Math.min(2 * baseline.memory.power, Math.floor(count / stretches / 2));
  return Array.from({ length: stretches }, (_, stretch) => {
    const isHeld = (row: number) => stretchOf(row) === stretch;
    const { seen, deviations } = learnState(
      baseline,
      (row) => !isHeld(row),
      (row) => isHeld(row) || isHeld(row - remembered),
    );
    return seen.levels.flatMap((_, row) =>
      isHeld(row)
        ? [
            allEvidence(
              deviations,
              deviatesOf(deviations, (kind) => seen[kind][row] as Float64Array),
            ),
          ]
        : [],
    );
  });
};

/**
 * The limit that healthy rows pass with the share `budget`, and the evidence that half of them show. Rows that were held out
 * set them, so they know how little the baseline teaches; and one stretch unlike all others counts as the next worst: it
 * must not hide every later fault.
 */
const limitOf = (evidence: readonly number[][], budget: number) => {
  const means = evidence.map(meanOf);
  const most = [...means].sort((a, b) => b - a)[1] as number;
  const pooled = evidence.flatMap((stretch, i) => stretch.map((v) => v * Math.min(1, most / (means[i] as number))));
  const mean = meanOf(pooled);
  const variance = meanOf(pooled.map((v) => (v - mean) ** 2));
  return { limit: gammaQuantile(mean, variance, 1 - budget), calm: gammaQuantile(mean, variance, 0.5) };
};

/**
 * How far the machine may have drifted from a reference of its levels that stood still, as a variance in units of the
 * healthy one: as much again for each memory of the reference. One that follows again soon catches up, by the gain of a
 * Kalman filter. Source: R. E. Kalman, A new approach to linear filtering and prediction problems, J. Basic Eng. 82 (1960).
 */
const createDoubt = ({ reference, level }: FeatureMemory, settle: (least: number) => void) => {
  let variance = 0;
  return {
    deviation: (): number => Math.sqrt(1 + variance),
    follow: (): void => {
      const gain = (weightOf(level) * variance) / (1 + variance);
      settle(gain);
      variance *= 1 - gain;
    },
    stand: (): void => {
      variance += 1 / reference;
    },
    /** Nobody knows where healthy is after a fault, but by how far a fault goes. */
    widen: (): void => {
      variance += faultVariance;
    },
  };
};

/** Learns the healthy state and follows the machine from there. */
const learnDetector = (baseline: Baseline, budget: number) => {
  const { limit, calm } = limitOf(heldOutEvidence(baseline), budget);
  const { model, follower, deviations } = learnState(
    baseline,
    () => true,
    () => false,
  );
  const { features, next, settle } = follower;
  const doubt = createDoubt(baseline.memory, settle);
  /** Levels are judged by how far they may have drifted; what moves about them does not drift. */
  const doubted = (deviates: Deviates): Deviates =>
    deviates.map((values, k) => (kinds[k] === 'levels' ? values.map((v) => v / doubt.deviation()) : values));
  const scoreOf = (deviates: Deviates): number => allEvidence(deviations, doubted(deviates)) / limit;
  const state = createStateSwitch(baseline.rows.length, kinds.indexOf('levels'), calm / limit, scoreOf);
  const deviatesNow = (): Deviates => deviatesOf(deviations, (kind) => features[kind]);
  const judge = (): Detection => {
    const deviates = deviatesNow();
    const score = scoreOf(deviates);
    const stands = state.isFaulty() || evidenceOf(deviations, 'levels', doubted(deviates)) > holdFrom;
    if (stands) doubt.stand();
    else doubt.follow();
    if (state.next(deviates, score)) doubt.widen();
    return { score, alarm: state.isFaulty() };
  };
  return { next, judge, drivers: () => stateDrivers(features, deviations, doubted(deviatesNow()), model) };
};

/** Rows of the watched signals; apart, so that a detector does not hold the columns for as long as it lives. */
const baselineRowsOf = (columns: readonly Float64Array[], watched: readonly number[], count: number): Float64Array[] =>
  Array.from({ length: count }, (_, row) =>
    Float64Array.from(watched, (i) => (columns[i] as Float64Array)[row] as number),
  );

/**
 * Learns the healthy state from a machine's first `baselineRows` and follows it from there; undefined when they are too
 * few or nothing moves in them. A score uses its row and earlier ones only, never the row's number or time.
 */
export const createStateDetector = (
  columns: readonly Float64Array[],
  baselineRows: number,
  { falseAlarmBudget = defaultFalseAlarmBudget, referenceBaselines = defaultReferenceBaselines }: DetectionOptions = {},
): StateDetector | undefined => {
  const watched = watchedSignals(columns, baselineRows);
  if (baselineRows < leastBaselineRows || watched.length === 0) return undefined;
  const baseline = baselineOf(baselineRowsOf(columns, watched, baselineRows), referenceBaselines);
  const { next, judge, drivers } = learnDetector(baseline, falseAlarmBudget);
  let last = quiet;
  const now = new Float64Array(watched.length);
  return {
    next: (row) => {
      watched.forEach((i, k) => {
        now[k] = row[i] as number;
      });
      if (next(now)) last = judge();
      return last;
    },
    drivers: () => drivers().map((one) => ({ ...one, signal: watched[one.signal] as number })),
  };
};

/** All rows of one machine, and why the last one scores as it does where it is in alarm. */
export interface MachineStates {
  readonly detections: readonly Detection[];
  readonly drivers: readonly StateDriver[];
}

/** Scores every row of one machine against its own first `baselineRows`, taken as healthy; those themselves score 0. */
export const detectStates = (
  columns: readonly Float64Array[],
  baselineRows: number,
  options?: DetectionOptions,
): MachineStates => {
  const rowCount = columns[0]?.length ?? 0;
  const detector = rowCount > baselineRows ? createStateDetector(columns, baselineRows, options) : undefined;
  const values = new Float64Array(columns.length);
  const detections = Array.from({ length: rowCount }, (_, row) => {
    if (!detector || row < baselineRows) return quiet;
    columns.forEach((column, i) => {
      values[i] = column[row] as number;
    });
    return detector.next(values);
  });
  return { detections, drivers: detections.at(-1)?.alarm ? (detector?.drivers() ?? []) : [] };
};
