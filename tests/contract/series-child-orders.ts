import type { StoredBatch } from '@kuluma/cloud/ports.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';

export type Order =
  | { readonly kind: 'write'; readonly seq: number }
  | { readonly kind: 'maintain'; readonly nowMs: number };
/** An order that was carried out, or why not. The first report says that the store is open. */
export type Report = Order & { readonly failed: string | null };

export const seriesStartMs = Date.UTC(2026, 10, 1);
export const samplesPerBatch = 500;
const pointId = `mpt_${'a'.repeat(26)}` as Id<'measurementPoint'>;
export const seriesRange = {
  organisationId: `org_${'b'.repeat(26)}`,
  pointId,
  fromMs: seriesStartMs,
  toMs: seriesStartMs + 4 * dayMs,
};

/** The batch of that number; each sample of it has its number as value, and batches go round four days. */
export const seriesBatch = (seq: number): StoredBatch => ({
  organisationId: seriesRange.organisationId,
  key: { gatewayId: `gwy_${'c'.repeat(26)}`, epoch: 1, class: 'live', seq },
  samples: columnsOf(
    Array.from({ length: samplesPerBatch }, (_, i) => ({
      pointId,
      sampledAtMs: seriesStartMs + (seq % 4) * dayMs + seq * samplesPerBatch + i,
      value: seq,
      quality: 'good',
    })),
  ),
});
