import type { Random } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import type { Technician } from '@kuluma/shared/model/stock.ts';
import { hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { overlaps } from '../calendar/intervals.ts';
import { instantOf, localDayOf } from '../calendar/local-time.ts';
import { openIntervals } from '../calendar/open-hours.ts';
import { costOf } from './cost-terms.ts';
import { daysOf, type Placement, placementsOn, type Region } from './placements.ts';
import { type PlanReason, whyNot } from './reasons.ts';
import type { VisitNeed } from './visit-need.ts';

/** Starts stand on the quarter of an hour: nobody promises 9:07. */
const startGridMs = 15 * minuteMs;
/** The technician may come this much before or after the planned start. */
const arrivalSpreadMs = hourMs;

interface Candidate {
  readonly slot: Slot;
  /** Local day at the site, and its half. */
  readonly day: string;
  readonly halfDay: string;
}

const onGrid = (atMs: number) => Math.ceil(atMs / startGridMs) * startGridMs;

/** First start of the placement (to the minute where the grid does not fit), and first in the afternoon if it reaches over noon at the site. */
const startsOf = ({ earliestMs, latestMs }: Placement, timeZone: string): number[] => {
  const noonMs = instantOf(localDayOf(earliestMs, timeZone), '12:00', timeZone);
  const firstMs = onGrid(earliestMs) <= latestMs ? onGrid(earliestMs) : earliestMs;
  return noonMs > firstMs && noonMs <= latestMs ? [firstMs, noonMs] : [firstMs];
};

/** The open hours of the site around the start bound the promise. */
const arrivalOf = (need: VisitNeed, startMs: number) => {
  const [fromMs, toMs] = [startMs - arrivalSpreadMs, startMs + arrivalSpreadMs];
  const open = openIntervals(need.access, fromMs, toMs).find((i) => i.fromMs <= startMs && startMs < i.toMs);
  return { arrivalFromMs: open?.fromMs ?? startMs, arrivalToMs: open?.toMs ?? startMs };
};

const candidateAt = (placement: Placement, need: VisitNeed, startMs: number, random: Random): Candidate => {
  const { technician, plan } = placement;
  const { timeZone } = need.access;
  const endMs = startMs + need.durationMin * minuteMs;
  const day = localDayOf(startMs, timeZone);
  return {
    day,
    halfDay: `${day} ${startMs < instantOf(day, '12:00', timeZone) ? 'morning' : 'afternoon'}`,
    slot: {
      id: newId('slot', random),
      technicianId: technician.id,
      startMs,
      endMs,
      busyFromMs: startMs - placement.approachMs,
      busyToMs: endMs,
      ...arrivalOf(need, startMs),
      travelKm: placement.addedKm,
      travelMin: placement.addedMin,
      viaDepotId: plan.depot?.id ?? null,
      parts: [...plan.sources],
      ...costOf(placement, need, startMs),
    },
  };
};

const blockOf = (slot: Slot) => ({ fromMs: slot.busyFromMs, toMs: slot.busyToMs });

/**
 * The cheapest candidates that are a real choice: first of different days, then, if there are fewer days than asked for,
 * of different half-days. Two of the same technician never block the same time, so that all can be held at once.
 */
const choose = (candidates: readonly Candidate[], count: number): Slot[] => {
  const chosen: Candidate[] = [];
  for (const part of ['day', 'halfDay'] as const) {
    for (const candidate of candidates) {
      if (chosen.length >= count) break;
      const clashes = chosen.some(
        (other) =>
          other[part] === candidate[part] ||
          (other.slot.technicianId === candidate.slot.technicianId &&
            overlaps(blockOf(other.slot), blockOf(candidate.slot))),
      );
      if (!clashes) chosen.push(candidate);
    }
  }
  return chosen.map(({ slot }) => slot).sort(cheaperFirst);
};

const cheaperFirst = (a: Slot, b: Slot) =>
  a.costCents - b.costCents || a.startMs - b.startMs || a.technicianId.localeCompare(b.technicianId);

/**
 * Up to `count` slots for one visit, cheapest first, from trying every gap of every technician's day in the window; and
 * why technicians who get none in the window cannot come: on the day of the best slot, or on every day when there is no
 * slot at all. A slot blocks the way to the work and the work; the way on belongs to the next stop. Two slots computed
 * side by side may therefore leave too little way between them: propose and hold in one serialisable transaction.
 */
export const proposeSlots = (
  request: Region & { readonly need: VisitNeed; readonly count: number; readonly random: Random },
): { slots: Slot[]; reasons: PlanReason[] } => {
  const { need, nowMs, random } = request;
  if (need.window.toMs < nowMs) {
    const { fromMs, toMs } = need.window;
    return { slots: [], reasons: [{ technicianId: null, onDay: null, code: 'window', facts: { fromMs, toMs } }] };
  }
  const candidates: Candidate[] = [];
  const unplaced: Technician[] = [];
  for (const technician of request.technicians) {
    const placements = daysOf(technician, need, nowMs).flatMap((date) => placementsOn(date, need, request));
    if (placements.length === 0) unplaced.push(technician);
    for (const placement of placements)
      for (const startMs of startsOf(placement, need.access.timeZone)) {
        const candidate = candidateAt(placement, need, startMs, random);
        // Who would have to leave this minute cannot wait for an owner's answer.
        if (candidate.slot.busyFromMs > nowMs) candidates.push(candidate);
      }
  }
  candidates.sort((a, b) => cheaperFirst(a.slot, b.slot));
  const slots = choose(candidates, request.count);
  const bestMs = slots[0]?.startMs;
  const dayFor = ({ working }: Technician) => (bestMs === undefined ? undefined : localDayOf(bestMs, working.timeZone));
  const reasons = unplaced.flatMap((technician) => whyNot(technician, need, request, dayFor(technician)));
  return { slots, reasons };
};
