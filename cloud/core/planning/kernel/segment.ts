/**
 * A piece of route on its own: how long it takes at least, and when it begins to take no longer (earliest and latest
 * beginning). Source: Vidal, Crainic, Gendreau, Prins 2013, with time windows that are never broken.
 */
interface Segment {
  duration: number;
  earliest: number;
  latest: number;
}

export const createSegment = (): Segment => ({ duration: 0, earliest: 0, latest: 0 });

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
