import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { rhythmOf, type WatchedEnd } from './request-rhythm.ts';

/** Machines whose owners ask so often a year, and as many times that in the days before the end. */
const owners = (
  count: number,
  {
    perYear,
    near = 1,
    leadDays = 90,
    untilDays = 0,
    seed = 1,
  }: { perYear: number; near?: number; leadDays?: number; untilDays?: number; seed?: number },
) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (): WatchedEnd => {
    const requestDays: number[] = [];
    for (let day = 364; day >= untilDays; day--)
      if (random() < (perYear / 365) * (day < leadDays ? near : 1)) requestDays.push(day);
    return { fromDays: 365, untilDays, requestDays };
  });
};

describe('how often owners ask towards the end of a warranty', () => {
  it.each([30, 60, 90, 120, 180])('is seen where it rises, %s days before', (leadDays) => {
    expect(rhythmOf(owners(400, { perYear: 0.5, near: 5, leadDays }))?.leadDays).toBe(leadDays);
  });

  it('is told with what was counted', () => {
    const rhythm = rhythmOf(owners(200, { perYear: 0.5, near: 4 }));
    const rate = (requests = 0, years = 1) => requests / years;
    expect(rhythm?.nearYears).toBeCloseTo((200 * 90) / 365.25, 6);
    expect(rhythm?.farYears).toBeCloseTo((200 * 275) / 365.25, 6);
    expect(rate(rhythm?.nearRequests, rhythm?.nearYears)).toBeGreaterThan(
      2 * rate(rhythm?.farRequests, rhythm?.farYears),
    );
  });

  it('is not told where it does not rise, or falls', () => {
    const told = Array.from({ length: 60 }, (_, seed) => rhythmOf(owners(40, { perYear: 1, seed: seed + 1 })));
    expect(told.filter((rhythm) => rhythm !== null).length).toBeLessThanOrEqual(6);
    expect(rhythmOf(owners(400, { perYear: 2, near: 0.2 }))).toBeNull();
  });

  it('is not told from a few requests, nor from none, nor before any owner was so near the end', () => {
    const few = { fromDays: 365, untilDays: 0, requestDays: [3, 4, 5, 6, 7, 8, 9] };
    expect(rhythmOf([few])).toBeNull();
    expect(rhythmOf([])).toBeNull();
    expect(rhythmOf(owners(400, { perYear: 2, untilDays: 200 }))).toBeNull();
  });
});
