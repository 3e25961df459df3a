import { parse } from '@kuluma/shared/model/validate.ts';
import { bearingFrequencies } from '@kuluma/shared/signal/bearing.ts';
import { mmS2PerG } from '@kuluma/shared/signal/spectrum.ts';
import { Default } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { VibrationProfile, vibrationFaults } from './vibration-profile.ts';
import { createFeatures } from './window-features.ts';

const rateHz = 10_240;
const bearing = { rollingElements: 9, rollingElementDiameterMm: 7.94, pitchDiameterMm: 39.04, contactAngleDeg: 0 };
const shaftHz = 24.8;
const { bpfo } = bearingFrequencies(bearing, shaftHz);
/** 3 mm/s of the shaft in g, and a carrier at 3 kHz whose amplitude of 0.5 g swings by 0.2 g at the outer ring's rate. */
const velocityG = (Math.SQRT2 * 3 * 2 * Math.PI * shaftHz) / mmS2PerG;
const window = {
  sampleRateHz: rateHz,
  endSample: rateHz,
  values: Float32Array.from({ length: rateHz }, (_, i) => {
    const t = (2 * Math.PI * i) / rateHz;
    return velocityG * Math.sin(shaftHz * t) + (0.5 + 0.2 * Math.cos(bpfo * t)) * Math.cos(3000 * t) + 0.7;
  }),
};

const profileOf = (points: object[], over: object = {}): VibrationProfile => {
  const defaults = { unit: 'g', channel: 1, role: 'sensor' };
  const whole = {
    profile: 'test',
    channels: [{ channel: 1, unit: 'g' }],
    speed: { fromRpm: 1400, toRpm: 1600 },
    bearing,
    envelope: { fromHz: 2500, toHz: 3500 },
    points: points.map((p, i) => ({ name: `p${i}`, ...defaults, ...p })),
    ...over,
  };
  return parse(VibrationProfile, Default(VibrationProfile, whole), 'profile');
};
const valuesOf = (...points: object[]) => {
  const profile = profileOf(points);
  const wanted = new Set(profile.points.map((p) => p.name));
  return createFeatures(profile, 1, wanted)(window).map(([, value]) => value);
};

describe('features of a window', () => {
  it('are those of the whole signal about its mean', () => {
    const meanSquare = velocityG ** 2 / 2 + 0.5 ** 2 / 2 + 0.2 ** 2 / 4;
    const [rms, crest, peak] = valuesOf({ feature: 'rms' }, { feature: 'crest', unit: '1' }, { feature: 'peak' });
    expect(rms).toBeCloseTo(Math.sqrt(meanSquare), 3);
    expect(crest).toBeCloseTo((peak ?? 0) / (rms ?? 0), 6);
  });

  it('are velocity and bands of its spectrum', () => {
    const [velocity, band, beyond] = valuesOf(
      { feature: 'velocityRms', unit: 'mm/s' },
      { feature: 'bandRms', fromHz: 2000, toHz: 4000 },
      { feature: 'bandRms', fromHz: 5000, toHz: 9000 },
    );
    expect(velocity).toBeCloseTo(3, 2);
    expect(band).toBeCloseTo(Math.sqrt(0.5 ** 2 / 2 + 0.2 ** 2 / 4), 3);
    expect(beyond).toBeNaN();
  });

  it('are lines at the speed that the signal itself tells', () => {
    const [shaft, outer, inner] = valuesOf(
      { feature: 'spectrumLine', line: 'shaft' },
      { feature: 'envelopeLine', line: 'bpfo', harmonics: 2 },
      { feature: 'envelopeLine', line: 'bpfi', harmonics: 2 },
    );
    expect(shaft).toBeCloseTo(velocityG, 4);
    expect(outer).toBeCloseTo(0.2, 2);
    expect(inner).toBeLessThan(0.01);
  });

  it('are scaled as their points say, and only those that are wanted', () => {
    const profile = profileOf([{ feature: 'rms' }, { feature: 'rms', scale: 10, offset: 1, unit: 'mm/s' }]);
    const [whole] = createFeatures(profile, 1, new Set(['p0']))(window);
    const [scaled] = createFeatures(profile, 1, new Set(['p1']))(window);
    expect(scaled?.[1]).toBeCloseTo(10 * (whole?.[1] ?? 0) + 1, 9);
    expect(createFeatures(profile, 2, new Set(['p0', 'p1']))(window)).toEqual([]);
  });
});

describe('a profile', () => {
  it('without faults has none', () => {
    expect(vibrationFaults(profileOf([{ feature: 'envelopeLine', line: 'bpfo' }]))).toEqual([]);
  });

  it.each<[object, object, string]>([
    [{ feature: 'rms', channel: 3 }, {}, 'p0: the profile has no channel 3'],
    [{ feature: 'rms', unit: 'mm/s' }, {}, 'p0: its unit is g'],
    [{ feature: 'bandRms', fromHz: 10 }, {}, 'p0: it needs fromHz and toHz'],
    [{ feature: 'bandRms', fromHz: 20, toHz: 10 }, {}, 'p0: fromHz is not below toHz'],
    [{ feature: 'velocityRms', unit: 'mm/s' }, { windowMs: 100 }, 'p0: 10 Hz needs a longer window'],
    [{ feature: 'spectrumLine' }, {}, 'p0: it needs a line, and the speed of the profile'],
    [{ feature: 'spectrumLine', line: 'ftf' }, { bearing: undefined }, 'p0: it needs the bearing of the profile'],
    [{ feature: 'envelopeLine', line: 'shaft' }, { envelope: undefined }, 'p0: it needs the envelope of the profile'],
    [{ feature: 'rms' }, { everyMs: 500 }, 'everyMs is below windowMs'],
    [{ feature: 'rms' }, { speed: { fromRpm: 2, toRpm: 1 } }, 'the speed has fromRpm above toRpm'],
  ])('%o with %o says what is wrong', (point, over, fault) => {
    const given = Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined));
    const profile = profileOf([point], given);
    for (const [key, value] of Object.entries(over)) if (value === undefined) Reflect.deleteProperty(profile, key);
    expect(vibrationFaults(profile)).toEqual([fault]);
  });
});
