import { describe, expect, it } from 'vitest';
import { cameTrue, lossOf, type SaidForecast, scoreLife } from './score-life.ts';

const rule = { horizon: 28, probability: 0.5, inARow: 2 };
const free = { cap: Number.POSITIVE_INFINITY, finding: null };

/** A forecast at each day whose median is `said` days off the truth and whose band is 20 days to either side. */
const forecasts = (end: number, off = 0): SaidForecast[] =>
  Array.from({ length: end }, (_, at) => {
    const p50 = Math.max(0, end - at + off);
    const risk = p50 <= 28 ? 0.8 : 0.1;
    const quantiles = { p05: Math.max(0, p50 - 20), p10: Math.max(0, p50 - 15), p50, p90: p50 + 15, p95: p50 + 20 };
    return { at, quantiles, probabilities: [{ horizon: 28, value: risk }], risk };
  });

describe('the score of a life', () => {
  it('counts the forecasts whose band held the truth', () => {
    const failed = { until: 100, ended: 'failure' } as const;
    expect(scoreLife(forecasts(100), failed, rule, free)).toMatchObject({
      forecasts: 100,
      inside80: 100,
      outside90: 0,
    });
    expect(scoreLife(forecasts(100, 18), failed, rule, free)).toMatchObject({ inside90: 100, outside80: 100 });
  });

  it('knows of a replaced life only that it outlived its band', () => {
    const replaced = { until: 100, ended: 'censored' } as const;
    expect(scoreLife(forecasts(100), replaced, rule, free)).toMatchObject({ inside80: 0, outside80: 0 });
    expect(scoreLife(forecasts(100, -30), replaced, rule, free)).toMatchObject({ inside80: 0, outside80: 85 });
  });

  it('takes a life at the cap of the forecast as held by a band up to the cap', () => {
    const [first] = forecasts(30);
    if (!first?.quantiles) throw new Error('a forecast');
    const atCap = { ...first, quantiles: { p05: 20, p10: 22, p50: 30, p90: 30, p95: 30 } };
    const capped = { ...free, cap: 30 };
    for (const ended of ['failure', 'censored'] as const)
      expect(scoreLife([atCap], { until: 500, ended }, rule, capped)).toMatchObject({ inside80: 1, outside80: 0 });
  });

  it('calls an alert right when the failure follows within two horizons, and with how much lead', () => {
    const failed = { until: 100, ended: 'failure' } as const;
    expect(scoreLife(forecasts(100), failed, rule, free)).toMatchObject({ alert: 'caught', lead: 27 });
    expect(scoreLife(forecasts(100, -40), failed, rule, free)).toMatchObject({ alert: 'falseAlarm', lead: null });
    expect(scoreLife(forecasts(100, 200), failed, rule, free)).toMatchObject({ alert: 'missed', lead: null });
  });

  it('believes what a visit found before the calendar', () => {
    const replaced = { until: 80, ended: 'censored' } as const;
    const said = forecasts(100);
    const alertOf = (finding: 'worn' | 'sound' | null) => scoreLife(said, replaced, rule, { ...free, finding }).alert;
    expect([alertOf('worn'), alertOf('sound'), alertOf(null)]).toEqual(['caught', 'falseAlarm', 'unknown']);
    expect(scoreLife(forecasts(300), replaced, rule, { ...free, finding: 'worn' }).alert).toBe('quiet');
  });

  it('waits for as many alerts in a row as the rule says, and an abstention does not break them', () => {
    const said = forecasts(100).map((one) => (one.at === 73 ? { ...one, quantiles: null, risk: null } : one));
    expect(scoreLife(said, { until: 100, ended: 'failure' }, rule, free).lead).toBe(26);
  });
});

describe('what came true', () => {
  it('is not known of a censored life before the horizon is over', () => {
    expect(cameTrue({ until: 50, ended: 'censored' }, 30, 28)).toBeUndefined();
    expect(cameTrue({ until: 60, ended: 'censored' }, 30, 28)).toBe(0);
    expect(cameTrue({ until: 50, ended: 'failure' }, 30, 28)).toBe(1);
    expect(cameTrue({ until: 90, ended: 'failure' }, 30, 28)).toBe(0);
  });
});

describe('the loss', () => {
  it('is least for the forecaster that says the truth', () => {
    const failed = { until: 100, ended: 'failure' } as const;
    const loss = (off: number) => lossOf(forecasts(100, off), failed, Number.POSITIVE_INFINITY) ?? Number.NaN;
    expect(loss(0)).toBeLessThan(loss(10));
    expect(loss(0)).toBeLessThan(loss(-10));
  });

  it('compares probabilities where the life was not seen to fail, and says nothing where nothing is known', () => {
    const replaced = { until: 100, ended: 'censored' } as const;
    const calm = lossOf(forecasts(200), replaced, Number.POSITIVE_INFINITY);
    const alarmed = lossOf(forecasts(100, -60), replaced, Number.POSITIVE_INFINITY);
    expect(calm).toBeLessThan(alarmed ?? 0);
    expect(lossOf(forecasts(200), { until: 10, ended: 'censored' }, Number.POSITIVE_INFINITY)).toBeNull();
  });
});
