import { AppError } from '@kuluma/shared/errors.ts';
import { busyTimes, type Slot } from '@kuluma/shared/model/service.ts';

/** When the first of those who come has to leave. */
export const leavesAtMs = (slot: Slot): number => Math.min(...busyTimes(slot).map(({ busyFromMs }) => busyFromMs));

/** The slots for which the technician has not had to leave yet. @throws NO_FEASIBLE_SLOT when there is none. */
export const slotsAhead = (slots: readonly Slot[], nowMs: number): Slot[] => {
  const ahead = slots.filter((slot) => leavesAtMs(slot) > nowMs);
  if (ahead.length === 0) throw new AppError('NO_FEASIBLE_SLOT', 'An offer needs at least one time to choose.');
  return ahead;
};

/** How long an offer of these slots stands: as the terms say, and no longer than one of them can still be reached. */
export const validUntilOf = (slots: readonly Slot[], validForMs: number, nowMs: number): number =>
  Math.min(nowMs + validForMs, Math.max(...slots.map(leavesAtMs)));
