import type { Random } from '@kuluma/shared/clock.ts';
import { findInsertion } from '../kernel/insertion.ts';
import { createInsertion } from '../kernel/insertion-place.ts';
import { listsOf, type Plan, type PlannedRoute, planOf } from '../kernel/plan.ts';
import { createProblem } from '../kernel/problem.ts';
import type { ProblemSpec } from '../kernel/problem-spec.ts';
import { createState, insertVisit, linkRoute } from '../kernel/route-edits.ts';
import type { RouteState } from '../kernel/route-state.ts';
import { travelScale } from '../kernel/travel-scale.ts';
import { type Changed, changed, type PlanChange, type Situation } from './changes.ts';
import { createNearness, type Nearness } from './nearness.ts';
import { diffOf, type PlanDiff, type PlanMoment } from './plan-diff.ts';
import { type RepairEnd, repair } from './repair.ts';
import { createStands, routesOf } from './stands.ts';

/** A plan that is kept and changed while days go by. */
export interface LivePlan {
  readonly situation: () => Situation;
  readonly plan: () => Plan;
  /** Takes a change in: every visit that it uproots gets the first place that is good for it alone, if there is one. */
  readonly apply: (change: PlanChange) => PlanDiff;
  /** Looks for a better plan around what the last change touched. The diff is against the plan before that change. */
  readonly repair: (end: RepairEnd) => PlanDiff;
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
  readonly open: Int32Array;
  readonly stands: () => Situation['stands'];
  /** The plan before the last change, and the visits around which it was changed. */
  readonly before: PlanMoment | undefined;
  readonly damaged: readonly number[];
}

const probe = createInsertion();
const best = createInsertion();

/** Puts a visit where it is cheapest, if anywhere and for less than leaving it out costs. */
const insertInto = (state: RouteState, visit: number, vehicles: Int32Array): void => {
  best.added = state.absentCost[visit] as number;
  let to = -1;
  for (const vehicle of vehicles) {
    findInsertion(state, visit, vehicle, -1, probe);
    if (probe.added >= best.added) continue;
    Object.assign(best, probe);
    to = vehicle;
  }
  if (to !== -1) insertVisit(state, visit, to, best);
};

/** A state with the routes given; visits of unsettled vehicles that no longer fit are left out. */
const layOut = ({ spec, routes }: Version, { unsettled, taken }: Pick<Changed, 'unsettled' | 'taken'>): RouteState => {
  const state = createState(createProblem(spec));
  const isFrozen = (visit: number) => spec.visits[visit]?.frozen !== undefined;
  for (const { vehicle, visits, windows = visits.map(() => 0), restockAt = -1 } of routes) {
    if (unsettled.has(vehicle)) continue;
    // A frozen visit has one window only.
    const chosen = windows.map((window, i) => (isFrozen(visits[i] as number) ? 0 : window));
    linkRoute(state, vehicle, visits, chosen, restockAt);
  }
  for (const vehicle of unsettled) {
    const kept = [...(routes[vehicle]?.visits ?? [])].filter((visit) => !taken.has(visit));
    for (const visit of [...kept.filter(isFrozen), ...kept.filter((one) => !isFrozen(one))])
      insertInto(state, visit, Int32Array.of(vehicle));
  }
  return state;
};

/** The routes of a plan by vehicle. */
const byVehicle = ({ vehicles }: ProblemSpec, { routes }: Pick<Plan, 'routes'>): PlannedRoute[] => {
  const known = new Map(routes.map((route) => [route.vehicle, route]));
  return vehicles.map((_, vehicle) => known.get(vehicle) ?? { vehicle, visits: new Int32Array(0) });
};

const nothing = { unsettled: new Set<number>(), taken: new Set<number>() };

/**
 * @param plan of the problem, with all rules kept
 * @param random for repairs
 */
export const createLivePlan = (spec: ProblemSpec, plan: Pick<Plan, 'routes'>, random: Random): LivePlan => {
  const history: Version[] = [];

  const deskOf = (version: Version, change: Pick<Changed, 'unsettled' | 'taken'>): Desk => {
    const state = layOut(version, change);
    const open = Int32Array.from(version.closed.keys()).filter((vehicle) => !version.closed[vehicle]);
    const nearness = createNearness(state.problem);
    const stands = createStands(version.spec, state);
    return { ...version, state, open, nearness, stands, before: undefined, damaged: [] };
  };

  let desk = deskOf({ spec, routes: byVehicle(spec, plan), closed: spec.vehicles.map(() => false) }, nothing);

  const situation = (): Situation => ({
    spec: desk.spec,
    closed: desk.closed,
    routes: routesOf(desk.state),
    stands: desk.stands(),
  });
  const moment = (): PlanMoment => ({ situation: situation(), cost: desk.state.totalCost, terms: {} });

  const apply = (change: PlanChange): PlanDiff => {
    const before = moment();
    const was = before.situation;
    const edit = changed(was, change);
    history.push(was);
    desk = deskOf({ ...was, ...edit }, edit);
    const { state, open } = desk;
    const uprooted = [...state.absent.subarray(0, state.absentCount)].sort((a, b) => a - b);
    for (const visit of uprooted) insertInto(state, visit, open);
    const disturbed = [...edit.unsettled].flatMap((vehicle) => [...(was.routes[vehicle]?.visits ?? [])]);
    desk = { ...desk, before, damaged: [...new Set([...uprooted, ...disturbed])] };
    return diffOf(before, moment());
  };

  const repairNow = (end: RepairEnd): PlanDiff => {
    const { state, open: vehicles, nearness, damaged } = desk;
    const before = desk.before ?? moment();
    const scale = travelScale(state.problem, planOf(state.problem, listsOf(state)));
    repair(state, { vehicles, damaged, nearness, random, scale, end });
    return diffOf(before, moment());
  };

  const undo = (): boolean => {
    const last = history.pop();
    if (!last) return false;
    desk = deskOf(last, nothing);
    return true;
  };

  return {
    situation,
    plan: () => planOf(desk.state.problem, listsOf(desk.state)),
    apply,
    repair: repairNow,
    undo,
    whatIf: (change, end) => {
      apply(change);
      const diff = repairNow(end);
      undo();
      return diff;
    },
  };
};
