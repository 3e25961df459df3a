import { describe, expect, it } from 'vitest';
import { componentTypeOf, forecastOf } from './fixtures/records.ts';
import { visitBundle } from './visit-bundle.ts';

const candidate = (
  healthGrade: 'good' | 'watch' | 'act' | 'critical' | 'unknown',
  value: number,
  failureCostCents = 100_000,
) => ({
  componentType: componentTypeOf({ failureCostCents }),
  forecast: forecastOf({ healthGrade, failureProbability: [{ horizonDays: 28, value }] }),
});

describe('what else to do on a visit', () => {
  it('is the risky work at the site, dearest risk first', () => {
    const work = visitBundle(
      [candidate('watch', 0.2), candidate('act', 0.3, 900_000), candidate('watch', 0.4)],
      undefined,
    );
    expect(work.map(({ failureProbability }) => failureProbability)).toEqual([0.3, 0.4, 0.2]);
  });

  it('leaves out what is well and what is not known', () => {
    expect(visitBundle([candidate('good', 0.01), candidate('unknown', 0.5)], undefined)).toEqual([]);
  });

  it('saves the trip of the cheapest slot, and says nothing of it while there is none', () => {
    const slot = { costTerms: { travelKm: 1200, travelTime: 2300, labour: 9000 } } as unknown as Parameters<
      typeof visitBundle
    >[1];
    expect(visitBundle([candidate('act', 0.5)], slot)[0]?.savedTripCents).toBe(3500);
    expect(visitBundle([candidate('act', 0.5)], undefined)[0]?.savedTripCents).toBeNull();
  });
});
