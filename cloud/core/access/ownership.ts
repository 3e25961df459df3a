import type { Id, Period } from '@kuluma/shared/model/base.ts';
import type { MachineOwnership } from '@kuluma/shared/model/machines.ts';
import { type Interval, intersect, union } from '../calendar/intervals.ts';

const asInterval = ({ fromMs, toMs }: Period): Interval => ({ fromMs, toMs: toMs ?? Number.POSITIVE_INFINITY });

const owned = (ownerships: readonly MachineOwnership[], ownerId: Id<'owner'>, machineId: Id<'machine'>): Interval[] =>
  union(ownerships.filter((o) => o.ownerId === ownerId && o.machineId === machineId).map((o) => asInterval(o.period)));

/** Whether the machine was the owner's at that instant. */
export const ownerMaySee = (
  ownerships: readonly MachineOwnership[],
  ownerId: Id<'owner'>,
  machineId: Id<'machine'>,
  atMs: number,
): boolean => owned(ownerships, ownerId, machineId).some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);

/** The parts of a time range in which the machine was the owner's: the data that they may see. */
export const rangesOfOwner = (
  ownerships: readonly MachineOwnership[],
  ownerId: Id<'owner'>,
  machineId: Id<'machine'>,
  range: Interval,
): Interval[] => intersect(owned(ownerships, ownerId, machineId), [range]);
