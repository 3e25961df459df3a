import { createRealFft } from './fft.ts';

export type WindowShape = 'hann' | 'rectangular';

/**
 * The weights of a window of `size` values. Hann in its periodic form (F.J. Harris, "On the use of windows for harmonic
 * analysis with the discrete Fourier transform", Proc. IEEE 66 (1978)).
 */
export const windowWeights = (shape: WindowShape, size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, n) =>
    shape === 'hann' ? 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size) : 1,
  );

/** One-sided spectrum of a window of values, its mean left out. */
export interface Spectrum {
  /** Distance of two bins; bin k is at k * resolutionHz. */
  readonly resolutionHz: number;
  /** Mean square in each bin, in the square of the values' unit: the sum over all bins is the mean square of the window. */
  readonly power: Float64Array;
}

/**
 * A plan for windows of `size` values. The scale corrects for the mean square of the window's weights, so that sums over
 * bands are right for noise and tones alike (G. Heinzel et al., "Spectrum and spectral density estimation by the
 * discrete Fourier transform", Max-Planck-Institut für Gravitationsphysik 2002, section 9).
 */
export const createSpectrumPlan = (
  size: number,
  shape: WindowShape,
): ((values: ArrayLike<number>, sampleRateHz: number) => Spectrum) => {
  const weights = windowWeights(shape, size);
  const weightPower = weights.reduce((sum, w) => sum + w * w, 0);
  const transform = createRealFft(size);
  const weighted = new Float64Array(size);
  return (values, sampleRateHz) => {
    let sum = 0;
    for (let n = 0; n < size; n++) sum += values[n] as number;
    const mean = sum / size;
    for (let n = 0; n < size; n++) weighted[n] = ((values[n] as number) - mean) * (weights[n] as number);
    const { re, im } = transform(weighted);
    const power = new Float64Array(re.length);
    for (let k = 0; k < power.length; k++) {
      // Each bin stands for its conjugate too, but the first and, of an even length, the last.
      const sides = k === 0 || 2 * k === size ? 1 : 2;
      power[k] = (sides * ((re[k] as number) ** 2 + (im[k] as number) ** 2)) / (size * weightPower);
    }
    return { resolutionHz: sampleRateHz / size, power };
  };
};

/** Sums `of(power, hz)` over bins with fromHz <= hz < toHz; the last bin belongs to a band that ends at it. NaN above it. */
const sumBand = (
  { power, resolutionHz }: Spectrum,
  fromHz: number,
  toHz: number,
  of: (power: number, hz: number) => number,
): number => {
  const last = power.length - 1;
  // Bins at whole multiples of the resolution must not slip over an edge by rounding.
  const tiny = 1e-9;
  // An odd length has its last bin half a bin below half the sample rate.
  if (toHz / resolutionHz > last + 0.5 + tiny) return Number.NaN;
  const from = Math.ceil(fromHz / resolutionHz - tiny);
  const to = toHz / resolutionHz >= last - tiny ? last + 1 : Math.ceil(toHz / resolutionHz - tiny);
  let sum = 0;
  for (let k = from; k < to; k++) sum += of(power[k] as number, k * resolutionHz);
  return sum;
};

/** RMS of what lies in fromHz <= f < toHz, in the unit of the values; bands that touch share nothing. NaN beyond half the sample rate. */
export const bandRms = (spectrum: Spectrum, fromHz: number, toHz: number): number =>
  Math.sqrt(sumBand(spectrum, fromHz, toHz, (power) => power));

/** mm/s^2 in 1 g: standard gravity, ISO 80000-3. */
export const mmS2PerG = 9806.65;

/**
 * RMS of vibration velocity in mm/s, from the spectrum of an acceleration in g: each bin is integrated by division by
 * 2 pi f. ISO 20816-1 asks for 10 Hz to 1000 Hz, both ends included, and ISO 20816-3 for 2 Hz on where a machine turns
 * slower than 600 rpm. The spectrum should be of a Hann window at least two periods of `fromHz` long: what leaks down
 * from below is magnified.
 */
export const velocityRmsMmS = (acceleration: Spectrum, fromHz = 10, toHz = 1000): number =>
  mmS2PerG *
  Math.sqrt(
    // The smallest step beyond toHz takes in the bin there.
    sumBand(acceleration, fromHz, toHz + acceleration.resolutionHz * 1e-6, (p, hz) => p / (2 * Math.PI * hz) ** 2),
  );

/** Bins to each side of a peak that hold its power under a Hann window. */
const lobeBins = 2;

/**
 * Amplitude (of a sine: its peak) of the strongest line within `tolerance` (a ratio) of `hz`, in the unit of the values;
 * NaN beyond half the sample rate. The power of the whole main lobe is taken, so a line between two bins loses nothing.
 */
export const lineAmplitude = ({ power, resolutionHz }: Spectrum, hz: number, tolerance: number): number => {
  const from = Math.max(1, Math.round((hz * (1 - tolerance)) / resolutionHz));
  const to = Math.round((hz * (1 + tolerance)) / resolutionHz);
  if (!(to < power.length)) return Number.NaN;
  let peak = from;
  for (let k = from; k <= to; k++) if ((power[k] as number) > (power[peak] as number)) peak = k;
  let sum = 0;
  for (let k = Math.max(1, peak - lobeBins); k <= Math.min(power.length - 1, peak + lobeBins); k++)
    sum += power[k] as number;
  return Math.sqrt(2 * sum);
};

/**
 * Frequency of the line that is strongest after integration, within fromHz to toHz: the turning of a shaft, whose harmonics
 * are stronger in acceleration but not in velocity. The centre of the main lobe's power, so a fraction of a bin. NaN in
 * an empty spectrum.
 */
export const strongestLineHz = ({ power, resolutionHz }: Spectrum, fromHz: number, toHz: number): number => {
  const from = Math.max(1, Math.ceil(fromHz / resolutionHz));
  const to = Math.min(power.length - 1, Math.floor(toHz / resolutionHz));
  let peak = from;
  for (let k = from; k <= to; k++) if ((power[k] as number) / k ** 2 > (power[peak] as number) / peak ** 2) peak = k;
  let sum = 0;
  let moment = 0;
  for (let k = Math.max(1, peak - lobeBins); k <= Math.min(power.length - 1, peak + lobeBins); k++) {
    sum += power[k] as number;
    moment += k * (power[k] as number);
  }
  return (moment / sum) * resolutionHz;
};

/** Amplitudes at `hz` and its multiples up to `harmonics`, as one: the root of the sum of their squares. */
export const harmonicAmplitude = (spectrum: Spectrum, hz: number, harmonics: number, tolerance: number): number => {
  let sum = 0;
  for (let harmonic = 1; harmonic <= harmonics; harmonic++)
    sum += lineAmplitude(spectrum, harmonic * hz, tolerance) ** 2;
  return Math.sqrt(sum);
};
