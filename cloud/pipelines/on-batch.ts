import type { Logger } from '@kuluma/shared/node/logger.ts';
import { type CheckedBatch, checkBatch, type ReceivedBatch } from '../core/ingest/check-batch.ts';
import type { Records, TimeSeriesStore } from '../ports.ts';
import { GatewayPoints } from './gateway-points.ts';
import type { RefusalTally } from './refusal-tally.ts';

/** Since start. */
export interface IngestCounters {
  readonly batches: number;
  /** Samples in those batches; each was stored, a duplicate, or refused. */
  readonly samples: number;
  readonly stored: number;
  readonly duplicates: number;
}

export interface OnBatch {
  /** Stores what may be stored of the batches; safe to repeat. @throws what the stores throw: then nothing was counted. */
  store(received: readonly ReceivedBatch[]): Promise<void>;
  counters(): IngestCounters;
}

/** Batch of samples -> time series: checks each sample, counts what it refuses, stores the rest. */
export const createOnBatch = (deps: {
  readonly records: Records;
  readonly timeSeries: TimeSeriesStore;
  readonly refusals: RefusalTally;
  readonly log: Logger;
}): OnBatch => {
  const points = new GatewayPoints(deps.records);
  let counters: IngestCounters = { batches: 0, samples: 0, stored: 0, duplicates: 0 };

  const check = async (received: ReceivedBatch): Promise<CheckedBatch> => {
    const { organisationId, batch } = received;
    const known = await points.of(organisationId, batch.gatewayId);
    const checked = checkBatch(received, (pointId) => known.get(pointId) ?? []);
    if (!checked.refused.has('unknownPoint')) return checked;
    const reread = await points.of(organisationId, batch.gatewayId, true);
    return reread === known ? checked : checkBatch(received, (pointId) => reread.get(pointId) ?? []);
  };

  return {
    counters: () => counters,
    async store(received) {
      const checked: CheckedBatch[] = [];
      for (const one of received) checked.push(await check(one));
      const batches = received.map(({ organisationId, batch: { samples: _, ...key } }, i) => ({
        organisationId,
        key,
        samples: checked[i]?.kept ?? [],
      }));
      const { stored, duplicates } = await deps.timeSeries.write(batches);
      for (const [i, { refused }] of checked.entries())
        for (const [reason, samples] of refused) deps.refusals.add(received[i]?.batch.gatewayId ?? '', reason, samples);
      counters = {
        batches: counters.batches + received.length,
        samples: counters.samples + received.reduce((sum, { batch }) => sum + batch.samples.length, 0),
        stored: counters.stored + stored,
        duplicates: counters.duplicates + duplicates,
      };
      deps.log.debug({ batches: received.length, stored, duplicates }, 'batches stored');
    },
  };
};
