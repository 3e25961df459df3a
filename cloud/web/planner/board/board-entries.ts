import { minuteMs } from '@kuluma/shared/model/units.ts';
import type {
  BoardCopyView,
  BoardTechnicianView,
  BoardUnplannedView,
  BoardView,
  BoardVisitView,
} from '@kuluma/shared/model/views/board.ts';
import type { Aim } from './move-state.ts';
import type { Span } from './time-scale.ts';

/** What the work of an entry is, whether it has a place or not. */
export type BoardWork = Pick<
  BoardVisitView,
  | 'recommendationId'
  | 'machine'
  | 'componentName'
  | 'action'
  | 'failureModeCode'
  | 'durationMin'
  | 'skills'
  | 'certificates'
  | 'tools'
  | 'second'
  | 'sla'
  | 'wear'
  | 'window'
>;

/** Something that stands in a technician's row; instants in epoch ms. */
export interface BoardEntry extends Span {
  readonly entryId: string;
  readonly tag: string;
  readonly siteName: string;
  readonly technicianId: string;
  /** The way there and, after the last stop of a day, the way home. */
  readonly driveThere: Span | null;
  readonly driveHome: Span | null;
  /** The booked visit or held time; null for what only a copy has. */
  readonly visit: BoardVisitView | null;
  readonly work: BoardWork | null;
  /** In a copy: where it stands in the plan itself; null if it stands there too. */
  readonly was: Aim | null;
}

export interface BoardRow {
  readonly technician: BoardTechnicianView;
  readonly working: readonly Span[];
  readonly breaks: readonly Span[];
  /** In the order of their beginnings. */
  readonly entries: readonly BoardEntry[];
  /** Visits to which the technician comes along. */
  readonly companions: readonly BoardEntry[];
}

export interface BoardFilter {
  readonly depotId: string | null;
  readonly skill: string | null;
}

export const spanOf = (span: { readonly fromAt: string; readonly toAt: string }): Span => ({
  fromMs: Date.parse(span.fromAt),
  toMs: Date.parse(span.toAt),
});

interface Stand {
  readonly technicianId: string;
  readonly startAt: string;
  readonly endAt: string;
  readonly driveBefore: { readonly minutes: number };
  readonly driveAfter: { readonly minutes: number } | null;
}

const timesOf = (stand: Stand, waitMin: number) => {
  const fromMs = Date.parse(stand.startAt);
  const toMs = Date.parse(stand.endAt);
  const arrivedMs = fromMs - waitMin * minuteMs;
  const { driveBefore, driveAfter } = stand;
  return {
    fromMs,
    toMs,
    technicianId: stand.technicianId,
    driveThere:
      driveBefore.minutes > 0 ? { fromMs: arrivedMs - driveBefore.minutes * minuteMs, toMs: arrivedMs } : null,
    driveHome: driveAfter ? { fromMs: toMs, toMs: toMs + driveAfter.minutes * minuteMs } : null,
  };
};

const namesOf = ({ machine }: BoardWork) => ({ tag: machine.tag, siteName: machine.site?.name ?? '' });

export const entryOf = (visit: BoardVisitView): BoardEntry => ({
  entryId: visit.entryId,
  ...namesOf(visit),
  ...timesOf(visit, visit.waitMin),
  visit,
  work: visit,
  was: null,
});

/** The entries as a copy of the plan has them. */
const copiedEntries = (board: BoardView, copy: BoardCopyView): BoardEntry[] => {
  const visits = new Map<string, BoardVisitView>(board.visits.map((visit) => [visit.entryId, visit]));
  const works = new Map<string, BoardUnplannedView>(board.unplanned.map((work) => [work.entryId, work]));
  const named = new Map(copy.diff.moves.map((move) => [move.entryId, move]));
  const stands = copy.visits.map((stand): BoardEntry => {
    const visit = visits.get(stand.entryId) ?? null;
    const work = visit ?? works.get(stand.entryId) ?? null;
    const move = named.get(stand.entryId);
    const from = move?.from;
    return {
      entryId: stand.entryId,
      ...(work ? namesOf(work) : { tag: move?.machineTag ?? '', siteName: move?.siteName ?? '' }),
      ...timesOf(stand, 0),
      visit: visit && { ...visit, secondTechnicianId: stand.secondTechnicianId },
      work,
      was: from ? { technicianId: from.technicianId, startMs: Date.parse(from.startAt) } : null,
    };
  });
  const known = new Set(stands.map(({ entryId }) => entryId));
  const leftOut = new Set(copy.diff.moves.filter(({ how }) => how === 'leftOut').map(({ entryId }) => entryId));
  const untouched = board.visits.filter(({ entryId }) => !known.has(entryId) && !leftOut.has(entryId));
  return [...stands, ...untouched.map(entryOf)];
};

export const entriesOf = (board: BoardView, copy: BoardCopyView | null): BoardEntry[] =>
  (copy ? copiedEntries(board, copy) : board.visits.map(entryOf)).sort((a, b) => a.fromMs - b.fromMs);

const passes = ({ depotId, skills }: BoardTechnicianView, filter: BoardFilter): boolean =>
  (filter.depotId === null || depotId === filter.depotId) &&
  (filter.skill === null || skills.some(({ skill }) => skill === filter.skill));

/** The rows of the board: technicians by depot and name, as far as they pass the filter. */
export const rowsOf = (
  board: BoardView,
  entries: readonly BoardEntry[],
  filter: BoardFilter,
  locale: string,
): BoardRow[] => {
  const byTechnician = Map.groupBy(entries, ({ technicianId }) => technicianId);
  const byCompanion = Map.groupBy(entries, ({ visit }) => visit?.secondTechnicianId ?? '');
  const order = new Intl.Collator(locale);
  return board.technicians
    .filter((technician) => passes(technician, filter))
    .sort((a, b) => order.compare(a.depotName, b.depotName) || order.compare(a.name, b.name))
    .map((technician) => ({
      technician,
      working: technician.working.map(spanOf),
      breaks: technician.breaks.map(spanOf),
      entries: byTechnician.get(technician.technicianId) ?? [],
      companions: byCompanion.get(technician.technicianId) ?? [],
    }));
};

export interface Lane {
  readonly lane: number;
  /** How many lie side by side where this one lies. */
  readonly lanes: number;
}

/** Lanes of entries (by their beginnings) that lie over each other, so that each is seen; what lies alone has the row for itself. */
export const lanesOf = (entries: readonly Span[]): Lane[] => {
  const placed: Lane[] = [];
  let group: number[] = [];
  let ends: number[] = [];
  const close = () => {
    for (const lane of group) placed.push({ lane, lanes: ends.length });
    group = [];
    ends = [];
  };
  for (const { fromMs, toMs } of entries) {
    if (ends.every((end) => end <= fromMs)) close();
    const free = ends.findIndex((end) => end <= fromMs);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = toMs;
    group.push(lane);
  }
  close();
  return placed;
};

/** What nobody may move: what is held for an owner, has begun or is over; in a copy also what only the copy has. */
export const isMovable = (entry: BoardEntry): boolean => entry.visit !== null && entry.visit.fixedBecause === null;
