/** A point of a curve. Curves have rising x. */
export interface Knot {
  readonly x: number;
  readonly y: number;
}

/** Straight between knots, flat outside them; 0 for an empty curve. */
export const valueAt = (curve: readonly Knot[], x: number): number => {
  const next = curve.findIndex((knot) => knot.x >= x);
  const right = curve[next] ?? curve.at(-1);
  const left = curve[next - 1];
  if (!right) return 0;
  if (!left || next < 0 || right.x === x) return right.y;
  return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
};

/** Smallest x at which a non-falling curve reaches y; undefined if it never does. */
export const firstReach = (curve: readonly Knot[], y: number): number | undefined => {
  const next = curve.findIndex((knot) => knot.y >= y);
  const right = curve[next];
  const left = curve[next - 1];
  if (!right || !left) return right?.x;
  return left.x + ((right.x - left.x) * (y - left.y)) / (right.y - left.y);
};

/** One knot per x, by rising x, and y made non-falling by the running maximum. */
export const nonFalling = (knots: readonly Knot[]): Knot[] => {
  const curve: Knot[] = [];
  let highest = Number.NEGATIVE_INFINITY;
  for (const { x, y } of [...knots].sort((a, b) => a.x - b.x)) {
    highest = Math.max(highest, y);
    if (curve.at(-1)?.x === x) curve.pop();
    curve.push({ x, y: highest });
  }
  return curve;
};
