import { seededRandom } from '@kuluma/shared/clock.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { machineTypes } from '../machines/index.ts';
import { slipShare } from './belt-slip.ts';
import { pressureDropRatio } from './filter-clogging.ts';
import { leakRatio } from './seal-leakage.ts';
import type { Conditions, WearMode } from './wear-mode.ts';

const modes = new Set<WearMode>(Object.values(machineTypes).flatMap((type) => type.wear.map((w) => w.mode)));
const rated: Conditions = { load: 1, speedRatio: 1, ambientC: 20, warmth: 1, runHours: 0 };
const conditions = fc.record({
  load: fc.double({ min: 0.2, max: 1.15, noNaN: true }),
  speedRatio: fc.constantFrom(0, 0.5, 1),
  ambientC: fc.double({ min: -10, max: 45, noNaN: true }),
  warmth: fc.double({ min: 0, max: 1.15, noNaN: true }),
  runHours: fc.constant(0),
});
const wear = fc.double({ min: 0, max: 1, noNaN: true });

const lifeHours = (mode: WearMode, at: Conditions, ratedLifeHours: number): number => {
  const random = seededRandom(5);
  let hours = 0;
  for (let state = 0; state < 1; hours++) state = mode.next(state, at, 1, 1 / ratedLifeHours, random);
  return hours;
};

describe.each([...modes].map((mode) => ({ name: mode.mode, mode })))('$name', ({ mode }) => {
  it('never heals and never leaves 0 to 1', () => {
    fc.assert(
      fc.property(wear, conditions, fc.integer(), fc.double({ min: 0, max: 1000, noNaN: true }), (w, c, seed, dt) => {
        const next = mode.next(w, c, dt, 1 / 5000, seededRandom(seed));
        expect(next).toBeGreaterThanOrEqual(w);
        expect(next).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('gives the same next state for the same random numbers', () => {
    fc.assert(
      fc.property(wear, conditions, fc.integer(), (w, c, seed) => {
        const next = () => mode.next(w, c, 1, 1 / 5000, seededRandom(seed));
        expect(next()).toBe(next());
      }),
    );
  });

  it('rests while the machine stands still', () => {
    const still = { ...rated, load: 0, speedRatio: 0 };
    expect(mode.next(0.3, still, 100, 1 / 5000, seededRandom(1))).toBe(0.3);
  });

  it('lives about its rated life at rated load, and shorter in a harder life', () => {
    const atRated = lifeHours(mode, rated, 2000);
    expect(atRated).toBeGreaterThan(1500);
    expect(atRated).toBeLessThan(2700);
    const harder = lifeHours(mode, { ...rated, load: 1.15, warmth: 1.15, ambientC: 35 }, 2000);
    expect(harder).toBeLessThan(atRated);
  });
});

it('turns wear into what sensors see, rising from new to failed', () => {
  for (const effect of [leakRatio, pressureDropRatio, (w: number) => slipShare(w, 0.8)])
    for (let w = 0; w < 1; w += 0.1) expect(effect(w + 0.1)).toBeGreaterThan(effect(w));
  expect(leakRatio(0)).toBe(0);
  expect(leakRatio(1)).toBe(1);
  expect(pressureDropRatio(0)).toBe(1);
});
