import type { DuckDBConnection } from '@duckdb/node-api';
import { addSeq, hasSeq, type SeqRanges } from '../../core/ingest/seq-ranges.ts';
import type { BatchKey, StoredBatch } from '../../ports.ts';

interface Stream {
  readonly key: Omit<BatchKey, 'seq'>;
  readonly ranges: SeqRanges;
}

const streamOf = ({ gatewayId, epoch, class: sampleClass }: Omit<BatchKey, 'seq'>): string =>
  `${gatewayId} ${epoch} ${sampleClass}`;

/** Batches of a write that are new, and what is to be remembered once they are stored. */
export interface Unseen {
  /** The batches with their place in the write. */
  readonly batches: readonly { readonly batch: StoredBatch; readonly index: number }[];
  readonly streams: ReadonlyMap<string, Stream>;
  /** Samples of batches that were stored before. */
  readonly duplicates: number;
}

const append = async (
  connection: DuckDBConnection,
  rows: Iterable<readonly [key: Omit<BatchKey, 'seq'>, first: number, last: number]>,
): Promise<void> => {
  const appender = await connection.createAppender('seen_batches');
  for (const [{ gatewayId, epoch, class: sampleClass }, first, last] of rows) {
    appender.appendVarchar(gatewayId);
    appender.appendBigInt(BigInt(epoch));
    appender.appendVarchar(sampleClass);
    appender.appendBigInt(BigInt(first));
    appender.appendBigInt(BigInt(last));
    appender.endRow();
  }
  appender.closeSync();
};

/** Rows beyond which the table is folded: reading them at a start takes a tenth of a second. */
const mostRows = 50_000;

/** Which batches were stored, as ranges of sequence numbers in memory; the table gets a row for each and is folded now and then. */
export class SeenBatches {
  #streams = new Map<string, Stream>();
  /** Appended since the table was folded. */
  #rows = 0;

  async load(connection: DuckDBConnection): Promise<void> {
    this.#streams = new Map();
    this.#rows = 0;
    const sql = `select gateway_id, epoch, class, first_seq, last_seq from seen_batches
      order by gateway_id, epoch, class, first_seq`;
    for (const [gatewayId, epoch, sampleClass, first, last] of (await connection.runAndReadAll(sql)).getRows()) {
      const key = {
        gatewayId: String(gatewayId),
        epoch: Number(epoch),
        class: String(sampleClass) as BatchKey['class'],
      };
      const stream = streamOf(key);
      this.#rows++;
      const ranges = [...(this.#streams.get(stream)?.ranges ?? [])];
      const before = ranges.at(-1);
      // Rows come by rising start, so that a row continues the last range or begins one.
      if (before && Number(first) <= before[1] + 1)
        ranges[ranges.length - 1] = [before[0], Math.max(before[1], Number(last))];
      else ranges.push([Number(first), Number(last)]);
      this.#streams.set(stream, { key, ranges });
    }
  }

  unseen(batches: readonly StoredBatch[]): Unseen {
    const streams = new Map<string, Stream>();
    const fresh: Unseen['batches'][number][] = [];
    let duplicates = 0;
    for (const [index, batch] of batches.entries()) {
      const name = streamOf(batch.key);
      const ranges = (streams.get(name) ?? this.#streams.get(name))?.ranges ?? [];
      if (hasSeq(ranges, batch.key.seq)) {
        duplicates += batch.samples.count;
        continue;
      }
      streams.set(name, { key: batch.key, ranges: addSeq(ranges, batch.key.seq) });
      fresh.push({ batch, index });
    }
    return { batches: fresh, streams, duplicates };
  }

  /** Within the transaction that stores the batches. */
  async store(connection: DuckDBConnection, { batches }: Unseen): Promise<void> {
    if (this.#rows > mostRows) await this.#fold(connection);
    await append(
      connection,
      batches.map(({ batch: { key } }) => [key, key.seq, key.seq] as const),
    );
  }

  /** Once that transaction is committed. */
  remember({ batches, streams }: Unseen): void {
    this.#rows = (this.#rows > mostRows ? 0 : this.#rows) + batches.length;
    for (const [name, stream] of streams) this.#streams.set(name, stream);
  }

  /** Leaves one row a range. */
  async #fold(connection: DuckDBConnection): Promise<void> {
    await connection.run('delete from seen_batches');
    await append(
      connection,
      [...this.#streams.values()].flatMap(({ key, ranges }) =>
        ranges.map(([first, last]) => [key, first, last] as const),
      ),
    );
  }
}
