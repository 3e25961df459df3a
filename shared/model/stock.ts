import { type Static, Type } from 'typebox';
import {
  defineRecord,
  endable,
  Instant,
  idOf,
  LocalDay,
  LocalText,
  LocalTime,
  Location,
  oneOf,
  orNull,
} from './base.ts';
import { WorkCalendar } from './calendar.ts';
import { PartBatch, SkillNeed } from './machines.ts';

export const Part = defineRecord('part', {
  number: Type.String({ minLength: 1 }),
  name: LocalText,
  priceCents: Type.Integer({ minimum: 0 }),
  supplierLeadTimeDays: Type.Number({ minimum: 0 }),
  ...endable,
});
export type Part = Static<typeof Part>;

/** Parts that go together under a name: a repair that asks for the kit asks for all of them. */
export const Kit = defineRecord('kit', {
  code: Type.String({ minLength: 1 }),
  name: LocalText,
  lines: Type.Array(
    Type.Object({ partId: idOf('part'), quantity: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
    { minItems: 1 },
  ),
  ...endable,
});
export type Kit = Static<typeof Kit>;

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

/** Once a working day that covers all of it, begun between `from` and `to`, local to the technician. */
export const WorkBreak = Type.Object(
  { minutes: Type.Integer({ minimum: 1, maximum: 480 }), from: LocalTime, to: LocalTime },
  { additionalProperties: false },
);
export type WorkBreak = Static<typeof WorkBreak>;

/** Time after the working hours: how much a day at most, and what an hour of it costs beside the usual cost. */
export const Overtime = Type.Object(
  { minutes: Type.Integer({ minimum: 1, maximum: 720 }), extraPerHourCents: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false },
);
export type Overtime = Static<typeof Overtime>;

/** How many times as long work of a kind takes somebody. */
export const WorkPace = Type.Object(
  { kind: Type.String({ minLength: 1 }), factor: Type.Number({ minimum: 0.25, maximum: 4 }) },
  { additionalProperties: false },
);
export type WorkPace = Static<typeof WorkPace>;

export const Technician = defineRecord('technician', {
  /** The name stands with the person, apart from the plan. */
  personId: idOf('person'),
  depotId: idOf('depot'),
  /** Where the day starts and ends. */
  home: Location,
  skills: Type.Array(SkillNeed),
  certificates: Type.Array(Certificate),
  working: WorkCalendar,
  break: Type.Optional(orNull(WorkBreak)),
  overtime: Type.Optional(orNull(Overtime)),
  /** Municipalities whose sites the technician serves; without any, all. */
  areas: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
  /** What is always in the van, beside parts. */
  tools: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
  /** Work of a kind that is not named takes its time once. */
  paces: Type.Optional(Type.Array(WorkPace)),
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
  /** Absent where nobody noted it. */
  batch: Type.Optional(PartBatch),
  reason: oneOf(['count', 'delivery', 'reservation', 'release', 'use', 'return', 'handOver']),
  causeId: Type.Union([Type.String(), Type.Null()]),
  atMs: Instant,
});
export type StockMovement = Static<typeof StockMovement>;
