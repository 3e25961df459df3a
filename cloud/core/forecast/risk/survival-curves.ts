/** A life as far as it was watched: from age `entry`, when its machine came under watch, to age `exit`. */
export interface WatchedLife {
  readonly entry: number;
  readonly exit: number;
  readonly failed: boolean;
}

/** Survival by age as a cumulative hazard; only its differences tell something. */
export type Survival =
  | { readonly law: 'weibull'; readonly shape: number; readonly scale: number }
  /** Steps up to `hazard[i]` at `age[i]`; from the last on it rises on as it did on average. */
  | { readonly law: 'steps'; readonly age: number[]; readonly hazard: number[] };

/** Shapes among which the likelihood is searched: infant mortality to nearly the same age for all. */
const leastShape = 0.3;
const mostShape = 30;
const searchSteps = 60;
const golden = (Math.sqrt(5) - 1) / 2;

/** The highest point of a function with one peak, by golden section. */
const peakOf = (of: (x: number) => number, low: number, high: number): number => {
  let [a, b] = [low, high];
  for (let step = 0; step < searchSteps; step++) {
    const left = b - golden * (b - a);
    const right = a + golden * (b - a);
    if (of(left) < of(right)) a = left;
    else b = right;
  }
  return (a + b) / 2;
};

/**
 * The Weibull law under which the lives are most likely: running and replaced components count as far as they were
 * watched, and ages before the watch began do not count. For a given shape the best scale is known in closed form.
 * Source: J. Klein and M. Moeschberger, Survival Analysis (2003), sections 3.5, 3.6 and 12.2.
 * @param lives at least one failed; each `exit` above its `entry`.
 */
export const learnWeibull = (lives: readonly WatchedLife[]): Survival => {
  const failed = lives.filter((life) => life.failed);
  const most = lives.reduce((age, { exit }) => Math.max(age, exit), 0);
  // Ages beside the longest, so that no power overflows.
  const exposure = (shape: number) =>
    lives.reduce((sum, { entry, exit }) => sum + (exit / most) ** shape - (entry / most) ** shape, 0);
  const logAges = failed.reduce((sum, { exit }) => sum + Math.log(exit / most), 0);
  const logShape = peakOf(
    (log) => {
      const shape = Math.exp(log);
      return failed.length * (log - Math.log(exposure(shape))) + (shape - 1) * logAges;
    },
    Math.log(leastShape),
    Math.log(mostShape),
  );
  const shape = Math.exp(logShape);
  return { law: 'weibull', shape, scale: most * (exposure(shape) / failed.length) ** (1 / shape) };
};

/**
 * Survival in steps at the ages of the failures: of the components that were watched at that age, the share that did not
 * fail. Source: E. Kaplan and P. Meier, Nonparametric estimation from incomplete observations (1958), with delayed entry
 * after Klein and Moeschberger (2003), section 4.6.
 * @param lives at least one failed.
 */
export const kaplanMeier = (lives: readonly WatchedLife[]): Survival => {
  const age = [...new Set(lives.filter(({ failed }) => failed).map(({ exit }) => exit))].sort((a, b) => a - b);
  let sum = 0;
  const hazard = age.map((at) => {
    const watched = lives.filter(({ entry, exit }) => entry < at && exit >= at).length;
    const deaths = lives.filter(({ exit, failed }) => failed && exit === at).length;
    // Where all that were watched failed, half a component more is taken to have been watched.
    sum -= Math.log(1 - deaths / Math.max(watched, deaths + 0.5));
    return sum;
  });
  return { law: 'steps', age, hazard };
};

/** Cumulative hazard up to an age. */
export const hazardUpTo = (survival: Survival, age: number): number => {
  if (survival.law === 'weibull') return (Math.max(0, age) / survival.scale) ** survival.shape;
  const { age: ages, hazard } = survival;
  const last = ages.at(-1) as number;
  let low = 0;
  let high = ages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ages[middle] as number) <= age) low = middle + 1;
    else high = middle;
  }
  const reached = low > 0 ? (hazard[low - 1] as number) : 0;
  return age > last ? reached * (age / last) : reached;
};

/** P(no failure up to an age) of a new component. */
export const survivalAt = (survival: Survival, age: number): number => Math.exp(-hazardUpTo(survival, age));
