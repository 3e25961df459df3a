import { calibrateLife, type LifeErrors, type LifeQuantiles, quantileLevels } from './calibration.ts';

/** Quantiles out of fold, by level and row. */
type Quantiles = readonly Float64Array[];

/** Where the quantiles of a component come from, and what they were worth on machines not seen. */
export interface Intervals {
  /** Learnt from errors, or the name of the method that tells them. */
  readonly quantiles: LifeQuantiles | string;
  /** Point forecasts out of fold, held between the outer quantiles where a method tells them. */
  readonly life: Float64Array;
  readonly coverage90: number;
  readonly meanWidth90: number;
  readonly outOfFold: Quantiles;
}

/** What a method tells of itself out of fold. */
export interface Told {
  readonly name: string;
  readonly quantiles: Quantiles;
}

const leastForConformal = 19;
/** The whole range of the errors of n machines holds (n - 1) / (n + 1) of those to come: of fewer than 9 not even 80 %. */
const leastForRange = 9;

/** Of so few machines no error is rare enough to be a 5th percentile: (n + 1) * 0.05 < 1. */
export const isFew = (machines: number): boolean => machines < leastForConformal;

/**
 * Mean loss of each machine, by machine: the pinball loss, least at the true quantiles, beside the remaining life where
 * errors count so. Source: R. Koenker, G. Bassett, Regression quantiles (1978).
 */
const lossByMachine = (of: Quantiles, { truth, machine }: LifeErrors, relativeUnit: number | null): number[] => {
  const sums = new Map<number, { loss: number; rows: number }>();
  truth.forEach((life, i) => {
    const weight = relativeUnit === null ? 1 : 1 / (life + relativeUnit);
    const loss = quantileLevels.reduce((sum, level, q) => {
      const short = life - ((of[q] as Float64Array)[i] as number);
      return sum + (short >= 0 ? level : level - 1) * short;
    }, 0);
    const entry = sums.get(machine[i] as number) ?? { loss: 0, rows: 0 };
    sums.set(machine[i] as number, { loss: entry.loss + weight * loss, rows: entry.rows + 1 });
  });
  return [...sums.values()].map(({ loss, rows }) => loss / rows);
};

const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** Whether the second is better than the first by more than the noise among machines: Student's t at 97.5 %, nearly. */
const isSurelyBetter = (first: readonly number[], second: readonly number[]): boolean => {
  const gained = first.map((loss, m) => loss - (second[m] as number));
  const mean = meanOf(gained);
  const square = gained.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const freedom = Math.max(1, gained.length - 1);
  return mean > (2 + 3 / freedom) * Math.sqrt(square / (gained.length * freedom));
};

const intervalsTold = ({ name, quantiles: of }: Told, { forecast, truth }: LifeErrors): Intervals => {
  const [low, high] = [of[0] as Float64Array, of.at(-1) as Float64Array];
  const covered = truth.filter((v, i) => (low[i] as number) <= v && v <= (high[i] as number)).length;
  return {
    quantiles: name,
    life: forecast.map((v, i) => Math.max(low[i] as number, Math.min(high[i] as number, v))),
    coverage90: covered / truth.length,
    meanWidth90: meanOf([...high].map((v, i) => v - (low[i] as number))),
    outOfFold: of,
  };
};

/**
 * Quantiles learnt from the errors on unseen machines. Where machines are too few to promise them, those of the method
 * that tells its own best, unless machines are enough for a range and the learnt ones are surely better on machines that
 * neither had seen.
 * @param told methods that know how sure they are; fold: by row.
 */
export const chooseIntervals = (
  errors: LifeErrors,
  fold: Int32Array,
  told: readonly Told[],
  relativeUnit: number | null,
): Intervals => {
  const conformal = { ...calibrateLife(errors, fold), life: errors.forecast };
  const knowing = told.filter(({ quantiles }) => quantiles.every((of) => of.every(Number.isFinite)));
  if (!isFew(new Set(errors.machine).size) || knowing.length === 0) return conformal;
  const judged = knowing.map((one) => ({ one, losses: lossByMachine(one.quantiles, errors, relativeUnit) }));
  const best = judged.reduce((a, b) => (meanOf(b.losses) < meanOf(a.losses) ? b : a));
  const learntMayServe = best.losses.length >= leastForRange;
  return learntMayServe && isSurelyBetter(best.losses, lossByMachine(conformal.outOfFold, errors, relativeUnit))
    ? conformal
    : intervalsTold(best.one, errors);
};
