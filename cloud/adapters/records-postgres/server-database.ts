import { AppError } from '@kuluma/shared/errors.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import pg from 'pg';
import type { Database, Query } from './database.ts';

export interface ServerDatabaseOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  readonly maxConnections?: number;
}

/** What the server itself did not say comes from the way to it: refused, timed out, cut. */
const reached = async <T>(answer: Promise<T>): Promise<T> => {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof pg.DatabaseError) throw cause;
    throw new AppError('STORE_UNAVAILABLE', 'the PostgreSQL server does not answer', {
      cause,
      hint: 'see whether the server runs and the URL is right',
    });
  }
};

const queryOn =
  (client: pg.Pool | pg.PoolClient): Query =>
  async (sql, params) => {
    const result = await reached(client.query(sql, params ? [...params] : undefined));
    return { rows: result.rows ?? [], affected: result.rowCount ?? 0 };
  };

/** A PostgreSQL server, version 15 or newer. */
export const serverDatabase = (options: ServerDatabaseOptions, log: Logger): Database => {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
  });
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  return {
    async open() {
      await reached(pool.query('select 1'));
    },
    close: () => pool.end(),
    query: queryOn(pool),
    async attempt(work) {
      const client = await reached(pool.connect());
      let broken: Error | undefined;
      try {
        await reached(client.query('begin isolation level serializable'));
        const result = await work(queryOn(client));
        await reached(client.query('commit'));
        return result;
      } catch (error) {
        await client.query('rollback').catch((failure: Error) => {
          broken = failure;
        });
        throw error;
      } finally {
        // A connection that cannot even roll back is thrown away, not given to the next.
        client.release(broken);
      }
    },
  };
};
