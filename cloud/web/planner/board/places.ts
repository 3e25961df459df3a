import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { BoardConflict, BoardPlacesView } from '@kuluma/shared/model/views/board.ts';

/** Somewhere that an entry could stand: who, from when, and what the plan would cost more than it costs now. */
export interface Place {
  readonly technicianId: string;
  /** Who was chosen to come along; whoever costs least unless somebody was. */
  readonly secondTechnicianId?: string;
  readonly startMs: number;
  readonly differenceCents: number;
}

/** Possible starts side by side, `stepMs` apart. */
interface PlaceRun {
  readonly fromMs: number;
  readonly differenceCents: readonly number[];
}

interface PlaceDay {
  readonly on: string;
  readonly runs: readonly PlaceRun[];
  readonly conflicts: readonly BoardConflict[];
}

/** Everywhere that one entry could stand, asked once for a whole drag. */
export interface PlaceBook {
  readonly mark: number;
  readonly stepMs: number;
  readonly byTechnician: ReadonlyMap<string, readonly PlaceDay[]>;
}

export const placeBookOf = (view: BoardPlacesView): PlaceBook => {
  const byTechnician = new Map<string, PlaceDay[]>();
  for (const { technicianId, on, spans, conflicts } of view.days) {
    const days = byTechnician.get(technicianId) ?? [];
    const runs = spans.map(({ fromAt, differenceCents }) => ({ fromMs: Date.parse(fromAt), differenceCents }));
    days.push({ on, runs: runs.sort((a, b) => a.fromMs - b.fromMs), conflicts });
    byTechnician.set(technicianId, days);
  }
  for (const days of byTechnician.values()) days.sort((a, b) => a.on.localeCompare(b.on));
  return { mark: view.mark, stepMs: view.stepMin * minuteMs, byTechnician };
};

const lastOf = (run: PlaceRun, stepMs: number): number => run.fromMs + (run.differenceCents.length - 1) * stepMs;

/** The place of a run that is nearest to an instant. */
const nearestOf = (run: PlaceRun, stepMs: number, technicianId: string, ms: number): Place | null => {
  const step = Math.min(run.differenceCents.length - 1, Math.max(0, Math.round((ms - run.fromMs) / stepMs)));
  const differenceCents = run.differenceCents[step];
  return differenceCents === undefined ? null : { technicianId, startMs: run.fromMs + step * stepMs, differenceCents };
};

/**
 * The possible place of a technician nearest to an instant; null if it is further away than `reachMs`, so that what is
 * dropped never jumps out of sight.
 */
export const placeNear = (book: PlaceBook, technicianId: string, ms: number, reachMs: number): Place | null => {
  let nearest: Place | null = null;
  for (const { runs } of book.byTechnician.get(technicianId) ?? [])
    for (const run of runs) {
      if (run.fromMs - reachMs > ms || lastOf(run, book.stepMs) + reachMs < ms) continue;
      const place = nearestOf(run, book.stepMs, technicianId, ms);
      if (place && (!nearest || Math.abs(place.startMs - ms) < Math.abs(nearest.startMs - ms))) nearest = place;
    }
  return nearest && Math.abs(nearest.startMs - ms) <= reachMs ? nearest : null;
};

/** What speaks against the technician's day; empty where nothing is known against it. */
export const conflictsOn = (book: PlaceBook, technicianId: string, on: string): readonly BoardConflict[] =>
  book.byTechnician.get(technicianId)?.find((day) => day.on === on)?.conflicts ?? [];

/** All places of one technician, in time. */
export const placesOf = (book: PlaceBook, technicianId: string): Place[] =>
  (book.byTechnician.get(technicianId) ?? []).flatMap(({ runs }) =>
    runs.flatMap(({ fromMs, differenceCents }) =>
      differenceCents.map((cents, i) => ({ technicianId, startMs: fromMs + i * book.stepMs, differenceCents: cents })),
    ),
  );

export const cheapestPlace = (book: PlaceBook, technicianIds: readonly string[]): Place | null => {
  let cheapest: Place | null = null;
  for (const technicianId of technicianIds)
    for (const place of placesOf(book, technicianId))
      if (!cheapest || place.differenceCents < cheapest.differenceCents) cheapest = place;
  return cheapest;
};

/** The cheapest place of each technician and day, cheapest first. */
export const cheapestByDay = (book: PlaceBook, technicianIds: readonly string[]): Place[] =>
  technicianIds
    .flatMap((technicianId) =>
      (book.byTechnician.get(technicianId) ?? []).flatMap((day) => {
        const alone = { ...book, byTechnician: new Map([[technicianId, [day]]]) };
        return cheapestPlace(alone, [technicianId]) ?? [];
      }),
    )
    .sort((a, b) => a.differenceCents - b.differenceCents || a.startMs - b.startMs);

/**
 * Where an arrow key leads from a place: earlier or later with the same technician, over what is impossible; up and down
 * to the nearest time of the next technician who has any. With `wide` (Shift) by days. The rims hold.
 * @param technicianIds as they stand on the board
 */
export const walkPlaces = (
  book: PlaceBook,
  technicianIds: readonly string[],
  from: Place,
  key: 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown',
  wide = false,
): Place => {
  const forward = key === 'ArrowRight' || key === 'ArrowDown';
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const at = technicianIds.indexOf(from.technicianId);
    const beyond = forward ? technicianIds.slice(at + 1) : technicianIds.slice(0, Math.max(0, at)).reverse();
    for (const technicianId of beyond) {
      const place = placeNear(book, technicianId, from.startMs, Number.POSITIVE_INFINITY);
      if (place) return place;
    }
    return from;
  }
  const leastStep = wide ? 12 * 60 * minuteMs : 1;
  const beyond = placesOf(book, from.technicianId).filter(({ startMs }) =>
    forward ? startMs >= from.startMs + leastStep : startMs <= from.startMs - leastStep,
  );
  if (!wide) return (forward ? beyond[0] : beyond.at(-1)) ?? from;
  // By days: the time of another day that is nearest to the same hour.
  const aim = from.startMs + (forward ? 1 : -1) * 24 * 60 * minuteMs;
  return beyond.reduce<Place>(
    (best, place) => (best === from || Math.abs(place.startMs - aim) < Math.abs(best.startMs - aim) ? place : best),
    from,
  );
};

export const shades = ['free', 'near', 'dear'] as const;
export type Shade = (typeof shades)[number];

/** Neighbouring starts of about one price, as the board colours them. */
export interface ShadedSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly shade: Shade;
  readonly leastCents: number;
}

/** The price up to which a place is among the better half of those that cost something. */
const halfWay = (book: PlaceBook): number => {
  const prices = [...book.byTechnician.keys()]
    .flatMap((technicianId) => placesOf(book, technicianId))
    .map(({ differenceCents }) => differenceCents)
    .filter((cents) => cents > 0)
    .sort((a, b) => a - b);
  return prices[Math.floor(prices.length / 2)] ?? 0;
};

/** Possible places of every technician as spans of one shade: no dearer than now, the better half of the rest, the rest. */
export const shadesOf = (book: PlaceBook): Map<string, ShadedSpan[]> => {
  const half = halfWay(book);
  const shadeOf = (cents: number): Shade => (cents <= 0 ? 'free' : cents <= half ? 'near' : 'dear');
  const byTechnician = new Map<string, ShadedSpan[]>();
  for (const technicianId of book.byTechnician.keys()) {
    const spans: ShadedSpan[] = [];
    for (const { startMs, differenceCents } of placesOf(book, technicianId)) {
      const shade = shadeOf(differenceCents);
      const last = spans.at(-1);
      const toMs = startMs + book.stepMs;
      if (last && last.toMs === startMs && last.shade === shade)
        spans[spans.length - 1] = { ...last, toMs, leastCents: Math.min(last.leastCents, differenceCents) };
      else spans.push({ fromMs: startMs, toMs, shade, leastCents: differenceCents });
    }
    byTechnician.set(technicianId, spans);
  }
  return byTechnician;
};
