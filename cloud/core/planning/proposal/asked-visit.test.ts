import { dayMs } from '@kuluma/shared/model/units.ts';
import { expect, it } from 'vitest';
import { recommend } from '../../recommendations/recommend.ts';
import { componentTypeOf, forecastsInARow, idFor, origin, siteOf } from '../fixtures/records.ts';
import { askedVisit } from './asked-visit.ts';

it('asks for what a recommendation needs, in its window, at the price of waiting and of wasted life', () => {
  const partId = idFor('part');
  const recommendation = recommend({
    forecasts: forecastsInARow(2),
    componentType: componentTypeOf({
      bom: [1, 2].map((quantity) => ({ partId, quantity, useProbability: 1 })),
      tools: ['laserAligner'],
      workKind: 'alignment',
      second: { skills: [] },
    }),
    codeVersion: '0.1.0',
    origin,
  });
  if (!recommendation) throw new Error('expected a recommendation');
  const visit = askedVisit(recommendation, siteOf());
  expect(visit).toMatchObject({
    durationMin: 90,
    skills: recommendation.skills,
    parts: [{ part: partId, quantity: 3 }],
    tools: ['laserAligner'],
    kind: 'alignment',
    second: { skills: [] },
  });
  const [window] = visit.windows ?? [];
  expect(Date.parse(window?.fromAt ?? '')).toBe(recommendation.window.fromMs);
  expect(Date.parse(window?.toAt ?? '')).toBe(recommendation.window.toMs);
  const waiting = visit.waiting ?? [];
  expect(waiting.map(({ startAt }) => startAt)).toEqual(waiting.map(({ startAt }) => startAt).sort());
  const sums = waiting.map(({ riskCents, wastedLifeCents }) => riskCents + wastedLifeCents);
  const best = waiting[sums.indexOf(Math.min(...sums))];
  expect(Math.abs(Date.parse(best?.startAt ?? '') - recommendation.window.bestMs)).toBeLessThan(4 * dayMs);
});
