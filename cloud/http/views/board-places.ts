import type { Id } from '@kuluma/shared/model/base.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type {
  BoardCost,
  BoardPlacesView,
  BoardPlaceView,
  BoardQuoteView,
  BoardWhyView,
} from '@kuluma/shared/model/views/board.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { ReasonView } from '@kuluma/shared/model/views/decision.ts';
import { conflictsBeside, conflictsOf, type Wish } from '../../core/planning/live/board-conflicts.ts';
import { bestPlaces, type Places, type PricedPlace, placesOf } from '../../core/planning/live/board-places.ts';
import type { BoardPlan } from '../../core/planning/live/board-plan.ts';
import { type Quote, quoteAt, quoteFor, standingOf } from '../../core/planning/live/board-quotes.ts';
import { waysOf } from '../../core/planning/live/board-ways.ts';
import { whyUnplanned } from '../../core/planning/proposal/why-unplanned.ts';
import { instantAt } from '../../core/planning/region/time-axis.ts';
import type { Lookup } from '../../pipelines/lookup.ts';
import { reasonViewOf } from './slot-view.ts';

/** Starts stand on the quarter of an hour. */
const stepMin = 15;
const mostAlternatives = 5;

/** Euros by terms, in cents; what rounds to nothing is left out. */
export const costOf = (terms: Readonly<Record<string, number>>): BoardCost => {
  const cents = Object.entries(terms).map(([name, euros]) => [name, Math.round(100 * euros)] as const);
  const costTerms = Object.fromEntries(cents.filter(([, value]) => value !== 0));
  return { costTerms, costCents: cents.reduce((sum, [, value]) => sum + value, 0) };
};

const technicianOf = ({ compiled }: BoardPlan, vehicle: number) =>
  (compiled.shifts[vehicle]?.technician.id ?? '') as Id<'technician'>;

const minutesOf = ({ facts }: BoardPlan, visit: string): number =>
  facts.form.visits.find(({ id }) => id === visit)?.durationMin ?? 0;

const viewAt = (plan: BoardPlan, visit: string, { vehicle, start }: PricedPlace): BoardPlaceView[] => {
  const quote = quoteAt(plan, plan.numberOf(visit) ?? -1, vehicle, start);
  if (!quote) return [];
  const startMs = instantAt(plan.compiled.axis, start);
  return [
    {
      technicianId: technicianOf(plan, vehicle),
      startAt: isoOf(startMs),
      endAt: isoOf(startMs + minutesOf(plan, visit) * minuteMs),
      difference: costOf(quote.terms),
    },
  ];
};

const bestViews = (plan: BoardPlan, visit: string, count: number): BoardPlaceView[] => {
  const at = plan.numberOf(visit);
  return at === undefined ? [] : bestPlaces(plan, at, count, stepMin).flatMap((place) => viewAt(plan, visit, place));
};

/** The cheapest place of work that has none. */
export const placeViewOf = (plan: BoardPlan, visit: string): BoardPlaceView | null =>
  bestViews(plan, visit, 1)[0] ?? null;

/** Why work has no place: every rule that keeps it out, by real insertion tests; asked for all of it in one go. */
export const unplannedReasons = async (
  lookup: Lookup,
  plan: BoardPlan | undefined,
  visits: readonly string[],
): Promise<ReadonlyMap<string, ReasonView[]>> => {
  if (!plan) return new Map(visits.map((visit) => [visit, [nobodyAtWork]]));
  const own = new Set(visits);
  const asked = plan.facts.form.visits.filter(({ id }) => own.has(id));
  const views = new Map<string, ReasonView[]>();
  for (const [visit, found] of whyUnplanned(plan.compiled, plan.live.plan(), asked)) {
    const reasons = found.flatMap(({ codes, technician, on, facts }) =>
      codes.flatMap((code) => (code === 'price' ? [] : [{ technicianId: technician, onDay: on, code, facts }])),
    );
    views.set(visit, await Promise.all(reasons.map((reason) => reasonViewOf(lookup, reason))));
  }
  return views;
};

const nobodyAtWork: ReasonView = { technicianName: null, onDay: null, code: 'hours', facts: {} };

/** Who could come along to a place, and who could not. */
const secondsOf = (plan: BoardPlan, wish: Wish, { second, seconds = [], terms }: Quote): BoardQuoteView['seconds'] => {
  if (!second) return [];
  const { costCents } = costOf(terms);
  const can = seconds.map(({ technician, cost }) => ({
    technicianId: technician as Id<'technician'>,
    differenceCents: costCents + Math.round(100 * (cost - second.cost)),
    conflicts: [],
  }));
  const able = new Set([wish.technician, ...seconds.map(({ technician }) => technician)]);
  const others = [...plan.compiled.sifted.technicians.keys()].filter((technician) => !able.has(technician));
  const cannot = others.map((technician) => ({
    technicianId: technician as Id<'technician'>,
    differenceCents: null,
    conflicts: conflictsBeside(plan, wish, technician),
  }));
  return [...can, ...cannot];
};

/** What a place would mean. */
export const quoteViewOf = (plan: BoardPlan, mark: number, wish: Wish): BoardQuoteView => {
  const at = plan.numberOf(wish.visit);
  const quote = at === undefined ? undefined : quoteFor(plan, at, wish.technician, wish.startMs, wish.second);
  const conflicts = conflictsOf(plan, wish, quote !== undefined);
  const isPossible = quote !== undefined && !conflicts.some(({ isBlocking }) => isBlocking);
  const ways = quote && waysOf(plan, quote.vehicle, quote.timetable).get(quote.placed.visit);
  return {
    mark,
    isPossible,
    conflicts,
    secondTechnicianId: quote?.second ? technicianOf(plan, quote.second.vehicle) : null,
    seconds: quote ? secondsOf(plan, wish, quote) : [],
    endAt: isoOf(wish.startMs + minutesOf(plan, wish.visit) * minuteMs),
    driveBefore: ways?.before ?? null,
    driveAfter: ways?.home ?? null,
    difference: isPossible && quote ? costOf(quote.terms) : null,
    addedKm: isPossible && quote ? quote.addedKm : null,
    needsConfirmation: conflicts.some(({ code }) => code === 'promise'),
  };
};

/** Starts that follow one another on the grid. */
const spansOf = (plan: BoardPlan, { starts }: Places): BoardPlacesView['days'][number]['spans'] => {
  const spans: { fromAt: string; differenceCents: number[] }[] = [];
  let next = Number.NaN;
  for (const { start, added } of starts) {
    if (start !== next) spans.push({ fromAt: isoOf(instantAt(plan.compiled.axis, start)), differenceCents: [] });
    spans.at(-1)?.differenceCents.push(Math.round(100 * added));
    next = start + stepMin;
  }
  return spans;
};

/** Everywhere that an entry could stand within a time. */
export const placesViewOf = (
  plan: BoardPlan,
  mark: number,
  { visit, fromMs, toMs }: { readonly visit: string; readonly fromMs: number; readonly toMs: number },
): BoardPlacesView => {
  const { shifts } = plan.compiled;
  const vehicles = [...shifts.keys()].filter((vehicle) => {
    const shift = shifts[vehicle];
    return shift !== undefined && shift.fromMs < toMs && shift.backByMs > fromMs;
  });
  const at = plan.numberOf(visit);
  const places = at === undefined ? [] : placesOf(plan, at, vehicles, stepMin);
  return {
    mark,
    stepMin,
    days: vehicles.map((vehicle, i) => {
      const shift = shifts[vehicle] as (typeof shifts)[number];
      const spans = places[i] ? spansOf(plan, places[i]) : [];
      const noon = Math.max(shift.fromMs, plan.compiled.axis.nowMs);
      const wish = { visit, technician: shift.technician.id, startMs: noon };
      return {
        technicianId: shift.technician.id as Id<'technician'>,
        on: shift.on,
        spans,
        conflicts: spans.length > 0 ? [] : conflictsOf(plan, wish, false).filter(({ isBlocking }) => isBlocking),
      };
    }),
  };
};

/** Why an entry stands where it does: what it adds there, and what the cheapest other days would. */
export const whyViewOf = async (
  lookup: Lookup,
  plan: BoardPlan,
  mark: number,
  visit: string,
): Promise<BoardWhyView> => {
  const at = plan.numberOf(visit);
  const here = at === undefined ? undefined : standingOf(plan, at);
  const alternatives = bestViews(plan, visit, mostAlternatives).filter(
    ({ difference }) => !here || difference.costCents !== 0,
  );
  const isPossible = here !== undefined || alternatives.length > 0;
  return {
    mark,
    here: here ? costOf(here.terms) : null,
    alternatives,
    reasons: isPossible ? [] : ((await unplannedReasons(lookup, plan, [visit])).get(visit) ?? []),
  };
};
