import { type Static, Type } from 'typebox';
import { defineRecord, endable, Instant, idOf, LocalDay, LocalText, Location, oneOf } from './base.ts';
import { WorkCalendar } from './calendar.ts';
import { SkillNeed } from './machines.ts';

export const Part = defineRecord('part', {
  number: Type.String({ minLength: 1 }),
  name: LocalText,
  priceCents: Type.Integer({ minimum: 0 }),
  supplierLeadTimeDays: Type.Number({ minimum: 0 }),
  ...endable,
});
export type Part = Static<typeof Part>;

export const Depot = defineRecord('depot', {
  name: Type.String(),
  location: Location,
  timeZone: Type.String(),
  ...endable,
});
export type Depot = Static<typeof Depot>;

export const Certificate = Type.Object(
  { code: Type.String(), validUntilOn: LocalDay },
  { additionalProperties: false },
);

export const Technician = defineRecord('technician', {
  /** The name stands with the person, apart from the plan. */
  personId: idOf('person'),
  depotId: idOf('depot'),
  /** Where the day starts and ends. */
  home: Location,
  skills: Type.Array(SkillNeed),
  certificates: Type.Array(Certificate),
  working: WorkCalendar,
  costPerHourCents: Type.Integer({ minimum: 0 }),
  costPerKmCents: Type.Integer({ minimum: 0 }),
  ...endable,
});
export type Technician = Static<typeof Technician>;

/** A line of the append-only stock ledger: a depot's shelf or a technician's van. Stock is the sum. */
export const StockMovement = defineRecord('stockMovement', {
  partId: idOf('part'),
  place: Type.Union([idOf('depot'), idOf('technician')]),
  quantity: Type.Integer(),
  reason: oneOf(['count', 'delivery', 'reservation', 'release', 'use', 'return']),
  causeId: Type.Union([Type.String(), Type.Null()]),
  atMs: Instant,
});
export type StockMovement = Static<typeof StockMovement>;
