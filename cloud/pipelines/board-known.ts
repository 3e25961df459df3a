import { AppError } from '@kuluma/shared/errors.ts';
import type { BoardChange } from '@kuluma/shared/model/board.ts';
import type { KnownChange } from '../core/planning/live/board-changes.ts';
import { conflictsOf } from '../core/planning/live/board-conflicts.ts';
import type { BoardSource, BoardWork } from '../core/planning/live/board-facts.ts';
import type { BoardPlan } from '../core/planning/live/board-plan.ts';
import { askedNeeds, partLines } from '../core/planning/proposal/asked-visit.ts';
import type { Lookup } from './lookup.ts';
import { componentTypeOf, siteOf } from './machine-facts.ts';

const isoOf = (atMs: number): string => new Date(atMs).toISOString();

/** What a component asks for that is replaced. @throws NOT_FOUND for one that the machine does not have */
const repairOf = async (
  lookup: Lookup,
  { componentId, machineId, action }: BoardChange & { kind: 'urgent' },
): Promise<Pick<BoardWork['asked'], 'parts' | 'tools' | 'kind' | 'second'>> => {
  const component = await lookup.get('component', componentId);
  const type = component?.machineId === machineId ? await componentTypeOf(lookup, component) : undefined;
  if (!type) throw new AppError('NOT_FOUND', 'the machine has no such component');
  return action === 'replace' ? { parts: partLines(type.bom), ...askedNeeds(type) } : { parts: [] };
};

/** Work that cannot wait: within its time, or not at all. */
const urgentWork = async (
  lookup: Lookup,
  change: BoardChange & { kind: 'urgent' },
  nowMs: number,
): Promise<BoardWork> => {
  const { machineId, durationMin, skills, latestAt } = change;
  const site = await siteOf(lookup, machineId, nowMs);
  if (!site) throw new AppError('NOT_FOUND', 'nobody knows where this machine stands', { hint: 'record its site' });
  const repair = await repairOf(lookup, change);
  return {
    id: machineId,
    asked: {
      id: machineId,
      site: site.id,
      durationMin,
      skills,
      ...repair,
      windows: [{ fromAt: isoOf(nowMs), toAt: latestAt }],
    },
    place: null,
    mode: 'sought',
    told: null,
    isFirst: false,
    sources: [],
    orderedAtMs: nowMs,
  };
};

/** A change with what the records say of it. @throws NOT_FOUND */
export const knownChange = async (
  lookup: Lookup,
  { region }: BoardSource,
  change: BoardChange,
  nowMs: number,
): Promise<KnownChange> => {
  const unknown = (what: string) => new AppError('NOT_FOUND', `there is no such ${what}`);
  const named = [change, change.kind === 'urgent' ? change.place : null].flatMap((place) => [
    ...(place && 'technicianId' in place ? [place.technicianId] : []),
    ...(place && 'secondTechnicianId' in place && place.secondTechnicianId ? [place.secondTechnicianId] : []),
  ]);
  if (named.some((technicianId) => !region.technicians.some(({ id }) => id === technicianId)))
    throw unknown('technician');
  if (change.kind === 'partLate' && !region.parts.some(({ id }) => id === change.partId)) throw unknown('part');
  return change.kind === 'urgent' ? { ...change, work: await urgentWork(lookup, change, nowMs) } : change;
};

/** @throws CONFLICT with what speaks against it where work cannot be where a person has just put it */
export const refuseFirstDisplaced = (plan: BoardPlan): void => {
  const { facts, displaced } = plan;
  const lost = facts.bookings.find(({ visit, isFirst }) => isFirst && displaced.includes(visit));
  if (!lost) return;
  const conflicts = conflictsOf(plan, lost, false).filter(({ isBlocking }) => isBlocking);
  throw new AppError('CONFLICT', 'the work cannot be there', {
    faults: conflicts.map(({ code, facts: said }) => ({
      path: `/${lost.visit}`,
      message: `${code} ${JSON.stringify(said)}`,
    })),
    hint: 'choose another place',
  });
};

/** The plan of a board. @throws NO_FEASIBLE_SLOT where nobody is at work */
export const planOf = (plan: BoardPlan | undefined): BoardPlan => {
  if (plan) return plan;
  throw new AppError('NO_FEASIBLE_SLOT', 'nobody is at work in the weeks ahead', { hint: 'set working hours' });
};
