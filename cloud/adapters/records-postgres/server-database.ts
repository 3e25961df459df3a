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

const reconnectMs = 1000;
/** A server that went without a word, with its machine or the way to it, is missed after some 20 s. */
const stayInTouch = { connectionTimeoutMillis: 5_000, keepAlive: true, keepAliveInitialDelayMillis: 10_000 } as const;
/** So long a statement may take there, and its answer until it is here. */
const [statementMs, answerMs] = [30_000, 35_000];

/** A connection that only listens, and comes back by itself. */
class Listener {
  readonly #url: string;
  readonly #channel: string;
  readonly #hear: (text: string) => void;
  readonly #log: Logger;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(url: string, channel: string, hear: (text: string) => void, log: Logger) {
    this.#url = url;
    this.#channel = channel;
    this.#hear = hear;
    this.#log = log;
    void this.#connect();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#client?.end();
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url, ...stayInTouch });
    this.#client = client;
    client.on('notification', ({ payload }) => this.#hear(payload ?? ''));
    client.on('error', (error) => this.#log.debug({ err: error }, 'the connection that listens was lost'));
    client.on('end', () => {
      if (!this.#isClosed) this.#timer = setTimeout(() => void this.#connect(), reconnectMs);
    });
    try {
      await client.connect();
      await client.query(`listen ${this.#channel}`);
    } catch (error) {
      this.#log.debug({ err: error }, 'nothing is heard of other processes');
      await client.end();
    }
  }
}

/** A PostgreSQL server, version 15 or newer. */
export const serverDatabase = (options: ServerDatabaseOptions, log: Logger): Database => {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    ...stayInTouch,
    statement_timeout: statementMs,
    query_timeout: answerMs,
  });
  const listeners: Listener[] = [];
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  // One that is lost between two statements of a transaction has nobody else to tell, and would end the process.
  pool.on('connect', (client) =>
    client.on('error', (error) => log.debug({ err: error }, 'a database connection was lost')),
  );
  return {
    async open() {
      await reached(pool.query('select 1'));
    },
    async close() {
      await Promise.all(listeners.splice(0).map((listener) => listener.close()));
      await pool.end();
    },
    listen(channel, hear) {
      listeners.push(new Listener(options.url, channel, hear, log));
    },
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
