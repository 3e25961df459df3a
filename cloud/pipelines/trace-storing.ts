import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { ReceivedLetter } from '../core/ingest/received-letter.ts';
import type { StoredBatch, TraceTrail, Tracing } from '../ports.ts';

/** A batch that was stored, and when the letter that brought it came. */
interface TakenBatch {
  readonly batch: StoredBatch;
  readonly received: Pick<ReceivedLetter, 'receivedAtMs'>;
}

/** Hears what was stored, and from when to when that took. */
export type OnStored = (
  taken: readonly TakenBatch[],
  write: { readonly fromMs: number; readonly toMs: number },
) => void;

/** However much comes, so often one batch of an organisation is followed: who forecasts looks at minutes and hours. */
const followEveryMs = 10_000;

/** Times of the first and the last sample; `sampledAtMs` holds at least one. */
const endsOf = ({ sampledAtMs, count }: StoredBatch['samples']): { firstMs: number; lastMs: number } => {
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < count; i++) {
    const atMs = sampledAtMs[i] as number;
    firstMs = Math.min(firstMs, atMs);
    lastMs = Math.max(lastMs, atMs);
  }
  return { firstMs, lastMs };
};

/**
 * Tells the way of some batches as traces, when they are stored: `batch`, from its first reading on the gateway's clock,
 * and in it `read`, `on its way` (the gateway's outbox, the line and the broker), `in the inbox`, and `store`. The key of
 * the batch and the times that it carries say all of that, so that gateways need no collector and letters no header.
 * The trail leads on from there to the forecasts of its organisation.
 */
export const followStoring = (
  tracing: Tracing,
  trail: TraceTrail,
  { monotonicMs, log }: { readonly monotonicMs: () => number; readonly log: Logger },
): OnStored => {
  const followedMs = new Map<string, number>();
  const isDue = ({ organisationId, samples }: StoredBatch): boolean =>
    samples.count > 0 && monotonicMs() - (followedMs.get(organisationId) ?? Number.NEGATIVE_INFINITY) >= followEveryMs;

  const tell = ({ batch, received }: TakenBatch, { fromMs, toMs }: Parameters<OnStored>[1]): string | undefined => {
    const { receivedAtMs } = received;
    const { firstMs, lastMs } = endsOf(batch.samples);
    // The gateway's clock may be ahead of ours.
    const [beganMs, readMs] = [Math.min(firstMs, receivedAtMs), Math.min(lastMs, receivedAtMs)];
    const { gatewayId, epoch, class: of, seq } = batch.key;
    const about = { 'kuluma.gateway.id': gatewayId, 'kuluma.batch.key': `${epoch}/${of}/${seq}` };
    const samples = { 'kuluma.samples': batch.samples.count };
    const root = tracing.past('batch', { ...about, ...samples }, undefined, { fromMs: beganMs, toMs });
    tracing.past('read', about, root, { fromMs: beganMs, toMs: readMs });
    tracing.past('on its way', about, root, { fromMs: readMs, toMs: receivedAtMs });
    tracing.past('in the inbox', about, root, { fromMs: receivedAtMs, toMs: fromMs });
    return tracing.past('store', about, root, { fromMs, toMs });
  };

  return (taken, write) => {
    for (const one of taken) {
      const { organisationId } = one.batch;
      if (!isDue(one.batch)) continue;
      followedMs.set(organisationId, monotonicMs());
      const traceparent = tell(one, write);
      if (traceparent)
        trail.note(organisationId, traceparent).catch((error: unknown) => {
          // Samples are stored also while the records are away: then one trace leads to no forecast.
          log.debug({ err: error }, 'a trace leads to no forecast');
        });
    }
  };
};
