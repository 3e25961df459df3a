import { seededRandom } from '@kuluma/shared/clock.ts';
import { expect, it } from 'vitest';
import { recommend } from '../recommendations/recommend.ts';
import { componentTypeOf, forecastsInARow, nowMs, origin, siteOf, technicianOf } from './fixtures/records.ts';
import { proposeSlots } from './propose-slots.ts';
import { haversineTravel } from './travel.ts';
import { needOf } from './visit-need.ts';

it('plans what a recommendation asks for, in its window, at the price of waiting and of wasted life', () => {
  const recommendation = recommend({
    forecasts: forecastsInARow(2),
    componentType: componentTypeOf(),
    codeVersion: '0.1.0',
    origin,
  });
  if (!recommendation) throw new Error('expected a recommendation');
  const need = needOf(recommendation, siteOf());
  const technicians = [technicianOf()];
  const region = { technicians, depots: [], parts: [], stock: [], busy: [], travel: haversineTravel(), nowMs };
  const { slots } = proposeSlots({ ...region, need, count: 3, random: seededRandom(1) });
  expect(slots).toHaveLength(3);
  for (const { startMs, costTerms } of slots) {
    expect(startMs).toBeGreaterThanOrEqual(recommendation.window.fromMs);
    expect(startMs).toBeLessThanOrEqual(recommendation.window.toMs);
    expect(costTerms['riskOfWaiting']).toBeGreaterThan(0);
    expect(costTerms['lifeWasted']).toBeGreaterThan(0);
    expect(costTerms['lifeWasted']).toBeLessThan(100_000);
  }
  const toBest = slots.map(({ startMs }) => Math.abs(startMs - recommendation.window.bestMs));
  expect(Math.min(...toBest)).toBeLessThan(4 * 86_400_000);
});
