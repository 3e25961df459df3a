/**
 * A set of whole numbers as rising ranges [first, last] with gaps between. It stays as small as the number of gaps,
 * whatever order the numbers come in: live batches overtake history, and a full outbox leaves holes for ever.
 */
export type SeqRanges = readonly (readonly [first: number, last: number])[];

export const hasSeq = (ranges: SeqRanges, seq: number): boolean =>
  ranges.some(([first, last]) => first <= seq && seq <= last);

export const addSeq = (ranges: SeqRanges, seq: number): SeqRanges => {
  const before = ranges.filter(([, last]) => last < seq - 1);
  const after = ranges.filter(([first]) => first > seq + 1);
  const touching = ranges.slice(before.length, ranges.length - after.length);
  const first = Math.min(seq, touching[0]?.[0] ?? seq);
  const last = Math.max(seq, touching.at(-1)?.[1] ?? seq);
  return [...before, [first, last], ...after];
};
