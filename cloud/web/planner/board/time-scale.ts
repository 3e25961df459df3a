import { hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { dayAfter, instantOf, minuteOfDay } from './zone-time.ts';

/** One day on the board: from its first shown hour to its last, in the zone of the board. */
export interface DayColumn {
  readonly dayKey: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly left: number;
  readonly width: number;
  /** Nobody works on it: drawn as a thin strip without hours. */
  readonly idle: boolean;
}

/** Where time stands on the board, in CSS pixels from the left edge of the first day. */
export interface TimeScale {
  readonly columns: readonly DayColumn[];
  readonly width: number;
  readonly pxPerHour: number;
  readonly timeZone: string;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const idleWidth = 26;
const wholeHour = 60;

/**
 * The hours of a day that hold all of the spans, whole hours on the wall clock: a board of day workers shows no nights.
 * At least four hours; where a span goes over midnight, all 24.
 */
export const shownHours = (spans: readonly Span[], timeZone: string): { from: number; to: number } => {
  let [from, to] = [24, 0];
  for (const { fromMs, toMs } of spans) {
    const start = minuteOfDay(fromMs, timeZone);
    const end = minuteOfDay(toMs - 1, timeZone) + 1;
    if (end < start) return { from: 0, to: 24 };
    from = Math.min(from, Math.floor(start / wholeHour));
    to = Math.max(to, Math.ceil(end / wholeHour));
  }
  if (to <= from) return { from: 7, to: 17 };
  const missing = Math.max(0, 4 - (to - from));
  return { from: Math.max(0, from - missing), to: Math.min(24, Math.max(to, from - missing + 4)) };
};

/**
 * Lays `days` days from `firstDay` side by side. An hour is as wide on every day, so that a day on which the clock is put
 * forward is an hour narrower if that hour is shown.
 * @param spans all that is to be seen: working time and visits; days without any are idle
 * @param room width to fill, in px
 * @param leastPxPerHour below which the board rather becomes wider than the room
 */
export const createTimeScale = (input: {
  readonly firstDay: string;
  readonly days: number;
  readonly spans: readonly Span[];
  readonly timeZone: string;
  readonly room: number;
  readonly leastPxPerHour: number;
}): TimeScale => {
  const { firstDay, days, spans, timeZone, room } = input;
  const hours = shownHours(spans, timeZone);
  const bare = Array.from({ length: days }, (_, i) => {
    const dayKey = dayAfter(firstDay, i);
    const fromMs = instantOf(dayKey, hours.from * wholeHour, timeZone);
    const toMs = instantOf(dayKey, hours.to * wholeHour, timeZone);
    const idle = days > 1 && !spans.some((span) => span.fromMs < toMs && span.toMs > fromMs);
    return { dayKey, fromMs, toMs, idle };
  });
  const busy = bare.filter(({ idle }) => !idle);
  const shownMs = busy.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const idleRoom = (bare.length - busy.length) * idleWidth;
  const pxPerHour = Math.max(input.leastPxPerHour, ((room - idleRoom) / Math.max(shownMs, hourMs)) * hourMs);
  let left = 0;
  const columns = bare.map((column): DayColumn => {
    const width = column.idle ? idleWidth : ((column.toMs - column.fromMs) / hourMs) * pxPerHour;
    const laid = { ...column, left, width };
    left += width;
    return laid;
  });
  return { columns, width: left, pxPerHour, timeZone };
};

/** The column of an instant: the last that does not begin after it, or the first. */
export const columnAt = ({ columns }: TimeScale, ms: number): number => {
  let at = 0;
  while (at + 1 < columns.length && (columns[at + 1] as DayColumn).fromMs <= ms) at++;
  return at;
};

/** Instants of hidden hours stand at the edge that they are next to. */
export const xOf = (scale: TimeScale, ms: number): number => {
  const column = scale.columns[columnAt(scale, ms)];
  if (!column) return 0;
  const share = (ms - column.fromMs) / (column.toMs - column.fromMs);
  return column.left + Math.min(1, Math.max(0, share)) * column.width;
};

/** The instant under `x`, which is held within the board. */
export const msAt = ({ columns }: TimeScale, x: number): number => {
  const column = columns.find(({ left, width }) => x < left + width) ?? columns.at(-1);
  if (!column) return 0;
  const share = Math.min(1, Math.max(0, (x - column.left) / column.width));
  return column.fromMs + share * (column.toMs - column.fromMs);
};

/** To the nearest multiple of `stepMin` on the wall clock of the board's zone. */
export const snapped = (scale: TimeScale, ms: number, stepMin: number): number => {
  const minute = minuteOfDay(ms, scale.timeZone);
  const step = Math.round(minute / stepMin) * stepMin - minute;
  return Math.round(ms / minuteMs) * minuteMs + step * minuteMs;
};

/** Where a span is drawn; null where nothing of it falls into shown time. */
export const boxOf = (scale: TimeScale, span: Span): { left: number; width: number } | null => {
  const seen = scale.columns.some(({ fromMs, toMs }) => span.fromMs < toMs && span.toMs > fromMs);
  if (!seen) return null;
  const left = xOf(scale, span.fromMs);
  return { left, width: xOf(scale, span.toMs) - left };
};

/** What the name of an hour takes, in px. */
const tickRoom = 20;

/** Hours to be named within a column, so many that their names stand apart. */
export const hourTicks = (scale: TimeScale, column: DayColumn, leastGap = 38): { ms: number; left: number }[] => {
  if (column.idle) return [];
  const every = [1, 2, 3, 4, 6, 12].find((hours) => hours * scale.pxPerHour >= leastGap) ?? 24;
  const ticks: { ms: number; left: number }[] = [];
  const lastMs = column.toMs - (tickRoom / scale.pxPerHour) * hourMs;
  for (let ms = column.fromMs; ms <= lastMs; ms += hourMs)
    if (Math.floor(minuteOfDay(ms, scale.timeZone) / wholeHour) % every === 0)
      ticks.push({ ms, left: xOf(scale, ms) - column.left });
  return ticks;
};
