import type { PlannedRoute } from '../kernel/plan.ts';
import type { ProblemSpec, VisitSpec } from '../kernel/problem-spec.ts';

/** Where a visit stands in the plan. */
export interface Stand {
  readonly vehicle: number;
  readonly start: number;
  readonly end: number;
  /** From the end of the work before, or from leaving, until all is ready: the way, by the depot if need be, and the break. */
  readonly approach: number;
  /** Whether the break is on that way. */
  readonly rests: boolean;
}

/** A plan at one time. */
export interface Situation {
  readonly spec: ProblemSpec;
  /** By visit; undefined for one that is left out. */
  readonly stands: readonly (Stand | undefined)[];
  /** By vehicle; without visits for one that stays at home. */
  readonly routes: readonly PlannedRoute[];
  /** By vehicle: whether nobody may be added to its route. */
  readonly closed: readonly boolean[];
}

/** The problem after a change, and what of the routes may no longer be possible. */
export interface Changed {
  readonly spec: ProblemSpec;
  readonly closed: readonly boolean[];
  /** Vehicles whose visits that are not frozen have to be laid anew, as far as they still fit. */
  readonly unsettled: ReadonlySet<number>;
  /** Visits that leave their routes. */
  readonly taken: ReadonlySet<number>;
  /** Visits that a repair looks at though nothing happened to them. */
  readonly asked?: ReadonlySet<number>;
}

/** A visit that stays where it stands. */
export const frozenAs = (visit: VisitSpec, { vehicle, start }: Stand): VisitSpec => ({
  ...visit,
  frozen: { vehicle, start },
});

/** In their order. */
export const visitsOn = ({ routes }: Situation, vehicle: number): number[] => [...(routes[vehicle]?.visits ?? [])];
