import { isPlain, type Problem } from './problem.ts';
import { technicianCost } from './visit-arrays.ts';

/** By visit, the vehicles that could ever serve it, rising: `vehicle[start[visit]] .. vehicle[start[visit + 1] - 1]`. */
export interface Candidates {
  readonly start: Int32Array;
  readonly vehicle: Int32Array;
}

/** Whether the vehicle is out in some window of the visit. */
const meets = (
  { windowStart, windowCount, windowFrom, windowTo, leaveFrom, backBy }: Problem,
  visit: number,
  vehicle: number,
) => {
  const first = windowStart[visit] as number;
  const end = first + (windowCount[visit] as number);
  for (let at = first; at < end; at++)
    if (
      (windowFrom[at] as number) <= (backBy[vehicle] as number) &&
      (windowTo[at] as number) >= (leaveFrom[vehicle] as number)
    )
      return true;
  return false;
};

/** The vehicles that could ever serve a visit, rising. */
const vehiclesFor = (problem: Problem, visit: number): number[] => {
  const { vehicleCount, service, serviceRow, frozenOn, technician } = problem;
  const frozen = frozenOn[visit] as number;
  const vehicles: number[] = [];
  for (let vehicle = 0; vehicle < vehicleCount; vehicle++)
    if (
      (frozen === -1 || frozen === vehicle) &&
      service[(serviceRow[vehicle] as number) + visit] !== Number.POSITIVE_INFINITY &&
      meets(problem, visit, vehicle) &&
      technicianCost(problem, visit, technician[vehicle] as number) !== Number.POSITIVE_INFINITY
    )
      vehicles.push(vehicle);
  return vehicles;
};

const candidatesOf = (problem: Problem): Candidates => {
  const start = new Int32Array(problem.visitCount + 1);
  const vehicles: number[] = [];
  for (let visit = 0; visit < problem.visitCount; visit++) {
    for (const vehicle of vehiclesFor(problem, visit)) vehicles.push(vehicle);
    start[visit + 1] = vehicles.length;
  }
  return { start, vehicle: Int32Array.from(vehicles) };
};

const known = new WeakMap<Problem, Candidates>();

/** Read once for a problem; undefined for a plain one where every vehicle is a candidate. */
export const candidatesFor = (problem: Problem): Candidates | undefined => {
  if (isPlain(problem) && problem.service.every((duration) => duration < Number.POSITIVE_INFINITY)) return undefined;
  const candidates = known.get(problem) ?? candidatesOf(problem);
  known.set(problem, candidates);
  return candidates;
};

/** To be called when a visit has changed. */
export const renewCandidates = (problem: Problem, visit: number): void => {
  const candidates = known.get(problem);
  if (!candidates) return;
  const { start, vehicle } = candidates;
  const own = vehiclesFor(problem, visit);
  const first = start[visit] as number;
  const end = start[visit + 1] as number;
  const grown = new Int32Array(vehicle.length + own.length - (end - first));
  grown.set(vehicle.subarray(0, first));
  grown.set(own, first);
  grown.set(vehicle.subarray(end), first + own.length);
  const grownStart = start.map((at, i) => (i > visit ? at + own.length - (end - first) : at));
  known.set(problem, { start: grownStart, vehicle: grown });
};
