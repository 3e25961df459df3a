import type { PartSource } from '@kuluma/shared/model/service.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { localDayOf } from '../../calendar/local-time.ts';
import { secondIdOf } from '../region/compile.ts';
import type { RegionForm } from '../region/form.ts';
import type { RegionVisit } from '../region/form-work.ts';
import type { BoardFacts } from './board-plan.ts';

/** Who comes, and when work begins. */
export interface WorkPlace {
  readonly technicianId: string;
  /** Who comes along, where two come and somebody has said who. */
  readonly secondTechnicianId?: string | undefined;
  readonly startMs: number;
}

/** One piece of work on a board. */
export interface BoardWork {
  readonly id: string;
  /** What it asks for; at any time ahead unless it says otherwise. */
  readonly asked: RegionVisit;
  /** Null: it waits for a decision, or looks for a place. */
  readonly place: WorkPlace | null;
  /** Has begun; nobody but a person moves it; may be moved; looks for a place; waits for a decision. */
  readonly mode: 'begun' | 'pinned' | 'movable' | 'sought' | 'waiting';
  /** The arrival that its owner was told. */
  readonly told: { readonly fromMs: number; readonly toMs: number } | null;
  /** A person has just put it there: what was there before gives way. */
  readonly isFirst: boolean;
  /** Parts that are put aside for it, and when those of the supplier were ordered. */
  readonly sources: readonly PartSource[];
  readonly orderedAtMs: number;
}

/** All that a board is laid out from, as far as people change it. */
export interface BoardSource {
  /** With nothing to do in it; its stock is without what is put aside. */
  readonly region: RegionForm;
  readonly works: readonly BoardWork[];
  /** Parts that come later than their lead time says, and on which day. */
  readonly late: ReadonlyMap<string, string>;
}

const isoOf = (atMs: number): string => new Date(atMs).toISOString();

/** Somebody has decided where it is. */
const stands = ({ mode }: BoardWork): boolean => mode === 'begun' || mode === 'pinned';

const visitOf = (work: BoardWork): RegionVisit => {
  const { id, asked, place, mode } = work;
  if (!place || mode === 'waiting' || mode === 'sought') return { ...asked, id };
  const startAt = isoOf(place.startMs);
  const technician = place.technicianId;
  const second = asked.second && place.secondTechnicianId ? { second: place.secondTechnicianId } : {};
  const by = mode === 'begun' ? 'frozen' : 'pinned';
  if (stands(work)) return { ...asked, id, fixed: { technician, ...second, startAt, by } };
  return { ...asked, id, promised: { fromAt: startAt, toAt: startAt, technician } };
};

/** The day on which what the supplier brings for work can be fetched. */
export const readyOnOf = (
  { region, late }: Pick<BoardSource, 'region' | 'late'>,
  { orderedAtMs }: Pick<BoardWork, 'orderedAtMs'>,
  partId: string,
): string => {
  const leadDays = region.parts.find(({ id }) => id === partId)?.supplierLeadTimeDays ?? 0;
  const on = localDayOf(orderedAtMs + leadDays * dayMs, region.timeZone);
  const lateOn = late.get(partId) ?? '';
  return lateOn > on ? lateOn : on;
};

/**
 * Stock with what the plan has put aside: free again for work that may be moved, since the plan in which it stands takes
 * it for it; kept for work that stands.
 */
const supplied = (source: BoardSource): Pick<RegionForm, 'stock' | 'reservations' | 'deliveries' | 'parts'> => {
  const { region, works, late } = source;
  const lines = works.flatMap((work) =>
    work.sources.map(({ partId: part, placeId, quantity, from }) => ({
      work,
      from,
      line: { part: part as string, place: placeId as string, quantity },
    })),
  );
  const kept = lines.filter(({ work }) => stands(work));
  const free = lines.filter(({ work }) => !stands(work));
  const todayOn = localDayOf(Date.parse(region.nowAt), region.timeZone);
  return {
    stock: [...region.stock, ...[...kept, ...free.filter(({ from }) => from !== 'supplier')].map(({ line }) => line)],
    reservations: kept.map(({ work, line }) => ({ ...line, visit: work.id })),
    deliveries: free
      .filter(({ from }) => from === 'supplier')
      .map(({ work, line: { part, place, quantity } }) => ({
        part,
        depot: place,
        quantity,
        arrivesOn: readyOnOf(source, work, part),
      })),
    parts: region.parts.map((part) => {
      const lateDays = Math.ceil((Date.parse(late.get(part.id) ?? todayOn) - Date.parse(todayOn)) / dayMs);
      return { ...part, supplierLeadTimeDays: Math.max(part.supplierLeadTimeDays ?? 0, lateDays) };
    }),
  };
};

/** The region of a board, and where its visits stand. */
export const factsOf = (source: BoardSource): BoardFacts => ({
  form: { ...source.region, ...supplied(source), visits: source.works.map(visitOf) },
  bookings: source.works.flatMap(({ id, place, mode, told, isFirst }) =>
    place && mode === 'movable'
      ? [
          {
            visit: id,
            technician: place.technicianId,
            second: place.secondTechnicianId,
            startMs: place.startMs,
            told,
            isFirst,
          },
        ]
      : [],
  ),
  waiting: new Set(source.works.filter(({ mode }) => mode === 'waiting').flatMap(({ id }) => [id, secondIdOf(id)])),
});
