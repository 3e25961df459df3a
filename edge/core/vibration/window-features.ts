import { bearingFrequencies } from '@kuluma/shared/signal/bearing.ts';
import { createEnvelopeSpectrumPlan } from '@kuluma/shared/signal/envelope.ts';
import {
  bandRms,
  createSpectrumPlan,
  harmonicAmplitude,
  type Spectrum,
  strongestLineHz,
  velocityRmsMmS,
} from '@kuluma/shared/signal/spectrum.ts';
import { type Statistics, statisticsOf } from '@kuluma/shared/signal/statistics.ts';
import type { Feature, VibrationPoint, VibrationProfile } from './vibration-profile.ts';
import type { SignalWindow } from './window-collector.ts';

/** What features are made of: each view is worked out when it is first asked for. */
interface Views {
  readonly statistics: () => Statistics;
  /** Bands share out all of the signal: no weights, so that the squares of all bands add to that of the RMS. */
  readonly flatSpectrum: () => Spectrum;
  /** Weighted by Hann, so that strong lines do not spill over weak ones. */
  readonly hannSpectrum: () => Spectrum;
  readonly envelopeSpectrum: () => Spectrum;
  /** How fast the shaft turns. */
  readonly turnHz: () => number;
}

const once = <T>(work: () => T): (() => T) => {
  let result: { value: T } | undefined;
  return () => {
    result ??= { value: work() };
    return result.value;
  };
};

const turnHzOf = (hannSpectrum: () => Spectrum, speed: VibrationProfile['speed']): number => {
  if (!speed) return Number.NaN;
  const { fromRpm, toRpm } = speed;
  return fromRpm === toRpm ? fromRpm / 60 : strongestLineHz(hannSpectrum(), fromRpm / 60, toRpm / 60);
};

/** Where a line lies, in Hz. */
const lineHz = (turnHz: number, { line }: VibrationPoint, { bearing }: VibrationProfile): number => {
  if (line === 'shaft') return turnHz;
  return bearing && line ? bearingFrequencies(bearing, turnHz)[line] : Number.NaN;
};

const lineOf = (spectrum: Spectrum, views: Views, point: VibrationPoint, profile: VibrationProfile): number =>
  harmonicAmplitude(spectrum, lineHz(views.turnHz(), point, profile), point.harmonics, profile.tolerancePercent / 100);

const measure: Readonly<Record<Feature, (views: Views, point: VibrationPoint, profile: VibrationProfile) => number>> = {
  rms: ({ statistics }) => statistics().rms,
  peak: ({ statistics }) => statistics().peak,
  crest: ({ statistics }) => statistics().crest,
  kurtosis: ({ statistics }) => statistics().kurtosis,
  skewness: ({ statistics }) => statistics().skewness,
  bandRms: ({ flatSpectrum }, { fromHz = 0, toHz = 0 }) => bandRms(flatSpectrum(), fromHz, toHz),
  velocityRms: ({ hannSpectrum }, { fromHz, toHz }) => velocityRmsMmS(hannSpectrum(), fromHz, toHz),
  spectrumLine: (views, point, profile) => lineOf(views.hannSpectrum(), views, point, profile),
  envelopeLine: (views, point, profile) => lineOf(views.envelopeSpectrum(), views, point, profile),
};

/** Plans for windows of one size and rate; a view's plan is made when a feature first needs it. */
const createViews = (size: number, sampleRateHz: number, { envelope, speed }: VibrationProfile) => {
  const flat = once(() => createSpectrumPlan(size, 'rectangular'));
  const hann = once(() => createSpectrumPlan(size, 'hann'));
  const band = once(() => createEnvelopeSpectrumPlan(size, sampleRateHz, envelope ?? { fromHz: 0, toHz: 0 }));
  return (values: Float32Array): Views => {
    const hannSpectrum = once(() => hann()(values, sampleRateHz));
    return {
      statistics: once(() => statisticsOf(values)),
      flatSpectrum: once(() => flat()(values, sampleRateHz)),
      hannSpectrum,
      envelopeSpectrum: once(() => band()(values)),
      turnHz: once(() => turnHzOf(hannSpectrum, speed)),
    };
  };
};

/**
 * A function from the windows of one channel to the values of its points among `wanted`. A feature that a window cannot
 * give (a band beyond half the sample rate, a shape where nothing moves) is NaN.
 */
export const createFeatures = (
  profile: VibrationProfile,
  channel: number,
  wanted: ReadonlySet<string>,
): ((window: SignalWindow) => [name: string, value: number][]) => {
  const points = profile.points.filter((p) => p.channel === channel && wanted.has(p.name));
  let plan: { size: number; rateHz: number; views: ReturnType<typeof createViews> } | undefined;
  return ({ values, sampleRateHz: rateHz }) => {
    const size = values.length;
    if (plan?.size !== size || plan.rateHz !== rateHz)
      plan = { size, rateHz, views: createViews(size, rateHz, profile) };
    const views = plan.views(values);
    return points.map((point) => [
      point.name,
      measure[point.feature](views, point, profile) * point.scale + point.offset,
    ]);
  };
};
