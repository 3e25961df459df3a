import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../clock.ts';
import {
  bandRms,
  createSpectrumPlan,
  harmonicAmplitude,
  lineAmplitude,
  mmS2PerG,
  strongestLineHz,
  velocityRmsMmS,
  windowWeights,
} from './spectrum.ts';
import { statisticsOf } from './statistics.ts';

const rateHz = 25_600;
const tone = (hz: number, amplitude: number, size = rateHz, phase = 0.7) =>
  Float64Array.from({ length: size }, (_, i) => amplitude * Math.sin((2 * Math.PI * hz * i) / rateHz + phase));
const sumOf = (...signals: Float64Array[]) =>
  Float64Array.from(signals[0] ?? [], (_, i) => signals.reduce((sum, s) => sum + (s[i] ?? 0), 0));
const hannOf = (values: Float64Array) => createSpectrumPlan(values.length, 'hann')(values, rateHz);

it('weighs with a Hann window of the known corrections', () => {
  const weights = windowWeights('hann', 1024);
  const mean = weights.reduce((sum, w) => sum + w, 0) / 1024;
  const meanSquare = weights.reduce((sum, w) => sum + w * w, 0) / 1024;
  expect(mean).toBeCloseTo(0.5, 12);
  expect(meanSquare).toBeCloseTo(0.375, 12);
  // Equivalent noise bandwidth in bins.
  expect(meanSquare / mean ** 2).toBeCloseTo(1.5, 12);
});

describe('bands', () => {
  it('share out the mean square of any signal among themselves', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 8, max: 600 }),
        fc.double({ min: 1, max: 12_000, noNaN: true }),
        (seed, size, edgeHz) => {
          const random = seededRandom(seed);
          const values = Float64Array.from({ length: size }, () => random() - 0.3);
          const spectrum = createSpectrumPlan(size, 'rectangular')(values, rateHz);
          const parts = [bandRms(spectrum, 0, edgeHz), bandRms(spectrum, edgeHz, rateHz / 2)];
          expect(Math.hypot(...parts)).toBeCloseTo(statisticsOf(values).rms, 9);
        },
      ),
    );
  });

  it.each(['hann', 'rectangular'] as const)('hold a tone in the unit of the signal (%s)', (shape) => {
    const spectrum = createSpectrumPlan(rateHz, shape)(sumOf(tone(120, 2), tone(3000, 5)), rateHz);
    expect(bandRms(spectrum, 100, 200)).toBeCloseTo(Math.SQRT2, 3);
    expect(bandRms(spectrum, 2000, 4000)).toBeCloseTo(5 / Math.SQRT2, 3);
    expect(bandRms(spectrum, 300, 2000)).toBeLessThan(0.01);
  });

  it('own their lower edge and not the upper', () => {
    const spectrum = createSpectrumPlan(2560, 'rectangular')(tone(400, 1, 2560), rateHz);
    expect(bandRms(spectrum, 0, 400)).toBeCloseTo(0, 9);
    expect(bandRms(spectrum, 400, 800)).toBeCloseTo(Math.SQRT1_2, 9);
  });

  it('are unknown beyond half the sample rate', () => {
    expect(bandRms(hannOf(tone(100, 1)), 10_000, 13_000)).toBeNaN();
  });

  it('are right for noise under a Hann window', () => {
    const random = seededRandom(1);
    const values = Float64Array.from({ length: rateHz }, () => Math.sqrt(12) * (random() - 0.5));
    expect(bandRms(hannOf(values), 0, rateHz / 2)).toBeCloseTo(1, 1);
    expect(bandRms(hannOf(values), 3200, 6400)).toBeCloseTo(0.5, 1);
  });
});

describe('velocity', () => {
  it('is acceleration over 2 pi f', () => {
    const velocityMmS = 4.5 * Math.SQRT2;
    const accelerationG = (velocityMmS * 2 * Math.PI * 49.6) / mmS2PerG;
    expect(velocityRmsMmS(hannOf(tone(49.6, accelerationG)))).toBeCloseTo(4.5, 2);
  });

  it('takes in 10 Hz and 1000 Hz and leaves out what lies beyond', () => {
    const atG = (hz: number) => (Math.SQRT2 * 2 * Math.PI * hz) / mmS2PerG;
    const of = (hz: number) => velocityRmsMmS(createSpectrumPlan(rateHz, 'rectangular')(tone(hz, atG(hz)), rateHz));
    expect(of(10)).toBeCloseTo(1, 6);
    expect(of(1000)).toBeCloseTo(1, 6);
    expect(of(9)).toBeCloseTo(0, 6);
    expect(of(1001)).toBeCloseTo(0, 6);
  });

  it('is not spoilt by drift below the band', () => {
    const quiet = tone(100, 0.1);
    const drifting = sumOf(quiet, tone(0.6, 0.2));
    expect(velocityRmsMmS(hannOf(drifting)) / velocityRmsMmS(hannOf(quiet))).toBeCloseTo(1, 2);
  });
});

describe('lines', () => {
  it('have their amplitude wherever they lie between two bins', () => {
    for (const offset of [0, 0.1, 0.25, 0.5, 0.8])
      expect(lineAmplitude(hannOf(tone(160 + offset, 3)), 160, 0.01)).toBeCloseTo(3, 1);
  });

  it('are looked for within the tolerance only', () => {
    const spectrum = hannOf(tone(160, 3));
    expect(lineAmplitude(spectrum, 163, 0.02)).toBeCloseTo(3, 2);
    expect(lineAmplitude(spectrum, 170, 0.02)).toBeLessThan(0.01);
    expect(lineAmplitude(spectrum, 14_000, 0.02)).toBeNaN();
  });

  it('and their multiples add by energy', () => {
    const spectrum = hannOf(sumOf(tone(160, 3), tone(320, 4), tone(500, 9)));
    expect(harmonicAmplitude(spectrum, 160, 2, 0.01)).toBeCloseTo(5, 2);
  });

  it('tell the speed of a shaft to a tenth of a bin, although its double is stronger in acceleration', () => {
    const spectrum = hannOf(sumOf(tone(49.37, 1), tone(98.74, 1.5), tone(180, 3)));
    expect(strongestLineHz(spectrum, 40, 110)).toBeCloseTo(49.37, 1);
    expect(strongestLineHz(hannOf(new Float64Array(rateHz)), 40, 110)).toBeNaN();
  });
});
