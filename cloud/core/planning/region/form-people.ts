import { LocalDay, Location } from '@kuluma/shared/model/base.ts';
import { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import { SkillNeed } from '@kuluma/shared/model/machines.ts';
import { Certificate } from '@kuluma/shared/model/stock.ts';
import { type Static, Type } from 'typebox';
import { form, Name, Time } from './form-base.ts';

/** Once a day, between two stops or on the way: begins within `from`..`to`, local to the technician. */
const Break = form({ minutes: Type.Number(), from: Time, to: Time });

/** Time after the working hours: how much a day at most, and what an hour of it costs beside the usual cost. */
const Overtime = form({ minutes: Type.Number(), extraPerHourCents: Type.Number() });

export const RegionTechnician = form({
  id: Name,
  /** Where the day begins, and where it ends if that is elsewhere. */
  start: Location,
  end: Type.Optional(Location),
  /** Where parts and tools are fetched that the van does not hold; without one the van is all there is. */
  depot: Type.Optional(Name),
  /** Hours by weekday in the technician's own zone; absences by date. */
  working: WorkCalendar,
  break: Type.Optional(Break),
  overtime: Type.Optional(Overtime),
  skills: Type.Array(SkillNeed),
  /** Must be valid on the day of the visit. */
  certificates: Type.Array(Certificate),
  /** What is always in the van; parts in the van stand in `stock`. */
  tools: Type.Array(Type.String()),
  costPerHourCents: Type.Number(),
  costPerKmCents: Type.Number(),
  /** For each day with a visit. */
  costPerDayCents: Type.Optional(Type.Number()),
  /** Work of this kind takes that many times as long; a kind that is not named takes its time once. */
  workFactors: Type.Optional(Type.Record(Type.String(), Type.Number())),
  /** Areas of sites that the technician serves; without it all. */
  areas: Type.Optional(Type.Array(Type.String())),
});
export type RegionTechnician = Static<typeof RegionTechnician>;

export const RegionDepot = form({
  id: Name,
  location: Location,
  /** When it can be visited; without it always. */
  open: Type.Optional(WorkCalendar),
  /** Time that a stop takes. */
  stopMin: Type.Number(),
  /** What can be borrowed for the day. */
  tools: Type.Optional(Type.Array(Type.String())),
});
export type RegionDepot = Static<typeof RegionDepot>;

/** Part and how many of it. */
export const PartLine = form({ part: Name, quantity: Type.Number() });
export type PartLine = Static<typeof PartLine>;

export const RegionPart = form({
  id: Name,
  /** An order of today lies in every depot after that many days; without it nothing more can be had than is there. */
  supplierLeadTimeDays: Type.Optional(Type.Number()),
});

/** What lies in a depot or a technician's van. */
export const RegionStock = form({ part: Name, place: Name, quantity: Type.Number() });
/** Of that, what is kept for one visit. */
export const RegionReservation = form({ part: Name, place: Name, quantity: Type.Number(), visit: Name });
/** What comes to a depot, and on which day it can be fetched. */
export const RegionDelivery = form({ part: Name, depot: Name, quantity: Type.Number(), arrivesOn: LocalDay });
/** Parts that go together. */
export const RegionKit = form({ id: Name, lines: Type.Array(PartLine) });
