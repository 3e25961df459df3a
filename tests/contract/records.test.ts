import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@kuluma/cloud/adapters/records-postgres/database.ts';
import { migrate, readMigrations } from '@kuluma/cloud/adapters/records-postgres/migrate.ts';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { snakeCase } from '@kuluma/cloud/adapters/records-postgres/record-tables.ts';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import type { Records } from '@kuluma/cloud/ports.ts';
import { recordKinds } from '@kuluma/shared/model/kinds.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { type PostgresServer, startPostgres } from '../start-postgres.ts';
import {
  someAcceptance,
  someHold,
  someId,
  someInboundSms,
  someMachine,
  someOrganisation,
  someOwnerOf,
  someSession,
} from './some-records.ts';

const root = mkdtempSync(join(tmpdir(), 'kuluma-records-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const log = createLogger('test', 'silent');
const abort = new AbortController().signal;
let server: PostgresServer | undefined;
afterAll(() => server?.stop());

interface Implementation {
  readonly name: string;
  readonly skip: boolean;
  /** The same name gives the same store again. */
  readonly open: (store: string) => Promise<Database>;
}

const pglite: Implementation = {
  name: 'PGlite',
  skip: false,
  open: async (store) => pgliteDatabase(join(root, store)),
};

const postgres: Implementation = {
  ...(({ skip, title }) => ({ skip, name: title }))(needs('postgresql', 'PostgreSQL')),
  async open(store) {
    server ??= await startPostgres();
    if (!made.has(store)) server.createDatabase(store);
    made.add(store);
    return serverDatabase({ url: server.url(store) }, log);
  },
};
const made = new Set<string>();

for (const { name, skip, open } of [pglite, postgres]) {
  describe.skipIf(skip)(`records over ${name}`, () => {
    let database: Database;
    let records: Records & { start(signal: AbortSignal): Promise<void>; stop(): Promise<void> };
    const organisation = someOrganisation();
    const organisationId = organisation.organisationId;
    const sms = someInboundSms(organisationId);

    beforeAll(async () => {
      // A store of the first version with rows in it: opening it is what every other test here stands on.
      database = await open('kuluma');
      await database.open();
      const migrations = await readMigrations();
      await migrate(database, migrations.slice(0, 1));
      await database.query('insert into record.organisation (body) values ($1::jsonb)', [JSON.stringify(organisation)]);
      // Of a later one, in which a text message could be kept twice.
      await migrate(
        database,
        migrations.filter(({ version }) => version < 20),
      );
      for (const kept of [sms, { ...sms, id: someId('inboundSms') }])
        await database.query('insert into personal.inbound_sms (body) values ($1::jsonb)', [JSON.stringify(kept)]);
      await database.close();
      database = await open('kuluma');
      records = createRecords(database);
      await records.start(abort);
    });
    afterAll(() => records.stop());

    it('keeps what a store of the previous version held', async () => {
      expect(await records.organisationIds()).toEqual([organisationId]);
      expect(await records.get('organisation', organisationId, organisationId)).toEqual(organisation);
      expect(await records.list('inboundSms', organisationId)).toEqual([sms]);
      const applied = await database.query('select version from public.kuluma_migration order by version', []);
      expect(applied.rows.length).toBeGreaterThan(1);
    });

    it('has a table for every kind, with its filters, apart where personal, guarded where immutable', async () => {
      for (const [kind, { filters, personal, immutable }] of Object.entries(recordKinds)) {
        const at = [personal ? 'personal' : 'record', snakeCase(kind)];
        const columns = await database.query(
          'select column_name from information_schema.columns where table_schema = $1 and table_name = $2',
          at,
        );
        const names = columns.rows.map((row) => row['column_name']);
        expect(names, kind).toEqual(expect.arrayContaining(['organisation_id', 'body', ...filters.map(snakeCase)]));
        const triggers = await database.query(
          `select 1 from information_schema.triggers where event_object_schema = $1 and event_object_table = $2
           and event_manipulation = 'UPDATE'`,
          at,
        );
        expect(triggers.rows.length, kind).toBe(immutable ? 1 : 0);
      }
    });

    it('leaves others their turn while a loop asks it', async () => {
      let turns = 0;
      const everyTurn = setInterval(() => turns++, 0);
      for (let n = 0; n < 300; n++) await records.list('machine', organisationId);
      clearInterval(everyTurn);
      expect(turns).toBeGreaterThan(0);
    });

    it('lists and counts by any of several values, and in parts that meet', async () => {
      const tags = ['A-1', 'A-2', 'A-3', 'A-4', 'A-5'];
      const machineModelId = someId('machineModel');
      const machines = tags.map((tag) => someMachine(organisationId, { tag, machineModelId }));
      await records.transact(async (tx) => {
        for (const machine of machines) await tx.insert('machine', machine);
      });
      const where = { machineModelId };
      const [first, second] = machines.map(({ id }) => id as string);
      const some = await records.list('machine', organisationId, { where: { id: [second ?? '', first ?? ''] } });
      expect(some.map(({ tag }) => tag)).toEqual(['A-1', 'A-2']);
      const parts = [];
      for (const offset of [0, 2, 4])
        parts.push(...(await records.list('machine', organisationId, { where, limit: 2, offset })));
      expect(parts.map(({ tag }) => tag)).toEqual(tags);
      expect(await records.count('machine', organisationId, { where })).toBe(5);
      expect(await records.count('machine', organisationId, { where: { id: [] } })).toBe(0);
    });

    it('keeps the answers of commands, which name people, with the personal data', async () => {
      const { rows } = await database.query(
        'select table_schema from information_schema.tables where table_name = $1',
        ['command_answer'],
      );
      expect(rows).toEqual([{ table_schema: 'personal' }]);
    });

    it('takes times that meet, to the minute, and no minute twice', async () => {
      const technicianId = someId('technician');
      const occupy = (from: number, to: number) =>
        records.transact((tx) => tx.occupy(someHold(organisationId, technicianId, from, to)));
      await occupy(0, 92);
      await occupy(92, 120);
      await expect(occupy(91, 92)).rejects.toMatchObject({ code: 'SLOT_TAKEN' });
    });

    it('gives back what was inserted, to its own organisation only', async () => {
      const machine = someMachine(organisationId);
      await records.transact((tx) => tx.insert('machine', machine));
      expect(await records.get('machine', organisationId, machine.id)).toEqual(machine);
      expect(await records.get('machine', someId('organisation'), machine.id)).toBeUndefined();
    });

    it('lists by filter, in order of creation, newest first on demand', async () => {
      const machineModelId = someId('machineModel');
      const made = [30, 20, 10, 10].map((ageMs) => someMachine(organisationId, { machineModelId }, ageMs));
      await records.transact(async (tx) => {
        for (const machine of made) await tx.insert('machine', machine);
      });
      const ids = made.map((m) => m.id);
      const where = { machineModelId };
      expect((await records.list('machine', organisationId, { where })).map((m) => m.id)).toEqual(ids);
      const newest = await records.list('machine', organisationId, { where, newestFirst: true, limit: 2 });
      expect(newest.map((m) => m.id)).toEqual([ids[3], ids[2]]);
      const between = { createdFromMs: made[1]?.createdAtMs ?? 0, createdBeforeMs: made[2]?.createdAtMs ?? 0 };
      expect((await records.list('machine', organisationId, { where, ...between })).map((m) => m.id)).toEqual([ids[1]]);
      expect(await records.list('machine', someId('organisation'), { where })).toEqual([]);
    });

    it('answers what it was asked before by what stands now', async () => {
      const [before, after] = [someId('machineModel'), someId('machineModel')];
      const machine = someMachine(organisationId, { machineModelId: before });
      const session = someSession(organisationId, 'ef'.repeat(32));
      const asked = async () => ({
        tag: (await records.get('machine', organisationId, machine.id))?.tag,
        of: [before, after].map(async (machineModelId) => ({
          listed: (await records.list('machine', organisationId, { where: { machineModelId } })).length,
          counted: await records.count('machine', organisationId, { where: { machineModelId } }),
        })),
        expiresAtMs: (await records.findSession(session.secretHash))?.expiresAtMs,
      });
      const settled = async () => {
        const { of, ...rest } = await asked();
        return { ...rest, of: await Promise.all(of) };
      };
      const none = { listed: 0, counted: 0 };
      const one = { listed: 1, counted: 1 };
      expect(await settled()).toEqual({ tag: undefined, of: [none, none], expiresAtMs: undefined });
      await records.transact(async (tx) => {
        await tx.insert('machine', machine);
        await tx.insert('session', session);
      });
      const { expiresAtMs } = session;
      expect(await settled()).toEqual({ tag: machine.tag, of: [one, none], expiresAtMs });
      await records.transact(async (tx) => {
        await tx.update('machine', { ...machine, tag: 'B-1', machineModelId: after });
        await tx.update('session', { ...session, expiresAtMs: 1 });
      });
      expect(await settled()).toEqual({ tag: 'B-1', of: [none, one], expiresAtMs: 1 });
      await records.transact((tx) => tx.erase('session', organisationId, [session.id]));
      expect((await settled()).expiresAtMs).toBeUndefined();
      await records.transact((tx) => tx.insert('session', session));
      expect((await settled()).expiresAtMs).toBe(expiresAtMs);
      await records.purge({ kind: 'session', since: 'expiresAtMs', beforeMs: expiresAtMs + 1 });
      expect((await settled()).expiresAtMs).toBeUndefined();
    });

    it('refuses also what it was asked before beside a transaction', async () => {
      const ask = () => records.get('organisation', organisationId, organisationId);
      await ask();
      await expect(records.transact(ask)).rejects.toThrow('only the transaction');
    });

    it('gives the newest of each value of a filter, of its own organisation only', async () => {
      const [a, b] = [someId('machineModel'), someId('machineModel')];
      const made = [a, b, a].map((machineModelId, i) => someMachine(organisationId, { machineModelId }, 30 - 10 * i));
      await records.transact(async (tx) => {
        for (const machine of made) await tx.insert('machine', machine);
        await tx.insert('machine', someMachine(someId('organisation'), { machineModelId: b }));
      });
      const newest = await records.newestOfEach('machine', organisationId, 'machineModelId');
      const ofBoth = newest.filter(({ machineModelId }) => machineModelId === a || machineModelId === b);
      expect(new Set(ofBoth.map(({ id }) => id))).toEqual(new Set([made[1]?.id, made[2]?.id]));
      expect(newest.length).toBe(new Set(newest.map(({ machineModelId }) => machineModelId)).size);
    });

    it('finds machines by what people know of them, of their own organisation only', async () => {
      const [pump, press] = [
        someMachine(organisationId, { serialNumber: 'ZX-81%', tag: 'B-1' }),
        someMachine(organisationId, { serialNumber: 'ZX-810', tag: 'B-2' }),
      ];
      const { owner, contact, ownership } = someOwnerOf(organisationId, press.id, '+358 40 555 0123');
      await records.transact(async (tx) => {
        for (const machine of [pump, press, someMachine(someId('organisation'), { serialNumber: 'ZX-81' })])
          await tx.insert('machine', machine);
        await tx.insert('owner', owner);
        await tx.insert('contact', contact);
        await tx.insert('machineOwnership', ownership);
      });
      const found = async (text: string) =>
        (await records.findMachines(organisationId, text, 10)).map(({ machineId, by }) => [machineId, by]);
      expect(await found('zx-81')).toEqual([
        [pump.id, 'machine'],
        [press.id, 'machine'],
      ]);
      expect(await found('ZX-81%')).toEqual([[pump.id, 'machine']]);
      expect(await found('kuivaamo')).toEqual([[press.id, 'owner']]);
      for (const phone of ['040 555 01', '+358405550123', '5550123'])
        expect(await found(phone), phone).toEqual([[press.id, 'contact']]);
      expect(await found('040')).toEqual([]);
      expect(await records.findMachines(organisationId, 'ZX', 1)).toHaveLength(1);
    });

    it('refuses a record that its schema refuses, and an id that is there', async () => {
      const bad = someMachine(organisationId, { tag: '' });
      await expect(records.transact((tx) => tx.insert('machine', bad))).rejects.toMatchObject({
        code: 'INPUT_INVALID',
      });
      const machine = someMachine(organisationId);
      await records.transact((tx) => tx.insert('machine', machine));
      await expect(records.transact((tx) => tx.insert('machine', machine))).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('raises the version at an update and refuses a stale one', async () => {
      const machine = someMachine(organisationId);
      await records.transact((tx) => tx.insert('machine', machine));
      const moved = await records.transact((tx) => tx.update('machine', { ...machine, tag: 'P-08' }));
      expect(moved).toEqual({ ...machine, tag: 'P-08', version: 2 });
      expect(await records.get('machine', organisationId, machine.id)).toEqual(moved);
      const stale = records.transact((tx) => tx.update('machine', { ...machine, tag: 'P-09' }));
      await expect(stale).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('writes all of a transaction or nothing', async () => {
      const machine = someMachine(organisationId);
      const failing = records.transact(async (tx) => {
        await tx.insert('machine', machine);
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await records.get('machine', organisationId, machine.id)).toBeUndefined();
    });

    it('refuses what goes past the transaction instead of waiting for ever', async () => {
      const beside = records.transact(() => records.list('machine', organisationId));
      await expect(beside).rejects.toThrow('only the transaction');
      const nested = records.transact(() => records.transact(async () => 1));
      await expect(nested).rejects.toThrow('only the transaction');
      expect(await records.transact((tx) => tx.get('organisation', organisationId, organisationId))).toBeDefined();
    });

    it('lets nothing change an acceptance, not even SQL', async () => {
      const acceptance = someAcceptance(organisationId);
      await records.transact((tx) => tx.insert('acceptance', acceptance));
      await expect(records.transact((tx) => tx.update('acceptance', acceptance))).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      for (const sql of [
        "update record.acceptance set body = body || '{}'",
        'delete from record.acceptance',
        'truncate record.acceptance',
      ])
        await expect(database.query(sql)).rejects.toThrow('immutable');
    });

    it('lets one of many at once have a time of a technician', async () => {
      const technicianId = someId('technician');
      const tries = Array.from({ length: 50 }, (_, i) => {
        const hold = someHold(organisationId, technicianId, 60 + (i % 4) * 10, 120 + (i % 3) * 15);
        return records.transact(async (tx) => {
          await tx.insert('slotHold', hold);
          await tx.occupy(hold);
        });
      });
      const settled = await Promise.allSettled(tries);
      const refusals = settled.filter((s) => s.status === 'rejected');
      expect(refusals.map((s) => s.reason.code)).toEqual(Array(49).fill('SLOT_TAKEN'));
      expect(await records.list('slotHold', organisationId, { where: { technicianId } })).toHaveLength(1);
    });

    it('lets a transaction go on to another slot, and gives free time back', async () => {
      const technicianId = someId('technician');
      const first = someHold(organisationId, technicianId, 0, 60);
      const overlapping = someHold(organisationId, technicianId, 30, 90);
      const touching = someHold(organisationId, technicianId, 60, 90);
      await records.transact(async (tx) => {
        await tx.occupy(first);
        await expect(tx.occupy(overlapping)).rejects.toMatchObject({ code: 'SLOT_TAKEN' });
        await tx.occupy(touching);
      });
      await records.transact(async (tx) => {
        await tx.vacate(first);
        await tx.vacate(touching);
        await tx.occupy(overlapping);
      });
      const other = { ...first, technicianId: someId('technician') };
      await records.transact((tx) => tx.occupy(other));
    });

    it('runs a command with the same key once, also at the same time', async () => {
      const machineModelId = someId('machineModel');
      const command = () =>
        records.transact(async (tx) => {
          const before = await tx.answered(organisationId, 'key-1');
          if (before !== undefined) return before;
          const machine = someMachine(organisationId, { machineModelId });
          await tx.insert('machine', machine);
          await tx.remember(organisationId, 'key-1', { id: machine.id });
          return { id: machine.id };
        });
      const answers = await Promise.all([command(), command(), command()]);
      const kept = await records.list('machine', organisationId, { where: { machineModelId } });
      expect(kept).toHaveLength(1);
      expect(answers).toEqual(Array(3).fill({ id: kept[0]?.id }));
    });

    it('finds a session by its secret and a gateway by its id alone', async () => {
      const session = someSession(organisationId, 'ab'.repeat(32));
      await records.transact((tx) => tx.insert('session', session));
      expect(await records.findSession(session.secretHash)).toEqual(session);
      expect(await records.findSession('cd'.repeat(32))).toBeUndefined();
      expect(await records.findGateway(someId('gateway'))).toBeUndefined();
    });

    it('refuses a changed migration and a store from the future', async () => {
      const migrations = await readMigrations();
      const changed = migrations.map((m) => ({ ...m, checksum: 'x' }));
      await expect(migrate(database, changed)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
      await expect(migrate(database, migrations.slice(0, 1))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    });
  });
}

describe('the folder of the embedded records', () => {
  it('refuses a second start while the first runs', async () => {
    const dir = join(root, 'locked');
    const first = pgliteDatabase(dir);
    await first.open();
    await expect(pgliteDatabase(dir).open()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await first.close();
  });
});

describe('a PostgreSQL server that is not there', () => {
  it('says so at the start', async () => {
    const records = createRecords(serverDatabase({ url: 'postgres://nobody@127.0.0.1:9/none' }, log));
    await expect(records.start(abort)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retry: 'transient' });
  });
});
