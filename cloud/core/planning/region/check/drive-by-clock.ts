import type { TrafficHours } from '@kuluma/shared/model/calendar.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import { localClock, minuteOfDay } from './local-clock.ts';

/** Time in which nobody drives or works. */
interface Rest {
  readonly fromMs: number;
  readonly toMs: number;
}

const factorAt = (hours: readonly TrafficHours[], timeZone: string, atMs: number): number => {
  const { weekday, minute } = localClock(atMs, timeZone);
  const hour = hours.find(
    ({ weekdays, from, to }) => weekdays.includes(weekday) && minuteOfDay(from) <= minute && minute < minuteOfDay(to),
  );
  return hour?.factor ?? 1;
};

/** When a way is driven, minute by minute by the clock on the wall, that takes so many minutes at factor 1. */
export const drivenAt = (
  hours: readonly TrafficHours[],
  timeZone: string,
  leaveMs: number,
  minutes: number,
  rest: Rest,
): number => {
  let atMs = leaveMs;
  let leftMs = minutes * minuteMs;
  while (leftMs > 0) {
    if (atMs >= rest.fromMs && atMs < rest.toMs) atMs = rest.toMs;
    const factor = factorAt(hours, timeZone, atMs);
    const nextMs = Math.min((Math.floor(atMs / minuteMs) + 1) * minuteMs, atMs < rest.fromMs ? rest.fromMs : Infinity);
    if (leftMs * factor <= nextMs - atMs) return atMs + leftMs * factor;
    leftMs -= (nextMs - atMs) / factor;
    atMs = nextMs;
  }
  return atMs;
};

/** When work of so many milliseconds is over that begins at a time. */
export const worked = (forMs: number, atMs: number, { fromMs, toMs }: Rest): number => {
  const begins = forMs > 0 && atMs >= fromMs && atMs < toMs ? toMs : atMs;
  return begins < fromMs && fromMs < begins + forMs ? begins + forMs + toMs - fromMs : begins + forMs;
};
