import { describe, expect, it } from 'vitest';
import { createBudget } from '../effort/budget.ts';
import { fullEffort } from '../effort/effort.ts';
import { createPace } from '../effort/pace.ts';
import { runHere } from '../jobs.ts';
import type { FitOptions, Lessons } from '../method.ts';
import { similarLives } from './similarity-method.ts';

const lengths = [40, 70, 60, 100];

/** Four lives, each a machine and a fold; the second input follows the share of life. */
const lessonsOf = (failed: (life: number) => boolean): Lessons => {
  const rows = lengths.flatMap((length, life) => Array.from({ length }, (_, age) => ({ length, life, age })));
  const column = (value: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, value);
  const left = column(({ length, age }) => length - 1 - age);
  return {
    component: 'pump',
    inputs: [
      Float32Array.from(rows, ({ age }) => age),
      Float32Array.from(rows, ({ age, length }) => (4 * age) / length),
    ],
    inputInfos: [
      { name: 'age', point: 'age', kind: 'age' },
      { name: 'wear.level', point: 'wear', kind: 'level' },
    ],
    t: column(({ age }) => age),
    rul: left.map((v, i) => (failed(rows[i]?.life ?? 0) ? v : Number.NaN)),
    cap: Number.POSITIVE_INFINITY,
    relativeUnit: null,
    horizons: [10],
    failed: [left.map((v) => Number(v <= 10))],
    left,
    endedInFailure: Uint8Array.from(rows, ({ life }) => Number(failed(life))),
    life: Int32Array.from(rows, ({ life }) => life),
    machine: Int32Array.from(rows, ({ life }) => life),
    fold: Int32Array.from(rows, ({ life }) => life),
    folds: lengths.length,
  };
};
const optionsAt = (now: () => number): FitOptions => ({
  seed: 1,
  effort: fullEffort,
  pace: createPace(now, 1),
  budget: createBudget(now, 1000),
  now,
  run: runHere(now),
  report: () => undefined,
});
const fitAll = (failed: (life: number) => boolean, now = () => 0) =>
  similarLives.fit(lessonsOf(failed), optionsAt(now));

describe('the method of past lives', () => {
  it('knows every row out of fold, with a point inside its own band', async () => {
    const fitted = await fitAll(() => true);
    if (!('state' in fitted)) throw new Error(fitted.leftOut.join());
    expect(fitted.life.every(Number.isFinite)).toBe(true);
    fitted.life.forEach((life, row) => {
      expect(life).toBeGreaterThanOrEqual(fitted.quantiles?.[0]?.[row] ?? Number.NaN);
      expect(life).toBeLessThanOrEqual(fitted.quantiles?.at(-1)?.[row] ?? Number.NaN);
    });
  });

  it('forecasts from its state as written to JSON, and names what shortens the life', async () => {
    const fitted = await fitAll(() => true);
    if (!('state' in fitted)) throw new Error(fitted.leftOut.join());
    const state = JSON.parse(JSON.stringify(fitted.state));
    const late = Float64Array.of(50, 3.6);
    const early = Float64Array.of(50, 1.5);
    expect(similarLives.forecast(state, late)).toEqual(similarLives.forecast(fitted.state, late));
    expect(similarLives.forecast(state, late).life).toBeLessThan(similarLives.forecast(state, early).life);
    expect(similarLives.explain?.(state, late).contributions[1]).toBeLessThan(0);
  });

  it('leaves itself out where nothing failed, and where its time is over', async () => {
    expect(await fitAll(() => false)).toEqual({ leftOut: [{ code: 'NO_PAST_LIFE', facts: {} }] });
    let ms = 0;
    expect(
      await fitAll(
        () => true,
        () => (ms += 600),
      ),
    ).toEqual({ leftOut: [{ code: 'METHOD_LATE', facts: { method: 'similar-lives' } }] });
  });
});
