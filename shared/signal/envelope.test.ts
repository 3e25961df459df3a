import { expect, it } from 'vitest';
import { seededRandom } from '../clock.ts';
import { bearingFrequencies } from './bearing.ts';
import { createEnvelopePlan, createEnvelopeSpectrumPlan } from './envelope.ts';
import { lineAmplitude } from './spectrum.ts';

const rateHz = 12_800;
const band = { fromHz: 2000, toHz: 4000 };
/** A carrier in the band whose amplitude swings by `depth` at `modulationHz`, under a far stronger hum outside. */
const modulated = (modulationHz: number, depth: number) =>
  Float64Array.from({ length: rateHz }, (_, i) => {
    const t = (2 * Math.PI * i) / rateHz;
    return 2 * (1 + depth * Math.cos(modulationHz * t)) * Math.cos(3000 * t) + 20 * Math.cos(50 * t);
  });

it('follows the amplitude of what lies in the band and nothing else', () => {
  const { values, sampleRateHz } = createEnvelopePlan(rateHz, rateHz, band)(modulated(80, 0.5));
  const swing = (i: number) => 2 * (1 + 0.5 * Math.cos((2 * Math.PI * 80 * i) / sampleRateHz));
  expect(Math.max(...values.map((v, i) => Math.abs(v - swing(i))))).toBeLessThan(1e-9);
});

it('comes at the lowest halved rate that holds twice the band', () => {
  expect(createEnvelopePlan(rateHz, rateHz, band)(modulated(80, 0.5)).sampleRateHz).toBe(6400);
  expect(createEnvelopePlan(12_801, 12_801, band)(new Float64Array(12_801)).sampleRateHz).toBe(12_801);
});

it('has a line at the modulation, as high as the swing', () => {
  const spectrum = createEnvelopeSpectrumPlan(rateHz, rateHz, band)(modulated(87.3, 0.4));
  expect(lineAmplitude(spectrum, 87.3, 0.01)).toBeCloseTo(0.8, 2);
  expect(lineAmplitude(spectrum, 120, 0.01)).toBeLessThan(0.01);
});

it('finds impacts on the outer ring under noise that hides them', () => {
  const { bpfo } = bearingFrequencies(
    { rollingElements: 9, rollingElementDiameterMm: 7.94, pitchDiameterMm: 39.04, contactAngleDeg: 0 },
    29.5,
  );
  const random = seededRandom(7);
  const values = Float64Array.from({ length: rateHz }, () => 0.5 * (random() + random() + random() - 1.5));
  for (let impact = 0; impact < bpfo; impact++) {
    const from = Math.round(((impact + 0.01 * random()) * rateHz) / bpfo);
    for (let i = 0; i < 60 && from + i < rateHz; i++)
      values[from + i] = (values[from + i] ?? 0) + Math.exp(-i / 12) * Math.sin((2 * Math.PI * 3000 * i) / rateHz);
  }
  const spectrum = createEnvelopeSpectrumPlan(rateHz, rateHz, band)(values);
  expect(lineAmplitude(spectrum, bpfo, 0.01)).toBeGreaterThan(4 * lineAmplitude(spectrum, 1.3 * bpfo, 0.01));
});
