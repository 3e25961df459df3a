import { oneOf } from '@kuluma/shared/model/base.ts';
import { type Static, Type } from 'typebox';

export const DutyCycle = Type.Object(
  {
    /** When it runs, in the site's standard time: always, Monday to Friday 06-22, or Monday to Friday 07-16. */
    pattern: oneOf(['continuous', 'two-shift', 'day-shift']),
    /** Mean load while running, as a share of the rated load, and its slow relative spread over weeks. */
    meanLoad: Type.Number({ minimum: 0.2, maximum: 1.1 }),
    loadSpread: Type.Number({ minimum: 0, maximum: 0.5 }),
  },
  { additionalProperties: false },
);
export type DutyCycle = Static<typeof DutyCycle>;

const shiftHours = { 'two-shift': [6, 22], 'day-shift': [7, 16] } as const;
/** Finnish standard time; shifts of the simulated plants do not follow summer time. */
const utcOffsetHours = 2;

/** @param hour hours since the epoch, UTC; the epoch was a Thursday. */
export const isScheduled = (pattern: DutyCycle['pattern'], hour: number): boolean => {
  if (pattern === 'continuous') return true;
  const local = hour + utcOffsetHours;
  const weekday = (Math.floor(local / 24) + 3) % 7;
  const hourOfDay = local % 24;
  const [from, to] = shiftHours[pattern];
  return weekday < 5 && hourOfDay >= from && hourOfDay < to;
};

/** Load over the day: most at 14 local time, least at 2, within 8 % of the mean. */
export const dailyFactor = (hour: number): number =>
  1 + 0.08 * Math.cos((2 * Math.PI * (((hour + utcOffsetHours) % 24) - 14)) / 24);
