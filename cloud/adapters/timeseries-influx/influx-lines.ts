import { escape as escaped } from '@influxdata/influxdb-client';
import type { RefusedSample } from '../../core/ingest/samples-refused.ts';
import type { StoredBatch } from '../../ports.ts';

/** Lines of one request, each with where its sample stands in the write. */
export interface Lines {
  readonly text: readonly string[];
  readonly places: readonly RefusedSample[];
}

/** A line of the line protocol: a field has one type for ever, and both are floats. */
export const sampleLine = (tags: string, value: number, quality: number, atMs: number): string =>
  `telemetry,${tags} value=${value},quality=${quality} ${atMs}`;

/**
 * The samples of a write in the line protocol, in pieces of at most `size`.
 * @param refuse told of each sample that no store takes.
 */
export function* linesOf(
  batches: readonly StoredBatch[],
  size: number,
  refuse: (place: RefusedSample) => void,
): Generator<Lines> {
  let text: string[] = [];
  let places: RefusedSample[] = [];
  for (const [batch, { organisationId, samples }] of batches.entries()) {
    const { pointIds, point, sampledAtMs, value, quality, count } = samples;
    const organisation = escaped.tag(organisationId);
    const tags: string[] = [];
    for (let sample = 0; sample < count; sample++) {
      const place = { batch, sample };
      if (!Number.isFinite(value[sample])) {
        refuse(place);
        continue;
      }
      const p = point[sample] as number;
      tags[p] ??= `organisation_id=${organisation},point_id=${escaped.tag(pointIds[p] as string)}`;
      text.push(sampleLine(tags[p], value[sample] as number, quality[sample] as number, sampledAtMs[sample] as number));
      places.push(place);
      if (text.length < size) continue;
      yield { text, places };
      text = [];
      places = [];
    }
  }
  if (text.length > 0) yield { text, places };
}
