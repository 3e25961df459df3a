import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from '@kuluma/shared/model/validate.ts';
import { Default } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { VibrationProfile } from './vibration-profile.ts';
import { createFeatures } from './window-features.ts';

/** FEMTO-ST PRONOSTIA: snapshots of 2,560 values at 25.6 kHz, and features that others made of them. */
const folder = new URL('../../../../shared/data/femto-bearings/', import.meta.url);
const isThere = existsSync(fileURLToPath(folder));
const rateHz = 25_600;
const size = 2560;
const channels = ['h', 'v'] as const;
const edges = [0, 400, 800, 1600, 3200, 4800, 6400, 9600, 12_800];

const rowsOf = (name: string): string[][] =>
  gunzipSync(readFileSync(new URL(name, folder)))
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split(','));

const point = (name: string, channel: number, more: object) => ({ name, channel, unit: 'g', role: 'sensor', ...more });
const profile = parse(
  VibrationProfile,
  Default(VibrationProfile, {
    profile: 'femto',
    windowMs: 100,
    channels: channels.map((_, channel) => ({ channel, unit: 'g' })),
    points: channels.flatMap((c, channel) => [
      ...['rms', 'peak', 'crest', 'kurtosis', 'skewness'].map((f) => point(`${c}_${f}`, channel, { feature: f })),
      ...edges.slice(1).map((toHz, i) => {
        const fromHz = edges[i] ?? 0;
        return point(`${c}_b${fromHz}_${toHz}`, channel, { feature: 'bandRms', fromHz, toHz });
      }),
    ]),
  }),
  'profile',
);

/** The value of each snapshot of a bearing that is among the raw ones: ours beside that of the file, by column. */
const pairsOf = (raw: string, bearing: string) => {
  const [header = [], ...table] = rowsOf('learning_set_features.csv.gz');
  const known = new Map(table.filter((row) => row[1] === bearing).map((row) => [row[2], row]));
  const values = rowsOf(raw).slice(1);
  const wanted = new Set(profile.points.map((p) => p.name));
  const features = channels.map((_, channel) => createFeatures(profile, channel, wanted));
  return Array.from({ length: values.length / size }, (_, s) => values.slice(s * size, (s + 1) * size)).flatMap(
    (rows) =>
      channels.flatMap((_, channel) => {
        const signal = Float32Array.from(rows, (row) => Number(row[2 + channel]));
        const theirs = known.get(rows[0]?.[0]);
        return (features[channel]?.({ values: signal, sampleRateHz: rateHz, endSample: size }) ?? []).map(
          ([column, ours]) => ({ column, ours, theirs: Number(theirs?.[header.indexOf(column)]) }),
        );
      }),
  );
};

describe.skipIf(!isThere)(`features of real bearings${isThere ? '' : ' [skipped: no ../shared/data]'}`, () => {
  it.each([
    ['learning_set_Bearing1_1_raw_every70.csv.gz', 'Bearing1_1', 41],
    ['learning_set_Bearing3_1_raw_every25.csv.gz', 'Bearing3_1', 21],
  ])('of %s are those of the published table to its five digits', (raw, bearing, snapshots) => {
    const pairs = pairsOf(raw, bearing);
    expect(pairs.length).toBe(snapshots * profile.points.length);
    for (const { column, ours, theirs } of pairs) {
      if (column.endsWith('skewness')) expect(Math.abs(ours - theirs), column).toBeLessThan(1e-5);
      // The table counts the bin at half the sample rate twice, as if it had a conjugate of its own; we count it once.
      else if (column.endsWith('_12800')) expect(Math.abs(ours / theirs - 1), column).toBeLessThan(0.006);
      else expect(Math.abs(ours / theirs - 1), column).toBeLessThan(6e-5);
    }
  });
});
