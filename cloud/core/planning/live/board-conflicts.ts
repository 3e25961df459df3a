import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { BoardConflict, boardConflictCodes } from '@kuluma/shared/model/views/board.ts';
import { localDayOf } from '../../calendar/local-time.ts';
import { openIntervals } from '../../calendar/open-hours.ts';
import { plannedRoute } from '../kernel/plan.ts';
import { splitVisit } from '../proposal/second-visit.ts';
import type { CompiledRegion } from '../region/compile.ts';
import type { RegionTechnician } from '../region/form-people.ts';
import type { RegionVisit } from '../region/form-work.ts';
import { readyAt } from '../region/supply.ts';
import { instantAt, minuteOf } from '../region/time-axis.ts';
import { timetableOf } from '../region/timetable.ts';
import { minutesFrom, minutesInto } from '../region/way-minutes.ts';
import { type BoardPlan, vehiclesAt } from './board-plan.ts';

type Code = (typeof boardConflictCodes)[number];
type Facts = BoardConflict['facts'];

/** A place that a person thinks of. */
export interface Wish {
  readonly visit: string;
  readonly technician: string;
  /** Who shall come along, where two come; whoever costs least unless given. */
  readonly second?: string | undefined;
  readonly startMs: number;
}

const isoOf = (atMs: number): string => new Date(atMs).toISOString();
const blocking = (code: Code, facts: Facts = {}): BoardConflict => ({ code, isBlocking: true, facts });
const costly = (code: Code, facts: Facts = {}): BoardConflict => ({ code, isBlocking: false, facts });

/** Of the technician: what they cannot do, whatever the plan. */
function* unable(
  technician: RegionTechnician,
  visit: RegionVisit,
  area: string | undefined,
  on: string,
): Generator<BoardConflict> {
  const { skills, certificates, tools, areas } = technician;
  for (const { skill, level } of visit.skills)
    if (!skills.some((has) => has.skill === skill && has.level >= level)) yield blocking('skill', { skill, level });
  for (const certificate of visit.certificates ?? []) {
    const until = certificates.filter(({ code }) => code === certificate).map(({ validUntilOn }) => validUntilOn);
    if (!until.some((day) => day >= on))
      yield blocking('certificate', {
        certificate,
        ...(until.length > 0 ? { validUntilOn: until.sort().at(-1) ?? '' } : {}),
      });
  }
  for (const tool of visit.tools ?? []) if (!tools.includes(tool)) yield blocking('tool', { tool });
  if (areas && (area === undefined || !areas.includes(area))) yield blocking('area', { area: area ?? '' });
}

/** What stands in the way on a working day: other visits, and the ways from and to them and home. */
function* crowded(board: BoardPlan, visit: RegionVisit, vehicle: number, startMs: number): Generator<BoardConflict> {
  const { compiled, live } = board;
  const { axis, places, spec, shifts, works } = compiled;
  const state = live.state();
  const sifted = compiled.sifted.visits.get(visit.id);
  const shift = shifts[vehicle] as CompiledRegion['shifts'][number];
  const { start: home = 0, end: homeAgain = home } = places.ofTechnician.get(shift.technician.id) ?? {};
  const here = sifted ? places.ofVisit(sifted) : home;
  const endMs = startMs + visit.durationMin * minuteMs;
  const route = plannedRoute(state.problem, state, vehicle);
  const stops = route.visits.length === 0 ? [] : timetableOf(spec, route).stops;
  for (const { visit: other, start, end } of stops) {
    const work = works[other ?? -1];
    if (!work || work.visit.id === visit.id) continue;
    const [otherFrom, otherTo] = [instantAt(axis, start), instantAt(axis, end)];
    const there = places.ofVisit(work.visit);
    const before = otherFrom <= startMs;
    const way = before ? minutesFrom(spec, there, here, end) : minutesFrom(spec, here, there, minuteOf(axis, endMs));
    const gap = (before ? startMs - otherTo : otherFrom - endMs) / minuteMs;
    if (gap >= way) continue;
    const facts = { visit: work.visit.id, fromAt: isoOf(otherFrom), toAt: isoOf(otherTo), wayMin: Math.ceil(way) };
    yield blocking('overlap', { ...facts, gapMin: Math.max(0, Math.floor(gap)) });
  }
  const early = minutesInto(spec, home, here, minuteOf(axis, startMs)) - (startMs - shift.fromMs) / minuteMs;
  const late = minutesFrom(spec, here, homeAgain, minuteOf(axis, endMs)) - (shift.backByMs - endMs) / minuteMs;
  const hours = { fromAt: isoOf(shift.fromMs), toAt: isoOf(shift.toMs) };
  if (early > 0 && !stops.some(({ start }) => instantAt(axis, start) < startMs))
    yield blocking('hours', { ...hours, earlyMin: Math.ceil(early) });
  if (late > 0) yield blocking('hours', { ...hours, lateMin: Math.ceil(late) });
  const over = late + (shift.backByMs - shift.toMs) / minuteMs;
  if (late <= 0 && over > 0) yield costly('overtime', { overtimeMin: Math.ceil(over) });
}

/** The part that neither van nor depot has on that day, and from when the depot has it. */
const lackedPart = (
  { supply, axis, spec }: CompiledRegion,
  technician: RegionTechnician,
  visit: RegionVisit,
  vehicle: number,
): BoardConflict | undefined => {
  const opens = spec.vehicles[vehicle]?.window.from ?? 0;
  for (const need of visit.parts ?? []) {
    const at = readyAt(supply, technician, need);
    if (at <= opens) continue;
    return blocking('part', {
      partId: need.part,
      ...(Number.isFinite(at) ? { readyAt: isoOf(instantAt(axis, at)) } : {}),
    });
  }
  return undefined;
};

/** What costs or has to be confirmed, possible as it is: outside the wear window, against what the owner was told. */
function* costs(board: BoardPlan, visit: RegionVisit, startMs: number): Generator<BoardConflict> {
  const { timeZone } = board.compiled.axis;
  const on = localDayOf(startMs, timeZone);
  const { dueOn } = visit;
  if (dueOn !== undefined && on > dueOn) yield costly('window', { dueOn });
  const told = board.facts.bookings.find((booking) => booking.visit === visit.id)?.told;
  if (told && (startMs < told.fromMs || startMs > told.toMs))
    yield costly('promise', { fromAt: isoOf(told.fromMs), toAt: isoOf(told.toMs) });
}

/**
 * What speaks against a wish.
 * @param isPossible what the kernel says: it decides, and where it says no something that blocks is always named
 */
export const conflictsOf = (board: BoardPlan, wish: Wish, isPossible: boolean): BoardConflict[] => {
  const { compiled, facts } = board;
  const visit = facts.form.visits.find(({ id }) => id === wish.visit);
  const technician = compiled.sifted.technicians.get(wish.technician);
  if (!visit || !technician) return [blocking('absent')];
  if (visit.fixed) return [blocking('fixed', { by: visit.fixed.by })];
  const { startMs } = wish;
  if (startMs < compiled.axis.nowMs) return [blocking('past', { nowAt: isoOf(compiled.axis.nowMs) })];
  const soft = [...costs(board, visit, startMs)];
  if (isPossible) {
    const vehicle = vehiclesAt(compiled, technician.id, startMs)[0];
    const day = vehicle === undefined ? [] : [...crowded(board, visit, vehicle, startMs)];
    return [...day.filter(({ isBlocking }) => !isBlocking), ...soft];
  }
  const hard = [...against(board, visit, technician, startMs)];
  return [...(hard.some(({ isBlocking }) => isBlocking) ? hard : [...hard, leftFor(visit, wish)]), ...soft];
};

/** What blocks where nothing of the first technician's day does. */
const leftFor = (visit: RegionVisit, { second }: Wish): BoardConflict => {
  if (visit.second && second !== undefined) return blocking('second', { technicianId: second });
  if (visit.second) return blocking('second', visit.second.skills[0] ?? {});
  // What others take of a shelf, and a stop at the depot that no longer fits, are a matter of this visit's parts.
  return (visit.parts ?? []).length > 0 ? blocking('part') : blocking('overlap');
};

/** What speaks against somebody coming along to a visit of two at a time; asked where the kernel says that they cannot. */
export const conflictsBeside = (
  board: BoardPlan,
  { visit: visitId, startMs }: Pick<Wish, 'visit' | 'startMs'>,
  second: string,
): BoardConflict[] => {
  const visit = board.facts.form.visits.find(({ id }) => id === visitId);
  const beside = visit && splitVisit(visit).second;
  const technician = board.compiled.sifted.technicians.get(second);
  if (!beside || !technician) return [blocking('absent')];
  const hard = [...against(board, { ...beside, id: visitId }, technician, startMs)].filter((one) => one.isBlocking);
  return hard.length > 0 ? hard : [blocking('overlap')];
};

/** All that blocks. */
function* against(
  board: BoardPlan,
  visit: RegionVisit,
  technician: RegionTechnician,
  startMs: number,
): Generator<BoardConflict> {
  const { compiled } = board;
  const on = localDayOf(startMs, technician.working.timeZone);
  const site = compiled.sifted.sites.get(visit.site);
  yield* unable(technician, visit, site?.area, on);
  const endMs = startMs + visit.durationMin * minuteMs;
  const open = site ? openIntervals(site.access, startMs, endMs) : [];
  if (!open.some(({ fromMs, toMs }) => fromMs <= startMs && endMs <= toMs)) yield blocking('access');
  const [vehicle] = vehiclesAt(compiled, technician.id, startMs);
  if (vehicle === undefined) {
    yield technician.working.closedOn.includes(on) ? blocking('absent', { on }) : blocking('hours', { on });
    return;
  }
  yield* crowded(board, visit, vehicle, startMs);
  const part = lackedPart(compiled, technician, visit, vehicle);
  if (part) yield part;
}
