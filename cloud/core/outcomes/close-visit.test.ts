import { freshBase } from '@kuluma/shared/model/base.ts';
import { Component } from '@kuluma/shared/model/machines.ts';
import { Outcome, type ServiceVisit } from '@kuluma/shared/model/service.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { faultsOf } from '@kuluma/shared/model/validate.ts';
import { describe, expect, it } from 'vitest';
import { componentTypeOf, forecastsInARow, idFor, nowMs, origin, partOf } from '../planning/fixtures/records.ts';
import { recommend } from '../recommendations/recommend.ts';
import { closeVisit, type VisitReport } from './close-visit.ts';

const part = partOf();
const forecasts = forecastsInARow(2);
const recommendation = recommend({ forecasts, componentType: componentTypeOf(), codeVersion: '0.1.0', origin });
const forecast = forecasts[1];
if (!recommendation || !forecast) throw new Error('expected a recommendation');

const component: Component = {
  ...freshBase('component', origin),
  id: forecast.componentId,
  machineId: forecast.machineId,
  componentCode: 'seal',
  period: { fromMs: nowMs - 400 * dayMs, toMs: null },
  endedBy: null,
};
const technicianId = idFor('technician');
const visit: ServiceVisit = {
  ...freshBase('visit', origin),
  acceptanceId: idFor('acceptance'),
  offerId: idFor('offer'),
  recommendationId: recommendation.id,
  machineId: forecast.machineId,
  siteId: idFor('site'),
  technicianId,
  slot: {
    id: idFor('slot'),
    technicianId,
    startMs: nowMs,
    endMs: nowMs + hourMs,
    busyFromMs: nowMs,
    busyToMs: nowMs + hourMs,
    arrivalFromMs: nowMs,
    arrivalToMs: nowMs,
    travelKm: 0,
    travelMin: 0,
    viaDepotId: null,
    parts: [],
    costTerms: {},
    costCents: 0,
  },
  state: 'booked',
};
const laterMs = nowMs + 10 * dayMs;
const reportOf = (changes: Partial<VisitReport> = {}): VisitReport => ({
  findingVerdict: 'confirmed',
  finding: 'lip worn through',
  minutes: 100,
  partsUsed: [{ partId: part.id, quantity: 2 }],
  componentReplaced: true,
  ...changes,
});
const close = (changes: Partial<Parameters<typeof closeVisit>[0]> = {}) =>
  closeVisit({
    visit,
    recommendation,
    forecast,
    component,
    report: reportOf(),
    failedAtMs: null,
    parts: [part],
    partsList: [],
    costPerHourCents: 6000,
    origin: { ...origin, nowMs: laterMs },
    ...changes,
  });

describe('closing a visit', () => {
  it('makes a valid outcome with the cost of minutes and parts, and ends visit and recommendation', () => {
    const closed = close();
    expect(faultsOf(Outcome, closed.outcome)).toEqual([]);
    expect(closed.outcome).toMatchObject({ costCents: 10_000 + 24_000, forecastId: forecast.id, closedAtMs: laterMs });
    expect(closed.visit.state).toBe('done');
    expect(closed.recommendation.state).toBe('done');
  });

  it('knows of what batch the new component is, where the part that was used has one', () => {
    const listed = { ...recommendation, bom: [{ partId: part.id, quantity: 2, useProbability: 1 }] };
    const partsUsed = [{ partId: part.id, quantity: 2, batch: '6309-2451' }];
    expect(close({ recommendation: listed, report: reportOf({ partsUsed }) }).replacement?.installed.batch).toBe(
      '6309-2451',
    );
    const looked = { ...recommendation, action: 'inspect' as const, bom: [] };
    const partsList = [{ partId: part.id }];
    expect(
      close({ recommendation: looked, report: reportOf({ partsUsed }), partsList }).replacement?.installed.batch,
    ).toBe('6309-2451');
    const other = [
      { partId: idFor('part'), quantity: 1, batch: 'X' },
      { partId: part.id, quantity: 0, batch: 'Y' },
    ];
    const parts = [part, { ...part, id: other[0]?.partId ?? part.id }];
    expect(
      close({ recommendation: listed, report: reportOf({ partsUsed: other }), parts }).replacement?.installed,
    ).not.toHaveProperty('batch');
  });

  it('ends the life of a replaced component and begins a new one', () => {
    const { replacement } = close();
    expect([replacement?.ended, replacement?.installed].flatMap((record) => faultsOf(Component, record))).toEqual([]);
    expect(replacement?.ended).toMatchObject({ id: component.id, period: { toMs: laterMs }, endedBy: 'replacement' });
    expect(replacement?.installed).toMatchObject({ componentCode: 'seal', period: { fromMs: laterMs, toMs: null } });
    expect(replacement?.installed.id).not.toBe(component.id);
  });

  it('ends the life at the failure when it came first', () => {
    const failedAtMs = nowMs + 9 * dayMs;
    const { replacement, outcome } = close({ failedAtMs });
    expect(replacement?.ended).toMatchObject({ period: { toMs: failedAtMs }, endedBy: 'failure' });
    expect(outcome.counterfactual).toMatchObject({ failureExpectedAtMs: failedAtMs, basis: 'observed' });
  });

  it('leaves the component alone when nothing was replaced', () => {
    expect(close({ report: reportOf({ componentReplaced: false }) }).replacement).toBeNull();
  });

  it('takes what would have happened from the median of the forecast, only when the wear was there', () => {
    expect(close().outcome.counterfactual).toEqual({
      failureExpectedAtMs: nowMs + 28 * dayMs,
      failureCostCents: 1_000_000,
      basis: 'forecastMedian',
    });
    for (const findingVerdict of ['otherFault', 'nothingFound', 'notInspected'] as const)
      expect(close({ report: reportOf({ findingVerdict }) }).outcome.counterfactual).toEqual({
        failureExpectedAtMs: null,
        failureCostCents: null,
        basis: 'unknown',
      });
  });

  it('is refused twice, for records of other machines, and for parts that nobody knows', () => {
    expect(() => close({ visit: close().visit })).toThrow('cannot become done');
    const replaced = close().replacement?.ended;
    if (!replaced) throw new Error('a replacement');
    expect(() => close({ component: replaced })).toThrow('taken out before');
    expect(() => close({ component: { ...component, id: idFor('component') } })).toThrow('belong together');
    expect(() => close({ parts: [] })).toThrow('not in the catalogue');
  });
});
