import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '@kuluma/shared/errors.ts';
import { createMonthTable, fixedTables, monthOf, quoted } from './tables.ts';

const ending = '.parquet';

const rowsOf = async (connection: DuckDBConnection, sql: string) => (await connection.runAndReadAll(sql)).getRows();

/** Writes every table into a Parquet file of its own, all as they stood at one instant. On a connection of its own. */
export const dumpTables = async (connection: DuckDBConnection, dir: string): Promise<void> => {
  await mkdir(dir, { recursive: true });
  await connection.run('begin transaction read only');
  try {
    for (const [table] of await rowsOf(connection, 'select table_name from duckdb_tables() order by 1'))
      await connection.run(
        `copy ${table} to ${quoted(join(dir, String(table) + ending))} (format parquet, compression zstd)`,
      );
  } finally {
    await connection.run('rollback');
  }
};

/** Rows and what their values come to, in whatever order they stand. */
const sumOf = async (connection: DuckDBConnection, source: string): Promise<string> =>
  String(await rowsOf(connection, `select count(*), sum(hash(rows)::hugeint)::varchar from ${source} rows`));

const loadTable = async (connection: DuckDBConnection, table: string, file: string): Promise<void> => {
  const source = `read_parquet(${quoted(file)})`;
  await connection.run(`insert into ${table} by name from ${source}`);
  // The file has the columns of who wrote it, which may be fewer or stand in another order.
  const columns = (await rowsOf(connection, `select column_name from (describe from ${source})`)).join();
  const [wanted, got] = [
    await sumOf(connection, `(select ${columns} from ${source})`),
    await sumOf(connection, `(select ${columns} from ${table})`),
  ];
  if (wanted !== got) throw new AppError('INTERNAL', `the table ${table} is not as in the back-up`);
};

/**
 * Fills the empty tables with those of a dump, and compares both. Within a transaction.
 * @throws INPUT_INVALID for a file that is no table of ours
 */
export const loadTables = async (connection: DuckDBConnection, dir: string): Promise<void> => {
  for (const file of (await readdir(dir)).sort()) {
    const table = file.slice(0, -ending.length);
    // Of another kind of store: judgements as it keeps them.
    if (table === 'judged') continue;
    if (monthOf(table)) await connection.run(createMonthTable(table));
    else if (!fixedTables.has(table)) throw new AppError('INPUT_INVALID', `${file} is no table of the time series`);
    await loadTable(connection, table, join(dir, file));
  }
};
