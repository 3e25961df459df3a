import { join } from 'node:path';
import { PGlite, type Results, type Transaction } from '@electric-sql/pglite';
import { type FolderLock, lockFolder } from '@kuluma/shared/node/folder-lock.ts';
import type { Database, Query } from './database.ts';

const queryOn =
  (connection: Pick<Transaction, 'query' | 'exec'>): Query =>
  async (sql, params) => {
    const result = params
      ? await connection.query<Record<string, unknown>>(sql, [...params])
      : ((await connection.exec(sql)).at(-1) as Results<Record<string, unknown>> | undefined);
    return { rows: result?.rows ?? [], affected: result?.affectedRows ?? 0 };
  };

/** Its cache is taken at the start and never given back; PostgreSQL's own 128 MB would be most of this service's memory. */
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB'];

/**
 * PostgreSQL in this process. It has one connection: transactions run one after another.
 * @param dir of the data and of our lock (PGlite has none); without it everything is in memory.
 */
export const pgliteDatabase = (dir?: string): Database => {
  let pglite: PGlite | undefined;
  let lock: FolderLock | undefined;
  const opened = (): PGlite => {
    if (!pglite) throw new Error('the database is not open');
    return pglite;
  };
  return {
    async open() {
      if (dir) lock = await lockFolder(dir);
      try {
        pglite = dir ? await PGlite.create(join(dir, 'pgdata'), { startParams }) : await PGlite.create({ startParams });
      } catch (error) {
        await lock?.release();
        throw error;
      }
    },
    async close() {
      await pglite?.close();
      pglite = undefined;
      await lock?.release();
    },
    query: (sql, params) => queryOn(opened())(sql, params),
    attempt: (work) => opened().transaction((tx) => work(queryOn(tx))),
  };
};
