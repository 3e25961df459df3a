import { stringify } from 'yaml';
import { int16ScaleG } from '../links/waveform-frame.ts';
import { leastLoad, mostLoad } from './machine.ts';
import type { MachineType } from './machine-type.ts';
import { placePoints } from './registers.ts';
import { shaftRpm, simulatedBearing, vibrationPoints } from './vibration.ts';

/** The device profile with which an edge reads machines of a type. */
export const profileOf = (type: MachineType) => ({
  profile: type.type,
  points: placePoints(type).map(({ point, address }) => ({
    name: point.name,
    unit: point.unit,
    function: type.function,
    address,
    type: point.type,
    wordOrder: type.wordOrder,
    scale: point.scale,
    offset: 0,
    min: point.min,
    max: point.max,
    scanClass: point.scanClass,
    role: point.role,
  })),
});

/** The profile of the line that a type's serial device sends: field 0 is the tag `KUL`, the values follow. */
export const lineProfileOf = (type: MachineType) => ({
  profile: `${type.type}-line`,
  points: type.points.map(({ name, unit, min, max, role }, i) => ({ name, unit, field: i + 1, min, max, role })),
});

/** Of the shaft in rpm, at the least and the most load that a machine runs under. */
const shaftSpeeds = (type: MachineType): number[] =>
  [leastLoad, mostLoad].map((load) => {
    const running = { load, speedRatio: 1, ambientC: 20, warmth: 1, runHours: 0 };
    return shaftRpm(type, running, {});
  });

const wholeFeatures = { rms: 'g', peak: 'g', crest: '1', kurtosis: '1', skewness: '1' } as const;
const defectLines = ['bpfo', 'bpfi', 'bsf', 'ftf'] as const;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The profile of the raw signals that a type's accelerometers send: `driveEndVibration` gives `driveEndRms` and so on. */
export const vibrationProfileOf = (type: MachineType) => ({
  profile: `${type.type}-vibration`,
  windowMs: 1000,
  speed: { fromRpm: Math.floor(Math.min(...shaftSpeeds(type))), toRpm: Math.ceil(Math.max(...shaftSpeeds(type))) },
  tolerancePercent: 1,
  bearing: simulatedBearing,
  envelope: { fromHz: 2000, toHz: 5000 },
  channels: vibrationPoints(type).map((_, channel) => ({ channel, unit: 'g', scale: int16ScaleG })),
  points: vibrationPoints(type).flatMap(({ name }, channel) => {
    const place = name.replace(/Vibration$/, '');
    const of = (suffix: string, unit: string, feature: string, more: object = {}) => {
      return { name: `${place}${suffix}`, unit, channel, feature, ...more, role: 'sensor' };
    };
    return [
      of('Velocity', 'mm/s', 'velocityRms', { fromHz: 10, toHz: 1000 }),
      ...Object.entries(wholeFeatures).map(([feature, unit]) => of(capital(feature), unit, feature)),
      of('HighBand', 'g', 'bandRms', { fromHz: 2000, toHz: 8000 }),
      of('Shaft', 'g', 'spectrumLine', { line: 'shaft', harmonics: 3 }),
      ...defectLines.map((line) => of(capital(line), 'g', 'envelopeLine', { line, harmonics: 3 })),
    ];
  }),
});

/** Profile text as it stands in a file: one line a point. */
export const profileYaml = (profile: { profile: string; points: readonly object[] }): string => {
  const { points, ...head } = profile;
  const lines = points.map((p) => `  - ${stringify(p, { collectionStyle: 'flow', lineWidth: 0 }).trim()}\n`);
  return `${stringify(head)}points:\n${lines.join('')}`;
};
