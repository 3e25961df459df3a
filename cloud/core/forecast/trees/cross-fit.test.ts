import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { createBudget } from '../effort/budget.ts';
import { checkpointRounds } from '../effort/effort.ts';
import { leastCheckpoints } from '../effort/learning-rates.ts';
import { runHere } from '../jobs.ts';
import { binColumn, learnBins } from './binning.ts';
import { type CrossFit, crossFit } from './cross-fit.ts';
import { lifeOptions } from './fit-options.ts';

const rows = 400;
const random = seededRandom(3);
const x = Float32Array.from({ length: rows }, random);
/** Where x is small rows are of two kinds that no input tells apart. */
const target = Float64Array.from(x, (v) => (v < 0.5 ? (random() < 0.5 ? 1 : 9) : 20));
const options = { ...lifeOptions, rounds: 100, learningRate: 0.1, rowShare: 1, columnShare: 1 };

const fit = (now: () => number, budgetMs: number, weight: Float64Array | null = null): Promise<CrossFit> =>
  crossFit(
    {
      columns: [binColumn(learnBins(x).edges, x)],
      fold: Int32Array.from(x, (_, i) => i % 4),
      folds: 4,
      seed: 1,
      budget: createBudget(now, budgetMs),
      run: runHere(now),
      foldDone: () => undefined,
    },
    target,
    [0],
    options,
    { weight },
  );
const meanWhere = ({ outOfFold }: CrossFit, where: (v: number) => boolean): number => {
  const of = outOfFold.filter((_, i) => where(x[i] as number));
  return of.reduce((sum, v) => sum + v, 0) / of.length;
};

describe('crossFit', () => {
  it('forecasts every row by members that did not learn from it', async () => {
    const even = await fit(() => 0, 1e6);
    expect(meanWhere(even, (v) => v < 0.5)).toBeGreaterThan(4);
    expect(meanWhere(even, (v) => v >= 0.5)).toBeCloseTo(20, 0);
  });

  it('leans to the rows whose errors weigh more', async () => {
    const short = await fit(
      () => 0,
      1e6,
      target.map((y) => 20 / y),
    );
    expect(meanWhere(short, (v) => v < 0.5)).toBeLessThan(3.2);
    expect(meanWhere(short, (v) => v >= 0.5)).toBeGreaterThan(15);
  });

  it('ends soon when its time is over, with the least that tells anything, and says so', async () => {
    let ms = 0;
    const hurried = await fit(() => ms++, 300);
    expect(ms).toBeLessThan(330);
    expect(hurried.outOfFold.every(Number.isFinite)).toBe(true);
    const late = await fit(() => 0, -1);
    expect(late.cut).toBe(true);
    expect(late.members.every(({ trees }) => trees.length <= leastCheckpoints * checkpointRounds)).toBe(true);
    expect(meanWhere(late, (v) => v >= 0.5)).toBeGreaterThan(meanWhere(late, (v) => v < 0.5) + 5);
  });
});
