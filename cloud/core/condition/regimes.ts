/** Operating regimes: distinct clusters of the settings, learnt from the rows of a fleet. */
export interface Regimes {
  /** Scale of each setting, for distances. */
  readonly scale: number[];
  /** In units of the settings. One centre where the settings form no distinct clusters. */
  readonly centres: number[][];
  /** Largest scaled distance of a training row from its centre. */
  readonly radius: number;
}

const mostRegimes = 12;
/** Clusters count as distinct when what varies inside them is at most this share of the whole variance. */
const distinctShare = 0.02;

const distance2 = (row: readonly number[], centre: readonly number[], scale: readonly number[]): number => {
  let sum = 0;
  for (let i = 0; i < centre.length; i++) {
    const delta = ((row[i] as number) - (centre[i] as number)) / (scale[i] as number);
    sum += delta * delta;
  }
  return sum;
};

/** The regime of a row of settings and its scaled distance from the centre; regime -1 when a setting is missing. */
export const regimeOf = (regimes: Regimes, settings: readonly number[]): { regime: number; distance: number } => {
  let regime = -1;
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < regimes.centres.length; i++) {
    const d = distance2(settings, regimes.centres[i] as number[], regimes.scale);
    if (d < best) {
      best = d;
      regime = i;
    }
  }
  return { regime, distance: regime < 0 ? Number.NaN : Math.sqrt(best) };
};

const meanOf = (rows: readonly number[][], width: number): number[] => {
  const mean = new Array<number>(width).fill(0);
  for (const row of rows)
    for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) + (row[i] as number) / rows.length;
  return mean;
};

const assign = (rows: readonly number[][], regimes: Regimes) => {
  const groups: number[][][] = regimes.centres.map(() => []);
  let inside = 0;
  let farthest = rows[0] as number[];
  let radius = 0;
  for (const row of rows) {
    const { regime, distance } = regimeOf(regimes, row);
    (groups[regime] as number[][]).push(row);
    inside += distance * distance;
    if (distance > radius) {
      radius = distance;
      farthest = row;
    }
  }
  return { groups, inside, farthest, radius };
};

/** k-means (Lloyd) from the centres given until it stands still, at most 20 steps. */
const settle = (rows: readonly number[][], start: Regimes): Regimes => {
  let regimes = start;
  for (let step = 0; step < 20; step++) {
    const { groups } = assign(rows, regimes);
    const centres = groups.map((group, i) =>
      group.length > 0 ? meanOf(group, start.scale.length) : (regimes.centres[i] as number[]),
    );
    const moved = centres.some((centre, i) => distance2(centre, regimes.centres[i] as number[], start.scale) > 1e-12);
    regimes = { ...regimes, centres };
    if (!moved) break;
  }
  return regimes;
};

/**
 * Learns the regimes from complete rows of settings: the fewest clusters that are distinct, begun from the farthest
 * point (T. Gonzalez, Clustering to minimize the maximum intercluster distance, 1985) so that the result needs no luck.
 * Without settings, or when they vary freely, there is one regime.
 */
export const learnRegimes = (rows: readonly number[][], width: number): Regimes => {
  const mean = meanOf(rows, width);
  const scale = mean.map((m, i) => {
    let sum = 0;
    for (const row of rows) sum += ((row[i] as number) - m) ** 2;
    const deviation = Math.sqrt(sum / Math.max(1, rows.length));
    return deviation > 1e-9 * (1 + Math.abs(m)) ? deviation : Math.max(1e-3, 1e-3 * Math.abs(m));
  });
  const one: Regimes = { scale, centres: [mean], radius: 0 };
  if (rows.length === 0 || width === 0) return one;
  const whole = assign(rows, one);
  let regimes = one;
  let state = whole;
  for (let count = 2; count <= mostRegimes && state.radius > 1e-9; count++) {
    regimes = settle(rows, { ...regimes, centres: [...regimes.centres, state.farthest] });
    state = assign(rows, regimes);
    if (state.inside <= distinctShare * whole.inside) return { ...regimes, radius: state.radius };
  }
  return { ...one, radius: whole.radius };
};
