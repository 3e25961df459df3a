import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Database } from '@kuluma/cloud/adapters/records-postgres/database.ts';
import { loadRecords } from '@kuluma/cloud/adapters/records-postgres/dump-records.ts';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { type PostgresServer, startPostgres } from '../start-postgres.ts';
import { someAcceptance, someHold, someId, someMachine, someOrganisation } from './some-records.ts';

const root = mkdtempSync(join(tmpdir(), 'kuluma-dump-'));
const log = createLogger('test', 'silent');
const { signal } = new AbortController();
const postgres = needs('postgresql', 'to and from PostgreSQL');
let server: PostgresServer | undefined;
beforeAll(async () => {
  if (!postgres.skip) server = await startPostgres();
});
afterAll(() => {
  server?.stop();
  rmSync(root, { recursive: true, force: true });
});

let stores = 0;
const embedded = (): Database => pgliteDatabase(join(root, `store-${stores++}`));
const onServer = (): Database => {
  const name = `store_${stores++}`;
  server?.createDatabase(name);
  return serverDatabase({ url: server?.url(name) ?? '' }, log);
};

const organisationId = someId('organisation');
const acceptance = someAcceptance(organisationId);
const hold = someHold(organisationId, someId('technician'), 0, 60);

/** With what ends a line elsewhere. */
const text = 'ääni, 音, "quoted"\n\r\u0085\u2028\u2029';

/** A store with a record of each way of keeping, dumped; then more is written. */
const dumpedFrom = async (database: Database): Promise<string> => {
  const records = createRecords(database);
  await records.start(signal);
  const machine = someMachine(organisationId);
  await records.transact(async (tx) => {
    await tx.insert('organisation', { ...someOrganisation(), id: organisationId, organisationId });
    await tx.insert('machine', machine);
    await tx.insert('acceptance', acceptance);
    await tx.insert('slotHold', hold);
    await tx.occupy(hold);
    await tx.remember(organisationId, 'key', { text });
  });
  await records.transact(async (tx) => {
    for (let i = 0; i < 1200; i++) await tx.insert('machine', someMachine(organisationId));
  });
  const dir = join(root, `dump-${stores++}`);
  await records.dump(dir);
  await records.transact((tx) => tx.insert('machine', someMachine(organisationId)));
  await records.stop();
  return dir;
};

const sumsOf = (dir: string) =>
  readdirSync(dir).map((file) => [
    file,
    createHash('sha256')
      .update(readFileSync(join(dir, file)))
      .digest('hex'),
  ]);

const loadInto = async (database: Database, dir: string): Promise<void> => {
  await database.open();
  try {
    await loadRecords(database, dir);
  } finally {
    await database.close();
  }
};

/** What a store that got a dump holds has to be that dump again, and it has to work. */
const expectSame = async (database: Database, reopened: Database, dir: string): Promise<void> => {
  await loadInto(database, dir);
  const records = createRecords(reopened);
  await records.start(signal);
  const again = join(root, `dump-${stores++}`);
  await records.dump(again);
  expect(sumsOf(again)).toEqual(sumsOf(dir));
  expect(await records.count('machine', organisationId)).toBe(1201);
  await expect(records.transact((tx) => tx.occupy({ ...hold, id: someId('slotHold') }))).rejects.toMatchObject({
    code: 'SLOT_TAKEN',
  });
  // The newest is found by what is counted on the way in.
  const newest = someMachine(organisationId);
  await records.transact((tx) => tx.insert('machine', newest));
  const [last] = await records.list('machine', organisationId, { newestFirst: true, limit: 1 });
  expect(last?.id).toBe(newest.id);
  expect(await records.transact((tx) => tx.answered(organisationId, 'key'))).toEqual({ text });
  await records.stop();
};

describe('a dump of the records', () => {
  it('fills an empty embedded store with what stood there at that instant', async () => {
    const dir = await dumpedFrom(embedded());
    const store = join(root, `store-${stores++}`);
    await expectSame(pgliteDatabase(store), pgliteDatabase(store), dir);
    await expect(loadInto(pgliteDatabase(store), dir)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('of a newer program is refused', async () => {
    const dir = await dumpedFrom(embedded());
    const newer = { version: 9999, name: '9999-flying.sql', checksum: 'f' };
    writeFileSync(join(dir, 'migrations.ndjson.gz'), gzipSync(`${JSON.stringify(newer)}\n`));
    await expect(loadInto(embedded(), dir)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it.skipIf(postgres.skip)('moves from one machine to a server and back', async () => {
    const dir = await dumpedFrom(embedded());
    const name = `store_${stores++}`;
    server?.createDatabase(name);
    const open = () => serverDatabase({ url: server?.url(name) ?? '' }, log);
    await expectSame(open(), open(), dir);
    const back = await dumpedFrom(onServer());
    const store = join(root, `store-${stores++}`);
    await expectSame(pgliteDatabase(store), pgliteDatabase(store), back);
  });
});
