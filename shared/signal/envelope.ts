import { createFft, createRealFft } from './fft.ts';
import { createSpectrumPlan, type Spectrum } from './spectrum.ts';

export interface Band {
  readonly fromHz: number;
  readonly toHz: number;
}

/** The envelope of a band and its own, lower, sample rate. Work space of its plan. */
export interface Envelope {
  readonly values: Float64Array;
  readonly sampleRateHz: number;
}

/**
 * A plan for the envelope of what lies in a band: the magnitude of the analytic signal, made by leaving only the band's
 * positive frequencies in the transform. A shift in frequency does not change the magnitude, so the band is moved to 0 Hz
 * and brought back at the lowest rate, by halving, that holds twice its width, which the square of the envelope needs.
 * Source: R.B. Randall and J. Antoni, "Rolling element bearing diagnostics: a tutorial", Mechanical Systems and Signal
 * Processing 25 (2011), section 5.1 and figure 11.
 */
export const createEnvelopePlan = (
  size: number,
  sampleRateHz: number,
  { fromHz, toHz }: Band,
): ((values: ArrayLike<number>) => Envelope) => {
  const from = Math.max(1, Math.ceil((fromHz * size) / sampleRateHz));
  const to = Math.min(Math.floor((toHz * size) / sampleRateHz), Math.ceil(size / 2) - 1);
  const bins = to - from + 1;
  let length = size;
  while (length % 2 === 0 && length / 2 >= 2 * bins) length /= 2;
  const transform = createRealFft(size);
  const back = createFft(length);
  const re = new Float64Array(length);
  const im = new Float64Array(length);
  // Both sides in one, and the rate of the result instead of that of the values.
  const gain = (2 * length) / size;
  return (values) => {
    const half = transform(values);
    re.fill(0);
    im.fill(0);
    for (let k = 0; k < bins; k++) {
      re[k] = gain * (half.re[from + k] as number);
      im[k] = gain * (half.im[from + k] as number);
    }
    back.inverse(re, im);
    for (let n = 0; n < length; n++) re[n] = Math.hypot(re[n] as number, im[n] as number);
    return { values: re, sampleRateHz: (sampleRateHz * length) / size };
  };
};

/** A plan for the spectrum of the envelope (Hann window, mean left out): lines at the rate of impacts, in the unit of the values. */
export const createEnvelopeSpectrumPlan = (
  size: number,
  sampleRateHz: number,
  band: Band,
): ((values: ArrayLike<number>) => Spectrum) => {
  const envelope = createEnvelopePlan(size, sampleRateHz, band);
  let spectrum: ReturnType<typeof createSpectrumPlan> | undefined;
  return (values) => {
    const { values: magnitude, sampleRateHz: rateHz } = envelope(values);
    spectrum ??= createSpectrumPlan(magnitude.length, 'hann');
    return spectrum(magnitude, rateHz);
  };
};
