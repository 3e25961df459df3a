import type { VisitSpec } from '../kernel/problem-spec.ts';
import type { Situation, Stand } from './changes.ts';

/** A visit that stays where it stands. */
export const frozenAs = (visit: VisitSpec, { vehicle, start }: Stand): VisitSpec => ({
  ...visit,
  frozen: { vehicle, start },
});

/** In their order. */
export const visitsOn = ({ routes }: Situation, vehicle: number): number[] => [...(routes[vehicle]?.visits ?? [])];
