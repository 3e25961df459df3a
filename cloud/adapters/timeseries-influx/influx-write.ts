import { HttpError, type InfluxDB, setLogger } from '@influxdata/influxdb-client';
import { AppError } from '@kuluma/shared/errors.ts';
import type { RefusedSample } from '../../core/ingest/samples-refused.ts';
import type { StoredBatch } from '../../ports.ts';
import type { Lines } from './influx-lines.ts';
import type { InfluxOptions } from './influx-query.ts';

/** More lines than any request of ours: the client must never send by itself. */
const neverByItself = 1_000_000;

// The client prints each failure besides rejecting: ours are thrown, and logged once by who catches them.
setLogger({ error() {}, warn() {} });

/** What the server says of lines that it will never take; it takes the others of the request, and does not say which is which. */
const isAboutLines = /partial write|field type conflict|retention polic|retention period|unable to parse/i;

/** The refusal of a request for what stands in its lines; undefined for any other failure, which is worth repeating. */
const refusalOf = (error: unknown): { readonly why: string; readonly dropped: number | undefined } | undefined => {
  if (!(error instanceof HttpError) || (error.statusCode !== 400 && error.statusCode !== 422)) return undefined;
  const why = error.body ?? error.message;
  const dropped = /dropped=(\d+)/.exec(why)?.[1];
  return isAboutLines.test(why) ? { why, dropped: dropped === undefined ? undefined : Number(dropped) } : undefined;
};

const send = async (client: InfluxDB, database: string, text: readonly string[]): Promise<void> => {
  const api = client.getWriteApi('', database, 'ms', { batchSize: neverByItself, flushInterval: 0, maxRetries: 0 });
  // The write path of 1.x, which later versions keep for compatibility.
  api.path = `/write?db=${encodeURIComponent(database)}&precision=ms`;
  api.writeRecords([...text]);
  await api.flush();
  await api.close();
};

const unavailable = (options: InfluxOptions, cause: unknown): AppError =>
  new AppError('STORE_UNAVAILABLE', `cannot write to InfluxDB at ${options.url}`, {
    cause,
    hint: 'see whether the server runs and the database name and token are right',
  });

/** Writes lines that no server has a reason to refuse. @throws STORE_UNAVAILABLE */
export const sendLines = async (client: InfluxDB, options: InfluxOptions, text: readonly string[]): Promise<void> => {
  try {
    await send(client, options.database, text);
  } catch (cause) {
    throw unavailable(options, cause);
  }
};

export interface RefusedLines {
  readonly why: string;
  readonly places: readonly RefusedSample[];
}

/** What is refused for its time or type stands together in time: few halves have some of both. */
const inTimeOrder = ({ text, places }: Lines, batches: readonly StoredBatch[]): Lines => {
  const atMs = ({ batch, sample }: RefusedSample): number => batches[batch]?.samples.sampledAtMs[sample] ?? 0;
  const order = places.map((place, i) => ({ i, atMs: atMs(place) })).sort((a, b) => a.atMs - b.atMs);
  return { text: order.map(({ i }) => text[i] as string), places: order.map(({ i }) => places[i] as RefusedSample) };
};

/**
 * Writes the lines; safe to repeat.
 * @returns the lines that the server will never take, found by halving what it refused in part.
 * @throws STORE_UNAVAILABLE for any other failure.
 */
export const writeLines = async (
  client: InfluxDB,
  options: InfluxOptions,
  lines: Lines,
  batches: readonly StoredBatch[],
): Promise<RefusedLines[]> => {
  const write = async ({ text, places }: Lines): Promise<RefusedLines[]> => {
    try {
      await send(client, options.database, text);
      return [];
    } catch (cause) {
      const refusal = refusalOf(cause);
      if (!refusal) throw unavailable(options, cause);
      if (text.length === 1 || refusal.dropped === text.length) return [{ why: refusal.why, places }];
      const sorted = inTimeOrder({ text, places }, batches);
      const middle = text.length >> 1;
      const half = (from: number, to?: number) =>
        write({ text: sorted.text.slice(from, to), places: sorted.places.slice(from, to) });
      return [...(await half(0, middle)), ...(await half(middle))];
    }
  };
  return write(lines);
};
