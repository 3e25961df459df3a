import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import type { JobTable } from '../../job-ports.ts';
import type { CopyShelf, Dumpable, Leases, Records, RecordTransaction, TraceTrail } from '../../ports.ts';
import { createAuditReader } from './audit-table.ts';
import { type AuditDeps, auditRecords } from './audited-records.ts';
import { createCopyShelf } from './copy-shelf.ts';
import { asksForRetry, asRecordsError, type Database, type Query } from './database.ts';
import { dumpRecords } from './dump-records.ts';
import { createJobTable } from './job-table.ts';
import { keepReads } from './kept-reads.ts';
import { migrate, readMigrations } from './migrate.ts';
import { RecordNews } from './record-news.ts';
import { bodiesOf, createReader, organisationIdsIn, tableOf } from './record-tables.ts';
import { createTransaction } from './record-transaction.ts';
import { createTraceTrail } from './trace-trail.ts';
import { type News, watchRecords } from './watched-records.ts';

/** A store in this process has no others. */
const noNews: News = { start: () => {}, tell: () => {} };

const attempts = 20;
const firstPauseMs = 2;
const longestPauseMs = 200;

/**
 * Records over PGlite or a PostgreSQL server: `createRecords(pgliteDatabase(dir))`, `createRecords(serverDatabase(...))`.
 * `start` migrates the store. Inside `transact` only the transaction may be used, which is checked: with PGlite, that
 * has one connection, anything beside it would wait for ever, and a server would read what is not of the transaction.
 * @param audit what the times and ids of the audit are made of: wall time unless given.
 */
export const createRecords = (
  database: Database,
  audit: AuditDeps = { clock: { now: Date.now }, random: secureRandom },
  log = createLogger('records'),
): Records &
  Part &
  Dumpable &
  Leases & { readonly jobs: JobTable; readonly copies: CopyShelf; readonly trail: TraceTrail } => {
  const inTransaction = new AsyncLocalStorage<true>();
  const refuseInside = (): void => {
    if (inTransaction.getStore()) throw new Error('inside transact only the transaction itself may be used');
  };
  const query: Query = async (sql, params) => {
    refuseInside();
    try {
      return await database.query(sql, params);
    } catch (error) {
      throw asRecordsError(error);
    }
  };
  let lastInTurn: Promise<unknown> = Promise.resolve();
  /** Those that collided begin anew one after another: all changes of a company meet at the end of its audit. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const mine = lastInTurn.then(run, run);
    lastInTurn = mine;
    return mine;
  };
  const transact = async <T>(work: (tx: RecordTransaction) => Promise<T>): Promise<T> => {
    refuseInside();
    const tryOnce = (): Promise<T> =>
      database.attempt((queryInside) => inTransaction.run(true, () => work(createTransaction(queryInside))));
    for (let attempt = 1; ; attempt++) {
      try {
        return await (attempt === 1 ? tryOnce() : inTurn(tryOnce));
      } catch (error) {
        if (!asksForRetry(error) || attempt === attempts) throw asRecordsError(error);
        // Random, so that those who collided do not collide again.
        await pause(Math.random() * Math.min(firstPauseMs * 2 ** attempt, longestPauseMs));
      }
    }
  };
  const reader = createReader(query);
  const news: News = database.listen ? new RecordNews(database, reader, log) : noNews;
  const jobs = createJobTable(database, query);
  const told = <R extends Omit<Records, 'watch'> & Part>(plain: R): R & Records => {
    const watched = watchRecords(auditRecords(plain, audit), news);
    return database.listen ? watched : keepReads(watched, refuseInside);
  };
  return told({
    name: 'records',
    ...reader,
    ...createAuditReader(query),
    transact,
    jobs,
    copies: createCopyShelf(query),
    trail: createTraceTrail(query),
    async start() {
      await database.open();
      try {
        await migrate(database, await readMigrations());
        jobs.listen();
      } catch (error) {
        await database.close();
        throw error;
      }
    },
    stop: () => database.close(),
    dump: (dir: string) => dumpRecords(database, dir),
    // By the clock of the database: those of several machines differ.
    async holdLease(name: string, holder: string, forMs: number) {
      const { rows } = await query(
        `insert into public.kuluma_lease as held values ($1, $2, now() + make_interval(secs => $3))
          on conflict (name) do update set holder = excluded.holder, held_until = excluded.held_until
          where held.holder = excluded.holder or held.held_until < now() returning holder`,
        [name, holder, forMs / 1000],
      );
      return rows.length > 0;
    },
    async leaveLease(name: string, holder: string) {
      await query('delete from public.kuluma_lease where name = $1 and holder = $2', [name, holder]);
    },
    async findSession(secretHash) {
      const sql = `select body from ${tableOf('session')} where secret_hash = $1`;
      return bodiesOf<'session'>(await query(sql, [secretHash]))[0];
    },
    async findByEmail(email) {
      const having = async <K extends 'person' | 'contact'>(kind: K) =>
        bodiesOf<K>(
          await query(`select body from ${tableOf(kind)} where lower(body ->> 'email') = lower($1)`, [email]),
        );
      return { persons: await having('person'), contacts: await having('contact') };
    },
    async findPasskey(credentialId) {
      const sql = `select body from ${tableOf('passkey')} where credential_id = $1`;
      return bodiesOf<'passkey'>(await query(sql, [credentialId]))[0];
    },
    async keepChallenge(hash, expiresAtMs) {
      await query('insert into personal.sign_in_challenge (hash, expires_at_ms) values ($1, $2)', [hash, expiresAtMs]);
    },
    async takeChallenge(hash, wallNowMs) {
      const sql =
        'delete from personal.sign_in_challenge where hash = $1 or expires_at_ms <= $2 returning hash, expires_at_ms';
      const { rows } = await query(sql, [hash, wallNowMs]);
      return rows.some((row) => row['hash'] === hash && Number(row['expires_at_ms']) > wallNowMs);
    },
    async purge({ kind, since, beforeMs }) {
      const { rows } = await query('select personal.purge($1, $2, $3) as removed', [kind, since, beforeMs]);
      return Number(rows[0]?.['removed']);
    },
    async purgeAnswers(beforeMs) {
      const sql = 'delete from personal.command_answer where answered_at < to_timestamp($1::double precision / 1000)';
      return (await query(sql, [beforeMs])).affected;
    },
    async purgeChallenges(wallNowMs) {
      return (await query('delete from personal.sign_in_challenge where expires_at_ms <= $1', [wallNowMs])).affected;
    },
    async findGateway(gatewayId) {
      const sql = `select body from ${tableOf('gateway')} where id = $1`;
      return bodiesOf<'gateway'>(await query(sql, [gatewayId]))[0];
    },
    organisationIds: () => organisationIdsIn(query),
  });
};
