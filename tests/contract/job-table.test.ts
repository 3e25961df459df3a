import { JobWorkers } from '@kuluma/cloud/adapters/job-queue/job-workers.ts';
import type { Database } from '@kuluma/cloud/adapters/records-postgres/database.ts';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import type { JobOrder } from '@kuluma/cloud/job-ports.ts';
import { resultOf } from '@kuluma/cloud/pipelines/job-results.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { needs } from '../services.ts';
import { type PostgresServer, startPostgres } from '../start-postgres.ts';
import { someId } from './some-records.ts';

const log = createLogger('test', 'silent');
const postgres = needs('postgresql', 'a PostgreSQL server');
let server: PostgresServer | undefined;
/** Each process of its own: with PGlite there is one only. */
const stores = [
  { title: 'PGlite', skip: false, processes: 1, open: async (): Promise<Database> => pgliteDatabase() },
  {
    ...postgres,
    processes: 2,
    open: async (): Promise<Database> => {
      if (!server) {
        server = await startPostgres();
        server.createDatabase('jobs');
      }
      return serverDatabase({ url: server.url('jobs') }, log);
    },
  },
];

afterAll(() => server?.stop());

describe.each(stores)('jobs in a table of $title', ({ skip, processes, open }) => {
  const records: ReturnType<typeof createRecords>[] = [];
  beforeAll(async () => {
    if (skip) return;
    for (let i = 0; i < processes; i++) {
      const one = createRecords(await open());
      await one.start(new AbortController().signal);
      records.push(one);
    }
  });
  afterAll(async () => {
    for (const one of records) await one.stop();
  });
  const [here, there] = [() => tableAt(0), () => tableAt(processes - 1)];
  const tableAt = (i: number) => {
    const one = records[i];
    if (!one) throw new Error('not open');
    return one.jobs;
  };
  let numbered = 0;
  const order = (kind: string, more: Partial<JobOrder> = {}): JobOrder => ({
    kind,
    name: `${kind} ${numbered++}`,
    organisationId: someId('organisation'),
    input: { n: numbered },
    mostAttempts: 2,
    ...more,
  });

  it.skipIf(skip)('are done once each, whoever claims, and never two of a name at a time', async () => {
    const twice = order('once');
    const [first, second] = [await here().enter(twice), await there().enter(twice)];
    expect([first.isNew, second]).toEqual([true, { id: first.id, isNew: false }]);
    const others = await Promise.all(Array.from({ length: 12 }, () => here().enter(order('once'))));
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? here() : there()).claim('once', `doer ${i}`, 60_000)),
    );
    const ids = claims.flatMap((claim) => (claim ? [claim.id] : []));
    expect(ids.toSorted()).toEqual([first.id, ...others.map(({ id }) => id)].toSorted());
    const [claim] = claims;
    if (!claim) throw new Error('nothing to do');
    expect(claim).toMatchObject({ attempt: 1, mostAttempts: 2, goesOn: false });
    expect(await there().end(claim, { state: 'done', result: { found: [1, 2] } })).toBe(true);
    expect(await here().read(claim.id)).toMatchObject({ state: 'done', result: { found: [1, 2] } });
    expect(await here().end(claim, { state: 'stopped' }), 'ended already').toBe(false);
    expect((await here().enter({ ...order('once'), name: claim.name })).isNew).toBe(true);
    expect((await there().claim('once', claim.doer, 60_000))?.goesOn, 'it did the last of this name').toBe(true);
  });

  it.skipIf(skip)('are taken over from a doer that is gone, and dead when the last attempt is', async () => {
    const { id } = await here().enter(order('lost'));
    const first = await here().claim('lost', 'a', 60_000);
    if (!first) throw new Error('nothing to do');
    expect(await there().claim('lost', 'b', 60)).toBeUndefined();
    await here().hold(first, 60);
    const taken = await vi.waitFor(async () => {
      const claim = await there().claim('lost', 'b', 60);
      if (!claim) throw new Error('not yet');
      return claim;
    }, 10_000);
    expect(taken).toMatchObject({ id, attempt: 2, input: first.input });
    expect(await here().hold(first, 60_000)).toBe('lost');
    expect(await here().end(first, { state: 'done', result: 'late' })).toBe(false);
    await vi.waitFor(async () => {
      expect(await here().claim('lost', 'c', 60)).toBeUndefined();
      expect(await here().read(id)).toMatchObject({ state: 'dead', attempts: 2, error: { code: 'INTERNAL' } });
    }, 10_000);
    expect((await there().figures()).find(({ kind }) => kind === 'lost')).toEqual({
      ...{ kind: 'lost', waiting: 0, doing: 0, dead: 1, oldestMs: 0 },
    });
    expect(await here().forget(0, 60_000)).toBeGreaterThanOrEqual(0);
    expect(await here().read(id), 'for people to see').toBeDefined();
    await here().forget(0, 0);
    expect(await here().read(id)).toBeUndefined();
  });

  it.skipIf(skip)('tell how far they are, stop when asked, and give what they found to whoever waits', async () => {
    const ended: unknown[] = [];
    const workers = new JobWorkers(
      there(),
      [
        {
          kind: 'search',
          atOnce: 2,
          async run({ input }, { signal, progress }) {
            progress({ done: 0.5 });
            if ((input as { n: number }).n > 0)
              await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
            ended.push(signal.reason);
            if (signal.aborted) throw new Error('cut short');
            return { best: 7 };
          },
        },
      ],
      log,
    );
    await workers.start();
    const short = order('search', { input: { n: 0 } });
    expect(await resultOf(here(), { ...(await here().enter(short)), name: short.name })).toEqual({ best: 7 });
    const long = order('search', { input: { n: 1 } });
    const entered = await here().enter(long);
    const stop = new AbortController();
    const waiting = resultOf(here(), { ...entered, name: long.name }, { stop: stop.signal });
    await vi.waitFor(async () => expect((await here().read(entered.id))?.progress).toEqual({ done: 0.5 }), 10_000);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(ended).toEqual([undefined, 'stop']);
    // Whoever waits hears of the end as soon as it is written.
    const ends = [{ kind: 'search', done: 1, stopped: 1, failed: 0, dead: 0 }];
    await vi.waitFor(() => expect(workers.ends()).toMatchObject(ends), 10_000);
    // Of a process that ends, what it does goes back into the table as if it was never begun.
    const cut = order('search', { input: { n: 1 } });
    const { id } = await here().enter(cut);
    await vi.waitFor(async () => expect((await here().read(id))?.state).toBe('doing'), 10_000);
    await workers.stop();
    expect(await here().read(id)).toMatchObject({ state: 'waiting', attempts: 0 });
    await here().stop(cut.name);
    expect(await here().read(id)).toMatchObject({ state: 'stopped' });
  });

  it.skipIf(skip)(
    'come back after a failure, and are dead with its reason at once where a retry cannot help',
    async () => {
      let runs = 0;
      const workers = new JobWorkers(
        there(),
        [
          {
            kind: 'fail',
            atOnce: 1,
            async run({ input }) {
              runs++;
              if ((input as { n: number }).n === 0)
                throw new AppError('INPUT_INVALID', 'no such thing', { faults: [{ path: '/n', message: 'is 0' }] });
              throw new AppError('STORE_UNAVAILABLE', 'away');
            },
          },
        ],
        log,
      );
      expect(workers.ends(), 'for whoever watches the first one come').toMatchObject([{ kind: 'fail', dead: 0 }]);
      await workers.start();
      const hopeless = order('fail', { input: { n: 0 } });
      const fault = { code: 'INPUT_INVALID', message: 'no such thing', faults: [{ path: '/n', message: 'is 0' }] };
      const entered = await here().enter(hopeless);
      await expect(resultOf(here(), { ...entered, name: hopeless.name })).rejects.toMatchObject(fault);
      expect(runs).toBe(1);
      const { id } = await here().enter(order('fail', { input: { n: 1 } }));
      await vi.waitFor(async () => expect((await here().read(id))?.attempts).toBe(1), 10_000);
      await vi.waitFor(async () => expect(await here().read(id)).toMatchObject({ state: 'waiting' }), 10_000);
      expect(await here().read(id)).toMatchObject({ error: { code: 'STORE_UNAVAILABLE', message: 'away' } });
      await workers.stop();
      expect(workers.ends()).toMatchObject([{ failed: 2, dead: 1 }]);
    },
  );

  it.skipIf(skip)('stand beside copies of plans, of which the last twenty and no old ones are kept', async () => {
    const [shelf, organisationId] = [records[0]?.copies, someId('organisation')];
    if (!shelf) throw new Error('not open');
    for (let n = 0; n < 22; n++) {
      await shelf.open(organisationId, `${organisationId} ${n}`, { n });
      expect(await shelf.keep(`${organisationId} ${n}`, { number: 1, before: null, body: { n } })).toBe(true);
    }
    const headOf = (n: number) => shelf.head(organisationId, `${organisationId} ${n}`);
    expect([await headOf(1), await headOf(2), await headOf(21)]).toEqual([undefined, 1, 1]);
    expect(await shelf.keep(`${organisationId} 21`, { number: 1, before: null, body: {} }), 'taken').toBe(false);
    expect(await shelf.keep(`${organisationId} 1`, { number: 2, before: 1, body: {} }), 'dropped').toBe(false);
    expect(await shelf.head(someId('organisation'), `${organisationId} 21`), 'of somebody else').toBeUndefined();
    expect(await shelf.dropOld(60_000)).toBe(0);
    expect(await shelf.dropOld(0)).toBeGreaterThanOrEqual(40);
    expect(await headOf(21)).toBeUndefined();
  });
});
