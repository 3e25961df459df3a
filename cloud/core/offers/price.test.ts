import type { Recommendation, Slot } from '@kuluma/shared/model/service.ts';
import { expect, it } from 'vitest';
import { idFor } from '../planning/fixtures/records.ts';
import { priceLines } from './price.ts';

const prices = { labourCentsPerHour: 9_000, travelCentsPerKm: 100, callOutCents: 0, vatRatePermille: 255 };
const work = { durationMin: 90, action: 'inspect', bom: [] } as unknown as Recommendation;
const slot = { technicianId: idFor('technician'), travelKm: 40 } as Slot;

it('charges the work and the way of all who come', () => {
  const alone = priceLines(work, [slot], [], prices);
  expect(alone.map(({ kind, quantity, netCents }) => [kind, quantity, netCents])).toEqual([
    ['labour', 90, 13_500],
    ['travel', 40, 4_000],
  ]);
  const second = { technicianId: idFor('technician'), busyFromMs: 0, busyToMs: 1, travelKm: 10, travelMin: 12 };
  const both = priceLines(work, [{ ...slot, second }], [], prices);
  expect(both.map(({ quantity, netCents }) => [quantity, netCents])).toEqual([
    [180, 27_000],
    [50, 5_000],
  ]);
});
