import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { SharedDataView } from '@kuluma/shared/model/views/shared-data.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { createWorld, type Tenant, type World } from './http-world.ts';

/** An owner takes the data of a machine along and shares them: as much, as long and with whom they said. */

let world: World;
let ours: Tenant;
let theirs: Tenant;
let machineId: Tenant['machineIds'][number];

beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 2, technicians: 1 });
  theirs = await world.tenant({ machines: 2, technicians: 1 });
  machineId = ours.machineIds[0] as typeof machineId;
  const [pointId] = ours.pointIds;
  if (!pointId) throw new Error('a point');
  const samples = [-20, -3, -2, -1].map((days, i) => ({
    ...{ pointId, sampledAtMs: world.time.nowMs + days * dayMs, value: i / 3 },
    quality: 'good' as const,
  }));
  const key = { gatewayId: 'gwy_00000000000000000000000001', epoch: 1, class: 'live', seq: 1 } as const;
  await world.timeSeries.write([{ organisationId: ours.organisationId, key, samples: columnsOf(samples) }]);
});
afterAll(() => {
  // Who listened and left has connected anew, and asks for nothing.
  world.app.server.closeAllConnections();
  return world.stop();
});

const page = (n = 0) => `/owner/machines/${ours.machineIds[n]}/data`;
const cookie = (n = 0, tenant = ours) => tenant.owners[n]?.cookie ?? '';
const get = (url: string, headers: Record<string, string> = { cookie: cookie() }) => world.app.inject({ url, headers });
const form = (url: string, fields: Record<string, string>, headers: Record<string, string> = { cookie: cookie() }) =>
  world.app.inject({
    ...{ method: 'POST', url, payload: new URLSearchParams(fields).toString() },
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      host: 'localhost',
      origin: 'http://localhost',
      ...headers,
    },
  });
const dayOf = (days: number) => isoOf(startMs + days * dayMs).slice(0, 10);
const share = {
  idempotencyKey: 'key-of-a-test',
  recipientName: 'Analytics Oy',
  purpose: 'advice on energy',
  noGatekeeper: 'yes',
};
let keys = 0;
const freshKey = () => ({ idempotencyKey: `key-of-a-test-${++keys}` });
const whole = { ...share, allPoints: 'yes', detail: 'raw', until: dayOf(30) };
/** The key of a new share, by its link. */
const keyOf = async (fields: Record<string, string>): Promise<string> => {
  const made = await form(page(), { ...fields, ...freshKey() });
  const link = /\/share\/[\w-]+/.exec(made.body)?.[0] ?? '';
  expect((await get(link, {})).body).toContain('Analytics Oy');
  const shown = await form(link, {}, {});
  const key = /Bearer ([\w-]+)/.exec(shown.body)?.[1] ?? '';
  expect((await form(link, {}, {})).statusCode).toBe(410);
  return key;
};
const by = (key: string) => ({ authorization: `Bearer ${key}` });
const time = (from = -30, to = 1) =>
  `fromAt=${isoOf(world.time.nowMs + from * dayMs)}&toAt=${isoOf(world.time.nowMs + to * dayMs)}`;
const fetched = async (key: string, query = time(), id: string = machineId) =>
  get(`${apiPaths.sharedMachineData(id)}?${query}`, by(key));
const valuesOf = (body: string) => (JSON.parse(body) as { samples: { value?: number; mean?: number }[] }).samples;

describe('an owner at the data of a machine', () => {
  it('sees the page of their own machines, and of no other', async () => {
    expect((await get(page())).statusCode).toBe(200);
    expect((await get(page(1))).statusCode).toBe(404);
    expect((await get(page(), { cookie: cookie(0, theirs) })).statusCode).toBe(404);
  });

  it('downloads them as JSON, CSV and Parquet with what they are', async () => {
    const file = (format: string) => get(`${page()}/file?from=${dayOf(-30)}&to=${dayOf(0)}&format=${format}`);
    expect(valuesOf((await file('json')).body)).toHaveLength(4);
    expect((await file('csv')).body.trimEnd().split('\r\n')).toHaveLength(5);
    const parquet = await file('parquet');
    expect(parquet.headers['content-type']).toBe('application/vnd.apache.parquet');
    const dir = await mkdtemp(join(tmpdir(), 'kuluma-parquet-test-'));
    const path = join(dir, 'data.parquet');
    await writeFile(path, parquet.rawPayload);
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    const rows = await connection.runAndReadAll('select value, unit from read_parquet($path) order by sampled_at', {
      path,
    });
    expect(rows.getRows()).toEqual([0, 1 / 3, 2 / 3, 1].map((value) => [value, 'mm/s']));
    const told = await connection.runAndReadAll('select value::varchar from parquet_kv_metadata($path)', { path });
    expect(JSON.stringify(told.getRows())).toContain('vibration');
    connection.closeSync();
    instance.closeSync();
    await rm(dir, { recursive: true });
    expect((await get(`${page()}/file?from=${dayOf(0)}&to=${dayOf(-3)}&format=csv`)).statusCode).toBe(400);
    expect((await get(`${page()}/file?from=2026-02-30&to=${dayOf(0)}&format=csv`)).statusCode).toBe(400);
  });

  it('hears them as they come', async () => {
    const url = await world.app.listen({ host: '127.0.0.1', port: 0 });
    const path = apiPaths.machineLive(ours.organisationId, machineId);
    expect((await fetch(`${url}${path}`, { headers: { cookie: cookie(1) } })).status).toBe(404);
    const stopped = new AbortController();
    const reply = await fetch(`${url}${path}`, { headers: { cookie: cookie() }, signal: stopped.signal });
    const reader = reply.body?.getReader();
    let text = '';
    while (!text.includes('event: sample')) text += new TextDecoder().decode((await reader?.read())?.value);
    expect(text).toContain('"value":1,');
    stopped.abort();
  });
});

describe('a third party', () => {
  it('gets by its key what was shared, each fetch is noted, and nothing of another machine', async () => {
    const key = await keyOf(whole);
    const view = JSON.parse((await get(apiPaths.sharedData(), by(key))).body) as SharedDataView;
    expect(view.machines.map(({ machineId: id }) => id)).toEqual([machineId]);
    expect(view).toMatchObject({ recipient: 'Analytics Oy', purpose: 'advice on energy' });
    expect(valuesOf((await fetched(key)).body)).toHaveLength(4);
    expect((await fetched(key, time(), ours.machineIds[1])).statusCode).toBe(404);
    expect((await fetched(key, time(), theirs.machineIds[0])).statusCode).toBe(404);
    expect((await fetched('nothing-that-anybody-was-given')).statusCode).toBe(401);
    const uses = await world.records.list('dataShareUse', ours.organisationId);
    expect(uses).toHaveLength(1);
    expect((await get(page())).body).toContain('kerran');
  });

  it('gets no more than its points, its time and its detail', async () => {
    const since = await keyOf({ ...whole, since: dayOf(-5) });
    expect(valuesOf((await fetched(since)).body)).toHaveLength(3);
    const hours = await keyOf({ ...whole, detail: 'hours' });
    expect(valuesOf((await fetched(hours)).body)[0]).toEqual(expect.objectContaining({ mean: 0, count: 1 }));
    const uses = () => world.records.count('dataShareUse', ours.organisationId);
    const before = await uses();
    expect((await fetched(hours, `${time()}&format=parquet`)).statusCode).toBe(400);
    expect(await uses()).toBe(before);
    const at = world.time.nowMs - dayMs;
    const narrow = `fromAt=${isoOf(at - 1)}&toAt=${isoOf(at + 1)}`;
    expect((await fetched(hours, narrow)).body).not.toContain(isoOf(at - 1));
    const [pointId = ''] = ours.pointIds;
    const one = await keyOf({ ...whole, [`point.${pointId}`]: 'yes' });
    const [grant] = await world.records.list('dataShareGrant', ours.organisationId, { newestFirst: true });
    expect(grant?.pointIds).toEqual([pointId]);
    expect(valuesOf((await fetched(one)).body)).toHaveLength(4);
    const foreignPoint = { ...whole, allPoints: '', [`point.${theirs.pointIds[0]}`]: 'yes' };
    expect((await form(page(), { ...foreignPoint, ...freshKey() })).statusCode).toBe(404);
  });

  it('gets nothing once the share is taken back or over', async () => {
    const key = await keyOf(whole);
    const [grant] = await world.records.list('dataShareGrant', ours.organisationId, { newestFirst: true });
    const end = (n: number) => form(`${page(n)}/end`, { grantId: grant?.id ?? '' }, { cookie: cookie(n) });
    expect((await end(1)).statusCode).toBe(404);
    expect((await fetched(key)).statusCode).toBe(200);
    expect((await end(0)).statusCode).toBe(303);
    expect((await fetched(key)).statusCode).toBe(401);
    const other = await keyOf(whole);
    world.time.nowMs += 32 * dayMs;
    expect((await fetched(other)).statusCode).toBe(401);
    world.time.nowMs -= 32 * dayMs;
  });

  it('gets one share of a form that is sent twice, whose link is shown once', async () => {
    const count = () => world.records.count('dataShareGrant', ours.organisationId);
    const fields = { ...whole, ...freshKey() };
    const before = await count();
    expect((await form(page(), fields)).body).toContain('/share/');
    expect((await form(page(), fields)).body).not.toContain('/share/');
    expect(await count()).toBe(before + 1);
  });

  it('is named with a purpose and an end within two years, or nothing is shared', async () => {
    for (const wrong of [
      { purpose: ' ' },
      { noGatekeeper: '' },
      { until: dayOf(800) },
      { until: dayOf(-2) },
      { until: '2026-02-30' },
      { until: '9999-12-31' },
      { since: '2026-02-30' },
      { allPoints: '' },
    ])
      expect((await form(page(), { ...whole, ...freshKey(), ...wrong })).statusCode, JSON.stringify(wrong)).toBe(400);
    expect((await form(page(), whole, { cookie: ours.technician.cookie })).statusCode).toBe(401);
  });
});

describe('a third party at a stream', () => {
  /** What comes until the stream ends, or until a text was heard. */
  const heard = async (reply: Response, until?: string): Promise<string> => {
    const reader = reply.body?.getReader();
    let text = '';
    while (until === undefined || !text.includes(until)) {
      const piece = await reader?.read();
      if (!piece || piece.done) break;
      text += new TextDecoder().decode(piece.value);
    }
    reader?.releaseLock();
    return text;
  };
  const listen = (key: string, id: string = machineId) =>
    fetch(`${base()}${apiPaths.sharedMachineLive(id)}`, { headers: by(key) });
  const base = () => {
    const address = world.app.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the app listens');
    return `http://127.0.0.1:${address.port}`;
  };

  it('hears its points as they come, is noted, and hears nothing once the share is taken back', async () => {
    const key = await keyOf(whole);
    const grants = await world.records.list('dataShareGrant', ours.organisationId, { newestFirst: true });
    const grantId = grants[0]?.id ?? '';
    const view = JSON.parse((await get(apiPaths.sharedData(), by(key))).body) as SharedDataView;
    expect(view.machines[0]?.livePath).toBe(apiPaths.sharedMachineLive(machineId));
    const reply = await listen(key);
    expect(await heard(reply, 'event: sample')).toContain('"value":1,');
    const uses = await world.records.list('dataShareUse', ours.organisationId, { where: { grantId } });
    expect(uses).toMatchObject([{ format: 'stream', machineId, toMs: grants[0]?.endsAtMs }]);
    expect((await form(`${page()}/end`, { grantId })).statusCode).toBe(303);
    // It ends by itself: nobody asks and no time has to go by.
    await heard(reply);
    expect((await listen(key)).status).toBe(401);
  });

  it('gets none of another machine, of data before its share, and of sums of hours', async () => {
    expect((await listen('nothing-that-anybody-was-given')).status).toBe(401);
    const key = await keyOf(whole);
    expect((await listen(key, ours.machineIds[1])).status).toBe(404);
    expect((await listen(await keyOf({ ...whole, detail: 'hours' }))).status).toBe(400);
    const since = await listen(await keyOf({ ...whole, since: dayOf(0) }));
    expect(await heard(since, 'still here')).not.toContain('event: sample');
    await since.body?.cancel();
  });
});

describe('a contact at their own data', () => {
  it('sees what is kept, takes it along, and asks for erasure only when sure', async () => {
    expect((await get('/owner/data')).body).toContain('Omat tietosi');
    expect((await get('/owner/data/file')).headers['content-disposition']).toContain('ctc_');
    await form('/owner/data/erasure', {});
    expect((await get('/owner/data')).body).toContain('name="sure"');
    await form('/owner/data/erasure', { sure: 'yes' });
    expect((await get('/owner/data')).body).not.toContain('name="sure"');
    expect((await get('/owner/data', {})).statusCode).toBe(401);
  });
});
