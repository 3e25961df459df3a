/** A line of two texts laid over each other. */
export interface DifferenceLine {
  readonly kind: 'added' | 'removed' | 'same';
  readonly text: string;
}

/** A stretch to read: lines around a change, or how many were left out between two of them. */
export type DifferencePart =
  | { readonly kind: 'lines'; readonly lines: readonly DifferenceLine[] }
  | { readonly kind: 'skipped'; readonly count: number };

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

/** Lengths of the longest common subsequences of all ends of `a` and `b`, row by row. */
const commonLengths = (a: readonly string[], b: readonly string[]): Uint32Array => {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        a[i] === b[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
  return lengths;
};

/** Line by line what turns `before` into `after`, by their longest common subsequence. */
export const lineDifference = (before: string, after: string): DifferenceLine[] => {
  const [a, b] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const [middleA, middleB] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const lengths = commonLengths(middleA, middleB);
  const width = middleB.length + 1;
  const same = (text: string): DifferenceLine => ({ kind: 'same', text });
  const middle: DifferenceLine[] = [];
  let i = 0;
  let j = 0;
  while (i < middleA.length || j < middleB.length) {
    const [removed, added] = [middleA[i], middleB[j]];
    if (removed !== undefined && removed === added) {
      middle.push(same(removed));
      i++;
      j++;
    } else if (
      added === undefined ||
      (removed !== undefined && (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      middle.push({ kind: 'removed', text: removed ?? '' });
      i++;
    } else {
      middle.push({ kind: 'added', text: added });
      j++;
    }
  }
  return [...a.slice(0, head).map(same), ...middle, ...a.slice(a.length - tail).map(same)];
};

/** The changes with `around` lines before and after each; empty where nothing changed. */
export const readableParts = (lines: readonly DifferenceLine[], around = 2): DifferencePart[] => {
  const changed = lines.flatMap(({ kind }, at) => (kind === 'same' ? [] : [at]));
  if (changed.length === 0) return [];
  const parts: DifferencePart[] = [];
  let kept: DifferenceLine[] = [];
  let skipped = 0;
  let next = 0;
  const flush = () => {
    if (kept.length > 0) parts.push({ kind: 'lines', lines: kept });
    kept = [];
  };
  lines.forEach((line, at) => {
    while (next < changed.length - 1 && at > (changed[next] ?? 0) + around) next++;
    const isNear = Math.abs(at - (changed[next] ?? 0)) <= around;
    if (isNear && skipped > 0) {
      parts.push({ kind: 'skipped', count: skipped });
      skipped = 0;
    }
    if (isNear) kept.push(line);
    else {
      flush();
      skipped++;
    }
  });
  flush();
  if (skipped > 0) parts.push({ kind: 'skipped', count: skipped });
  return parts;
};
