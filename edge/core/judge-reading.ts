import type { Id } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import type { Profile } from './profile.ts';

/** Values of one device at one instant, by the name of the profile's point, in its unit. */
export interface Reading {
  /** When the reply arrived. */
  readonly sampledAtMs: number;
  readonly values: readonly (readonly [name: string, value: number])[];
}

/** A point that is wanted: where its values go and what range is plausible. */
export interface WantedPoint {
  readonly pointId: Id<'measurementPoint'>;
  readonly min: number;
  readonly max: number;
}

export const wantedPoints = (
  profile: Profile,
  ids: Readonly<Record<string, Id<'measurementPoint'>>>,
): Map<string, WantedPoint> =>
  new Map(
    profile.points.flatMap(({ name, min = -Infinity, max = Infinity }) => {
      const pointId = ids[name];
      return pointId ? [[name, { pointId, min, max }]] : [];
    }),
  );

/** Samples of a reading with their quality; what is no finite number is counted and left out. */
export const judgeReading = (
  reading: Reading,
  wanted: ReadonlyMap<string, WantedPoint>,
): { samples: Sample[]; notFinite: number } => {
  const samples: Sample[] = [];
  let notFinite = 0;
  for (const [name, value] of reading.values) {
    const point = wanted.get(name);
    if (!point) continue;
    if (!Number.isFinite(value)) {
      notFinite++;
      continue;
    }
    const quality = value < point.min || value > point.max ? 'bad' : 'good';
    samples.push({ pointId: point.pointId, sampledAtMs: reading.sampledAtMs, value, quality });
  }
  return { samples, notFinite };
};
