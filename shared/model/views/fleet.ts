import { type Static, Type } from 'typebox';
import { closed, idOf, Location, oneOf } from '../base.ts';
import { HealthGrade, healthGrades } from '../forecast.ts';
import { FleetRow } from './machine.ts';

/** The fleet a page at a time: thousands of machines answer a filter while somebody types. */

export const fleetOrders = ['worst', 'life', 'quality', 'machine'] as const;
/** Columns that a reader can have beside grade and machine, with whose name stand its model, owner and site. */
export const fleetColumns = ['serialNumber', 'life', 'quality', 'measured', 'state'] as const;
/** Where a machine stands between forecast and visit. */
export const fleetMatters = ['decide', 'offered', 'booked', 'none'] as const;

const filterFields = {
  grade: Type.Optional(HealthGrade),
  matter: Type.Optional(oneOf(fleetMatters)),
  siteId: Type.Optional(idOf('site')),
  /** In tag, serial number, model, owner or site. */
  text: Type.Optional(Type.String({ maxLength: 100 })),
};

export const FleetFilter = Type.Object(filterFields, closed);
export type FleetFilter = Static<typeof FleetFilter>;

export const FleetQuery = Type.Object(
  {
    ...filterFields,
    order: Type.Optional(oneOf(fleetOrders)),
    offset: Type.Optional(Type.Integer({ minimum: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  closed,
);
export type FleetQuery = Static<typeof FleetQuery>;

export const FleetPageView = Type.Object(
  {
    /** Machines that the filter leaves. */
    total: Type.Integer(),
    /** Of all machines, whatever the filter. */
    grades: Type.Object(
      Object.fromEntries(healthGrades.map((grade) => [grade, Type.Integer()])) as GradeCounts,
      closed,
    ),
    rows: Type.Array(FleetRow),
  },
  closed,
);
type GradeCounts = { [G in HealthGrade]: Type.TInteger };
export type FleetPageView = Static<typeof FleetPageView>;

/** Sites of the machines that a filter leaves, each with its worst grade. */
export const FleetSitesView = Type.Array(
  Type.Object(
    {
      siteId: idOf('site'),
      name: Type.String(),
      location: Location,
      machines: Type.Integer(),
      healthGrade: HealthGrade,
    },
    closed,
  ),
);
export type FleetSitesView = Static<typeof FleetSitesView>;
