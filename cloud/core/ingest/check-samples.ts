import type { Id, Period } from '@kuluma/shared/model/base.ts';
import type { SampleColumns } from '@kuluma/shared/model/sample.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';

type PointId = Id<'measurementPoint'>;

/** How far a gateway's clock may run ahead of ours. */
export const futureToleranceMs = 5 * minuteMs;

export type SampleRefusal = 'unknownPoint' | 'fromTheFuture' | 'notFinite';

/** A point table of a gateway with the times in which the gateway fed each point. */
export interface FedTable {
  readonly pointIds: readonly PointId[];
  readonly periods: readonly (readonly Period[])[];
  /** Of each point's newest period, in which nearly every sample lies; from > to where there is none. */
  readonly fromMs: Float64Array;
  readonly toMs: Float64Array;
}

export interface CheckedSamples {
  readonly kept: SampleColumns;
  /** How many samples were refused, by reason. */
  readonly refused: ReadonlyMap<SampleRefusal, number>;
}

const none: Period = { fromMs: Number.POSITIVE_INFINITY, toMs: 0 };

/** @param periodsOf when the gateway fed the point */
export const fedTable = (
  pointIds: readonly PointId[],
  periodsOf: (pointId: string) => readonly Period[] | undefined,
): FedTable => {
  const periods = pointIds.map((pointId) => periodsOf(pointId) ?? []);
  const newest = periods.map((list) => list.reduce((a, b) => (b.fromMs >= a.fromMs ? b : a), list[0] ?? none));
  return {
    pointIds,
    periods,
    fromMs: Float64Array.from(newest, ({ fromMs }) => fromMs),
    toMs: Float64Array.from(newest, ({ toMs }) => toMs ?? Number.POSITIVE_INFINITY),
  };
};

export const covers = (atMs: number, { fromMs, toMs }: Period): boolean =>
  fromMs <= atMs && (toMs === null || atMs < toMs);

const isFed = (table: FedTable, point: number, atMs: number): boolean =>
  ((table.fromMs[point] as number) <= atMs && atMs < (table.toMs[point] as number)) ||
  (table.periods[point] ?? []).some((period) => covers(atMs, period));

/** The samples at `places`, in that order. */
const only = (samples: SampleColumns, places: readonly number[]): SampleColumns => ({
  pointIds: samples.pointIds,
  point: Uint32Array.from(places, (i) => samples.point[i] as number),
  sampledAtMs: Float64Array.from(places, (i) => samples.sampledAtMs[i] as number),
  value: Float64Array.from(places, (i) => samples.value[i] as number),
  quality: Uint8Array.from(places, (i) => samples.quality[i] as number),
  count: places.length,
});

/** Keeps what may be stored; the same columns where that is all. The samples must refer to the points of `table`. */
export const checkSamples = (samples: SampleColumns, table: FedTable, receivedAtMs: number): CheckedSamples => {
  const { point, sampledAtMs, value, count } = samples;
  const latestMs = receivedAtMs + futureToleranceMs;
  const refused = new Map<SampleRefusal, number>();
  let kept: number[] | undefined;
  for (let i = 0; i < count; i++) {
    const atMs = sampledAtMs[i] as number;
    let reason: SampleRefusal | undefined;
    if (!Number.isFinite(value[i])) reason = 'notFinite';
    else if (atMs > latestMs) reason = 'fromTheFuture';
    else if (!isFed(table, point[i] as number, atMs)) reason = 'unknownPoint';
    if (reason) {
      kept ??= Array.from({ length: i }, (_, before) => before);
      refused.set(reason, (refused.get(reason) ?? 0) + 1);
    } else kept?.push(i);
  }
  return { kept: kept ? only(samples, kept) : samples, refused };
};
