import type { Id } from '@kuluma/shared/model/base.ts';
import type { DataShareGrant } from '@kuluma/shared/model/data-shares.ts';
import type { MachineOwnership } from '@kuluma/shared/model/machines.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { Interval } from '../calendar/intervals.ts';
import { rangesOfOwner } from './ownership.ts';

/** An owner decides anew every two years at the latest. */
export const longestShareMs = 731 * dayMs;
/** How long a third party has to use the link that it was handed. */
export const shareLinkLifeMs = 7 * dayMs;

/** Whether a third party gets anything by the grant now. */
export const isInForce = ({ endsAtMs, revokedAtMs }: DataShareGrant, nowMs: number): boolean =>
  revokedAtMs === null && nowMs < endsAtMs;

/**
 * The time to read for a grant: of one that opens sums of hours whole hours (UTC) that are over. Sums of times that the
 * reader chooses, or of an hour that goes on, would tell every sample.
 */
export const sharedTime = ({ detail }: Pick<DataShareGrant, 'detail'>, asked: Interval, nowMs: number): Interval => {
  if (detail === 'raw') return asked;
  const fromMs = Math.floor(asked.fromMs / hourMs) * hourMs;
  const toMs = Math.min(Math.ceil(asked.toMs / hourMs), Math.floor(nowMs / hourMs)) * hourMs;
  return { fromMs, toMs: Math.max(fromMs, toMs) };
};

/**
 * The times of a machine whose data a grant opens: within the grant, and while the machine is or was the grantor's; none
 * for a machine that it does not name.
 */
export const sharedRanges = (
  grant: DataShareGrant,
  ownerships: readonly MachineOwnership[],
  machineId: Id<'machine'>,
  asked: Interval,
): Interval[] => {
  if (!grant.machineIds.includes(machineId)) return [];
  const fromMs = Math.max(asked.fromMs, grant.dataFromMs ?? 0);
  const toMs = Math.min(asked.toMs, grant.endsAtMs);
  return fromMs < toMs ? rangesOfOwner(ownerships, grant.ownerId, machineId, { fromMs, toMs }) : [];
};

/** Points that a grant opens, of those that are asked for. */
export const sharedPoints = <P extends { readonly id: Id<'measurementPoint'> }>(
  { pointIds }: DataShareGrant,
  points: readonly P[],
): P[] => points.filter(({ id }) => pointIds === null || pointIds.includes(id));
