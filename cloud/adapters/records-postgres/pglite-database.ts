import { join } from 'node:path';
import { PGlite, type Results, type Transaction } from '@electric-sql/pglite';
import { type FolderLock, lockFolder } from '@kuluma/shared/node/folder-lock.ts';
import type { Database, Query } from './database.ts';

/** So long one caller after another may keep this process to itself. */
const turnMs = 10;

/**
 * A database in this process answers without ever waiting for anything outside: a loop of queries would let neither
 * sockets nor timers have their turn. @returns what gives them one when it is time
 */
const createTurns = (): (() => Promise<void>) => {
  let lastMs = performance.now();
  return async () => {
    if (performance.now() - lastMs < turnMs) return;
    await new Promise((resume) => setImmediate(resume));
    lastMs = performance.now();
  };
};

const queryOn =
  (connection: Pick<Transaction, 'query' | 'exec'>, turn: () => Promise<void>): Query =>
  async (sql, params) => {
    await turn();
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
  const turn = createTurns();
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
    query: (sql, params) => queryOn(opened(), turn)(sql, params),
    attempt: (work) => opened().transaction((tx) => work(queryOn(tx, turn))),
  };
};
