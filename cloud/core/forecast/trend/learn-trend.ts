import { filterTrend, passTime, type TrendModel, type TrendPath, type TrendState } from './trend-filter.ts';

const mostPaths = 8;
const mostRows = 300;
/** What a level, and its drift, may gain in variance from one row to the next, against the noise. */
const diffusions = [1e-6, 1e-4, 1e-3, 1e-2, 1e-1, 1] as const;
const wanders = [0, 1e-9, 1e-7, 1e-5, 1e-3] as const;
/** By how many powers of e a drift may grow over the median path. */
const growths = [0, 1, 2, 3, 4] as const;
/** Against the growth of the fleet: what one machine's may be. */
const ownGrowths = [0.35, 0.5, 0.7, 1, 1.4, 2, 2.8] as const;
/** Deviation of ln growth among machines, before any was seen: half as fast again. */
const usualGrowthSpread = 0.5;
/** Rows ahead are 1, 4, 16 ... as far as half a path, each foretold from so many rows of a path. */
const aheadRatio = 4;
const looks = 24;
/** A square of a normal deviate has this median. */
const medianSquare = 0.4549;

const medianOf = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;
const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** The measured rows of a path. */
const measured = ({ t, values }: TrendPath): TrendPath => {
  const rows = Array.from(values, (_, row) => row).filter((row) => Number.isFinite(values[row]));
  return { t: rows.map((row) => t[row] as number), values: rows.map((row) => values[row] as number) };
};

/** Least-squares change per time of a whole path. */
const slopeOf = ({ t, values }: TrendPath): number => {
  const middle = meanOf(Array.from(t));
  const mean = meanOf(Array.from(values));
  let up = 0;
  let square = 0;
  for (let i = 0; i < t.length; i++) {
    const away = (t[i] as number) - middle;
    up += away * ((values[i] as number) - mean);
    square += away * away;
  }
  return square > 0 ? up / square : 0;
};

/** Sums over what was foretold equally far ahead. */
interface Foretold {
  logs: number;
  squares: number;
  count: number;
}

const foretell = (model: TrendModel, { t, values }: TrendPath, byAhead: Map<number, Foretold>): void => {
  const states: (TrendState | undefined)[] = [];
  filterTrend(model, { t, values }, (_, state) => states.push(state));
  for (let ahead = 1; ahead <= t.length / 2; ahead *= aheadRatio) {
    const told = byAhead.get(ahead) ?? { logs: 0, squares: 0, count: 0 };
    byAhead.set(ahead, told);
    const count = Math.min(looks, t.length - ahead);
    for (let look = 0; look < count; look++) {
      const row = Math.floor(((look + 0.5) * (t.length - ahead)) / count);
      const state = states[row];
      if (!state) continue;
      const then = passTime(model, state, (t[row + ahead] as number) - (t[row] as number));
      const variance = then.levelVariance + model.noise;
      told.logs += Math.log(variance);
      told.squares += ((values[row + ahead] as number) - then.level) ** 2 / variance;
      told.count++;
    }
  }
};

/**
 * How well rows near and far ahead are foretold. Neighbouring rows alone would take noise that lasts for a level that
 * strays, and cannot see that a drift grows; the time to a failure is a matter of many rows.
 * Source of the composite likelihood: C. Varin, N. Reid, D. Firth, An overview of composite likelihood methods (2011).
 */
const judge = (
  model: TrendModel,
  paths: readonly TrendPath[],
): { logs: number; squares: number; distances: number } => {
  const byAhead = new Map<number, Foretold>();
  for (const path of paths) foretell(model, path, byAhead);
  let logs = 0;
  let squares = 0;
  for (const told of byAhead.values()) {
    logs += told.logs / told.count;
    squares += told.squares / told.count;
  }
  return { logs, squares, distances: byAhead.size };
};

/** ln likelihood where the scale of all variances is free, and that scale. */
const judgeShape = (model: TrendModel, paths: readonly TrendPath[]): { likelihood: number; scale: number } => {
  const { logs, squares, distances } = judge(model, paths);
  const scale = Math.max(1e-9, squares / distances);
  return { likelihood: -0.5 * (logs + distances * Math.log(scale)), scale };
};

const scaled = (model: TrendModel, scale: number): TrendModel => ({
  ...model,
  noise: scale * model.noise,
  diffusion: scale * model.diffusion,
  wander: scale * model.wander,
});

/** Deviation of ln growth among machines, by the growth that serves each one best; one more has the usual one. */
const growthSpreadOf = (model: TrendModel, paths: readonly TrendPath[]): number => {
  const squares = paths.map((path) => {
    const judged = ownGrowths.map((share) => {
      const { logs, squares } = judge({ ...model, growth: share * model.growth }, [path]);
      return { share, loss: logs + squares };
    });
    return Math.log(judged.reduce((best, one) => (one.loss < best.loss ? one : best)).share) ** 2;
  });
  return Math.sqrt((squares.reduce((sum, v) => sum + v, 0) + usualGrowthSpread ** 2) / (squares.length + 1));
};

/** At most `most` means of as many neighbouring rows each: noise that lasts over several rows counts once. */
const inBlocks = ({ t, values }: TrendPath, size: number): TrendPath => {
  if (size === 1) return { t, values };
  const blocks = Array.from({ length: Math.floor(t.length / size) }, (_, block) => {
    const rows = Array.from({ length: size }, (_, i) => block * size + i);
    return {
      t: meanOf(rows.map((row) => t[row] as number)),
      value: meanOf(rows.map((row) => values[row] as number)),
    };
  });
  return { t: blocks.map((block) => block.t), values: blocks.map(({ value }) => value) };
};

/**
 * Learns how one point of a fleet moves from its paths, whether or not anything failed: how noisy it is, how it strays and
 * how its speed changes, by likelihood over a grid; how fast machines of this fleet wear, from their mean slopes.
 * @returns undefined when no path has enough rows or nothing ever changes.
 */
export const learnTrend = (all: readonly TrendPath[]): TrendModel | undefined => {
  const whole = all.map(measured).filter(({ t }) => t.length >= 3);
  const gaps = whole.flatMap(({ t }) =>
    Array.from(t)
      .slice(1)
      .map((at, i) => at - (t[i] as number)),
  );
  const steps = whole.flatMap(({ values }) =>
    Array.from(values)
      .slice(1)
      .map((value, i) => (value - (values[i] as number)) ** 2),
  );
  if (gaps.length === 0) return undefined;
  const gap = medianOf(gaps);
  const typical = medianOf([...steps]) / medianSquare || meanOf(steps);
  if (!(typical > 0) || !(gap > 0)) return undefined;
  const noise = typical / 2;
  const slopes = whole.map(slopeOf);
  const drift = meanOf(slopes);
  const spread = slopes.reduce((sum, v) => sum + (v - drift) ** 2, 0) / Math.max(1, slopes.length - 1);
  const spans = whole.map(({ t }) => (t[t.length - 1] as number) - (t[0] as number));
  // One machine tells nothing of how much others differ: as much as it moves itself. No slope is known better than noise allows.
  const driftVariance = spread + drift ** 2 / slopes.length + noise / medianOf(spans) ** 2;
  const every = Math.max(1, Math.ceil(whole.length / mostPaths));
  const chosen = whole.filter((_, i) => i % every === 0);
  const size = Math.ceil(Math.max(...chosen.map(({ t }) => t.length)) / mostRows);
  const paths = chosen.map((path) => inBlocks(path, size)).filter(({ t }) => t.length >= 3);
  if (paths.length === 0) return undefined;
  const span = medianOf([...spans]);
  const candidates = growths.flatMap((c) => {
    // The drift at the beginning of a path whose mean drift is known.
    const early = c === 0 ? 1 : c / Math.expm1(c);
    return diffusions.flatMap((a) =>
      wanders.map(
        (b): TrendModel => ({
          noise,
          diffusion: (a * noise) / gap,
          wander: (b * noise) / gap ** 3,
          drift: early * drift,
          driftVariance: early ** 2 * driftVariance,
          growth: c / span,
          growthSpread: 0,
        }),
      ),
    );
  });
  const judged = candidates.map((model) => ({ model, ...judgeShape(model, paths) }));
  const best = judged.reduce((most, one) => (one.likelihood > most.likelihood ? one : most));
  const model = scaled(best.model, best.scale);
  // A row tells as much as its part of a block.
  return {
    ...model,
    noise: size * model.noise,
    growthSpread: model.growth === 0 ? 0 : growthSpreadOf(model, paths),
  };
};
