import { type Network, readNetwork, type WrittenNetwork } from './network.ts';

export interface NetworkState {
  /** Numbers of the section that the networks read, and how each is scaled. */
  readonly columns: readonly number[];
  readonly centre: readonly number[];
  readonly deviation: readonly number[];
  /** Of remaining life in the time unit; null where no life was seen to its end. */
  readonly life: { readonly centre: number; readonly deviation: number } | null;
  readonly horizons: number;
  /** Their answers are averaged. */
  readonly members: readonly WrittenNetwork[];
  readonly backend: string;
}

/** An input this many deviations from its mean tells no more by being farther. */
const mostDeviations = 10;

/** What is not known counts as the mean. */
export const scaled = (value: number, centre: number, deviation: number): number =>
  Number.isFinite(value) ? Math.max(-mostDeviations, Math.min(mostDeviations, (value - centre) / deviation)) : 0;

export const inputOf = ({ columns, centre, deviation }: NetworkState, section: Float64Array): Float32Array =>
  Float32Array.from(columns, (i, c) => scaled(section[i] as number, centre[c] as number, deviation[c] as number));

/** Networks that were read from a state, kept while it lives. */
const readOnce = new WeakMap<NetworkState, Network[]>();

export const networksOf = (state: NetworkState): Network[] => {
  const before = readOnce.get(state);
  if (before) return before;
  const networks = state.members.map(readNetwork);
  readOnce.set(state, networks);
  return networks;
};
