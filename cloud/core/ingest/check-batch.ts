import type { Period } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { SampleBatch } from '@kuluma/shared/wire/sample-batch.ts';

export interface ReceivedBatch {
  readonly organisationId: string;
  /** By the cloud's clock, when the broker got it: a check that is made later comes to the same end. */
  readonly receivedAtMs: number;
  readonly batch: SampleBatch;
}

/** How far a gateway's clock may run ahead of ours. */
export const futureToleranceMs = 5 * minuteMs;

export type SampleRefusal = 'unknownPoint' | 'fromTheFuture' | 'notFinite';

export interface CheckedBatch {
  readonly kept: readonly Sample[];
  /** How many samples were refused, by reason. */
  readonly refused: ReadonlyMap<SampleRefusal, number>;
}

const covers = (atMs: number, { fromMs, toMs }: Period): boolean => fromMs <= atMs && (toMs === null || atMs < toMs);

/** Sorts the samples of a batch. @param periodsOf when the point was fed by the batch's gateway. */
export const checkBatch = (
  { batch, receivedAtMs }: ReceivedBatch,
  periodsOf: (pointId: string) => readonly Period[],
): CheckedBatch => {
  const kept: Sample[] = [];
  const refused = new Map<SampleRefusal, number>();
  const refusalOf = ({ value, sampledAtMs, pointId }: Sample): SampleRefusal | undefined => {
    if (!Number.isFinite(value)) return 'notFinite';
    if (sampledAtMs > receivedAtMs + futureToleranceMs) return 'fromTheFuture';
    return periodsOf(pointId).some((period) => covers(sampledAtMs, period)) ? undefined : 'unknownPoint';
  };
  for (const sample of batch.samples) {
    const reason = refusalOf(sample);
    if (reason) refused.set(reason, (refused.get(reason) ?? 0) + 1);
    else kept.push(sample);
  }
  return { kept, refused };
};
