import { logNormalCdf } from '../trend/normal.ts';

/** How long one life of a component lasted, in the time unit; `failed` is false where it was cut short. */
export interface LifeLength {
  readonly length: number;
  readonly failed: boolean;
}

/** What the lives of a fleet tell of the next one: survival at ages that rise by a constant ratio. */
export interface LifePrior {
  readonly firstAge: number;
  readonly ratio: number;
  /** ln P(life > age). */
  readonly logSurvival: number[];
}

const ageRatio = 1.05;
/** Ages reach this many times the longest life seen: few lives say little of how long one may be. */
const reach = 30;
/** Standard deviations of ln life that are thought possible, and how likely before any life was seen. */
const spreads = Array.from({ length: 13 }, (_, i) => 0.06 * 1.38 ** i);
const usualSpread = 0.5;
const logSpreadDeviation = 1;
const centresEachSide = 16;
const centreStep = 0.25;

/** ln survival and ln density of a standardised ln life (mean 0, deviation 1). */
interface Family {
  readonly logSurvival: (z: number) => number;
  readonly logDensity: (z: number) => number;
}

const gumbelSlope = Math.PI / Math.sqrt(6);
const eulerGamma = 0.5772156649015329;

/** Log-normal lives have a falling hazard late, Weibull lives a rising one: a handful of lives cannot tell which. */
const families: readonly Family[] = [
  { logSurvival: (z) => logNormalCdf(-z), logDensity: (z) => -0.5 * z * z - 0.5 * Math.log(2 * Math.PI) },
  {
    logSurvival: (z) => -Math.exp(gumbelSlope * z - eulerGamma),
    logDensity: (z) => Math.log(gumbelSlope) + gumbelSlope * z - eulerGamma - Math.exp(gumbelSlope * z - eulerGamma),
  },
];

const logSumExp = (terms: readonly number[]): number => {
  const most = terms.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return most === Number.NEGATIVE_INFINITY ? most : most + Math.log(terms.reduce((s, x) => s + Math.exp(x - most), 0));
};

interface Candidate {
  readonly family: Family;
  readonly centre: number;
  readonly spread: number;
  readonly logWeight: number;
}

/** Every life law thought possible with its ln posterior weight. */
const candidatesOf = (lives: readonly LifeLength[]): Candidate[] => {
  const logs = lives.map(({ length }) => Math.log(length));
  const middle = logs.reduce((sum, x) => sum + x, 0) / logs.length;
  const candidates = families.flatMap((family) =>
    spreads.flatMap((spread) => {
      const prior = -0.5 * (Math.log(spread / usualSpread) / logSpreadDeviation) ** 2;
      return Array.from({ length: 2 * centresEachSide + 1 }, (_, i): Candidate => {
        // Steps shrink with the spread, or a narrow law would miss the lives between two centres.
        const centre = middle + (i - centresEachSide) * centreStep * Math.max(spread, 0.3);
        const logWeight = lives.reduce(
          (sum, { failed }, n) => {
            const z = ((logs[n] as number) - centre) / spread;
            return sum + (failed ? family.logDensity(z) - Math.log(spread) : family.logSurvival(z));
          },
          prior + Math.log(Math.max(spread, 0.3)),
        );
        return { family, centre, spread, logWeight };
      });
    }),
  );
  const total = logSumExp(candidates.map(({ logWeight }) => logWeight));
  return candidates
    .map((candidate) => ({ ...candidate, logWeight: candidate.logWeight - total }))
    .filter(({ logWeight }) => logWeight > -12);
};

/**
 * Survival of a life not seen yet: the mean over all log-normal and Weibull laws of how well each agrees with the lives
 * seen, so that five lives give the wide band that five lives deserve.
 * @param lives at least one, all longer than 0.
 */
export const learnLifePrior = (lives: readonly LifeLength[]): LifePrior => {
  const candidates = candidatesOf(lives);
  const shortest = lives.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY);
  const longest = lives.reduce((most, { length }) => Math.max(most, length), 0);
  const firstAge = shortest / 1000;
  const count = Math.ceil(Math.log((reach * longest) / firstAge) / Math.log(ageRatio)) + 1;
  return {
    firstAge,
    ratio: ageRatio,
    logSurvival: Array.from({ length: count }, (_, i) => {
      const log = Math.log(firstAge) + i * Math.log(ageRatio);
      return logSumExp(
        candidates.map(
          ({ family, centre, spread, logWeight }) => logWeight + family.logSurvival((log - centre) / spread),
        ),
      );
    }),
  };
};

/** ln P(life > age), on the line through the two ages beside it; beyond the last age it goes on falling as before it. */
export const logSurvivalAt = ({ firstAge, ratio, logSurvival }: LifePrior, age: number): number => {
  if (age <= firstAge) return ((logSurvival[0] as number) * Math.max(0, age)) / firstAge;
  const at = Math.log(age / firstAge) / Math.log(ratio);
  const low = Math.min(logSurvival.length - 2, Math.floor(at));
  const from = logSurvival[low] as number;
  return from + (at - low) * ((logSurvival[low + 1] as number) - from);
};

/** P(remaining life in each cell) of a component that reached `age`, before anything else is known of it. */
export const remainingAfter = (prior: LifePrior, age: number, edges: Float64Array): Float64Array => {
  const now = logSurvivalAt(prior, age);
  const alive = edges.map((edge) => Math.exp(logSurvivalAt(prior, age + edge) - now));
  return Float64Array.from({ length: edges.length - 1 }, (_, c) =>
    c === edges.length - 2 ? (alive[c] as number) : (alive[c] as number) - (alive[c + 1] as number),
  );
};
