import { type Static, Type } from 'typebox';
import { type Id, Instant, idOf, oneOf } from './base.ts';

/** OPC-style quality. A value is never repeated under a new time: a point that gives no new value gives no sample, and goes stale in its gateway's state. */
export const sampleQualities = ['good', 'uncertain', 'stale', 'bad'] as const;
export const SampleQuality = oneOf(sampleQualities);
export type SampleQuality = (typeof sampleQualities)[number];

/** One measured value. `sampledAtMs` is the time of the reading at its source; `value` is in the canonical unit of its point. */
export const Sample = Type.Object(
  {
    pointId: idOf('measurementPoint'),
    sampledAtMs: Instant,
    /** Finite: NaN and infinity are register errors, counted at the edge and refused at ingest. */
    value: Type.Number(),
    quality: SampleQuality,
  },
  { additionalProperties: false },
);
export type Sample = Static<typeof Sample>;

/** Many samples as columns: entry i of each array belongs to sample i, and each array has `count` entries. */
export interface SampleColumns {
  /** The table to which `point` refers; a point may stand in it and give no sample. */
  readonly pointIds: readonly Id<'measurementPoint'>[];
  /** Index into `pointIds`. */
  readonly point: Uint32Array;
  readonly sampledAtMs: Float64Array;
  readonly value: Float64Array;
  /** Index into `sampleQualities`. */
  readonly quality: Uint8Array;
  readonly count: number;
}

/** The same samples as columns; the table holds each point once, in the order in which it first occurs. */
export const columnsOf = (samples: readonly Sample[]): SampleColumns => {
  const indexOf = new Map<Sample['pointId'], number>();
  for (const { pointId } of samples) if (!indexOf.has(pointId)) indexOf.set(pointId, indexOf.size);
  return {
    pointIds: [...indexOf.keys()],
    point: Uint32Array.from(samples, (s) => indexOf.get(s.pointId) ?? 0),
    sampledAtMs: Float64Array.from(samples, (s) => s.sampledAtMs),
    value: Float64Array.from(samples, (s) => s.value),
    quality: Uint8Array.from(samples, (s) => sampleQualities.indexOf(s.quality)),
    count: samples.length,
  };
};

/** The same samples one by one. Every index must stand in its table. */
export const samplesOf = ({ pointIds, point, sampledAtMs, value, quality, count }: SampleColumns): Sample[] =>
  Array.from({ length: count }, (_, i) => ({
    pointId: pointIds[point[i] as number] as Sample['pointId'],
    sampledAtMs: sampledAtMs[i] as number,
    value: value[i] as number,
    quality: sampleQualities[quality[i] as number] as SampleQuality,
  }));
