import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@kuluma/cloud/adapters/records-postgres/database.ts';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { createInfluxTimeSeries } from '@kuluma/cloud/adapters/timeseries-influx/influx-time-series.ts';
import { purgePersonal } from '@kuluma/cloud/pipelines/purge-personal.ts';
import type { TimeSeriesStore } from '@kuluma/cloud/ports.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { type Influxd, startInfluxd } from '../start-influxd.ts';
import { type PostgresServer, startPostgres } from '../start-postgres.ts';
import { createWorld, type Tenant, type World } from './http-world.ts';

/** Personal data stand apart from telemetry, and end. */

let server: PostgresServer | undefined;
let influxd: Influxd | undefined;
afterAll(async () => {
  await influxd?.stop();
  server?.stop();
});

const postgres = needs('postgresql', 'PostgreSQL');
const stores = [
  { name: 'PGlite', skip: false, open: async (): Promise<Database> => pgliteDatabase() },
  {
    ...{ name: postgres.title, skip: postgres.skip },
    async open(): Promise<Database> {
      server ??= await startPostgres();
      server.createDatabase('privacy');
      return serverDatabase({ url: server.url('privacy') }, createLogger('test', 'silent'));
    },
  },
];

for (const { name, skip, open } of stores) {
  describe.skipIf(skip)(`personal data over ${name}`, () => {
    let database: Database;
    let world: World;
    let ours: Tenant;
    const purge = () => purgePersonal({ ...world.deps, wallNow: () => world.time.wallMs });
    beforeAll(async () => {
      database = await open();
      world = await createWorld(database);
      ours = await world.tenant({ machines: 1, technicians: 1 });
    });
    afterAll(() => world.stop());

    it('end when their time is over, also those that nobody may change, and not before', async () => {
      const { organisationId, contactIds } = ours;
      const sms = {
        from: '+358401234567',
        text: '1',
        receivedAtMs: world.time.nowMs,
        contactId: contactIds[0] ?? null,
      };
      const answered = { gatewayMessageId: 'm1', offerId: null, meaning: 'unclear', reply: '' } as const;
      await world.add(organisationId, 'inboundSms', { ...sms, ...answered });
      await world.records.keepChallenge('c1', world.time.wallMs + 1);
      const sessions = await world.records.count('session', organisationId);
      expect(await purge()).toEqual({});
      world.time.wallMs += 400 * dayMs;
      world.time.nowMs += 364 * dayMs;
      expect(await purge()).toMatchObject({ session: sessions, signInChallenge: 1 });
      expect(await world.records.count('inboundSms', organisationId)).toBe(1);
      world.time.nowMs += 2 * dayMs;
      expect(await purge()).toEqual({ inboundSms: 1 });
      expect(await purge()).toEqual({});
      expect(await world.records.count('contact', organisationId)).toBeGreaterThan(0);
    });

    it('are the only ones that can be removed: an audit and an acceptance stay', async () => {
      const erasing = (sql: string) =>
        database.attempt(async (query) => {
          await query("select set_config('kuluma.erasing', 'on', true)", []);
          await query(sql, []);
        });
      await expect(erasing('delete from record.audit_entry')).rejects.toThrow('immutable');
      await expect(erasing("select personal.purge('auditEntry', 'createdAtMs', 9e15::bigint)")).rejects.toThrow();
    });
  });
}

describe('the time series', () => {
  let dir: string;
  let world: World;
  let ours: Tenant;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kuluma-privacy-'));
    world = await createWorld();
    ours = await world.tenant({ machines: 2, technicians: 1 });
  });
  afterAll(async () => {
    await world.stop();
    await rm(dir, { recursive: true, force: true });
  });

  /** Every text about people and places that the records have. */
  const personalTexts = async (): Promise<string[]> => {
    const { organisationId } = ours;
    const [contacts, people] = [
      await world.records.list('contact', organisationId),
      await world.records.list('person', organisationId),
    ];
    const sites = await world.records.list('site', organisationId);
    const owners = await world.records.list('owner', organisationId);
    const texts = [...contacts, ...people].flatMap(({ name, email, phone }) => [name, email, phone]);
    return [
      ...texts,
      ...sites.flatMap((site) => [site.name, site.streetAddress]),
      ...owners.map((owner) => owner.name),
    ].filter((text) => text.length > 2);
  };
  const fill = async (store: TimeSeriesStore): Promise<void> => {
    const [gateway, nowMs] = ['gwy_00000000000000000000000001', world.time.nowMs];
    for (const [seq, pointId] of ours.pointIds.entries()) {
      const samples = columnsOf([{ pointId, sampledAtMs: nowMs, value: 1.5, quality: 'good' }]);
      const key = { gatewayId: gateway, epoch: 1, class: 'live', seq } as const;
      await store.write([{ organisationId: ours.organisationId, key, samples }]);
    }
    await store.maintain(nowMs + 3 * dayMs);
  };
  const expectNothingPersonal = async (exported: string): Promise<void> => {
    expect(exported).toContain(ours.pointIds[0]);
    const texts = await personalTexts();
    expect(texts.length).toBeGreaterThan(8);
    for (const text of texts) expect(exported).not.toContain(text);
  };

  it('in DuckDB hold no name, number or address, in whatever file', async () => {
    const store = new DuckDbTimeSeries({ dir });
    await store.start();
    await fill(store);
    await store.stop();
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    await expectNothingPersonal(files.map((f) => readFileSync(join(f.parentPath, f.name), 'latin1')).join('\n'));
  });

  it.skipIf(needs('influxd', 'InfluxDB').skip)(
    'in InfluxDB hold no name, number or address, in whatever tag',
    async () => {
      influxd ??= await startInfluxd();
      const store = createInfluxTimeSeries({ url: influxd.url, database: 'kuluma' });
      await store.start(new AbortController().signal);
      await fill(store);
      const ask = async (q: string) =>
        (await fetch(`${influxd?.url}/query?db=kuluma&q=${encodeURIComponent(q)}`)).text();
      await expectNothingPersonal((await ask('select * from /.*/')) + (await ask('show series')));
    },
  );
});
