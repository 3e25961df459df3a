import type { Location } from '@kuluma/shared/model/base.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { Interval } from '../calendar/intervals.ts';
import type { Travel } from './travel.ts';

/** A visit or hold that stands in a technician's day. `startMs`..`endMs` is at the place, `busyFromMs`..`busyToMs` what it blocks. */
export interface Stop {
  readonly location: Location;
  readonly startMs: number;
  readonly endMs: number;
  readonly busyFromMs: number;
  readonly busyToMs: number;
  /** Where the technician has to be on the way to it, and by when: the depot that has its parts. */
  readonly entry?: { readonly location: Location; readonly dueMs: number };
}

/** A stretch of working time that begins and ends at home. */
export interface Shift extends Interval {
  readonly home: Location;
}

/** Free time between two stops of a shift (or its start or end at home). */
export interface Gap {
  readonly from: Location;
  /** When the technician may leave `from`. */
  readonly freeFromMs: number;
  readonly to: Location;
  /** When the technician must be at `to`. */
  readonly dueMs: number;
  /** From when the next stop has blocked the technician; work in the gap ends by then. */
  readonly blockedFromMs: number;
}

/** What is to be put in. `via` is a depot to pass on the way: `minutes` spent there, not before `readyMs`. */
export interface Job {
  readonly location: Location;
  readonly durationMs: number;
  readonly via?: { readonly location: Location; readonly minutes: number; readonly readyMs: number };
}

/** Work may start anywhere in `earliestMs`..`latestMs`. */
export interface Insertion {
  readonly earliestMs: number;
  readonly latestMs: number;
  /** From leaving the previous place to the start of work. */
  readonly approachMs: number;
  /** Added to the day by the insertion. */
  readonly addedKm: number;
  readonly addedMin: number;
}

/** The gaps of a shift. `nowMs` bounds them below: nobody leaves in the past. Stops in any order. */
export const gapsOf = (shift: Shift, stops: readonly Stop[], nowMs: number): Gap[] => {
  const gaps: Gap[] = [];
  let from = shift.home;
  let freeFromMs = Math.max(shift.fromMs, nowMs);
  const within = stops.filter((stop) => stop.busyFromMs < shift.toMs && stop.busyToMs > shift.fromMs);
  for (const stop of within.sort((a, b) => a.startMs - b.startMs)) {
    const { busyFromMs: blockedFromMs, entry = { location: stop.location, dueMs: stop.startMs } } = stop;
    if (blockedFromMs > freeFromMs)
      gaps.push({ from, freeFromMs, to: entry.location, dueMs: entry.dueMs, blockedFromMs });
    if (stop.busyToMs < freeFromMs) continue;
    from = stop.location;
    freeFromMs = stop.busyToMs;
  }
  if (shift.toMs > freeFromMs)
    gaps.push({ from, freeFromMs, to: shift.home, dueMs: shift.toMs, blockedFromMs: shift.toMs });
  return gaps;
};

/**
 * The insertion test: at which times the job can stand in the gap, one answer for each open interval that allows it.
 * Everything that places a visit (slots, explanation, the check before a hold) asks this function, so that they agree.
 */
export const insertionsInto = (gap: Gap, job: Job, open: readonly Interval[], travel: Travel): Insertion[] => {
  const { via } = job;
  const first = travel(gap.from, via?.location ?? job.location);
  const second = via ? travel(via.location, job.location) : { km: 0, minutes: 0 };
  const onward = travel(job.location, gap.to);
  const direct = travel(gap.from, gap.to);
  const fromViaMin = (via?.minutes ?? 0) + second.minutes;
  const approachMs = (first.minutes + fromViaMin) * minuteMs;
  const soonestMs = Math.max(
    gap.freeFromMs + approachMs,
    via ? via.readyMs + fromViaMin * minuteMs : Number.NEGATIVE_INFINITY,
  );
  const endByMs = Math.min(gap.dueMs - onward.minutes * minuteMs, gap.blockedFromMs);
  const added = {
    approachMs,
    addedKm: Math.max(0, first.km + second.km + onward.km - direct.km),
    addedMin: Math.max(0, first.minutes + fromViaMin + onward.minutes - direct.minutes),
  };
  return open.flatMap(({ fromMs, toMs }) => {
    const earliestMs = Math.max(soonestMs, fromMs);
    const latestMs = Math.min(endByMs, toMs) - job.durationMs;
    return latestMs >= earliestMs ? [{ earliestMs, latestMs, ...added }] : [];
  });
};
