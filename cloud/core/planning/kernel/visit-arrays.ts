import type { Price, ProblemSpec, VisitSpec, VisitWindow } from './problem-spec.ts';

/** When visits can be, and what it costs who comes when: lists of several lengths one behind the other. */
export interface VisitArrays {
  /** By visit: where its windows begin in the lists below, and how many they are. */
  readonly windowStart: Int32Array;
  readonly windowCount: Int32Array;
  readonly windowFrom: Float64Array;
  readonly windowTo: Float64Array;
  readonly windowCost: Float64Array;
  /** By visit: where its technicians begin in the lists below, how many they are, and the cost of all others. */
  readonly costStart: Int32Array;
  readonly costCount: Int32Array;
  readonly costTechnician: Int32Array;
  readonly costOf: Float64Array;
  readonly costElse: Float64Array;
  /** By visit: the vehicle that it is frozen on, or -1. */
  readonly frozenOn: Int32Array;
  /** Each visit has one window: `window` in a state is 0 for all. */
  readonly single: boolean;
  /** Some window or technician costs. */
  readonly priced: boolean;
}

export const sumOf = (price: Price = 0): number =>
  typeof price === 'number' ? price : Object.values(price).reduce((sum, term) => sum + term, 0);

/** The windows that count: of a frozen visit a point in time. */
export const windowsOf = ({ windows, frozen }: VisitSpec): readonly VisitWindow[] => {
  if (!frozen) return windows;
  const { start } = frozen;
  const around = windows.find(({ from, to }) => from <= start && start <= to);
  return [{ ...around, from: start, to: start }];
};

/** Where each list begins when they stand one behind the other. */
export const startsOf = (lengths: readonly number[]): Int32Array => {
  const starts = new Int32Array(lengths.length);
  for (let i = 1; i < lengths.length; i++) starts[i] = (starts[i - 1] as number) + (lengths[i - 1] as number);
  return starts;
};

export const visitArraysOf = ({ visits }: ProblemSpec): VisitArrays => {
  const windows = visits.map(windowsOf);
  const windowCounts = windows.map(({ length }) => length);
  const flat = windows.flat();
  const lists = visits.map(({ technicianCosts }) => technicianCosts?.of ?? []);
  const costCounts = lists.map(({ length }) => length);
  const costs = lists.flat();
  const windowCost = Float64Array.from(flat, ({ cost }) => sumOf(cost));
  const costElse = Float64Array.from(visits, ({ technicianCosts }) => sumOf(technicianCosts?.others));
  return {
    windowStart: startsOf(windowCounts),
    windowCount: Int32Array.from(windowCounts),
    windowFrom: Float64Array.from(flat, ({ from }) => from),
    windowTo: Float64Array.from(flat, ({ to }) => to),
    windowCost,
    costStart: startsOf(costCounts),
    costCount: Int32Array.from(costCounts),
    costTechnician: Int32Array.from(costs, ({ technician }) => technician),
    costOf: Float64Array.from(costs, ({ cost }) => sumOf(cost)),
    costElse,
    frozenOn: Int32Array.from(visits, ({ frozen }) => frozen?.vehicle ?? -1),
    single: windowCounts.every((count) => count === 1),
    priced: windowCost.some((cost) => cost > 0) || costElse.some((cost) => cost > 0) || costs.length > 0,
  };
};

/** What it costs that the technician comes, whenever. */
export const technicianCost = (visits: VisitArrays, visit: number, technician: number): number => {
  const first = visits.costStart[visit] as number;
  const last = first + (visits.costCount[visit] as number);
  for (let at = first; at < last; at++)
    if (visits.costTechnician[at] === technician) return visits.costOf[at] as number;
  return visits.costElse[visit] as number;
};
