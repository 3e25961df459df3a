import type { Quantiles } from '@kuluma/shared/model/forecast.ts';
import { Recommendation } from '@kuluma/shared/model/service.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { faultsOf } from '@kuluma/shared/model/validate.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { componentTypeOf, forecastOf, forecastsInARow, idFor, nowMs, origin } from '../planning/fixtures/records.ts';
import { firstReach, valueAt } from './curve.ts';
import { failureCurve, probabilityWithin } from './failure-curve.ts';
import { byPriority, priorityOf } from './priority.ts';
import { recommend, replay } from './recommend.ts';
import { lifeWastedAt } from './waiting.ts';

const componentType = componentTypeOf({ bom: [{ partId: idFor('part'), quantity: 1, useProbability: 0.9 }] });
const recommendFrom = (forecasts: ReturnType<typeof forecastsInARow>, type = componentType) =>
  recommend({ forecasts, componentType: type, codeVersion: '0.1.0', origin });
const made = (forecasts = forecastsInARow(2)) => {
  const recommendation = recommendFrom(forecasts);
  if (!recommendation) throw new Error('expected a recommendation');
  return recommendation;
};

const withFailureCost = (recommendation: Recommendation, failureCostCents: number): Recommendation => {
  const { inputs } = recommendation;
  return { ...recommendation, inputs: { ...inputs, componentType: { ...inputs.componentType, failureCostCents } } };
};

describe('a recommendation', () => {
  it('is made when enough forecasts in a row reach the threshold, and is a valid record', () => {
    expect(faultsOf(Recommendation, made())).toEqual([]);
    expect(made()).toMatchObject({ action: 'replace', state: 'open', failureModeCode: 'ELP', durationMin: 90 });
  });

  it('is not made of too few forecasts', () => {
    expect(recommendFrom(forecastsInARow(1))).toBeUndefined();
    expect(recommendFrom([])).toBeUndefined();
  });

  it('is not made when one of the last forecasts is below the threshold, whatever came before', () => {
    const [first, second, third] = forecastsInARow(3);
    if (!first || !second || !third) throw new Error('three forecasts');
    const calm = { ...second, failureProbability: [{ horizonDays: 28, value: 0.39 }] };
    expect(recommendFrom([first, calm, third])).toBeUndefined();
  });

  it('is not made when one of the last forecasts abstained', () => {
    const [first, second] = forecastsInARow(2);
    if (!first || !second) throw new Error('two forecasts');
    expect(recommendFrom([{ ...first, abstainReason: 'TOO_FEW_ROWS' }, second])).toBeUndefined();
  });

  it('reads the probability at its horizon between the horizons that are given', () => {
    const { failureProbability } = forecastOf();
    expect(probabilityWithin(failureProbability, 28)).toBe(0.5);
    expect(probabilityWithin(failureProbability, 21)).toBeCloseTo(0.295);
    expect(probabilityWithin(failureProbability, 3.5)).toBeCloseTo(0.01);
    expect(probabilityWithin(failureProbability, 90)).toBe(0.97);
  });

  it('asks for an inspection without parts when the data are poor', () => {
    expect(made(forecastsInARow(2, { dataQuality: 0.49 }))).toMatchObject({ action: 'inspect', bom: [] });
    expect(made(forecastsInARow(2, { dataQuality: 0.5 }))).toMatchObject({ action: 'replace', bom: componentType.bom });
  });

  it('refuses forecasts of two components, and forecasts out of order', () => {
    const [first, second] = forecastsInARow(2);
    if (!first || !second) throw new Error('two forecasts');
    expect(() => recommendFrom([first, forecastOf()])).toThrow('one component');
    expect(() => recommendFrom([second, first])).toThrow('oldest first');
  });

  it('says the same again when it is replayed from the inputs that it kept', () => {
    const recommendation = made(forecastsInARow(2, { forecastAtMs: nowMs - dayMs / 3 }));
    expect(replay(recommendation)).toBeDefined();
    expect(recommendation).toMatchObject(replay(recommendation) ?? {});
    expect(replay(withFailureCost(recommendation, 2_000_000))?.riskOfWaiting).not.toEqual(recommendation.riskOfWaiting);
    const [first] = recommendation.inputs.forecasts;
    if (!first) throw new Error('two forecasts');
    const oneForecast = { ...recommendation, inputs: { ...recommendation.inputs, forecasts: [first] } };
    expect(replay(oneForecast)).toBeUndefined();
  });
});

describe('the service window', () => {
  it('opens after a day, closes between P10 and P50 of the remaining life, and is best where risk and wasted life cost least', () => {
    const { window, riskOfWaiting } = made();
    expect(window.fromMs).toBe(nowMs + dayMs);
    expect(window.toMs).toBeGreaterThan(nowMs + 15 * dayMs);
    expect(window.toMs).toBeLessThan(nowMs + 28 * dayMs);
    expect(window.bestMs).toBeGreaterThanOrEqual(window.fromMs);
    expect(window.bestMs).toBeLessThanOrEqual(window.toMs);
    expect(riskOfWaiting[0]?.atMs).toBe(nowMs);
  });

  it('leaves a week to choose from even when the end is near', () => {
    const { window } = made(forecastsInARow(2, { rulDays: { p05: 0, p10: 0.5, p50: 2, p90: 4, p95: 5 } }));
    expect(window.toMs - window.fromMs).toBe(7 * dayMs);
    expect(window.bestMs).toBe(window.fromMs);
  });

  it('is best the sooner the less is known of when the failure comes', () => {
    const sharp = made(
      forecastsInARow(2, {
        rulDays: { p05: 26, p10: 26.5, p50: 28, p90: 30, p95: 31 },
        failureProbability: [{ horizonDays: 28, value: 0.5 }],
      }),
    );
    const wide = made(
      forecastsInARow(2, {
        rulDays: { p05: 2, p10: 5, p50: 28, p90: 60, p95: 70 },
        failureProbability: [{ horizonDays: 28, value: 0.5 }],
      }),
    );
    expect(wide.window.bestMs).toBeLessThan(sharp.window.bestMs);
  });

  it('is best the sooner the less of the whole life is left to lose', () => {
    const forecasts = forecastsInARow(2, {
      rulDays: { p05: 20, p10: 22, p50: 28, p90: 34, p95: 36 },
      failureProbability: [{ horizonDays: 28, value: 0.5 }],
    });
    const bestMs = (installedAtMs: number) =>
      recommend({ forecasts, componentType, installedAtMs, codeVersion: '0.1.0', origin })?.window.bestMs ?? 0;
    expect(bestMs(nowMs - 1000 * dayMs)).toBeLessThan(bestMs(nowMs - 10 * dayMs));
  });
});

describe('the life that a service throws away', () => {
  const risk = {
    rulDays: { p05: 10, p10: 20, p50: 100, p90: 180, p95: 190 },
    failureProbability: [],
    failureCostCents: 100_000,
    forecastAtMs: nowMs,
    installedAtMs: nowMs - 300 * dayMs,
  };

  it('is worth its share of the whole life, of what a replacement costs', () => {
    // From the curve's trapezoids: the first ten days grow evenly, since P10 is at twice P05.
    const leftDays = 9.75 + 9.25 + 56 + 24 + 0.75;
    expect(lifeWastedAt(risk)(nowMs)).toBeCloseTo((10_000 * leftDays) / (300 + leftDays));
    expect(lifeWastedAt({ ...risk, installedAtMs: undefined })(nowMs)).toBeCloseTo(10_000);
    expect(lifeWastedAt(risk)(nowMs + 190 * dayMs)).toBe(0);
  });

  it('is worth the same by the day however late it is asked: the last days are as dear as the first', () => {
    const perDay = (one: typeof risk) =>
      lifeWastedAt(one)(one.forecastAtMs) - lifeWastedAt(one)(one.forecastAtMs + dayMs);
    const later = {
      ...risk,
      forecastAtMs: nowMs + 90 * dayMs,
      rulDays: { p05: 9, p10: 9.5, p50: 10, p90: 10.5, p95: 11 },
    };
    expect(perDay(later) / perDay(risk)).toBeCloseTo(1, 1);
  });
});

describe('the risk of waiting', () => {
  const quantiles = fc
    .array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 5, maxLength: 5 })
    .map((values) => values.sort((a, b) => a - b) as [number, number, number, number, number])
    .map(([p05, p10, p50, p90, p95]): Quantiles => ({ p05, p10, p50, p90, p95 }));
  const horizons = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
    .map((values) => values.sort((a, b) => a - b).map((value, i) => ({ horizonDays: 7 * 2 ** i, value })));

  it('never falls with time, has eight points or more, and costs probability times failure', () => {
    fc.assert(
      fc.property(quantiles, horizons, (rulDays, failureProbability) => {
        const type = componentTypeOf({ policy: { horizonDays: 28, failureProbability: 0, forecastsInARow: 1 } });
        const recommendation = recommendFrom(forecastsInARow(1, { rulDays, failureProbability }), type);
        const { riskOfWaiting = [], window } = recommendation ?? {};
        expect(riskOfWaiting.length).toBeGreaterThanOrEqual(8);
        expect(riskOfWaiting.at(-1)?.atMs).toBeGreaterThanOrEqual(window?.toMs ?? Number.POSITIVE_INFINITY);
        riskOfWaiting.forEach((point, i) => {
          expect(point.failureProbability).toBeGreaterThanOrEqual(riskOfWaiting[i - 1]?.failureProbability ?? 0);
          expect(point.expectedCostCents).toBe(Math.round(point.failureProbability * type.failureCostCents));
        });
        expect(faultsOf(Recommendation, recommendation)).toEqual([]);
      }),
    );
  });

  it('passes through what the forecast says, and above it where its numbers disagree', () => {
    const curve = failureCurve({ p05: 12, p10: 15, p50: 28, p90: 45, p95: 52 }, [{ horizonDays: 14, value: 0.3 }]);
    expect(valueAt(curve, 12)).toBe(0.05);
    expect(valueAt(curve, 14)).toBe(0.3);
    expect(valueAt(curve, 15)).toBe(0.3);
    expect(valueAt(curve, 28)).toBe(0.5);
    expect(firstReach(curve, 0.5)).toBe(28);
    expect(firstReach(curve, 0.99)).toBeUndefined();
    // A power of time through P05 and P10.
    const power = Math.log(2) / Math.log(15 / 12);
    expect(valueAt(curve, 6)).toBeCloseTo(0.05 * 0.5 ** power);
    expect(valueAt(failureCurve({ p05: 0, p10: 0, p50: 2, p90: 4, p95: 5 }, []), 1)).toBeCloseTo(0.3);
  });
});

describe('priority', () => {
  it('puts the dearer, the likelier and the sooner failure first, and can say why', () => {
    const plain = made();
    const dear = { ...withFailureCost(plain, 5_000_000), id: idFor('recommendation') };
    const soon = made(forecastsInARow(2, { rulDays: { p05: 1, p10: 2, p50: 4, p90: 6, p95: 7 } }));
    expect(byPriority([plain, dear], nowMs)[0]).toBe(dear);
    expect(byPriority([plain, soon], nowMs)[0]).toBe(soon);
    const { failureProbability, failureCostCents, daysToAct, centsPerDay } = priorityOf(dear, nowMs);
    expect(centsPerDay).toBeCloseTo((failureProbability * failureCostCents) / daysToAct);
  });
});
