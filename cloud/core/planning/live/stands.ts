import type { RouteState } from '../kernel/route-state.ts';
import type { Stand } from './changes.ts';

/** By vehicle: its visits in order. */
export const routesOf = ({ problem, next }: RouteState): number[][] => {
  const { visitCount: n, vehicleCount } = problem;
  return Array.from({ length: vehicleCount }, (_, vehicle) => {
    const visits: number[] = [];
    for (let j = next[n + vehicle] as number; j < n; j = next[j] as number) visits.push(j);
    return visits;
  });
};

/** By visit: where it stands if everybody comes as early as can be; undefined for one that is left out. */
export const standsOf = ({ problem, vehicleOf, done }: RouteState): (Stand | undefined)[] =>
  Array.from({ length: problem.visitCount }, (_, visit) => {
    const vehicle = vehicleOf[visit] as number;
    if (vehicle === -1) return undefined;
    const end = done[visit] as number;
    return { vehicle, start: end - (problem.service[(problem.serviceRow[vehicle] as number) + visit] as number), end };
  });
