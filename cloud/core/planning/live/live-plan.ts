import type { Random } from '@kuluma/shared/clock.ts';
import { createJournal } from '../kernel/journal.ts';
import { isLinked } from '../kernel/linked-visits.ts';
import { listsOf, type Plan, type PlannedRoute, planOf } from '../kernel/plan.ts';
import { createProblem } from '../kernel/problem.ts';
import type { ProblemSpec } from '../kernel/problem-spec.ts';
import { createRecreate } from '../kernel/recreate.ts';
import { createState, linkRoute } from '../kernel/route-edits.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { fillSpare, withSpares } from '../kernel/spare-visits.ts';
import { travelScale } from '../kernel/travel-scale.ts';
import { changed, type PlanChange } from './changes.ts';
import { insertInto, makeRoom } from './first-place.ts';
import { linksOf, withLinked } from './linked-routes.ts';
import { createNearness, type Nearness } from './nearness.ts';
import { diffOf, type PlanDiff, type PlanMoment } from './plan-diff.ts';
import { type RepairEnd, repairing } from './repair.ts';
import type { Changed, Situation } from './situation.ts';
import { createPlanClock, type PlanClock, routesOf } from './stands.ts';

/** A plan that is kept and changed while days go by. */
export interface LivePlan {
  readonly situation: () => Situation;
  /** The plan as it is compared with another. */
  readonly moment: () => PlanMoment;
  /** The routes, for questions: who asks puts back what the question moved. */
  readonly state: () => RouteState;
  readonly plan: () => Plan;
  /** Takes a change in: every visit that it uproots gets the first place that is good for it alone, if there is one. */
  readonly apply: (change: PlanChange) => PlanDiff;
  /** Looks for a better plan around what the last change touched. The diff is against the plan before that change. */
  readonly repair: (end: RepairEnd) => PlanDiff;
  /** The same, some moves at each step, for whoever has other things to do meanwhile or may want it no more. */
  readonly repairing: (end: RepairEnd) => Generator<void, PlanDiff>;
  /** Puts the plan back as it was before the last change and its repairs; false if there is none. */
  readonly undo: () => boolean;
  /** What a change and a repair would do; the plan stays as it is. */
  readonly whatIf: (change: PlanChange, end: RepairEnd) => PlanDiff;
}

/** Everything that a change may touch. */
type Version = Pick<Situation, 'spec' | 'routes' | 'closed'>;

/** A version at work. */
interface Desk {
  readonly spec: ProblemSpec;
  readonly closed: readonly boolean[];
  readonly state: RouteState;
  readonly nearness: Nearness;
  /** What the visits cost that are left out and not in the state. */
  readonly missed: number;
  readonly open: Int32Array;
  readonly clock: PlanClock;
  /** The plan before the last change, and the visits around which it was changed. */
  readonly before: PlanMoment | undefined;
  readonly damaged: readonly number[];
}

/** Visits left out before that a change may let in: the nearest to where it is felt. */
const mostLetIn = 8;

/** The visits that a repair is about: all that were planned or are new, and the nearest of those left out. */
const scopeOf = (
  { spec, routes }: Version,
  leftOut: ReadonlySet<number>,
  { unsettled, taken, asked = nobody }: Damage,
): Int32Array => {
  const felt = new Set([...taken, ...[...unsettled].flatMap((vehicle) => [...(routes[vehicle]?.visits ?? [])])]);
  const size = Math.sqrt(spec.travelTime.length);
  const placeOf = (visit: number) => spec.visits[visit]?.place ?? 0;
  const far = (visit: number) =>
    [...felt].reduce((least, other) => {
      const way = spec.travelTime[placeOf(visit) * size + placeOf(other)] as number;
      return Math.min(least, way);
    }, Number.POSITIVE_INFINITY);
  const letIn = felt.size === 0 ? [] : [...leftOut].sort((a, b) => far(a) - far(b) || a - b).slice(0, mostLetIn);
  const near = new Set([...letIn, ...asked]);
  return Int32Array.from(spec.visits.keys()).filter((visit) => !leftOut.has(visit) || near.has(visit));
};

const nobody: ReadonlySet<number> = new Set();
type Damage = Pick<Changed, 'unsettled' | 'taken' | 'asked'>;

/** A state with the routes given; visits of unsettled vehicles that no longer fit are left out. */
const layOut = (version: Version, leftOut: ReadonlySet<number>, damage: Damage): RouteState => {
  const { spec, routes } = version;
  const { taken } = damage;
  const unsettled = withLinked(spec, routes, damage.unsettled);
  const links = linksOf(spec);
  const state = createState(createProblem(withSpares(spec)), scopeOf(version, leftOut, damage));
  const isFrozen = (visit: number) => spec.visits[visit]?.frozen !== undefined;
  for (const { vehicle, visits, windows = visits.map(() => 0), restockAt = -1, starts } of routes) {
    if (unsettled.has(vehicle)) continue;
    // A frozen visit has one window only.
    const chosen = windows.map((window, i) => (isFrozen(visits[i] as number) ? 0 : window));
    linkRoute(state, vehicle, visits, chosen, restockAt, starts);
  }
  for (const vehicle of unsettled) {
    const kept = [...(routes[vehicle]?.visits ?? [])].filter((visit) => !taken.has(visit));
    // Linked visits find their places together, later.
    const alone = kept.filter((visit) => !isFrozen(visit) && !links?.[visit]?.size);
    for (const visit of [...kept.filter(isFrozen), ...alone]) insertInto(state, visit, Int32Array.of(vehicle));
  }
  return state;
};

/** The routes of a plan by vehicle. */
const byVehicle = ({ vehicles }: ProblemSpec, { routes }: Pick<Plan, 'routes'>): PlannedRoute[] => {
  const known = new Map(routes.map((route) => [route.vehicle, route]));
  return vehicles.map((_, vehicle) => known.get(vehicle) ?? { vehicle, visits: new Int32Array(0) });
};

const leftOutOf = ({ spec, routes }: Version): Set<number> => {
  const planned = new Set(routes.flatMap(({ visits }) => [...visits]));
  return new Set([...spec.visits.keys()].filter((visit) => !planned.has(visit)));
};

const nothing = { unsettled: new Set<number>(), taken: new Set<number>() };

/**
 * @param plan of the problem, with all rules kept
 * @param random for repairs
 */
export const createLivePlan = (spec: ProblemSpec, plan: Pick<Plan, 'routes'>, random: Random): LivePlan => {
  const history: Version[] = [];

  const deskOf = (version: Version, leftOut: ReadonlySet<number>, damage: Damage): Desk => {
    const state = layOut(version, leftOut, damage);
    const inScope = new Set(state.scope);
    const missed = version.spec.visits.reduce(
      (sum, _, visit) => sum + (inScope.has(visit) ? 0 : (state.absentCost[visit] as number)),
      0,
    );
    const open = Int32Array.from(version.closed.keys()).filter((vehicle) => !version.closed[vehicle]);
    const nearness = createNearness(state.problem);
    const clock = createPlanClock(() => desk.spec, state);
    return { ...version, state, missed, open, nearness, clock, before: undefined, damaged: [] };
  };

  let desk = deskOf(
    { spec, routes: byVehicle(spec, plan), closed: spec.vehicles.map(() => false) },
    new Set(),
    nothing,
  );

  const situation = (): Situation => ({
    spec: desk.spec,
    closed: desk.closed,
    routes: routesOf(desk.state),
    stands: desk.clock.stands(),
  });
  const moment = (): PlanMoment => ({
    situation: situation(),
    cost: desk.state.totalCost + desk.missed,
    terms: desk.clock.terms(),
  });

  /** A new visit takes a spare place, if there is one; everything else makes a new problem. */
  const takeIn = (change: PlanChange, was: Situation): Damage => {
    const edit = changed(was, change);
    if (change.kind === 'newVisit' && fillSpare(desk.state, was.spec.visits.length, change.visit))
      desk = { ...desk, spec: edit.spec };
    else desk = deskOf({ ...was, ...edit }, leftOutOf(was), edit);
    return edit;
  };

  const apply = (change: PlanChange): PlanDiff => {
    const before = moment();
    const was = before.situation;
    const { unsettled, asked = nobody } = takeIn(change, was);
    history.push(was);
    const { state, open } = desk;
    const uprooted = [...state.absent.subarray(0, state.absentCount)].sort((a, b) => a - b);
    const urgent = change.kind === 'newVisit' ? was.spec.visits.length : -1;
    const linked = uprooted.filter((visit) => isLinked(state, visit));
    for (const visit of uprooted.filter((one) => !isLinked(state, one)))
      if (!insertInto(state, visit, open) && visit === urgent) makeRoom(state, visit, open, desk.nearness);
    if (linked.length > 0) {
      const journal = createJournal(state);
      journal.begin();
      createRecreate(state, open, 0)(journal, random);
    }
    const disturbed = [...unsettled].flatMap((vehicle) => [...(was.routes[vehicle]?.visits ?? [])]);
    desk = { ...desk, before, damaged: [...new Set([...uprooted, ...disturbed, ...asked])] };
    return diffOf(before, moment());
  };

  function* stepwise(end: RepairEnd): Generator<void, PlanDiff> {
    const { state, open: vehicles, nearness, damaged } = desk;
    const before = desk.before ?? moment();
    const routes = routesOf(state).filter(({ visits }) => visits.length > 0);
    const cost = routes.reduce((sum, { vehicle }) => sum + (state.cost[vehicle] as number), 0);
    const scale = travelScale(state.problem, { routes, cost, unassigned: new Int32Array(0), missed: 0 });
    yield* repairing(state, { vehicles, damaged, nearness, random, scale, end });
    return diffOf(before, moment());
  }

  const repairNow = (end: RepairEnd): PlanDiff => {
    const steps = stepwise(end);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  };

  const undo = (): boolean => {
    const last = history.pop();
    if (!last) return false;
    desk = deskOf(last, leftOutOf(last), nothing);
    return true;
  };

  return {
    situation,
    moment,
    state: () => desk.state,
    plan: () => planOf(desk.state.problem, listsOf(desk.state), Int32Array.from(desk.spec.visits.keys())),
    apply,
    repair: repairNow,
    repairing: stepwise,
    undo,
    whatIf: (change, end) => {
      apply(change);
      const diff = repairNow(end);
      undo();
      return diff;
    },
  };
};
