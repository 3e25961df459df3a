import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';

export type CsvCell = string | number | boolean | null | undefined;

/** Writes rows into a file of CSV (RFC 4180, UTF-8) with its header; null and undefined are empty cells. */
export const writeCsv = (
  file: string,
  header: readonly string[],
  rows: Iterable<readonly CsvCell[]> | AsyncIterable<readonly CsvCell[]>,
): Promise<void> =>
  pipeline(
    Readable.from(rows),
    stringify({ header: true, columns: [...header], record_delimiter: 'windows', cast: { boolean: String } }),
    createWriteStream(file),
  );
