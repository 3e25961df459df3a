import { localDayOf } from '../../calendar/local-time.ts';
import { findInsertion } from '../kernel/insertion.ts';
import { createInsertion, type Insertion } from '../kernel/insertion-place.ts';
import { type Plan, plannedRoute, stateOf } from '../kernel/plan.ts';
import { createProblem, type Problem } from '../kernel/problem.ts';
import type { ProblemSpec, VehicleSpec } from '../kernel/problem-spec.ts';
import { placeFrozen } from '../kernel/recreate.ts';
import { createState, insertVisit, unlinkVisit } from '../kernel/route-edits.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { refreshRoute } from '../kernel/route-times.ts';
import type { CompiledRegion } from '../region/compile.ts';
import type { RegionTechnician } from '../region/form-people.ts';
import type { RegionVisit } from '../region/form-work.ts';
import { instantAt } from '../region/time-axis.ts';
import { timetableOf } from '../region/timetable.ts';
import { relaxedVisits } from './relaxed-visits.ts';
import { type RuleCode, ruleCodes } from './rules.ts';

/**
 * What keeps a visit out of a plan. With all the rules of `codes` set aside somebody can come, and with any of them kept
 * nobody can; `price` alone: somebody can come, but leaving it out costs less; `second`: of two who have to come the
 * first one can.
 */
export interface UnplannedReason {
  readonly codes: readonly (RuleCode | 'price' | 'second')[];
  /** Who could come then, and on which day, most cheaply. */
  readonly technician: string;
  readonly on: string;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** How much later than they may everybody could come home, where hours are set aside. */
const mostOvertimeMin = 240;
/** Dearer than any other minute: the least overtime is found. */
const overtimeEuros = 100;

const withOvertime = (vehicle: VehicleSpec): VehicleSpec => ({
  ...vehicle,
  window: { from: vehicle.window.from, to: vehicle.window.to + mostOvertimeMin },
  overtime: { after: vehicle.window.to, perMinute: overtimeEuros },
});

interface Place {
  readonly state: RouteState;
  readonly spec: ProblemSpec;
  readonly visit: number;
  readonly vehicle: number;
  readonly insertion: Insertion;
}

/** The plan with a visit whose rules are set aside, as many of them as one likes. */
type Try = (visit: string, setAside: readonly RuleCode[]) => Place | undefined;

const everyVehicle = ({ vehicles }: ProblemSpec): Int32Array => Int32Array.from(vehicles.keys());
const probe = createInsertion();

/** Where a visit can go, the cheapest first. */
const placesIn = (state: RouteState, spec: ProblemSpec, visit: number): Place[] =>
  [...everyVehicle(spec)]
    .flatMap((vehicle) => {
      findInsertion(state, visit, vehicle, -1, probe);
      return probe.added < Number.POSITIVE_INFINITY ? [{ state, spec, visit, vehicle, insertion: { ...probe } }] : [];
    })
    .sort((a, b) => a.insertion.added - b.insertion.added);

/** The plan without what a technician does on one day, but for what is fixed. */
const dayCleared = (problem: Problem, { routes }: Pick<Plan, 'routes'>, vehicle: number): RouteState => {
  const others = routes.filter((route) => route.vehicle !== vehicle);
  const state = stateOf(problem, others);
  placeFrozen(state, Int32Array.of(vehicle));
  return state;
};

const createTry = (compiled: CompiledRegion, plan: Pick<Plan, 'routes'>, visits: readonly RegionVisit[]): Try => {
  const relaxed = relaxedVisits(compiled, visits);
  const late = { ...relaxed.spec, vehicles: relaxed.spec.vehicles.map(withOvertime) };
  const [asIs, later] = [relaxed.spec, late].map((spec) => {
    const problem = createProblem(spec);
    const frozenOnly = createState(problem);
    placeFrozen(frozenOnly, everyVehicle(spec));
    return { spec, problem, full: stateOf(problem, plan.routes), frozenOnly };
  }) as [Desk, Desk];
  return (visit, setAside) => {
    const aside = new Set(setAside);
    const { spec, problem, full, frozenOnly } = aside.has('hours') ? later : asIs;
    const at = relaxed.without(visit, aside);
    if (!aside.has('busy')) return placesIn(full, spec, at)[0];
    // Where not even an empty week has room there is no need to clear a day; but parts that others use stay used.
    for (const { vehicle } of placesIn(frozenOnly, spec, at)) {
      const state = dayCleared(problem, plan, vehicle);
      findInsertion(state, at, vehicle, -1, probe);
      if (probe.added < Number.POSITIVE_INFINITY) return { state, spec, visit: at, vehicle, insertion: { ...probe } };
    }
    return undefined;
  };
};

interface Desk {
  readonly spec: ProblemSpec;
  readonly problem: Problem;
  readonly full: RouteState;
  readonly frozenOnly: RouteState;
}

/** The route of a place by the clock, with the visit in it. */
const timetableAt = ({ state, spec, visit, vehicle, insertion }: Place) => {
  insertVisit(state, visit, vehicle, insertion);
  const timetable = timetableOf(spec, plannedRoute(state.problem, state, vehicle));
  unlinkVisit(state, visit);
  refreshRoute(state, vehicle);
  return timetable;
};

const lackedBy = ({ skills, certificates, tools }: RegionTechnician, visit: RegionVisit, on: string) => ({
  skill: visit.skills.find((need) => !skills.some((has) => has.skill === need.skill && has.level >= need.level)),
  certificate: visit.certificates?.find((c) => !certificates.some((has) => has.code === c && has.validUntilOn >= on)),
  tool: visit.tools?.find((tool) => !tools.includes(tool)),
});

/** The part that the technician cannot have on the day, and the day from which the depot has it. */
const partFacts = (
  { supply, axis }: CompiledRegion,
  { depot }: RegionTechnician,
  visit: RegionVisit,
): UnplannedReason['facts'] => {
  const waits = (visit.parts ?? []).map(({ part, quantity }) => {
    const number = supply.partIds.indexOf(part);
    let held = 0;
    const enough = supply.depotOf(depot ?? '').find(({ parts }) => {
      held += parts.find((line) => line.part === number)?.quantity ?? 0;
      return held >= quantity;
    });
    return { part, at: enough?.at ?? Number.POSITIVE_INFINITY };
  });
  const [last] = waits.sort((a, b) => b.at - a.at);
  if (!last) return {};
  if (!Number.isFinite(last.at)) return { part: last.part };
  return { part: last.part, readyOn: localDayOf(instantAt(axis, Math.max(0, last.at)), axis.timeZone) };
};

const factsOf = (
  compiled: CompiledRegion,
  place: Place,
  visit: RegionVisit,
  code: RuleCode,
): UnplannedReason['facts'] => {
  const { technician, on } = compiled.shifts[place.vehicle] as CompiledRegion['shifts'][number];
  const lacked = lackedBy(technician, visit, on);
  switch (code) {
    case 'skill':
      return lacked.skill ? { skill: lacked.skill.skill, level: lacked.skill.level } : {};
    case 'certificate':
      return lacked.certificate ? { certificate: lacked.certificate } : {};
    case 'tool':
      return lacked.tool ? { tool: lacked.tool } : {};
    case 'area':
      return { area: compiled.sifted.sites.get(visit.site)?.area ?? '' };
    case 'part':
      return partFacts(compiled, technician, visit);
    case 'hours': {
      const limit = compiled.spec.vehicles[place.vehicle]?.window.to ?? 0;
      return { overtimeMin: Math.ceil(timetableAt(place).back - limit) };
    }
    case 'access':
    case 'busy':
    case 'window':
      return {};
  }
};

const reasonOf = (
  compiled: CompiledRegion,
  place: Place,
  visit: RegionVisit,
  codes: readonly RuleCode[],
): UnplannedReason => {
  const { technician, on } = compiled.shifts[place.vehicle] as CompiledRegion['shifts'][number];
  const facts = Object.assign({}, ...codes.map((code) => factsOf(compiled, place, visit, code)));
  return { codes, technician: technician.id, on, facts };
};

/** Fewest rules first that together have to be set aside (Chinneck and Dravnieks, ORSA Journal on Computing 3, 1991). */
const conflictOf = (attempt: Try, visit: string): readonly RuleCode[] =>
  ruleCodes.reduce<readonly RuleCode[]>((conflict, code) => {
    const fewer = conflict.filter((other) => other !== code);
    return attempt(visit, fewer) ? fewer : conflict;
  }, ruleCodes);

/** Visits that are asked about in one go: each has many forms in the problem. */
const batch = 16;

/**
 * Why visits are not in a plan: every rule that alone keeps one out, or the rules that do so together. Found by real
 * insertion tests into the plan; empty for a visit that not even all rules set aside would let in.
 */
export const whyUnplanned = (
  compiled: CompiledRegion,
  plan: Pick<Plan, 'routes'>,
  visits: readonly RegionVisit[],
): ReadonlyMap<string, readonly UnplannedReason[]> => {
  const reasons = new Map<string, readonly UnplannedReason[]>();
  for (let from = 0; from < visits.length; from += batch) {
    const asked = visits.slice(from, from + batch);
    const attempt = createTry(compiled, plan, asked);
    for (const visit of asked) reasons.set(visit.id, reasonsFor(compiled, attempt, visit));
  }
  return reasons;
};

const reasonsFor = (compiled: CompiledRegion, attempt: Try, visit: RegionVisit): readonly UnplannedReason[] => {
  const free = attempt(visit.id, []);
  if (free && visit.second)
    return [{ ...reasonOf(compiled, free, visit, []), codes: ['second'], facts: { ...visit.second.skills[0] } }];
  if (free)
    return [{ ...reasonOf(compiled, free, visit, []), codes: ['price'], facts: { euros: free.insertion.added } }];
  const alone = ruleCodes.flatMap((code) => {
    const place = attempt(visit.id, [code]);
    return place ? [reasonOf(compiled, place, visit, [code])] : [];
  });
  if (alone.length > 0) return alone;
  const codes = conflictOf(attempt, visit.id);
  const place = attempt(visit.id, codes);
  return place ? [reasonOf(compiled, place, visit, codes)] : [];
};
