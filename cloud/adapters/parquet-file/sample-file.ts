import { tmpdir } from 'node:os';
import { type DuckDBAppender, DuckDBInstance } from '@duckdb/node-api';
import { AppError } from '@kuluma/shared/errors.ts';
import type { NamedSamples } from '../../ports.ts';

const append = (appender: DuckDBAppender, { name, unit, samples }: NamedSamples): void => {
  for (const { pointId, sampledAtMs, value, quality } of samples) {
    appender.appendVarchar(pointId);
    appender.appendVarchar(name);
    appender.appendVarchar(unit);
    appender.appendBigInt(BigInt(sampledAtMs));
    appender.appendDouble(value);
    appender.appendVarchar(quality);
    appender.endRow();
  }
};

const quoted = (text: string): string => text.replaceAll("'", "''");

/**
 * Writes samples into a Parquet file: point_id, point, unit, sampled_at (UTC), value, quality; in the order given.
 * @param metadata of the file, by name.
 * @throws INPUT_INVALID when the file cannot be written.
 */
export const writeSampleFile = async (
  file: string,
  pieces: AsyncIterable<NamedSamples>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<number> => {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '512MB', temp_directory: tmpdir() });
  const connection = await instance.connect();
  try {
    await connection.run(`create table samples
      (point_id varchar, point varchar, unit varchar, sampled_at_ms bigint, value double, quality varchar)`);
    const appender = await connection.createAppender('samples');
    let rows = 0;
    for await (const piece of pieces) {
      append(appender, piece);
      rows += piece.samples.length;
    }
    appender.closeSync();
    const entries = Object.entries(metadata).map(([name, text]) => `${name}: '${quoted(text)}'`);
    const told = entries.length > 0 ? `, kv_metadata {${entries.join()}}` : '';
    const copy = `copy (select point_id, point, unit, make_timestamp_ms(sampled_at_ms) as sampled_at, value, quality
      from samples) to '${quoted(file)}' (format parquet, compression zstd${told})`;
    await connection.run(copy).catch((cause: unknown) => {
      throw new AppError('INPUT_INVALID', `cannot write ${file}`, { cause, hint: 'see whether its folder exists' });
    });
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};
