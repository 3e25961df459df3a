import { type Static, Type } from 'typebox';
import { LocalDay, LocalTime, TimeZone } from './base.ts';

/** Hours on one weekday, local to the zone of the calendar. ISO weekday: 1 is Monday. */
export const WeekdayHours = Type.Object(
  { weekday: Type.Integer({ minimum: 1, maximum: 7 }), from: LocalTime, to: LocalTime },
  { additionalProperties: false },
);
export type WeekdayHours = Static<typeof WeekdayHours>;

/** Hours in which ways take `factor` times as long, on some ISO weekdays, by the clocks of the company. */
export const TrafficHours = Type.Object(
  {
    weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, uniqueItems: true }),
    from: LocalTime,
    to: LocalTime,
    factor: Type.Number({ minimum: 0.2, maximum: 5 }),
  },
  { additionalProperties: false },
);
export type TrafficHours = Static<typeof TrafficHours>;

/** Working or opening hours: local times with an IANA zone, days off by date. */
export const WorkCalendar = Type.Object(
  {
    timeZone: TimeZone,
    hours: Type.Array(WeekdayHours),
    /** Absences, shutdowns, public holidays. */
    closedOn: Type.Array(LocalDay),
  },
  { additionalProperties: false },
);
export type WorkCalendar = Static<typeof WorkCalendar>;
