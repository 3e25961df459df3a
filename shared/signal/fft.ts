/** A discrete Fourier transform of one length. Plans hold work space: one user at a time. */
export interface Fft {
  readonly size: number;
  /** In place: X[k] = sum over n of x[n] exp(-2 pi i k n / size), unscaled. Both arrays have `size` values. */
  forward(re: Float64Array, im: Float64Array): void;
  /** In place: undoes `forward`, scaled by 1 / size. */
  inverse(re: Float64Array, im: Float64Array): void;
}

/** Larger prime factors go by Bluestein's way, whose cost does not grow with them. */
const mostDirectRadix = 7;

/** Radices whose product is `size`, fours first, or undefined where a prime factor is too large. */
const radicesOf = (size: number): number[] | undefined => {
  const radices: number[] = [];
  let rest = size;
  for (const radix of [4, 2, 3, 5, mostDirectRadix])
    while (rest % radix === 0) {
      radices.push(radix);
      rest /= radix;
    }
  return rest === 1 ? radices : undefined;
};

/** cos and -sin of 2 pi k / size. */
const rootsOf = (size: number): { cos: Float64Array; sin: Float64Array } => ({
  cos: Float64Array.from({ length: size }, (_, k) => Math.cos((2 * Math.PI * k) / size)),
  sin: Float64Array.from({ length: size }, (_, k) => -Math.sin((2 * Math.PI * k) / size)),
});

/** From here on `x` is always read within its bounds: indices come from the loops of the transform. */
const at = (x: Float64Array, i: number): number => x[i] as number;

/**
 * Autosorting mixed-radix transform: each pass takes blocks of `length`, done `stride` at a time, and leaves blocks of
 * length / radix. Source: T.G. Stockham's method as given by P.N. Swarztrauber, "FFT algorithms for vector computers",
 * Parallel Computing 1 (1984).
 */
const createStockham = (size: number, radices: readonly number[]): Fft['forward'] => {
  const { cos, sin } = rootsOf(size);
  const spareRe = new Float64Array(size);
  const spareIm = new Float64Array(size);

  const pass4 = (xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array, n: number, s: number) => {
    const m = n / 4;
    for (let p = 0; p < m; p++) {
      const t = p * s;
      const [c1, s1, c2, s2] = [at(cos, t), at(sin, t), at(cos, 2 * t), at(sin, 2 * t)];
      const [c3, s3] = [at(cos, 3 * t), at(sin, 3 * t)];
      for (let q = 0; q < s; q++) {
        const i = q + s * p;
        const o = q + s * 4 * p;
        const ar = at(xr, i);
        const ai = at(xi, i);
        const br = at(xr, i + s * m);
        const bi = at(xi, i + s * m);
        const cr = at(xr, i + 2 * s * m);
        const ci = at(xi, i + 2 * s * m);
        const dr = at(xr, i + 3 * s * m);
        const di = at(xi, i + 3 * s * m);
        const [er, ei, fr, fi] = [ar + cr, ai + ci, ar - cr, ai - ci];
        const [gr, gi, hr, hi] = [br + dr, bi + di, bi - di, dr - br];
        yr[o] = er + gr;
        yi[o] = ei + gi;
        yr[o + s] = (fr + hr) * c1 - (fi + hi) * s1;
        yi[o + s] = (fr + hr) * s1 + (fi + hi) * c1;
        yr[o + 2 * s] = (er - gr) * c2 - (ei - gi) * s2;
        yi[o + 2 * s] = (er - gr) * s2 + (ei - gi) * c2;
        yr[o + 3 * s] = (fr - hr) * c3 - (fi - hi) * s3;
        yi[o + 3 * s] = (fr - hr) * s3 + (fi - hi) * c3;
      }
    }
  };

  const passAny = (
    [xr, xi]: readonly [Float64Array, Float64Array],
    [yr, yi]: readonly [Float64Array, Float64Array],
    n: number,
    s: number,
    radix: number,
  ) => {
    const m = n / radix;
    for (let p = 0; p < m; p++)
      for (let j = 0; j < radix; j++) {
        const twiddle = p * j * s;
        for (let q = 0; q < s; q++) {
          let re = 0;
          let im = 0;
          for (let k = 0; k < radix; k++) {
            const root = (j * k * (size / radix)) % size;
            const i = q + s * (p + m * k);
            re += at(xr, i) * at(cos, root) - at(xi, i) * at(sin, root);
            im += at(xr, i) * at(sin, root) + at(xi, i) * at(cos, root);
          }
          const o = q + s * (radix * p + j);
          yr[o] = re * at(cos, twiddle) - im * at(sin, twiddle);
          yi[o] = re * at(sin, twiddle) + im * at(cos, twiddle);
        }
      }
  };

  return (re, im) => {
    let from: readonly [Float64Array, Float64Array] = [re, im];
    let to: readonly [Float64Array, Float64Array] = [spareRe, spareIm];
    let length = size;
    let stride = 1;
    for (const radix of radices) {
      if (radix === 4) pass4(...from, ...to, length, stride);
      else passAny(from, to, length, stride, radix);
      length /= radix;
      stride *= radix;
      [from, to] = [to, from];
    }
    if (from[0] === re) return;
    re.set(spareRe);
    im.set(spareIm);
  };
};

/**
 * Any length as a convolution of a power of two. Source: L.I. Bluestein, "A linear filtering approach to the computation
 * of discrete Fourier transform", IEEE Trans. Audio Electroacoustics 18 (1970).
 */
const createBluestein = (size: number): Fft['forward'] => {
  const length = 2 ** Math.ceil(Math.log2(2 * size - 1));
  const inner = createFft(length);
  // k^2 modulo 2 size keeps the angle exact for large k.
  const angles = Float64Array.from({ length: size }, (_, k) => (Math.PI * ((k * k) % (2 * size))) / size);
  const cos = angles.map(Math.cos);
  const sin = angles.map(Math.sin);
  const chirpRe = new Float64Array(length);
  const chirpIm = new Float64Array(length);
  for (let k = 0; k < size; k++) {
    chirpRe[k] = chirpRe[(length - k) % length] = at(cos, k);
    chirpIm[k] = chirpIm[(length - k) % length] = at(sin, k);
  }
  inner.forward(chirpRe, chirpIm);
  const ar = new Float64Array(length);
  const ai = new Float64Array(length);
  return (re, im) => {
    ar.fill(0);
    ai.fill(0);
    for (let k = 0; k < size; k++) {
      ar[k] = at(re, k) * at(cos, k) + at(im, k) * at(sin, k);
      ai[k] = at(im, k) * at(cos, k) - at(re, k) * at(sin, k);
    }
    inner.forward(ar, ai);
    for (let k = 0; k < length; k++) {
      const product = at(ar, k) * at(chirpRe, k) - at(ai, k) * at(chirpIm, k);
      ai[k] = at(ar, k) * at(chirpIm, k) + at(ai, k) * at(chirpRe, k);
      ar[k] = product;
    }
    inner.inverse(ar, ai);
    for (let k = 0; k < size; k++) {
      re[k] = at(ar, k) * at(cos, k) + at(ai, k) * at(sin, k);
      im[k] = at(ai, k) * at(cos, k) - at(ar, k) * at(sin, k);
    }
  };
};

/** A plan for complex data of any length from 1. */
export const createFft = (size: number): Fft => {
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`a transform has a whole number of points, not ${size}`);
  const radices = radicesOf(size);
  const forward = radices ? createStockham(size, radices) : createBluestein(size);
  return {
    size,
    forward,
    inverse(re, im) {
      // Swapping the parts conjugates on both sides of the transform.
      forward(im, re);
      for (let k = 0; k < size; k++) {
        re[k] = at(re, k) / size;
        im[k] = at(im, k) / size;
      }
    },
  };
};

/** X[0..size/2] of real data. */
export interface HalfSpectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * A plan for real data: gives bins 0 to floor(size / 2), unscaled; the others are their conjugates. The result is work
 * space of the plan and holds until its next use. Even lengths go by one complex transform of half the length
 * (W.H. Press et al., Numerical Recipes, 3rd ed., 12.3.2).
 */
export const createRealFft = (size: number): ((values: ArrayLike<number>) => HalfSpectrum) => {
  const isEven = size % 2 === 0;
  const half = isEven ? size / 2 : size;
  const fft = createFft(half);
  const zr = new Float64Array(half);
  const zi = new Float64Array(half);
  const bins = Math.floor(size / 2) + 1;
  if (!isEven)
    return (values) => {
      zr.set(values);
      zi.fill(0);
      fft.forward(zr, zi);
      return { re: zr.subarray(0, bins), im: zi.subarray(0, bins) };
    };
  const cos = Float64Array.from({ length: bins }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sin = Float64Array.from({ length: bins }, (_, k) => Math.sin((2 * Math.PI * k) / size));
  const re = new Float64Array(bins);
  const im = new Float64Array(bins);
  return (values) => {
    for (let n = 0; n < half; n++) {
      zr[n] = values[2 * n] as number;
      zi[n] = values[2 * n + 1] as number;
    }
    fft.forward(zr, zi);
    for (let k = 0; k < bins; k++) {
      const a = k % half;
      const b = (half - k) % half;
      const evenRe = (at(zr, a) + at(zr, b)) / 2;
      const evenIm = (at(zi, a) - at(zi, b)) / 2;
      const oddRe = (at(zi, a) + at(zi, b)) / 2;
      const oddIm = (at(zr, b) - at(zr, a)) / 2;
      re[k] = evenRe + at(cos, k) * oddRe + at(sin, k) * oddIm;
      im[k] = evenIm + at(cos, k) * oddIm - at(sin, k) * oddRe;
    }
    return { re, im };
  };
};
