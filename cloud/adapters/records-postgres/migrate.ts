import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { AppError } from '@kuluma/shared/errors.ts';
import type { Database, Query } from './database.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

const folder = new URL('../migrations/', import.meta.url);
/** Any number will do, as long as each starting process asks for the same one. */
const startLock = 4_859_027;

/** The migrations of this program, in order: files `NNNN-name.sql`. */
export const readMigrations = async (): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { version: Number(name.slice(0, 4)), name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
};

const refuse = (message: string): AppError =>
  new AppError('CONFIG_INVALID', message, {
    hint: 'run the version of the program that made this store, or a newer one',
  });

const apply = async (query: Query, migrations: readonly Migration[]): Promise<number> => {
  // A serialisable transaction would wait for the lock with the view of before it, blind to what the other start did.
  await query(`set transaction isolation level read committed; select pg_advisory_xact_lock(${startLock})`);
  await query(`create table if not exists public.kuluma_migration (
    version integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`);
  const { rows: applied } = await query('select version, name, checksum from public.kuluma_migration order by version');
  for (const row of applied) {
    const known = migrations.find((m) => m.version === row['version']);
    if (!known) throw refuse(`the records store was made by a newer program: it has migration ${row['name']}`);
    if (known.checksum !== row['checksum']) throw refuse(`migration ${known.name} was changed after it was applied`);
  }
  const wanting = migrations.filter((m) => !applied.some((row) => row['version'] === m.version));
  for (const { version, name, sql, checksum } of wanting) {
    await query(sql);
    await query('insert into public.kuluma_migration (version, name, checksum) values ($1, $2, $3)', [
      version,
      name,
      checksum,
    ]);
  }
  return wanting.length;
};

/**
 * Brings the store to the newest of `migrations`, all in one transaction, and returns how many it applied.
 * @throws CONFIG_INVALID when the store is newer than the program, or a migration differs from what was applied.
 */
export const migrate = (database: Database, migrations: readonly Migration[]): Promise<number> =>
  database.attempt((query) => apply(query, migrations));
