import type { Life } from '../../history/lives.ts';
import type { Lessons } from '../method.ts';

/** Of fewer failures no forecast can be judged by what came true. */
export const leastFailures = 3;

/** When the component of one machine failed, rising, and until when it was watched. */
export interface Watch {
  readonly failures: readonly number[];
  readonly until: number;
}

/** @param lives of one component of one machine, by time. */
export const watchOf = (lives: readonly Life[]): Watch => ({
  failures: lives.filter(({ ended }) => ended === 'failure').map(({ endT }) => endT),
  until: lives.at(-1)?.endT ?? Number.NEGATIVE_INFINITY,
});

/**
 * What came after t + from and up to t + to: 1 when the component failed then, 0 when it did not, NaN when that was not
 * watched or when it had failed by then. A replacement does not end the watch: a component that was replaced when others
 * failed did not fail there, and to leave it out would make such days look worse than they are.
 */
export const outcomeBetween = ({ failures, until }: Watch, t: number, from: number, to: number): number => {
  // Times add up with rounding errors; what ends exactly at the horizon is watched to it.
  const slack = 1e-9 * Math.max(1, to);
  const lead = (failures.find((at) => at > t - slack) ?? Number.POSITIVE_INFINITY) - t;
  if (lead <= from + slack) return Number.NaN;
  if (lead <= to + slack) return 1;
  return until - t >= to - slack ? 0 : Number.NaN;
};

type Rows = Pick<Lessons, 't' | 'left' | 'endedInFailure' | 'machine'>;

/** `outcomeBetween` of each row of the lessons. */
export const outcomesBetween = ({ t, left, endedInFailure, machine }: Rows, from: number, to: number): Float64Array => {
  const watches = new Map<number, { failures: number[]; until: number }>();
  t.forEach((at, i) => {
    const watch = watches.get(machine[i] as number) ?? { failures: [], until: Number.NEGATIVE_INFINITY };
    const end = at + (left[i] as number);
    if (endedInFailure[i] === 1 && end !== watch.failures.at(-1)) watch.failures.push(end);
    watch.until = Math.max(watch.until, end);
    watches.set(machine[i] as number, watch);
  });
  return t.map((at, i) => outcomeBetween(watches.get(machine[i] as number) as Watch, at, from, to));
};
