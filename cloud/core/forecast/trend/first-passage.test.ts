import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { crossedWithin, likelyCrossedWithin } from './first-passage.ts';

const random = seededRandom(11);
const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Share of simulated paths that reach the threshold within `time`; small steps, as crossings between them are not seen. */
const simulated = (approach: Parameters<typeof likelyCrossedWithin>[0], time: number): number => {
  const step = time / 400;
  const paths = 3000;
  let crossed = 0;
  for (let path = 0; path < paths; path++) {
    const off = Math.sqrt(approach.distanceVariance) * gauss();
    const slope = approach.distanceVariance > 0 ? approach.covariance / approach.distanceVariance : 0;
    const rest = approach.driftVariance - slope * approach.covariance;
    const drift = approach.drift + slope * off + Math.sqrt(Math.max(0, rest)) * gauss();
    let left = approach.distance + off;
    for (let i = 0; i < 400 && left > 0; i++) left -= drift * step + Math.sqrt(approach.diffusion * step) * gauss();
    if (left <= 0) crossed++;
  }
  return crossed / paths;
};

describe('first passage of a threshold', () => {
  it('agrees with simulated paths whose speed is known or not, rising or falling', () => {
    const cases = [
      { distance: 10, drift: 1, driftVariance: 0, diffusion: 1 },
      { distance: 10, drift: 1, driftVariance: 0.25, diffusion: 0.5 },
      { distance: 5, drift: -0.2, driftVariance: 0.04, diffusion: 1 },
    ];
    for (const one of cases)
      for (const time of [5, 10, 30])
        expect(crossedWithin(one, time)).toBeCloseTo(
          simulated({ ...one, distanceVariance: 0, covariance: 0, isAhead: false }, time),
          1,
        );
  });

  it('agrees with simulated paths that begin at a level not known for sure', () => {
    const approach = {
      distance: 10,
      drift: 1,
      driftVariance: 0.1,
      diffusion: 0.5,
      distanceVariance: 4,
      covariance: -0.3,
      isAhead: false,
    };
    for (const time of [5, 10, 20])
      expect(likelyCrossedWithin(approach, time)).toBeCloseTo(simulated(approach, time), 1);
  });

  it('comes later where a threshold that is not known for sure is known not to be reached yet', () => {
    const approach = { distance: 1, drift: 1, driftVariance: 0, diffusion: 0.1, distanceVariance: 4, covariance: 0 };
    const [unknown, ahead] = [false, true].map((isAhead) => likelyCrossedWithin({ ...approach, isAhead }, 0.1));
    expect(unknown).toBeGreaterThan(0.3);
    expect(ahead).toBeLessThan(0.1);
    expect(likelyCrossedWithin({ ...approach, distance: -20, isAhead: true }, 0.1)).toBe(1);
  });

  it('rises with time to the share of paths that ever get there', () => {
    const away = { distance: 4, drift: -0.5, driftVariance: 0, diffusion: 1 };
    const shares = [1, 3, 10, 100, 10_000].map((time) => crossedWithin(away, time));
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBeCloseTo(Math.exp(-4), 6);
  });

  it('stays exact where the level hardly strays', () => {
    const sure = { distance: 10, drift: 1, driftVariance: 0, diffusion: 1e-9 };
    expect(crossedWithin(sure, 9.9)).toBeCloseTo(0, 9);
    expect(crossedWithin(sure, 10.1)).toBeCloseTo(1, 9);
    const unsure = { ...sure, driftVariance: 0.04 };
    expect(crossedWithin(unsure, 10)).toBeCloseTo(0.5, 4);
  });

  it('is over at the threshold', () => {
    expect(crossedWithin({ distance: 0, drift: -1, driftVariance: 0, diffusion: 1 }, 0)).toBe(1);
  });
});
