import type { Covers, ServiceContract, Warranty } from '@kuluma/shared/model/agreements.ts';
import type { Recommendation, Slot } from '@kuluma/shared/model/service.ts';
import { expect, it } from 'vitest';
import { idFor } from '../planning/fixtures/records.ts';
import { type Cover, coverOn, noCover, priceLines } from './price.ts';

const prices = { labourCentsPerHour: 9_000, travelCentsPerKm: 100, callOutCents: 0, vatRatePermille: 255 };
const work = { durationMin: 90, action: 'inspect', bom: [] } as unknown as Recommendation;
const slot = { technicianId: idFor('technician'), travelKm: 40 } as Slot;

it('charges the work and the way of all who come', () => {
  const alone = priceLines(work, [slot], [], prices, noCover);
  expect(alone.map(({ kind, quantity, netCents }) => [kind, quantity, netCents])).toEqual([
    ['labour', 90, 13_500],
    ['travel', 40, 4_000],
  ]);
  const second = { technicianId: idFor('technician'), busyFromMs: 0, busyToMs: 1, travelKm: 10, travelMin: 12 };
  const both = priceLines(work, [{ ...slot, second }], [], prices, noCover);
  expect(both.map(({ quantity, netCents }) => [quantity, netCents])).toEqual([
    [180, 27_000],
    [50, 5_000],
  ]);
  const unplanned = priceLines({ ...work, second: { skills: [] } }, [], [], prices, noCover);
  expect(unplanned.map(({ kind, quantity, netCents }) => [kind, quantity, netCents])).toEqual([
    ['labour', 180, 27_000],
  ]);
});

it('charges nothing for what is covered, and says by what', () => {
  const lines = priceLines(
    work,
    [slot],
    [],
    { ...prices, callOutCents: 6_500 },
    { paidBy: { labour: 'warranty' }, visitCents: 0 },
  );
  expect(lines.map(({ kind, netCents, coveredBy }) => [kind, netCents, coveredBy])).toEqual([
    ['labour', 0, 'warranty'],
    ['callOut', 6_500, undefined],
    ['travel', 4_000, undefined],
  ]);
});

it('covers on the days of an agreement, its last one included, the warranty first and a contract for its owner alone', () => {
  const [ownerId, otherId] = [idFor('owner'), idFor('owner')];
  const year = (covers: Covers) => ({ fromOn: '2026-01-01', untilOn: '2026-12-31', covers });
  const warranties = [year(['labour', 'part']) as Warranty];
  const contract = { ...year(['labour', 'callOut']), untilOn: null, ownerId, visitCents: 500 } as ServiceContract;
  const on = (day: string, owner: string | undefined) => coverOn(day, owner, warranties, [contract]);
  const byWarranty = { labour: 'warranty', part: 'warranty' };
  expect(on('2026-12-31', ownerId)).toEqual({ paidBy: { ...byWarranty, callOut: 'serviceContract' }, visitCents: 500 });
  expect(on('2026-12-31', otherId)).toEqual({ paidBy: byWarranty, visitCents: 0 });
  expect(on('2026-12-31', undefined)).toEqual({ paidBy: byWarranty, visitCents: 0 });
  expect(on('2027-01-01', ownerId)).toEqual({
    paidBy: { labour: 'serviceContract', callOut: 'serviceContract' },
    visitCents: 500,
  });
  expect(on('2025-12-31', ownerId)).toEqual(noCover);
});

it('charges the visit that a contract asks for, last, unless the warranty pays for all of it', () => {
  const linesOf = (paidBy: Cover['paidBy']) =>
    priceLines(work, [slot], [], prices, { paidBy, visitCents: 3_000 }).map(({ kind, netCents }) => [kind, netCents]);
  expect(linesOf({ labour: 'serviceContract' })).toEqual([
    ['labour', 0],
    ['travel', 4_000],
    ['contractVisit', 3_000],
  ]);
  expect(linesOf({ labour: 'warranty', travel: 'warranty' })).toEqual([
    ['labour', 0],
    ['travel', 0],
  ]);
});
