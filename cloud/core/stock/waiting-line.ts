import type { PartRequest } from '@kuluma/shared/model/part-requests.ts';

type InLine = Pick<PartRequest, 'id' | 'neededByOn' | 'atMs'>;

/** Who gets a part first: the one who needs it first, then the one who asked first. */
export const inLine = (a: InLine, b: InLine): number => {
  if (a.neededByOn !== b.neededByOn) return a.neededByOn < b.neededByOn ? -1 : 1;
  return a.atMs - b.atMs || (a.id < b.id ? -1 : 1);
};

/** A request at its depot. */
export interface Waiting<R> {
  readonly request: R;
  /** How many pieces are still wanted. */
  readonly missing: number;
  /** How many of them are kept for it. */
  readonly reserved: number;
}

/**
 * What a depot keeps more for each request, or less where it is below zero. What nobody has goes to the first in line; nobody
 * in line loses a piece to another. Where visits take more than there is, the last in line gives back: a visit that is planned
 * comes before a request.
 * @param free what the depot has and keeps for nobody; below zero where more is promised than it has
 */
export const sharesOf = <R extends InLine>(
  waiting: readonly Waiting<R>[],
  free: number,
): { readonly request: R; readonly pieces: number }[] => {
  const line = [...waiting].sort((a, b) => inLine(a.request, b.request));
  let left = free;
  const shares: { request: R; pieces: number }[] = [];
  for (const { request, missing, reserved } of free < 0 ? line.toReversed() : line) {
    const pieces = left < 0 ? -Math.min(Math.max(0, reserved), -left) : Math.min(Math.max(0, missing - reserved), left);
    if (pieces === 0) continue;
    left -= pieces;
    shares.push({ request, pieces });
  }
  return shares;
};
