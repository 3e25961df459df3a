import { AppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { rangesOfOwner } from '../core/access/ownership.ts';
import type { Principal } from '../core/access/principal.ts';
import type { Interval } from '../core/calendar/intervals.ts';
import { comesTo } from '../core/visits/visit.ts';
import type { Lookup } from '../pipelines/lookup.ts';

const always: Interval = { fromMs: 0, toMs: Number.POSITIVE_INFINITY };

/** Times of a machine's life that the principal may see: all for a planner and for whoever visits it, the own periods that have begun for an owner. */
export const visibleRanges = async (
  lookup: Lookup,
  principal: Principal,
  machineId: Id<'machine'>,
  nowMs: number,
): Promise<Interval[]> => {
  const { roles, technicianId, ownerId } = principal;
  if (roles.includes('planner')) return [always];
  if (technicianId) {
    const visits = await lookup.by('visit', 'machineId', machineId);
    if (visits.some((visit) => comesTo(visit, technicianId))) return [always];
  }
  if (!ownerId) return [];
  const ownerships = await lookup.by('machineOwnership', 'machineId', machineId);
  return rangesOfOwner(ownerships, ownerId, machineId, always).filter(({ fromMs }) => fromMs <= nowMs);
};

/**
 * The ranges of a machine's life that the principal may see.
 * @throws NOT_FOUND when there is no such machine, or none that they may see: the answer does not tell which.
 */
export const requireMachine = async (
  lookup: Lookup,
  principal: Principal,
  machineId: Id<'machine'>,
  nowMs: number,
): Promise<readonly Interval[]> => {
  const machine = await lookup.get('machine', machineId);
  const ranges = machine ? await visibleRanges(lookup, principal, machineId, nowMs) : [];
  if (ranges.length === 0) throw new AppError('NOT_FOUND', 'there is no such machine');
  return ranges;
};

/**
 * Whether only what owners may read is to be read of a machine as it is now.
 * @throws NOT_FOUND as `requireMachine`, also when it was theirs and is not any more
 */
export const readsAsOwner = async (
  lookup: Lookup,
  principal: Principal,
  machineId: Id<'machine'>,
  nowMs: number,
): Promise<boolean> => {
  const ranges = await requireMachine(lookup, principal, machineId, nowMs);
  if (!ranges.some(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs))
    throw new AppError('NOT_FOUND', 'the machine is not theirs any more');
  return principal.personId === null;
};
