import { asAppError } from '@kuluma/shared/errors.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { decodeLetter, type PointTableContent } from '@kuluma/shared/wire/letter.ts';
import { decodeRecord, peekRecord, restamped, type WireRecord } from '@kuluma/shared/wire/record.ts';
import { withPoints } from '@kuluma/shared/wire/samples-body.ts';
import { checkSamples, type FedTable } from '../core/ingest/check-samples.ts';
import type { ReceivedLetter } from '../core/ingest/received-letter.ts';
import { SamplesRefused } from '../core/ingest/samples-refused.ts';
import type { ArrivalTally } from '../core/quality/arrivals.ts';
import type { Clock, Random, Records, RefusalReason, StoredBatch, TimeSeriesStore } from '../ports.ts';
import type { GatewayPoints } from './gateway-points.ts';
import { PointTables, type TableOwner } from './point-tables.ts';
import type { Refusals } from './refusals.ts';
import { type RefusedCounts, type Report, storeReport } from './store-report.ts';
import type { OnStored } from './trace-storing.ts';

/** Since start. */
export interface IngestCounters {
  readonly batches: number;
  /** Samples in those batches; each was stored, a duplicate, or refused. */
  readonly samples: number;
  readonly stored: number;
  readonly duplicates: number;
}

export interface OnBatch {
  /**
   * Stores what may be stored of the letters; safe to repeat. Gives back those to try again later: their point table
   * is not known yet. @throws what the stores throw while they are down: then nothing was counted.
   */
  store(received: readonly ReceivedLetter[]): Promise<ReceivedLetter[]>;
  /** Counts and sets aside a letter that cannot wait any longer for its point table. */
  giveUp(received: ReceivedLetter): Promise<void>;
  counters(): IngestCounters;
}

export interface OnBatchDeps {
  readonly records: Records;
  readonly timeSeries: TimeSeriesStore;
  readonly points: GatewayPoints;
  readonly refusals: Refusals;
  /** Notes when samples come. */
  readonly arrivals?: ArrivalTally;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly onStored?: OnStored;
}

type SamplesRecord = Extract<WireRecord, { readonly kind: 'samples' }>;

interface Opened<R extends WireRecord = WireRecord> {
  readonly received: ReceivedLetter;
  readonly tables: readonly PointTableContent[];
  readonly record: R;
}

interface CheckedBatch {
  readonly received: ReceivedLetter;
  readonly batch: StoredBatch;
  readonly refused: RefusedCounts;
  /** Samples in the letter. */
  readonly count: number;
}

/** What a pass over letters comes to; said only when all of them are stored, as until then they may come again. */
interface Pass {
  readonly later: ReceivedLetter[];
  readonly refused: { readonly gatewayId: string; readonly counts: RefusedCounts }[];
  readonly aside: { gatewayId: string; letter: ReceivedLetter; reason: RefusalReason; samples: number }[];
}

/** How long a letter waits for its point table. */
const tableWaitMs = 3_600_000;

const isSamples = (opened: Opened): opened is Opened<SamplesRecord> => opened.record.kind === 'samples';
const isReport = (opened: Opened): opened is Opened<Report> => opened.record.kind !== 'samples';

const ownerOf = ({ received, record }: Opened): TableOwner => ({
  organisationId: received.organisationId,
  gatewayId: record.key.gatewayId,
});

const open = (received: ReceivedLetter): Opened => {
  const { tables, record, restampMs } = decodeLetter(received.payload);
  const decoded = decodeRecord(record);
  return { received, tables, record: restampMs === null ? decoded : restamped(decoded, restampMs) };
};

/** Which letters can be read; what hinders the others can only lie in themselves. */
const openAll = (received: readonly ReceivedLetter[], { aside }: Pass): Opened[] =>
  received.flatMap((letter) => {
    try {
      return [open(letter)];
    } catch {
      const gatewayId = senderOf(letter.payload) ?? '';
      aside.push({ gatewayId, letter, reason: 'malformedPayload', samples: 0 });
      return [];
    }
  });

/** The gateway that a letter names, where so much can be read. */
const senderOf = (payload: Uint8Array): Id<'gateway'> | undefined => {
  try {
    return peekRecord(decodeLetter(payload).record).key.gatewayId;
  } catch {
    return undefined;
  }
};

/** Answers undefined, and sets the letter aside, where `work` can never succeed. */
const unlessNever = async <T>(
  { aside }: Pass,
  { received: letter, record }: Opened,
  reason: RefusalReason,
  work: () => Promise<T>,
): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (asAppError(error).retry !== 'permanent') throw error;
    aside.push({ gatewayId: record.key.gatewayId, letter, reason, samples: 0 });
    return undefined;
  }
};

/** Letters of gateways -> time series and records: checks each sample, counts what it refuses, stores the rest. */
export const createOnBatch = (deps: OnBatchDeps): OnBatch => {
  const { timeSeries, points, refusals, clock, log } = deps;
  const tables = new PointTables(deps);
  let counters: IngestCounters = { batches: 0, samples: 0, stored: 0, duplicates: 0 };

  const tableOf = async (opened: Opened<SamplesRecord>, inDoubt = false): Promise<FedTable | undefined> => {
    const owner = ownerOf(opened);
    const periods = await points.of(owner.organisationId, owner.gatewayId, inDoubt);
    return tables.fed(owner, opened.record.samples.tableId, periods);
  };

  const check = async (opened: Opened<SamplesRecord>, table: FedTable): Promise<CheckedBatch> => {
    const { received, record } = opened;
    const samples = withPoints(record.samples, table.pointIds);
    let checked = checkSamples(samples, table, received.receivedAtMs);
    if (checked.refused.has('unknownPoint')) {
      const reread = (await tableOf(opened, true)) ?? table;
      if (reread !== table) checked = checkSamples(samples, reread, received.receivedAtMs);
    }
    const batch = { organisationId: received.organisationId, key: record.key, samples: checked.kept };
    return { received, batch, refused: checked.refused, count: samples.count };
  };

  const checkAll = async (opened: readonly Opened[], pass: Pass): Promise<CheckedBatch[]> => {
    const checked: CheckedBatch[] = [];
    for (const letter of opened.filter(isSamples)) {
      const { received, record } = letter;
      const table = await tableOf(letter);
      const batch = table && (await unlessNever(pass, letter, 'malformedPayload', () => check(letter, table)));
      if (batch) checked.push(batch);
      else if (table) continue;
      else if (clock.now() - received.receivedAtMs < tableWaitMs) pass.later.push(received);
      else {
        const { gatewayId } = record.key;
        pass.aside.push({ gatewayId, letter: received, reason: 'unknownTable', samples: record.samples.count });
      }
    }
    return checked;
  };

  const write = async (batches: readonly StoredBatch[]) => {
    try {
      return { ...(await timeSeries.write(batches)), never: [] };
    } catch (error) {
      if (!(error instanceof SamplesRefused)) throw error;
      const all = batches.reduce((sum, { samples }) => sum + samples.count, 0);
      log.error({ err: error }, 'the store will never take some samples');
      return { stored: all - error.samples.length, duplicates: 0, never: error.samples };
    }
  };

  const writeAll = async (checked: readonly CheckedBatch[], { refused, aside }: Pass) => {
    const fromMs = clock.now();
    const { stored, duplicates, never } = await write(checked.map(({ batch }) => batch));
    deps.onStored?.(checked, { fromMs, toMs: clock.now() });
    for (const { batch, received } of checked)
      deps.arrivals?.note(batch.organisationId, batch.samples, received.receivedAtMs);
    for (const { batch, refused: counts } of checked)
      if (counts.size > 0) refused.push({ gatewayId: batch.key.gatewayId, counts });
    for (const [i, samples] of Map.groupBy(never, ({ batch }) => batch)) {
      const { batch, received: letter } = checked[i] as CheckedBatch;
      aside.push({ gatewayId: batch.key.gatewayId, letter, reason: 'refusedByStore', samples: samples.length });
    }
    return { stored, duplicates };
  };

  const reportAll = async (opened: readonly Opened[], pass: Pass): Promise<void> => {
    for (const letter of opened.filter(isReport)) {
      const { organisationId, gatewayId } = ownerOf(letter);
      const periods = await points.of(organisationId, gatewayId);
      const work = () => storeReport(deps, letter.received, letter.record, periods);
      const counts = await unlessNever(pass, letter, 'refusedByStore', work);
      if (counts && counts.size > 0) pass.refused.push({ gatewayId, counts });
    }
  };

  const say = async ({ refused, aside }: Pass): Promise<void> => {
    for (const { gatewayId, letter, reason, samples } of aside)
      await refusals.setAside(gatewayId, reason, samples, letter);
    for (const { gatewayId, counts } of refused)
      for (const [reason, samples] of counts) refusals.count(gatewayId, reason, samples);
  };

  return {
    counters: () => counters,
    async giveUp(letter) {
      await refusals.setAside(senderOf(letter.payload) ?? '', 'unknownTable', 0, letter);
    },
    async store(received) {
      const pass: Pass = { later: [], refused: [], aside: [] };
      const opened = openAll(received, pass);
      for (const letter of opened) await tables.learn(ownerOf(letter), letter.tables);
      const checked = await checkAll(opened, pass);
      const { stored, duplicates } = await writeAll(checked, pass);
      await reportAll(opened, pass);
      await say(pass);
      counters = {
        batches: counters.batches + checked.length,
        samples: counters.samples + checked.reduce((sum, { count }) => sum + count, 0),
        stored: counters.stored + stored,
        duplicates: counters.duplicates + duplicates,
      };
      log.debug({ letters: received.length, stored, duplicates, later: pass.later.length }, 'letters stored');
      return pass.later;
    },
  };
};
