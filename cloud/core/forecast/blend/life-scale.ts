import type { LifeLength } from '../past-lives/life-prior.ts';

/** Lives differ by multiples when a deviation to each side spans at least this factor. */
const multiple = 2;
/** Remaining life below this share of a usual life is all the same: it is over. */
const unitShare = 0.01;

/**
 * Whether an error of life counts beside the remaining life, and then the remaining life that is as good as none, in the
 * time unit; null where errors count by their length. Lengths of one order are compared as they are, and so is a remaining
 * life that the user caps; where lives differ by multiples a week is much for one and nothing for another.
 * @param rowInterval nothing shorter can be told apart.
 */
export const relativeUnitOf = (lives: readonly LifeLength[], cap: number, rowInterval: number): number | null => {
  const lengths = lives.flatMap(({ failed, length }) => (failed && length > 0 ? [length] : [])).sort((a, b) => a - b);
  if (Number.isFinite(cap) || lengths.length < 2) return null;
  const logs = lengths.map(Math.log);
  const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
  const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (logs.length - 1));
  const usual = lengths[lengths.length >> 1] as number;
  return 2 * deviation >= Math.log(multiple) ? Math.max(rowInterval, unitShare * usual) : null;
};
