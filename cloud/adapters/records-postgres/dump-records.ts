import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Database, Query } from './database.ts';
import { migrate, readMigrations } from './migrate.ts';

/** So many rows are in memory at a time. */
const perFetch = 500;
const ending = '.ndjson.gz';

interface Table {
  /** Schema-qualified. */
  readonly name: string;
  /** Those that are not worked out from others. */
  readonly columns: readonly string[];
  readonly key: readonly string[];
}

const tablesOf = async (query: Query): Promise<Table[]> => {
  const { rows } = await query(
    `select t.table_schema || '.' || t.table_name as name,
      (select array_agg(column_name::text order by ordinal_position) from information_schema.columns c
        where c.table_schema = t.table_schema and c.table_name = t.table_name and is_generated = 'NEVER') as columns,
      (select array_agg(a.attname::text order by array_position(i.indkey::smallint[], a.attnum)) from pg_index i
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
        where i.indisprimary and i.indrelid = (t.table_schema || '.' || t.table_name)::regclass) as key
    from information_schema.tables t
    where t.table_schema in ('record', 'personal') and t.table_type = 'BASE TABLE' order by 1`,
    [],
  );
  return rows.map((row) => ({
    name: String(row['name']),
    columns: row['columns'] as string[],
    key: row['key'] as string[],
  }));
};

/** The rows of a table, each as one line of JSON, in an order that every server has alike. Within a transaction. */
async function* linesOf(query: Query, { name, columns, key }: Table): AsyncGenerator<string> {
  const order = key.map((column) => `${column}::text collate "C"`).join();
  await query(`declare dump no scroll cursor for
    select to_jsonb(part)::text as line from (select ${columns.join()} from ${name} order by ${order}) part`);
  for (;;) {
    const { rows } = await query(`fetch ${perFetch} from dump`, []);
    if (rows.length === 0) break;
    yield rows.map((row) => `${row['line']}\n`).join('');
  }
  await query('close dump');
}

/** Reads at one instant, and changes nothing. */
const atOneInstant = <T>(database: Database, work: (query: Query) => Promise<T>): Promise<T> =>
  database.attempt(async (query) => {
    await query("set transaction isolation level repeatable read, read only; set local time zone 'UTC'");
    return work(query);
  });

/** Writes every row of an open database into a folder: a file of JSON lines a table, and which migrations made it. */
export const dumpRecords = (database: Database, dir: string): Promise<void> =>
  atOneInstant(database, async (query) => {
    await mkdir(dir, { recursive: true });
    const write = (file: string, lines: AsyncIterable<string> | Iterable<string>) =>
      pipeline(Readable.from(lines), createGzip({ level: 3 }), createWriteStream(join(dir, file)));
    const { rows } = await query('select version, name, checksum from public.kuluma_migration order by version', []);
    await write(`migrations${ending}`, [rows.map((row) => `${JSON.stringify(row)}\n`).join('')]);
    for (const table of await tablesOf(query)) await write(table.name + ending, linesOf(query, table));
  });

/** By line feeds alone: a text may hold the separators of Unicode (U+2028), at which `node:readline` splits too. */
async function* linesIn(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file).pipe(createGunzip()).setEncoding('utf8')) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** SHA-256 of the rows by table, as they stand in the files of a dump. */
const sumsOfFiles = async (dir: string): Promise<Map<string, string>> => {
  const sums = new Map<string, string>();
  for (const file of await readdir(dir)) {
    const hash = createHash('sha256');
    for await (const line of linesIn(join(dir, file))) hash.update(`${line}\n`);
    if (!file.startsWith('migrations')) sums.set(file.slice(0, -ending.length), hash.digest('hex'));
  }
  return sums;
};

const sumsOfTables = (database: Database): Promise<Map<string, string>> =>
  atOneInstant(database, async (query) => {
    const sums = new Map<string, string>();
    for (const table of await tablesOf(query)) {
      const hash = createHash('sha256');
      for await (const lines of linesOf(query, table)) hash.update(lines);
      sums.set(table.name, hash.digest('hex'));
    }
    return sums;
  });

const loadTable = async (query: Query, { name, columns }: Table, file: string): Promise<void> => {
  const insert = async (lines: readonly string[]): Promise<void> => {
    await query(
      `insert into ${name} (${columns.join()}) overriding system value
        select ${columns.join()} from jsonb_populate_recordset(null::${name}, $1::jsonb)`,
      [`[${lines.join()}]`],
    );
  };
  let lines: string[] = [];
  for await (const line of linesIn(file)) {
    lines.push(line);
    if (lines.length < perFetch) continue;
    await insert(lines);
    lines = [];
  }
  if (lines.length > 0) await insert(lines);
};

/** What is counted goes on behind the last row. */
const setCounters = async (query: Query): Promise<void> => {
  const { rows } = await query(
    `select table_schema || '.' || table_name as name, column_name as counted from information_schema.columns
      where table_schema in ('record', 'personal') and is_identity = 'YES'`,
    [],
  );
  for (const { name, counted } of rows)
    await query(
      `select setval(pg_get_serial_sequence('${name}', '${counted}'), greatest(1, (select max(${counted}) from ${name})))`,
    );
};

/** Of the dump: the newest migration, which must be one of ours. */
const versionOf = async (dir: string): Promise<number> => {
  const known = await readMigrations();
  let version = 0;
  for await (const line of linesIn(join(dir, `migrations${ending}`))) {
    if (line === '') continue;
    const made = JSON.parse(line) as { version: number; name: string; checksum: string };
    if (known.find((one) => one.version === made.version)?.checksum !== made.checksum)
      throw new AppError('CONFIG_INVALID', `the back-up was made by another program: it has migration ${made.name}`, {
        hint: 'restore it with the version of the program that made it, or a newer one',
      });
    version = Math.max(version, made.version);
  }
  return version;
};

const isEmpty = async (database: Database): Promise<boolean> => {
  const { rows } = await database.query("select 1 from information_schema.schemata where schema_name = 'record'", []);
  if (rows.length === 0) return true;
  return (await database.query('select 1 from record.organisation limit 1', [])).rows.length === 0;
};

/**
 * Fills an open, empty database that nobody else uses with a dump, compares the rows of both, and brings it to the newest
 * migration.
 * @throws CONFLICT when it holds an organisation; CONFIG_INVALID when the dump is of a newer program; INTERNAL when what
 * was loaded is not what the dump holds
 */
export const loadRecords = async (database: Database, dir: string): Promise<void> => {
  if (!(await isEmpty(database)))
    throw new AppError('CONFLICT', 'the records store is not empty', { hint: 'restore into an empty database' });
  const migrations = await readMigrations();
  const version = await versionOf(dir);
  await migrate(
    database,
    migrations.filter((one) => one.version <= version),
  );
  await database.attempt(async (query) => {
    const tables = await tablesOf(query);
    // What a migration has put in stands in the dump too; rules of what may change were kept when it was written first.
    for (const { name } of tables) await query(`alter table ${name} disable trigger user; truncate ${name} cascade`);
    for (const table of tables) await loadTable(query, table, join(dir, table.name + ending));
    for (const { name } of tables) await query(`alter table ${name} enable trigger user`);
    await setCounters(query);
  });
  const [wanted, got] = [await sumsOfFiles(dir), await sumsOfTables(database)];
  for (const [name, sum] of wanted)
    if (got.get(name) !== sum) throw new AppError('INTERNAL', `the table ${name} is not as in the back-up`);
  await migrate(database, migrations);
};
