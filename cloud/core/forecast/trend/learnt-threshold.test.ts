import { describe, expect, it } from 'vitest';
import { learnThreshold } from './learnt-threshold.ts';

const rows = 40;

/** Lives that rise from 0 to the given levels, one column of distances to 0; the last `running` were stopped half way. */
const lessons = (levels: readonly number[], running = 0) => {
  const count = levels.length * rows;
  const lifeOf = (row: number) => Math.floor(row / rows);
  const failed = (row: number) => (lifeOf(row) < levels.length - running ? 1 : 0);
  return {
    inputs: [
      Float32Array.from({ length: count }, (_, row) => {
        const share = ((row % rows) + 1) / rows / (failed(row) ? 1 : 2);
        return -(levels[lifeOf(row)] as number) * share ** 4 + 0.01 * Math.sin(7 * row);
      }),
    ],
    life: Int32Array.from({ length: count }, (_, row) => lifeOf(row)),
    left: Float64Array.from({ length: count }, (_, row) => rows - 1 - (row % rows)),
    endedInFailure: Uint8Array.from({ length: count }, (_, row) => failed(row)),
  };
};
const learn = (levels: readonly number[], running = 0) => learnThreshold(lessons(levels, running), [0]);

describe('the level of past failures', () => {
  it('is a threshold with the side on which failure lies', () => {
    expect(learn([4, 4.2, 3.8])).toMatchObject({ place: 0, direction: 1 });
    expect(learn([4, 4.2, 3.8])?.level).toBeCloseTo(4, 1);
    expect(learn([-4, -4.2])).toMatchObject({ direction: -1 });
  });

  it('is known better the more failures agree, and hardly from one', () => {
    const deviation = (levels: readonly number[]) => Math.sqrt(learn(levels, 1)?.variance ?? Number.NaN);
    expect(deviation([4, 4])).toBeGreaterThan(1);
    expect(deviation([4, 4.1, 3.9, 4, 4])).toBeLessThan(0.6 * deviation([4, 4]));
    expect(deviation([4, 5, 3, 4, 4])).toBeGreaterThan(1.5 * deviation([4, 4.1, 3.9, 4, 4]));
  });

  it('is nothing where failures agree on none, or nothing failed', () => {
    expect(learn([4, -3, 0.2])).toBeUndefined();
    expect(learn([4, 4], 2)).toBeUndefined();
  });
});
