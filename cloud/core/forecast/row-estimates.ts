import { quantileLevels } from './blend/calibration.ts';
import type { Estimate, Lessons } from './method.ts';

/** What a method says of the rows of its lessons, row by row; NaN where it has said nothing. */
export const createRowEstimates = ({ horizons, t }: Pick<Lessons, 'horizons' | 't'>) => {
  const nothing = () => new Float64Array(t.length).fill(Number.NaN);
  const life = nothing();
  const margins = horizons.map(nothing);
  const quantiles = quantileLevels.map(nothing);
  return {
    life,
    margins,
    quantiles,
    add: (row: number, estimate: Required<Estimate>): void => {
      life[row] = estimate.life;
      estimate.margins.forEach((margin, h) => {
        (margins[h] as Float64Array)[row] = margin;
      });
      estimate.quantiles.forEach((quantile, q) => {
        (quantiles[q] as Float64Array)[row] = quantile;
      });
    },
  };
};

/** The numbers of one row of a section that stands in columns. */
export const rowOf = (inputs: readonly Float32Array[], row: number): Float64Array =>
  Float64Array.from(inputs, (column) => column[row] as number);
