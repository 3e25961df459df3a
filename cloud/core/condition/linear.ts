/** Small dense linear algebra on row-major arrays. */

/** Solves the symmetric positive definite system `a x = b` (order n) by Cholesky; `a` is overwritten. */
export const solveSpd = (a: Float64Array, b: Float64Array): Float64Array => {
  const n = b.length;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (a[i * n + k] as number) * (a[j * n + k] as number);
      a[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (a[j * n + j] as number);
    }
  }
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= (a[i * n + k] as number) * (x[k] as number);
    x[i] = sum / (a[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < n; k++) sum -= (a[k * n + i] as number) * (x[k] as number);
    x[i] = sum / (a[i * n + i] as number);
  }
  return x;
};

/** Inverse of a symmetric positive definite matrix of order n. */
export const invertSpd = (matrix: Float64Array, n: number): Float64Array => {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const unit = new Float64Array(n);
    unit[i] = 1;
    inverse.set(solveSpd(Float64Array.from(matrix), unit), i * n);
  }
  return inverse;
};

/** Ridge regression of `y` on `columns` (no intercept: centre them first); missing values count as 0. */
export const ridge = (columns: readonly Float64Array[], y: Float64Array, lambda: number): Float64Array => {
  const n = columns.length;
  const gram = new Float64Array(n * n);
  const right = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const a = columns[i] as Float64Array;
    for (let j = 0; j <= i; j++) {
      const b = columns[j] as Float64Array;
      let sum = 0;
      for (let row = 0; row < y.length; row++) sum += (a[row] as number) * (b[row] as number);
      gram[i * n + j] = sum;
      gram[j * n + i] = sum;
    }
    let sum = 0;
    for (let row = 0; row < y.length; row++) sum += (a[row] as number) * (y[row] as number);
    right[i] = sum;
    gram[i * n + i] = (gram[i * n + i] as number) + lambda;
  }
  return solveSpd(gram, right);
};

/** Eigenvectors of a symmetric matrix by falling eigenvalue. Source: cyclic Jacobi, Golub and Van Loan, section 8.5. */
export const eigenSymmetric = (matrix: Float64Array, n: number): { values: number[]; vectors: number[][] } => {
  const a = Float64Array.from(matrix);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += (a[p * n + q] as number) ** 2;
    if (off < 1e-18) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => (a[j * n + j] as number) - (a[i * n + i] as number),
  );
  return {
    values: order.map((i) => a[i * n + i] as number),
    vectors: order.map((i) => Array.from({ length: n }, (_, row) => v[row * n + i] as number)),
  };
};

const rotate = (a: Float64Array, v: Float64Array, n: number, p: number, q: number): void => {
  const apq = a[p * n + q] as number;
  if (Math.abs(apq) < 1e-300) return;
  const theta = ((a[q * n + q] as number) - (a[p * n + p] as number)) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (m: Float64Array, i: number, j: number) => {
    const x = m[i] as number;
    const y = m[j] as number;
    m[i] = c * x - s * y;
    m[j] = s * x + c * y;
  };
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q);
  for (let k = 0; k < n; k++) turn(a, p * n + k, q * n + k);
  for (let k = 0; k < n; k++) turn(v, k * n + p, k * n + q);
};
