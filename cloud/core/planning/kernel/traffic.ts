/**
 * How fast ways are driven by the time of day: from `from[k]` on they take `factor[k]` times as long as when the roads are
 * free, up to `from[k + 1]`. Who is on the road at such a time goes on at the new speed, so that nobody arrives earlier by
 * leaving later. Source: Ichoua, Gendreau, Potvin: Vehicle dispatching with time-dependent travel times. European J. of
 * Operational Research 144 (2003).
 */
export interface Traffic {
  /** Times of the axis, rising; before the first the first factor holds. */
  readonly from: Float64Array;
  /** From 1. */
  readonly factor: Float64Array;
  /** By piece: how much of a free way could have been driven since the first until it begins. */
  readonly driven: Float64Array;
  /** By span of `span` minutes since the first: the piece in which it begins. */
  readonly pieceAt: Int32Array;
  /** What of each way of `ProblemSpec.travelTime` is not driven, and takes as long at any hour: `from * places + to`. */
  readonly setUp: Float64Array;
}

/** Minutes; finer than hours would cost memory and save no steps. */
const span = 60;

export const createTraffic = (
  pieces: readonly { readonly from: number; readonly factor: number }[],
  setUp: Float64Array,
): Traffic => {
  const from = Float64Array.from(pieces, (piece) => piece.from);
  const factor = Float64Array.from(pieces, (piece) => piece.factor);
  const driven = new Float64Array(from.length);
  for (let k = 1; k < from.length; k++)
    driven[k] = (driven[k - 1] as number) + ((from[k] as number) - (from[k - 1] as number)) / (factor[k - 1] as number);
  const first = from[0] as number;
  const spans = 1 + Math.floor(((from.at(-1) as number) - first) / span);
  const pieceAt = new Int32Array(spans);
  for (let at = 0, k = 0; at < spans; at++) {
    while (k + 1 < from.length && (from[k + 1] as number) <= first + at * span) k++;
    pieceAt[at] = k;
  }
  return { from, factor, driven, pieceAt, setUp };
};

/** The piece in which a time lies; the first for any time before it. */
export const pieceOf = ({ from, pieceAt }: Traffic, time: number): number => {
  const at = Math.floor((time - (from[0] as number)) / span);
  let k = pieceAt[Math.max(0, Math.min(pieceAt.length - 1, at))] as number;
  while (k + 1 < from.length && (from[k + 1] as number) <= time) k++;
  return k;
};

const drivenAt = (traffic: Traffic, time: number): number => {
  const { from, factor, driven } = traffic;
  const k = pieceOf(traffic, time);
  return (driven[k] as number) + (time - (from[k] as number)) / (factor[k] as number);
};

/** How much of a free way is driven from one time to another. */
export const drivenBetween = (traffic: Traffic, since: number, until: number): number =>
  drivenAt(traffic, until) - drivenAt(traffic, since);

/** When who leaves at a time has driven a way that takes `free` minutes on free roads. */
export const arrivalOf = (traffic: Traffic, leave: number, free: number): number => {
  if (free === 0) return leave;
  const { from, factor, driven } = traffic;
  let k = pieceOf(traffic, leave);
  const until = (driven[k] as number) + (leave - (from[k] as number)) / (factor[k] as number) + free;
  while (k + 1 < from.length && (driven[k + 1] as number) <= until) k++;
  return (from[k] as number) + (until - (driven[k] as number)) * (factor[k] as number);
};

/** The latest time of leaving for who arrives by a time: `arrivalOf` turned around. */
export const departureOf = (traffic: Traffic, arrive: number, free: number): number => {
  if (free === 0) return arrive;
  const { from, factor, driven } = traffic;
  let k = pieceOf(traffic, arrive);
  const since = (driven[k] as number) + (arrive - (from[k] as number)) / (factor[k] as number) - free;
  while (k > 0 && (driven[k] as number) > since) k--;
  return (from[k] as number) + (since - (driven[k] as number)) * (factor[k] as number);
};

/** A break that lies on a way. */
export interface Rest {
  readonly from: number;
  readonly minutes: number;
}

/**
 * The same with a break on the way, begun as soon as it may be: at the beginning, on the road, or in what is set up at the
 * end of it; `setUp` is in the answer.
 */
export const restedArrivalOf = (traffic: Traffic, leave: number, free: number, setUp: number, rest: Rest): number => {
  const { from, minutes } = rest;
  if (leave >= from) return arrivalOf(traffic, leave + minutes, free) + setUp;
  const arrive = arrivalOf(traffic, leave, free);
  if (arrive <= from) return Math.max(arrive + setUp, from) + minutes;
  const left = free - drivenBetween(traffic, leave, from);
  return arrivalOf(traffic, from + minutes, Math.max(0, left)) + setUp;
};
