import { oneOf } from '@kuluma/shared/model/base.ts';
import { canonicalUnits, Unit } from '@kuluma/shared/model/units.ts';
import { BearingGeometry } from '@kuluma/shared/signal/bearing.ts';
import { type Static, Type } from 'typebox';
import { pointFields } from '../profile.ts';

const strict = { additionalProperties: false };
const channel = Type.Integer({ minimum: 0, maximum: 255 });
const hz = Type.Number({ minimum: 0 });
const rpm = Type.Number({ exclusiveMinimum: 0 });

/** Where a spectrum is looked at: the shaft, a defect of the outer or inner ring, of a rolling element, of the cage. */
export const lines = ['shaft', 'bpfo', 'bpfi', 'bsf', 'ftf'] as const;
export const features = [
  'rms',
  'peak',
  'crest',
  'kurtosis',
  'skewness',
  'bandRms',
  'velocityRms',
  'spectrumLine',
  'envelopeLine',
] as const;
export type Feature = (typeof features)[number];

export const VibrationPoint = Type.Object(
  {
    ...pointFields,
    channel,
    feature: oneOf(features),
    /** Of `bandRms` and `velocityRms`; the latter has 10 Hz to 1000 Hz where none are given. */
    fromHz: Type.Optional(hz),
    toHz: Type.Optional(hz),
    /** Of `spectrumLine` and `envelopeLine`. */
    line: Type.Optional(oneOf(lines)),
    /** How many multiples of the line are taken together, itself included. */
    harmonics: Type.Integer({ minimum: 1, maximum: 20, default: 1 }),
  },
  strict,
);
export type VibrationPoint = Static<typeof VibrationPoint>;

/** What a device that sends raw waveforms measures, and which features of it are wanted. */
export const VibrationProfile = Type.Object(
  {
    profile: Type.String({ minLength: 1 }),
    /** Length of the stretch that one value of a feature stands for. */
    windowMs: Type.Integer({ minimum: 10, maximum: 60_000, default: 1000 }),
    /** From the start of one window to that of the next; `windowMs` where it is not given. */
    everyMs: Type.Optional(Type.Integer({ minimum: 10 })),
    channels: Type.Array(
      Type.Object(
        {
          channel,
          unit: Unit,
          /** From what the device sends to `unit`: the worth of one count, or 1 where it sends float32 in `unit`. */
          scale: Type.Number({ default: 1 }),
        },
        strict,
      ),
      { minItems: 1 },
    ),
    /** Speed of the shaft, for the lines. Where it varies, the strongest line of velocity in the range tells it. */
    speed: Type.Optional(Type.Object({ fromRpm: rpm, toRpm: rpm }, strict)),
    /** How far from its place a line is looked for: rolling elements slip. */
    tolerancePercent: Type.Number({ minimum: 0, maximum: 20, default: 2 }),
    bearing: Type.Optional(BearingGeometry),
    /** Where the structure rings when it is hit; of `envelopeLine`. */
    envelope: Type.Optional(Type.Object({ fromHz: hz, toHz: hz }, strict)),
    points: Type.Array(VibrationPoint, { minItems: 1 }),
  },
  strict,
);
export type VibrationProfile = Static<typeof VibrationProfile>;

const unitOf = (feature: Feature, channelUnit: string): string => {
  if (feature === 'velocityRms') return canonicalUnits.vibrationVelocity;
  const isRatio = feature === 'crest' || feature === 'kurtosis' || feature === 'skewness';
  return isRatio ? canonicalUnits.dimensionless : channelUnit;
};

const faultsOfPoint = (point: VibrationPoint, profile: VibrationProfile): string[] => {
  const { feature, line, scale, unit } = point;
  const channelUnit = profile.channels.find((c) => c.channel === point.channel)?.unit;
  if (!channelUnit) return [`the profile has no channel ${point.channel}`];
  const isLine = feature === 'spectrumLine' || feature === 'envelopeLine';
  const isBand = feature === 'bandRms' || feature === 'velocityRms';
  const { fromHz = 10, toHz = 1000 } = point;
  const named = unitOf(feature, channelUnit);
  return [
    scale === 1 && unit !== named && `its unit is ${named}`,
    feature === 'velocityRms' && channelUnit !== 'g' && 'velocity is made of an acceleration in g',
    feature === 'bandRms' && (point.fromHz === undefined || point.toHz === undefined) && 'it needs fromHz and toHz',
    isBand && fromHz >= toHz && 'fromHz is not below toHz',
    feature === 'velocityRms' && profile.windowMs * fromHz < 2000 && `${fromHz} Hz needs a longer window`,
    isLine && (!line || !profile.speed) && 'it needs a line, and the speed of the profile',
    isLine && line !== 'shaft' && !profile.bearing && 'it needs the bearing of the profile',
    feature === 'envelopeLine' && !profile.envelope && 'it needs the envelope of the profile',
  ].filter((fault) => typeof fault === 'string');
};

/** What no schema can see: each fault as one sentence that names its point. */
export const vibrationFaults = (profile: VibrationProfile): string[] => {
  const { channels, envelope, speed, windowMs, everyMs = windowMs } = profile;
  const isTwice = channels.some((a, i) => channels.findIndex((b) => b.channel === a.channel) !== i);
  return [
    ...(isTwice ? ['a channel stands twice'] : []),
    ...(everyMs < windowMs ? ['everyMs is below windowMs'] : []),
    ...(speed && speed.fromRpm > speed.toRpm ? ['the speed has fromRpm above toRpm'] : []),
    ...(envelope && envelope.fromHz >= envelope.toHz ? ['the envelope has fromHz not below toHz'] : []),
    ...profile.points.flatMap((point) => faultsOfPoint(point, profile).map((fault) => `${point.name}: ${fault}`)),
  ];
};
