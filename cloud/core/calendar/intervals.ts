/** A stretch of time, epoch ms UTC: from inclusive, to exclusive. Lists of them are sorted and disjoint. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The same time as a sorted, disjoint list; empty and reversed intervals vanish, touching ones join. */
export const union = (intervals: readonly Interval[]): Interval[] => {
  const merged: Interval[] = [];
  for (const next of intervals.filter((i) => i.toMs > i.fromMs).sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last && next.fromMs <= last.toMs)
      merged[merged.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, next.toMs) };
    else merged.push(next);
  }
  return merged;
};

/** Time that is in both lists. */
export const intersect = (a: readonly Interval[], b: readonly Interval[]): Interval[] => {
  const shared: Interval[] = [];
  let i = 0;
  let j = 0;
  for (let left = a[i], right = b[j]; left && right; left = a[i], right = b[j]) {
    const fromMs = Math.max(left.fromMs, right.fromMs);
    const toMs = Math.min(left.toMs, right.toMs);
    if (toMs > fromMs) shared.push({ fromMs, toMs });
    if (left.toMs < right.toMs) i++;
    else j++;
  }
  return shared;
};
