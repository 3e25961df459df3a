import { createInfluxTimeSeries } from '@kuluma/cloud/adapters/timeseries-influx/influx-time-series.ts';
import type { StoredBatch } from '@kuluma/cloud/ports.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { type Influxd, startInfluxd } from '../start-influxd.ts';
import { someId } from './some-records.ts';

const { skip, title } = needs('influxd', 'an InfluxDB server');

describe.skipIf(skip)(title, () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
  });
  afterAll(() => influxd.stop());

  const organisationId = someId('organisation');
  const nowMs = Date.now();
  const everything = { organisationId, fromMs: 0, toMs: nowMs + dayMs };
  let seq = 0;
  const batchOf = (pointId: Id<'measurementPoint'>, times: readonly number[]): StoredBatch => ({
    organisationId,
    key: { gatewayId: someId('gateway'), epoch: 1, class: 'live', seq: seq++ },
    samples: columnsOf(times.map((sampledAtMs, value) => ({ pointId, sampledAtMs, value, quality: 'good' }))),
  });

  /** A database of its own, and InfluxQL and line protocol past our store. */
  const open = async (database: string) => {
    const store = createInfluxTimeSeries({ url: influxd.url, database });
    await store.start(new AbortController().signal);
    const ask = async (q: string) => {
      const answer = await fetch(`${influxd.url}/query?db=${database}`, {
        method: 'POST',
        body: new URLSearchParams({ q }),
      });
      return (await answer.json()) as { results: { series?: { values: unknown[][] }[] }[] };
    };
    const line = async (text: string) => {
      const answer = await fetch(`${influxd.url}/write?db=${database}&precision=ms`, { method: 'POST', body: text });
      expect(answer.status).toBe(204);
    };
    return { store, ask, line };
  };

  it('names the samples whose field has another type there, and stores the others', async () => {
    const { store, line } = await open('types');
    const pointId = someId('measurementPoint');
    // A type belongs to a shard, which is a week here: what lies in that one is refused for ever.
    const spoiltMs = nowMs - 40 * dayMs;
    await line(`telemetry,organisation_id=o,point_id=p value="text" ${spoiltMs}`);
    const good = Array.from({ length: 300 }, (_, i) => nowMs - i * 1000);
    const mixed = [nowMs - 500, spoiltMs + 1, nowMs - 700, spoiltMs + 2, spoiltMs + 3];
    await expect(store.write([batchOf(pointId, good), batchOf(pointId, mixed)])).rejects.toMatchObject({
      retry: 'permanent',
      samples: [1, 3, 4].map((sample) => ({ batch: 1, sample })),
    });
    expect(await store.count({ ...everything, pointId })).toBe(302);
    await store.stop();
  });

  it('names the samples that are older than its retention policy', async () => {
    const { store, ask } = await open('short');
    await ask('alter retention policy autogen on short duration 30d shard duration 1d');
    const pointId = someId('measurementPoint');
    const times = Array.from({ length: 200 }, (_, i) => nowMs - (i % 10 === 7 ? 60 : 1) * dayMs - i);
    const refused = times.flatMap((_, sample) => (sample % 10 === 7 ? [{ batch: 0, sample }] : []));
    const write = store.write([batchOf(pointId, times)]);
    await expect(write).rejects.toMatchObject({ retry: 'permanent' });
    const { samples } = (await write.catch((error: unknown) => error)) as { samples: { sample: number }[] };
    expect(samples.toSorted((a, b) => a.sample - b.sample)).toEqual(refused);
    expect(await store.count({ ...everything, pointId })).toBe(180);
    // Nothing but old ones: one request says so.
    await expect(store.write([batchOf(pointId, [1, 2, 3])])).rejects.toMatchObject({ retry: 'permanent' });
    await store.stop();
  });

  it('takes a database that is gone for a fault that passes', async () => {
    const { store, ask } = await open('gone');
    await ask('drop database gone');
    const write = store.write([batchOf(someId('measurementPoint'), [nowMs])]);
    await expect(write).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retry: 'transient' });
    await store.stop();
  });

  it('leaves nothing of an erased point in the server', async () => {
    const { store, ask } = await open('erased');
    const [gone, kept] = [someId('measurementPoint'), someId('measurementPoint')];
    await store.write([batchOf(gone, [nowMs, nowMs - 100 * dayMs]), batchOf(kept, [nowMs])]);
    await store.erase(organisationId, [gone]);
    const answer = await ask('select * from telemetry');
    const rows = answer.results[0]?.series?.[0]?.values ?? [];
    expect(rows.length).toBe(1);
    expect(JSON.stringify(rows)).not.toContain(gone);
    await store.stop();
  });
});

describe.skipIf(skip)(`${title} that asks who is there`, () => {
  let influxd: Influxd;
  const admin = `Basic ${Buffer.from('admin:admins').toString('base64')}`;
  beforeAll(async () => {
    influxd = await startInfluxd('auth-enabled = true');
    for (const q of [
      "create user admin with password 'admins' with all privileges",
      'create database made',
      "create user kuluma with password 'ours'",
      'grant all on made to kuluma',
    ]) {
      const headers = q.includes('admin') ? {} : { authorization: admin };
      const answer = await fetch(`${influxd.url}/query`, { method: 'POST', headers, body: new URLSearchParams({ q }) });
      expect(await answer.text(), q).not.toContain('error');
    }
  });
  afterAll(() => influxd.stop());
  const storeFor = (database: string, token: string) => createInfluxTimeSeries({ url: influxd.url, database, token });

  it('lets a user of one database in, who may make none', async () => {
    const store = storeFor('made', 'kuluma:ours');
    await store.start(new AbortController().signal);
    const [organisationId, pointId, sampledAtMs] = [someId('organisation'), someId('measurementPoint'), Date.now()];
    const sample = { pointId, sampledAtMs, value: 1, quality: 'good' as const };
    const key = { gatewayId: someId('gateway'), epoch: 1, class: 'live' as const, seq: 0 };
    expect(await store.write([{ organisationId, key, samples: columnsOf([sample]) }])).toMatchObject({ stored: 1 });
    const range = { organisationId, pointId, fromMs: 0, toMs: sampledAtMs + dayMs };
    expect(await store.read(range)).toEqual([sample]);
  });

  it.each([
    ['another password', 'made', 'kuluma:theirs'],
    ['a database that is not theirs', 'other', 'kuluma:ours'],
  ])('refuses %s at the start', async (_name, database, token) => {
    await expect(storeFor(database, token).start(new AbortController().signal)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });
});
