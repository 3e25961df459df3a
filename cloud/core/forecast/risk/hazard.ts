/**
 * Maths of hazards: the chance to fail in a span of time given that it was reached, as a cumulative hazard, which adds up
 * over spans, or as log-odds, which evidence moves.
 * Source: G. Tutz and M. Schmid, Modeling Discrete Time-to-Event Data (2016), chapters 2 and 3.
 */

/** Cumulative hazard of a span from the log-odds to fail in it: -log(1 - p). */
export const hazardOf = (margin: number): number => (margin > 30 ? margin : Math.log1p(Math.exp(margin)));

const leastHazard = 1e-12;

/** Log-odds to fail within a cumulative hazard: log(exp(hazard) - 1). */
export const marginOf = (hazard: number): number =>
  hazard > 30 ? hazard : Math.log(Math.expm1(Math.max(leastHazard, hazard)));

/** A span that begins at a distance ends at most at so many times it: what is near is told more finely than what is far. */
const widestRatio = 2.5;

/**
 * Rising ends of the spans in which the time to the last horizon is told: all horizons, and ends between them where two
 * lie far apart, on whole row gaps.
 * @param horizons rising.
 */
export const spanEnds = (horizons: readonly number[], rowGap: number): number[] => {
  const ends: number[] = [];
  for (const horizon of horizons) {
    const from = ends.at(-1) ?? horizon;
    const parts = Math.ceil(Math.log(horizon / from) / Math.log(widestRatio));
    for (let part = 1; part < parts; part++) {
      const end = rowGap * Math.round((from * (horizon / from) ** (part / parts)) / rowGap);
      if (end > (ends.at(-1) as number) && end < horizon) ends.push(end);
    }
    ends.push(horizon);
  }
  return ends;
};

/**
 * Cumulative hazards of spans from those of equal steps; a step that a span covers in part counts by that part.
 * @param ends rising; steps must reach the last.
 */
export const spanHazards = (stepHazards: readonly number[], step: number, ends: readonly number[]): number[] =>
  ends.map((end, i) => {
    const from = ends[i - 1] ?? 0;
    return stepHazards.reduce((sum, hazard, k) => {
      const covered = Math.min(end, (k + 1) * step) - Math.max(from, k * step);
      return covered > 0 ? sum + (hazard * covered) / step : sum;
    }, 0);
  });
