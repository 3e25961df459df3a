/** What is read off a matrix of ways once, however many problems have it: `from * size + to`, never written again. */
interface WayMatrix {
  /** `to * size + from`; the matrix itself if it is symmetric. */
  readonly turned: Float64Array;
  readonly longest: number;
  /** No way is missing or shorter than nothing. */
  readonly isValid: boolean;
}

/** Side of the squares in which a matrix is gone through: both it and its turned copy stay in the cache. */
const tile = 64;

const read = (matrix: Float64Array): WayMatrix => {
  const size = Math.sqrt(matrix.length);
  let longest = 0;
  let isValid = true;
  for (let at = 0; at < matrix.length; at++) {
    const way = matrix[at] as number;
    if (way > longest) longest = way;
    else if (!(way >= 0)) isValid = false;
  }
  if (!Number.isInteger(size)) return { turned: matrix, longest, isValid };
  const turned = new Float64Array(matrix.length);
  let isSymmetric = true;
  for (let top = 0; top < size; top += tile)
    for (let left = 0; left < size; left += tile)
      for (let a = top; a < Math.min(size, top + tile); a++)
        for (let b = left; b < Math.min(size, left + tile); b++) {
          const way = matrix[a * size + b] as number;
          turned[b * size + a] = way;
          isSymmetric &&= way === matrix[b * size + a];
        }
  return { turned: isSymmetric ? matrix : turned, longest, isValid };
};

const known = new WeakMap<Float64Array, WayMatrix>();

export const wayMatrix = (matrix: Float64Array): WayMatrix => {
  const facts = known.get(matrix) ?? read(matrix);
  known.set(matrix, facts);
  return facts;
};
