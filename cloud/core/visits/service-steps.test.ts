import type { PartSource } from '@kuluma/shared/model/service.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { idFor } from '../planning/fixtures/records.ts';
import { serviceStepsOf } from './service-steps.ts';

type Known = Parameters<typeof serviceStepsOf>[0];

const before: Known = {
  recommendation: { createdAtMs: 1 },
  offer: { createdAtMs: 2, answeredAtMs: null },
  visit: undefined,
  outcome: undefined,
  forecast: { forecastAtMs: 1, healthGrade: 'act', abstainReason: null },
};
const visitOf = (state: NonNullable<Known['visit']>['state'], ...from: PartSource['from'][]) =>
  ({
    state,
    slot: { parts: from.map((one) => ({ partId: idFor('part'), quantity: 1, from: one, placeId: idFor('depot') })) },
  }) as NonNullable<Known['visit']>;
const booked: Known = { ...before, offer: { createdAtMs: 2, answeredAtMs: 3 }, visit: visitOf('booked', 'van') };
const served: Known = { ...booked, visit: visitOf('done', 'van'), outcome: { closedAtMs: 9 } };

const doneOf = (known: Known) =>
  serviceStepsOf(known)
    .filter(({ isDone }) => isDone)
    .map(({ step }) => step);

describe('the steps of a service', () => {
  it('are found and offered as long as nothing is booked, also when the visit was cancelled', () => {
    expect(doneOf(before)).toEqual(['found', 'offered']);
    expect(doneOf({ ...booked, visit: visitOf('cancelled', 'van') })).toEqual(['found', 'offered']);
  });

  it('have the parts ready when none of them has to come from a supplier', () => {
    expect(doneOf(booked)).toEqual(['found', 'offered', 'booked', 'parts']);
    expect(doneOf({ ...booked, visit: visitOf('booked', 'depot', 'supplier') })).toEqual([
      'found',
      'offered',
      'booked',
    ]);
    expect(doneOf({ ...booked, visit: visitOf('onTheWay', 'supplier') })).toContain('parts');
  });

  it('end with a forecast that finds the component healthy once it has run for a day', () => {
    const good = { healthGrade: 'good', abstainReason: null, forecastAtMs: 9 + dayMs } as const;
    const verified = (forecast: Known['forecast']) => doneOf({ ...served, forecast }).includes('verified');
    expect(verified(undefined)).toBe(false);
    expect(verified({ ...good, forecastAtMs: 8 + dayMs })).toBe(false);
    expect(verified({ ...good, healthGrade: 'watch' })).toBe(false);
    expect(verified({ ...good, abstainReason: 'tooFewSamples' })).toBe(false);
    const steps = serviceStepsOf({ ...served, forecast: good });
    expect(steps.every(({ isDone }) => isDone)).toBe(true);
    expect(steps.map(({ atMs }) => atMs)).toEqual([1, 2, 3, null, null, 9, 9 + dayMs]);
  });
});
