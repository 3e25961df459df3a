import type { WorkCalendar } from '@kuluma/shared/model/calendar.ts';
import { dayMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { type Interval, intersect, union } from '../../calendar/intervals.ts';
import { openIntervals } from '../../calendar/open-hours.ts';
import { valueAt } from '../../recommendations/curve.ts';
import type { RegionForm } from './form.ts';
import type { RegionVisit } from './form-work.ts';
import { dayIndexOf, type TimeAxis } from './time-axis.ts';

/** What the time of a visit costs, in euros. */
export const timeTerms = ['risk', 'wastedLife', 'lateness', 'sla', 'stability'] as const;
export type TimeTerms = Readonly<Record<(typeof timeTerms)[number], number>>;

/** Work starts within, both ends included, and then costs `terms`. */
export interface PricedWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly terms: TimeTerms;
}

export const eurosOf = (cents: number): number => cents / 100;

type Prices = RegionForm['prices'];

/** Moving a promise to another time costs this; to another technician as much again. */
export const moveEuros = ({ promised }: RegionVisit, prices: Prices): number =>
  eurosOf(promised?.moveCents ?? prices.moveCents);

const isPromised = ({ promised }: RegionVisit, startMs: number): boolean =>
  !promised || (startMs >= Date.parse(promised.fromAt) && startMs <= Date.parse(promised.toAt));

const daysBetween = (fromOn: string, toOn: string): number => (Date.parse(toOn) - Date.parse(fromOn)) / dayMs;

/**
 * What it costs that the work starts at some time. Risk and wasted life are read once a day, at noon of the company's
 * zone, so that a whole day has one price and every cost is exact.
 */
export const timePriceOf = (visit: RegionVisit, axis: TimeAxis, prices: Prices): ((startMs: number) => TimeTerms) => {
  const points = (visit.waiting ?? []).map((point) => ({ x: Date.parse(point.startAt), ...point }));
  const risk = points.map(({ x, riskCents }) => ({ x, y: eurosOf(riskCents) }));
  const wastedLife = points.map(({ x, wastedLifeCents }) => ({ x, y: eurosOf(wastedLifeCents) }));
  const latePerDay = eurosOf(visit.latePerDayCents ?? prices.latePerDayCents);
  return (startMs) => {
    const { on = '', noonMs = startMs } = axis.days[dayIndexOf(axis, startMs)] ?? {};
    const daysLate = visit.dueOn === undefined ? 0 : Math.max(0, daysBetween(visit.dueOn, on));
    return {
      risk: valueAt(risk, noonMs),
      wastedLife: valueAt(wastedLife, noonMs),
      lateness: daysLate * latePerDay,
      sla: visit.slaOn !== undefined && on > visit.slaOn ? eurosOf(visit.slaCents ?? prices.slaCents) : 0,
      stability: isPromised(visit, startMs) ? 0 : moveEuros(visit, prices),
    };
  };
};

/** The window of a visit that starts at one time and no other. */
export const priceWindow = (visit: RegionVisit, startMs: number, axis: TimeAxis, prices: Prices): PricedWindow => ({
  fromMs: startMs,
  toMs: startMs,
  terms: timePriceOf(visit, axis, prices)(startMs),
});

/**
 * What leaving the visit out costs: what coming later would, at the best time from the last day on that its curve
 * knows, and what is lost for good.
 */
export const absenceTermsOf = (
  visit: RegionVisit,
  axis: TimeAxis,
  prices: Prices,
): Readonly<Record<string, number>> => {
  const price = timePriceOf(visit, axis, prices);
  const last = price(axis.endMs - 1);
  const later = (visit.waiting ?? [])
    .filter(({ startAt }) => Date.parse(startAt) >= axis.endMs)
    .map(({ riskCents, wastedLifeCents }) => ({ risk: eurosOf(riskCents), wastedLife: eurosOf(wastedLifeCents) }));
  const { risk, wastedLife } = later.reduce(
    (best, point) => (point.risk + point.wastedLife < best.risk + best.wastedLife ? point : best),
    { risk: last.risk, wastedLife: last.wastedLife },
  );
  return {
    risk,
    wastedLife,
    lateness: last.lateness,
    sla: last.sla,
    stability: visit.promised ? moveEuros(visit, prices) : 0,
    revenue: eurosOf(visit.revenueCents ?? 0),
    unassigned: eurosOf(visit.penaltyCents ?? 0),
  };
};

/** Opening hours on an axis; calendars that say the same are asked once. */
export const createOpenings = ({ nowMs, endMs }: TimeAxis): ((calendar: WorkCalendar) => readonly Interval[]) => {
  const known = new Map<string, readonly Interval[]>();
  return (calendar) => {
    const key = JSON.stringify(calendar);
    const open = known.get(key) ?? openIntervals(calendar, nowMs, endMs);
    known.set(key, open);
    return open;
  };
};

/** Where the price may change: midnights of the company, and both ends of the promise. */
const pieces = (visit: RegionVisit, axis: TimeAxis): Interval[] => {
  const cuts = new Set([...axis.days.map(({ fromMs }) => fromMs), axis.nowMs, axis.endMs]);
  // An interval is open at its end: the last minute of a promise still keeps it.
  if (visit.promised) cuts.add(Date.parse(visit.promised.fromAt)).add(Date.parse(visit.promised.toAt) + minuteMs);
  const sorted = [...cuts].filter((ms) => ms >= axis.nowMs && ms <= axis.endMs).sort((a, b) => a - b);
  return sorted.slice(1).map((toMs, i) => ({ fromMs: sorted[i] ?? toMs, toMs }));
};

/**
 * When the work may start and what that costs; whole minutes, disjoint, by time.
 * @param open when work may be going on at the site
 * @param durationMin of the quickest who may do it
 */
export const windowsOf = (
  visit: RegionVisit,
  open: readonly Interval[],
  durationMin: number,
  axis: TimeAxis,
  prices: Prices,
): PricedWindow[] => {
  const durationMs = durationMin * minuteMs;
  const starts = open.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs - durationMs + minuteMs }));
  const priceOf = timePriceOf(visit, axis, prices);
  const asked = visit.windows?.map(({ fromAt, toAt }) => ({
    fromMs: Date.parse(fromAt),
    toMs: Date.parse(toAt) + minuteMs,
  }));
  const allowed = asked ? intersect(union(starts), union(asked)) : union(starts);
  // At hours of traffic a promise may begin within a minute: what is left before it is no window.
  return intersect(allowed, pieces(visit, axis))
    .filter(({ fromMs, toMs }) => toMs - fromMs >= minuteMs)
    .map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs - minuteMs, terms: priceOf(fromMs) }));
};
