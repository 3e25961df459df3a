import { medianLength, type PastLife } from './past-lives.ts';

/** Lives differ by multiples when a deviation to each side spans at least this factor. */
const multiple = 2;
/** Remaining life below this share of a usual life is all the same: it is over. */
const unitShare = 0.01;

/**
 * Whether an error counts beside the remaining life, and then the remaining life that is as good as none, in the time
 * unit; null where errors count by their length. Lengths of lives of one order are compared as they are, and so is a
 * remaining life that the user caps; where lives differ by multiples a week is much for one and nothing for another.
 * @param lives of which at least one failed; rowInterval: nothing shorter can be told apart.
 */
export const relativeUnitOf = (
  lives: readonly PastLife[],
  { cap, rowInterval }: { readonly cap: number; readonly rowInterval: number },
): number | null => {
  const failed = lives.filter(({ failed, length }) => failed && length > 0);
  const logs = failed.map(({ length }) => Math.log(length));
  if (Number.isFinite(cap) || logs.length < 2) return null;
  const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
  const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (logs.length - 1));
  return 2 * deviation >= Math.log(multiple) ? Math.max(rowInterval, unitShare * medianLength(failed)) : null;
};
