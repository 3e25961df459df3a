import { quantileLevels } from './blend/calibration.ts';
import type { Estimate, Lessons } from './method.ts';

type WithQuantiles = Estimate & { readonly quantiles: readonly number[] };

/** What a method says of the rows of its lessons, row by row; NaN where it has said nothing. */
export const createRowEstimates = ({ inputs, horizons, t }: Pick<Lessons, 'inputs' | 'horizons' | 't'>) => {
  const nothing = () => new Float64Array(t.length).fill(Number.NaN);
  const life = nothing();
  const margins = horizons.map(nothing);
  const quantiles = quantileLevels.map(nothing);
  const section = new Float64Array(inputs.length);
  return {
    life,
    margins,
    quantiles,
    add: (row: number, estimateOf: (section: Float64Array) => WithQuantiles): void => {
      inputs.forEach((column, i) => {
        section[i] = column[row] as number;
      });
      const estimate = estimateOf(section);
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
