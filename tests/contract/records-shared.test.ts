import { setTimeout } from 'node:timers/promises';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import type { RecordsWritten } from '@kuluma/cloud/ports.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { needs } from '../services.ts';
import { type PostgresServer, startPostgres } from '../start-postgres.ts';
import { someAcceptance, someId, someMachine } from './some-records.ts';

const { skip, title } = needs('postgresql', 'two processes on one PostgreSQL');

describe.skipIf(skip)(title, () => {
  const log = createLogger('test', 'silent');
  let server: PostgresServer;
  const open = () => createRecords(serverDatabase({ url: server.url('shared') }, log));
  let [one, other]: ReturnType<typeof open>[] = [];
  beforeAll(async () => {
    server = await startPostgres();
    server.createDatabase('shared');
    [one, other] = [open(), open()];
    for (const records of [one, other]) await records?.start(new AbortController().signal);
  });
  afterAll(async () => {
    for (const records of [one, other]) await records?.stop();
    server.stop();
  });

  it('hear of what the other wrote, as it is, and of their own writes once', async () => {
    if (!one || !other) throw new Error('not open');
    const heard: RecordsWritten[] = [];
    const own: RecordsWritten[] = [];
    const stop = [other.watch((written) => heard.push(written)), one.watch((written) => own.push(written))];
    const organisationId = someId('organisation');
    const machines = Array.from({ length: 130 }, () => someMachine(organisationId));
    // The one that listens may still be on its way to the server.
    await vi.waitFor(async () => {
      await one?.transact((tx) => tx.insert('machine', someMachine(someId('organisation'))));
      expect(heard.length).toBeGreaterThan(0);
    }, 10_000);
    await one.transact(async (tx) => {
      for (const machine of machines) await tx.insert('machine', machine);
    });
    const of = (all: RecordsWritten[]) =>
      all.filter((written) => written.organisationId === organisationId).flatMap(({ records }) => records);
    await vi.waitFor(() => expect(of(heard)).toHaveLength(130), 10_000);
    expect(of(heard)[0]).toEqual({ kind: 'machine', record: machines[0] });
    expect(of(own)).toHaveLength(130);
    for (const end of stop) end();
  });

  it('goes on where the server cuts a connection between two statements of a transaction', async () => {
    const elsewhere = new pg.Client({ connectionString: server.url('shared') });
    elsewhere.on('error', () => expect.unreachable('the connection that cuts the others is not cut'));
    await elsewhere.connect();
    const cut = one?.transact(async (tx) => {
      await tx.insert('machine', someMachine(someId('organisation')));
      await elsewhere.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()');
      await setTimeout(200);
      await tx.insert('machine', someMachine(someId('organisation')));
    });
    await expect(cut).rejects.toThrow('does not answer');
    await elsewhere.end();
    const machine = someMachine(someId('organisation'));
    await one?.transact((tx) => tx.insert('machine', machine));
    expect(await other?.get('machine', machine.organisationId, machine.id)).toEqual(machine);
  });

  it('give a lease to one of them, and to the other when it is left or has run out', async () => {
    if (!one || !other) throw new Error('not open');
    expect(await one.holdLease('jobs', 'a', 60_000)).toBe(true);
    expect(await other.holdLease('jobs', 'b', 60_000)).toBe(false);
    expect(await one.holdLease('jobs', 'a', 60_000)).toBe(true);
    await other.leaveLease('jobs', 'b');
    expect(await other.holdLease('jobs', 'b', 60_000)).toBe(false);
    await one.leaveLease('jobs', 'a');
    expect(await other.holdLease('jobs', 'b', 50)).toBe(true);
    await vi.waitFor(async () => expect(await one?.holdLease('jobs', 'a', 50)).toBe(true), 5_000);
  });

  it('read on behind a record in any order, also behind one that is gone', async () => {
    if (!one) throw new Error('not open');
    const organisationId = someId('organisation');
    const machines = Array.from({ length: 5 }, () => someMachine(organisationId));
    for (const machine of machines) await one.transact((tx) => tx.insert('machine', machine));
    const idsOf = async (after: { id: string; createdAtMs: number }, newestFirst: boolean) =>
      (await one?.list('machine', organisationId, { after, newestFirst, limit: 2 }))?.map(({ id }) => id);
    const [a, b, c, d, e] = machines.map(({ id }) => id);
    const middle = machines[2] ?? { id: '', createdAtMs: 0 };
    expect(await idsOf(middle, false)).toEqual([d, e]);
    expect(await idsOf(middle, true)).toEqual([b, a]);
    expect(await idsOf({ ...middle, id: someId('machine') }, false)).toEqual([a, b]);
    expect(c).toBe(middle.id);
  });

  it('let a crowd change at once what goes into one chain of the audit', async () => {
    const organisationId = someId('organisation');
    const crowd = Array.from({ length: 120 }, () => someAcceptance(organisationId));
    const kept = crowd.map((acceptance, i) =>
      (i % 2 ? one : other)?.transact(async (tx) => {
        for (let i = 0; i < 30; i++)
          await tx.list('acceptance', organisationId, { where: { offerId: acceptance.offerId } });
        await tx.insert('acceptance', acceptance);
      }),
    );
    const failed = (await Promise.allSettled(kept)).filter(({ status }) => status === 'rejected');
    expect(failed).toEqual([]);
    expect((await one?.auditEnd(organisationId))?.seq).toBe(120);
  });
});
