import type { Reasons } from '../method.ts';
import { slopesOf } from './network.ts';
import { inputOf, type NetworkState, networksOf } from './network-state.ts';

/** Points and weights at which a slope is read along the way from 0 to 1: Gauss-Legendre of order 2. */
const onTheWay = [0.5 - Math.sqrt(3) / 6, 0.5 + Math.sqrt(3) / 6] as const;

/**
 * What each input adds on the way from its mean to where it stands, in the time unit; together they come nearly to
 * how far the life is from that of the mean input.
 * Source: M. Sundararajan, A. Taly, Q. Yan, Axiomatic attribution for deep networks (2017).
 */
export const explainNetwork = (state: NetworkState, section: Float64Array): Reasons => {
  const { columns, centre, life } = state;
  const typical: (number | null)[] = [...section].map(() => null);
  const contributions = new Float64Array(section.length);
  columns.forEach((i, c) => {
    typical[i] = centre[c] as number;
  });
  if (!life) return { contributions, typical };
  const input = inputOf(state, section);
  const networks = networksOf(state);
  const slopes = new Float64Array(input.length);
  for (const network of networks)
    for (const share of onTheWay) {
      const there = slopesOf(
        network,
        input.map((v) => share * v),
      );
      there.forEach((slope, c) => {
        slopes[c] = (slopes[c] as number) + slope / (networks.length * onTheWay.length);
      });
    }
  columns.forEach((i, c) => {
    contributions[i] = life.deviation * (slopes[c] as number) * (input[c] as number);
  });
  return { contributions, typical };
};
