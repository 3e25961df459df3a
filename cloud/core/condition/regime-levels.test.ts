import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { withoutRegimes } from './regime-levels.ts';
import { detectStates } from './state-detection.ts';

const baselineRows = 300;
const rows = 900;

/** A speed that changes every seven rows between two settings, and two signals that follow it and move on their own. */
const machine = (seed: number, speeds: (row: number) => number): Float64Array[] => {
  const random = seededRandom(seed);
  const noise = () => random() + random() + random() - 1.5;
  const speed = Float64Array.from({ length: rows }, (_, row) => speeds(row));
  return [speed, speed.map((v) => 0.1 * v + (v / 1000) * noise()), speed.map((v) => 40 - 0.01 * v + 0.5 * noise())];
};
const twoSpeeds = (row: number): number => (row % 14 < 7 ? 1000 : 3000);
const alarmsIn = (columns: readonly Float64Array[], from: number, to: number): number =>
  detectStates(withoutRegimes(columns, [0], baselineRows), baselineRows)
    .detections.slice(from, to)
    .filter(({ alarm }) => alarm).length;

describe('withoutRegimes', () => {
  it('keeps a change of load apart from a change of state', () => {
    for (const seed of [1, 2, 3]) {
      const mostlyFast = machine(seed, (row) => (row < 600 ? twoSpeeds(row) : 3000));
      const steady = machine(seed, () => 3000);
      expect(alarmsIn(mostlyFast, 600, rows)).toBeLessThan(alarmsIn(steady, 600, rows) + 60);
      const faulty = mostlyFast.map((c, i) => (i === 1 ? c.map((v, row) => (row >= 700 ? v + 6 : v)) : c));
      expect(alarmsIn(faulty, 720, rows)).toBeGreaterThan(150);
    }
  });

  it('says nothing of a regime that the baseline does not know', () => {
    const columns = withoutRegimes(
      machine(4, (row) => (row < 600 ? twoSpeeds(row) : 9000)),
      [0],
      baselineRows,
    );
    expect(columns.every((column) => column.subarray(600).every((v) => Number.isNaN(v)))).toBe(true);
  });

  it('leaves the columns alone where the settings vary freely or stand still', () => {
    const random = seededRandom(5);
    const free = [Float64Array.from({ length: rows }, random), ...machine(5, () => 1000 + 2000 * random())];
    expect(withoutRegimes(free, [0, 1], baselineRows)).toBe(free);
    const still = machine(6, () => 1000);
    expect(withoutRegimes(still, [0], baselineRows)).toBe(still);
  });

  it('looks at no row after the one that it judges', () => {
    const columns = machine(7, twoSpeeds);
    const cut = columns.map((column) => column.slice(0, 500));
    expect(withoutRegimes(cut, [0], baselineRows)).toEqual(
      withoutRegimes(columns, [0], baselineRows).map((column) => column.slice(0, 500)),
    );
  });
});
