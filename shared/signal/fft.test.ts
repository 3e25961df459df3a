import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../clock.ts';
import { createFft, createRealFft } from './fft.ts';

/** Every way through the code: primes by both methods, powers of two and four, mixed radices, odd and even. */
const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 17, 20, 25, 27, 32, 35, 49, 64, 97, 100, 121, 128, 160, 210];

const noise = (size: number, seed: number) => {
  const random = seededRandom(seed);
  return Float64Array.from({ length: size }, () => 2 * random() - 1);
};
const naive = (re: Float64Array, im: Float64Array) => {
  const n = re.length;
  const sum = (k: number, of: (x: number, y: number, angle: number) => number) =>
    re.reduce((total, x, i) => total + of(x, im[i] ?? 0, (-2 * Math.PI * ((i * k) % n)) / n), 0);
  return {
    re: Float64Array.from(re, (_, k) => sum(k, (x, y, a) => x * Math.cos(a) - y * Math.sin(a))),
    im: Float64Array.from(re, (_, k) => sum(k, (x, y, a) => x * Math.sin(a) + y * Math.cos(a))),
  };
};
const forward = (re: Float64Array, im: Float64Array) => {
  const out = { re: re.slice(), im: im.slice() };
  createFft(re.length).forward(out.re, out.im);
  return out;
};
const expectClose = (actual: Float64Array, expected: ArrayLike<number>, tolerance = 1e-9) => {
  expect(actual.length).toBe(expected.length);
  const worst = actual.reduce((most, x, i) => Math.max(most, Math.abs(x - (expected[i] ?? Number.NaN))), 0);
  expect(worst).toBeLessThan(tolerance);
};

describe('complex transform', () => {
  it.each(sizes)('equals the sum that defines it at %i points', (size) => {
    const re = noise(size, 1);
    const im = noise(size, 2);
    const [is, should] = [forward(re, im), naive(re, im)];
    expectClose(is.re, should.re);
    expectClose(is.im, should.im);
  });

  it.each(sizes)('is undone by its inverse at %i points', (size) => {
    const re = noise(size, 3);
    const im = noise(size, 4);
    const out = forward(re, im);
    createFft(size).inverse(out.re, out.im);
    expectClose(out.re, re);
    expectClose(out.im, im);
  });

  it('is linear, keeps the energy, and turns a shift into a phase', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer(),
        fc.nat(400),
        fc.double({ min: -9, max: 9, noNaN: true }),
        (size, seed, shift, factor) => {
          const [a, b, zero] = [noise(size, seed), noise(size, seed + 1), new Float64Array(size)];
          const [fa, fb] = [forward(a, zero), forward(b, zero)];
          const both = forward(
            a.map((x, i) => x + factor * (b[i] ?? 0)),
            zero,
          );
          expectClose(
            both.re,
            fa.re.map((x, k) => x + factor * (fb.re[k] ?? 0)),
          );

          const energy = (x: Float64Array) => x.reduce((sum, v) => sum + v * v, 0);
          expect((energy(fa.re) + energy(fa.im)) / size).toBeCloseTo(energy(a), 8);

          const shifted = forward(
            a.map((_, i) => a[(i + shift) % size] ?? 0),
            zero,
          );
          const angle = (k: number) => (2 * Math.PI * ((k * shift) % size)) / size;
          expectClose(
            shifted.re,
            fa.re.map((x, k) => x * Math.cos(angle(k)) - (fa.im[k] ?? 0) * Math.sin(angle(k))),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses a length that is none', () => {
    expect(() => createFft(0)).toThrow(RangeError);
    expect(() => createFft(2.5)).toThrow(RangeError);
  });
});

it.each(sizes)('gives the first half of the complex transform for %i real values', (size) => {
  const values = noise(size, 5);
  const whole = forward(values, new Float64Array(size));
  const half = createRealFft(size)(values);
  const bins = Math.floor(size / 2) + 1;
  expectClose(half.re, whole.re.subarray(0, bins));
  expectClose(half.im, whole.im.subarray(0, bins));
});
