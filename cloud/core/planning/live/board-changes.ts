import { AppError } from '@kuluma/shared/errors.ts';
import type { BoardChange } from '@kuluma/shared/model/board.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import { localDayOf, nextDay } from '../../calendar/local-time.ts';
import type { BoardSource, BoardWork, WorkPlace } from './board-facts.ts';

/** A change with what the records say of it. */
export type KnownChange =
  | Exclude<BoardChange, { kind: 'urgent' }>
  | (BoardChange & { kind: 'urgent'; work: BoardWork });

const workOf = ({ works }: BoardSource, id: string): BoardWork => {
  const work = works.find((one) => one.id === id);
  if (!work) throw new AppError('NOT_FOUND', 'the plan ahead has no such visit', { hint: 'look at the board again' });
  return work;
};

const withWork = (source: BoardSource, id: string, edit: (work: BoardWork) => BoardWork): BoardSource => {
  workOf(source, id);
  return { ...source, works: source.works.map((work) => (work.id === id ? edit(work) : work)) };
};

const placed = ({
  technicianId,
  secondTechnicianId,
  startAt,
}: Omit<WorkPlace, 'startMs'> & { readonly startAt: string }): WorkPlace => ({
  technicianId,
  ...(secondTechnicianId === undefined ? {} : { secondTechnicianId }),
  startMs: Math.floor(Date.parse(startAt) / minuteMs) * minuteMs,
});

const refuseFixed = (work: BoardWork): BoardWork => {
  if (work.mode !== 'begun' && !(work.mode === 'pinned' && work.told === null)) return work;
  const why = work.mode === 'begun' ? 'has begun' : 'is held for an owner';
  throw new AppError('CONFLICT', `this visit ${why} and cannot be moved`);
};

const refuseTeam = (work: BoardWork, { technicianId, secondTechnicianId }: WorkPlace): BoardWork => {
  if (secondTechnicianId === undefined) return work;
  if (!work.asked.second) throw new AppError('INPUT_INVALID', 'this is the work of one technician');
  if (secondTechnicianId === technicianId) throw new AppError('INPUT_INVALID', 'nobody comes along with themselves');
  return work;
};

/** Of two, who was chosen comes along, else whoever can most cheaply. */
const standAt =
  (place: WorkPlace) =>
  (work: BoardWork): BoardWork => ({
    ...refuseTeam(refuseFixed(work), place),
    mode: 'movable',
    place,
    isFirst: true,
  });

/** Days off, each once. */
export const daysOff = (closedOn: readonly string[], fromOn: string, toOn: string): string[] => {
  const days: string[] = [];
  for (let day = fromOn; day <= toOn && days.length < 366; day = nextDay(day)) days.push(day);
  return [...new Set([...closedOn, ...days])].sort();
};

const sendAway = (source: BoardSource, change: BoardChange & { kind: 'away' }): BoardSource => ({
  ...source,
  region: {
    ...source.region,
    technicians: source.region.technicians.map((technician) =>
      technician.id === change.technicianId
        ? {
            ...technician,
            working: {
              ...technician.working,
              closedOn: daysOff(technician.working.closedOn, change.fromOn, change.toOn),
            },
          }
        : technician,
    ),
  },
});

const endAt = (source: BoardSource, { visitId, endAt: at }: BoardChange & { kind: 'endsAt' }): BoardSource =>
  withWork(source, visitId, (work) => {
    const minutes = Math.ceil((Date.parse(at) - (work.place?.startMs ?? 0)) / minuteMs);
    if (!work.place || minutes < 1) throw new AppError('INPUT_INVALID', 'work cannot end before it begins');
    // It is others that give way to work that grows.
    return { ...work, asked: { ...work.asked, durationMin: minutes }, isFirst: work.mode === 'movable' };
  });

/**
 * What a change makes of a board. Where work was put or grew, it is the others that give way when the board is laid out.
 * @throws NOT_FOUND; CONFLICT for work that cannot be moved; INPUT_INVALID
 */
export const changedSource = (source: BoardSource, change: KnownChange): BoardSource => {
  switch (change.kind) {
    case 'move':
      return withWork(source, change.visitId, standAt(placed(change)));
    case 'place':
      return withWork(source, change.recommendationId, standAt(placed(change)));
    case 'pin':
      return withWork(source, change.visitId, (work) => ({
        ...refuseFixed(work),
        mode: change.pinned ? 'pinned' : 'movable',
      }));
    case 'away':
      return sendAway(source, change);
    case 'urgent': {
      const { work, place } = change;
      const standing = place ? standAt(placed(place))(work) : work;
      return { ...source, works: [...source.works, standing] };
    }
    case 'partLate':
      return { ...source, late: new Map([...source.late, [change.partId, change.readyOn]]) };
    case 'cancel':
    case 'notMet':
      workOf(source, change.visitId);
      return { ...source, works: source.works.filter(({ id }) => id !== change.visitId) };
    case 'endsAt':
      return endAt(source, change);
  }
};

const dayOf = ({ region }: BoardSource, technicianId: string, atMs: number): string =>
  `${technicianId}@${localDayOf(atMs, region.timeZone)}`;

/** What work at a place is about: itself, and the day of its technician. */
export const touchesAt = (source: BoardSource, id: string, place: WorkPlace | null): string[] =>
  place
    ? [
        id,
        ...[place.technicianId, place.secondTechnicianId].flatMap((technicianId) =>
          technicianId === undefined ? [] : [dayOf(source, technicianId, place.startMs)],
        ),
      ]
    : [id];

/** What a change is about, as a mark is judged by: entries, parts, and days of technicians (`id@2026-11-23`). */
export const touchesOf = (source: BoardSource, change: BoardChange): string[] => {
  switch (change.kind) {
    case 'move':
      return touchesAt(source, change.visitId, placed(change));
    case 'place':
      return touchesAt(source, change.recommendationId, placed(change));
    case 'away':
      return daysOff([], change.fromOn, change.toOn).map((on) => `${change.technicianId}@${on}`);
    case 'urgent':
      return touchesAt(source, change.machineId, change.place && placed(change.place));
    case 'partLate':
      return [change.partId];
    case 'pin':
    case 'cancel':
    case 'notMet':
    case 'endsAt':
      return [change.visitId];
  }
};

/** A board on which a repair leaves alone what people have just put. */
export const settled = (source: BoardSource): BoardSource => ({
  ...source,
  works: source.works.map((work) => (work.isFirst ? { ...work, mode: 'pinned', isFirst: false } : work)),
});
