import { filterTrend, type TrendModel, type TrendPath } from './trend-filter.ts';

const mostPaths = 8;
const mostRows = 200;
/** What a level, and its drift, may gain in variance from one row to the next, against the noise. */
const diffusions = [1e-6, 1e-4, 1e-3, 1e-2, 1e-1, 1] as const;
const wanders = [0, 1e-9, 1e-7, 1e-5, 1e-3] as const;
const mostSurprise = 16;
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

/** ln likelihood of the next rows where the scale of all variances is free, and that scale. */
const judge = (model: TrendModel, paths: readonly TrendPath[]): { likelihood: number; scale: number } => {
  let logs = 0;
  let squares = 0;
  let count = 0;
  for (const path of paths)
    filterTrend(model, path, (row, _, before) => {
      if (!before) return;
      const variance = before.levelVariance + model.noise;
      logs += Math.log(variance);
      squares += Math.min(mostSurprise, ((path.values[row] as number) - before.level) ** 2 / variance);
      count++;
    });
  const scale = Math.max(1e-9, squares / Math.max(1, count));
  return { likelihood: -0.5 * (logs + count * Math.log(scale)), scale };
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
  const paths = whole
    .filter((_, i) => i % every === 0)
    .map(({ t, values }) => ({ t: Array.from(t).slice(-mostRows), values: Array.from(values).slice(-mostRows) }));
  const candidates = diffusions.flatMap((a) =>
    wanders.map(
      (b): TrendModel => ({
        noise,
        diffusion: (a * noise) / gap,
        wander: (b * noise) / gap ** 3,
        drift,
        driftVariance,
      }),
    ),
  );
  const judged = candidates.map((model) => ({ model, ...judge(model, paths) }));
  const { model, scale } = judged.reduce((best, one) => (one.likelihood > best.likelihood ? one : best));
  return {
    ...model,
    noise: scale * model.noise,
    diffusion: scale * model.diffusion,
    wander: scale * model.wander,
  };
};
