import { type Static, Type } from 'typebox';
import { Instant, idOf, oneOf } from './base.ts';

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
