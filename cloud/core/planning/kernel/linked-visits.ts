import { linkKinds } from './links.ts';
import type { RouteState } from './route-state.ts';

/** Starts of linked visits are points in time, to within this: sums of times are not exact. */
export const pointWidth = 1e-7;

/** Whether the visit hangs together with another. */
export const isLinked = ({ problem: { links } }: RouteState, visit: number): boolean =>
  links !== undefined && (links.count[visit] as number) > 0;

/** Bounds of the start of a visit. */
export interface Bounds {
  from: number;
  to: number;
}

/** Reads when the visit may begin on the vehicle, given the linked visits that are placed; `from > to`: never. */
export const readBounds = (state: RouteState, visit: number, vehicle: number, bounds: Bounds): void => {
  const { links, technician, service, serviceRow } = state.problem;
  bounds.from = Number.NEGATIVE_INFINITY;
  bounds.to = Number.POSITIVE_INFINITY;
  if (!links) return;
  const first = links.start[visit] as number;
  const end = first + (links.count[visit] as number);
  for (let at = first; at < end; at++) {
    const other = links.other[at] as number;
    const kind = links.kind[at] as number;
    const gap = links.gap[at] as number;
    const on = state.vehicleOf[other] as number;
    if (on === -1) {
      // The first of two comes first; and of two on routes that are not in this state nothing is known.
      if (kind === linkKinds.follows || state.absentAt[other] === -1) bounds.to = Number.NEGATIVE_INFINITY;
      continue;
    }
    if (kind === linkKinds.together) {
      if (technician[on] === technician[vehicle]) bounds.to = Number.NEGATIVE_INFINITY;
      bounds.from = Math.max(bounds.from, state.open[other] as number);
      bounds.to = Math.min(bounds.to, state.close[other] as number);
    } else if (kind === linkKinds.follows) {
      const over = (state.close[other] as number) + (service[(serviceRow[on] as number) + other] as number);
      bounds.from = Math.max(bounds.from, over + gap);
    } else {
      const lasts = service[(serviceRow[vehicle] as number) + visit] as number;
      bounds.to = Math.min(bounds.to, (state.open[other] as number) - gap - lasts);
    }
  }
};

/** All visits that a visit is linked with, over any number of links, each behind those that it follows; itself too. */
export const linkedGroup = ({ problem: { links } }: Pick<RouteState, 'problem'>, visit: number): readonly number[] => {
  if (!links) return [visit];
  const group = [visit];
  const othersOf = (one: number, kinds: readonly number[]): number[] => {
    const first = links.start[one] as number;
    const ats = Array.from({ length: links.count[one] as number }, (_, i) => first + i);
    return ats.filter((at) => kinds.includes(links.kind[at] as number)).map((at) => links.other[at] as number);
  };
  for (let i = 0; i < group.length; i++)
    for (const other of othersOf(group[i] as number, Object.values(linkKinds)))
      if (!group.includes(other)) group.push(other);
  const ordered: number[] = [];
  const follow = (one: number, path: readonly number[]): void => {
    if (ordered.includes(one) || path.includes(one)) return;
    for (const before of othersOf(one, [linkKinds.follows])) follow(before, [...path, one]);
    ordered.push(one);
  };
  for (const one of group.sort((a, b) => a - b)) follow(one, []);
  return ordered;
};

/** The visit that another technician begins at the same time, -1 if there is none. */
export const partnerOf = ({ problem: { links } }: RouteState, visit: number): number => {
  if (!links) return -1;
  const first = links.start[visit] as number;
  for (let at = first; at < first + (links.count[visit] as number); at++)
    if (links.kind[at] === linkKinds.together) return links.other[at] as number;
  return -1;
};
