import { describe, expect, it } from 'vitest';
import { createPace, largestShare } from './pace.ts';

/** A pace after work that usually takes a second and took so long. */
const paceAfter = (takenMs: number) => {
  let ms = 0;
  const pace = createPace(() => ms, 1);
  const done = pace.begin();
  ms = takenMs;
  done(1000);
  return pace;
};

describe('createPace', () => {
  it('plans by usual times, however busy or quick the machine is, while it is on time', () => {
    for (const takenMs of [100, 1000, 3900]) expect(paceAfter(takenMs).share(5_000, 24_000)).toBe(1);
    expect(paceAfter(100).share(80_000, 24_000)).toBe(paceAfter(1000).share(80_000, 24_000));
  });

  it('does less when the machine is too slow for what is left', () => {
    const share = paceAfter(8000).share(5_000, 28_000);
    expect(share).toBeLessThanOrEqual(0.5);
    expect(share).toBeGreaterThan(0.3);
  });

  it('is not misled by a moment', () => {
    let ms = 0;
    const pace = createPace(() => ms, 1);
    const done = pace.begin();
    ms = 5000;
    done(100);
    expect(pace.share(1000, 6000)).toBe(1);
  });

  it('takes shares in steps, and keeps a little when no time is left', () => {
    const pace = createPace(() => 0, 1);
    expect(pace.share(1000, 700)).toBe(pace.share(1000, 600));
    expect(pace.share(1000, 2800, 0.25)).toBe(pace.share(1000, 700));
    expect(pace.share(1000, -5)).toBeGreaterThan(0.005);
  });
});

describe('largestShare', () => {
  it('is all where all fits, and falls in steps until it does', () => {
    expect(largestShare(() => true)).toBe(1);
    expect(largestShare((share) => share <= 0.5)).toBeCloseTo(0.5);
    expect(largestShare(() => false)).toBeGreaterThan(0.005);
  });
});
