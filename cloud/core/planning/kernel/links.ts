import type { ProblemSpec } from './problem-spec.ts';
import type { RouteState } from './route-state.ts';

/** What a visit has to do with another: begins with it, after it, or before it. */
export const linkKinds = { together: 0, follows: 1, leads: 2 } as const;

/** Links of visits, each told from both sides, lists one behind the other. */
export interface Links {
  /** By visit: where its links begin in the lists below, and how many they are. */
  readonly start: Int32Array;
  readonly count: Int32Array;
  readonly other: Int32Array;
  readonly kind: Uint8Array;
  /** Least time between the end of the first and the start of the second. */
  readonly gap: Float64Array;
}

/** Starts of linked visits are points in time, to within this: sums of times are not exact. */
export const pointWidth = 1e-7;

/** Undefined if no visit is linked. */
export const linksOf = ({ visits }: ProblemSpec): Links | undefined => {
  const byId = new Map(visits.map(({ id }, at) => [id, at]));
  const lists = visits.map((): { other: number; kind: number; gap: number }[] => []);
  for (const [at, { together, after = [] }] of visits.entries()) {
    const partner = together === undefined ? undefined : byId.get(together);
    if (partner !== undefined && !lists[at]?.some(({ kind }) => kind === linkKinds.together)) {
      lists[at]?.push({ other: partner, kind: linkKinds.together, gap: 0 });
      lists[partner]?.push({ other: at, kind: linkKinds.together, gap: 0 });
    }
    for (const { visit, gap } of after) {
      const first = byId.get(visit) ?? -1;
      lists[at]?.push({ other: first, kind: linkKinds.follows, gap });
      lists[first]?.push({ other: at, kind: linkKinds.leads, gap });
    }
  }
  const flat = lists.flat();
  if (flat.length === 0) return undefined;
  const start = new Int32Array(visits.length);
  for (let i = 1; i < start.length; i++) start[i] = (start[i - 1] as number) + (lists[i - 1]?.length ?? 0);
  return {
    start,
    count: Int32Array.from(lists, ({ length }) => length),
    other: Int32Array.from(flat, ({ other }) => other),
    kind: Uint8Array.from(flat, ({ kind }) => kind),
    gap: Float64Array.from(flat, ({ gap }) => gap),
  };
};

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
export const linkedGroup = ({ problem: { links } }: RouteState, visit: number): readonly number[] => {
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
