import type { RouteState } from './route-state.ts';

/**
 * A piece of route on its own: how long it takes at least, and when it begins to take no longer (earliest and latest
 * beginning). Source: Vidal, Crainic, Gendreau, Prins 2013, with time windows that are never broken.
 */
export interface Segment {
  duration: number;
  earliest: number;
  latest: number;
}

export const createSegment = (): Segment => ({ duration: 0, earliest: 0, latest: 0 });

/** Makes `segment` the piece of a route from its start up to `node`. */
export const setToHead = (segment: Segment, state: RouteState, node: number): void => {
  const duration = state.headDuration[node] as number;
  segment.duration = duration;
  segment.earliest = (state.done[node] as number) - duration;
  segment.latest = state.headLatest[node] as number;
};

/** Adds a stop; false, and `segment` is of no more use, if it comes too late. */
export const addStop = (segment: Segment, travel: number, open: number, close: number, service: number): boolean => {
  const until = segment.duration + travel;
  if (segment.earliest + until > close) return false;
  const wait = Math.max(open - until - segment.latest, 0);
  segment.duration = until + wait + service;
  segment.earliest = Math.max(open - until, segment.earliest) - wait;
  segment.latest = Math.min(close - until, segment.latest);
  return true;
};

/**
 * Duration of the route that goes on from the segment to `node` and the rest; infinite if that comes too late. The
 * earliest beginning of the segment becomes that of the whole.
 */
export const durationWithTail = (segment: Segment, travel: number, state: RouteState, node: number): number => {
  const until = segment.duration + travel;
  if (segment.earliest + until > (state.late[node] as number)) return Number.POSITIVE_INFINITY;
  const wait = Math.max((state.tailEarliest[node] as number) - until - segment.latest, 0);
  segment.earliest = Math.max((state.tailEarliest[node] as number) - until, segment.earliest) - wait;
  return until + wait + (state.tailDuration[node] as number);
};
