import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { serverDatabase } from '@kuluma/cloud/adapters/records-postgres/server-database.ts';
import { createInfluxTimeSeries } from '@kuluma/cloud/adapters/timeseries-influx/influx-time-series.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import { type RunningParts, startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { connectAsync } from 'mqtt';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../free-port.ts';
import { needs } from '../services.ts';
import { type Influxd, startInfluxd } from '../start-influxd.ts';
import { type RunningMosquitto, startMosquitto } from '../start-mosquitto.ts';
import { type PostgresServer, startPostgres } from '../start-postgres.ts';
import { letterOf } from './letters.ts';
import { addPlant, type TestPlant } from './start-ingest.ts';

const kuluma = fileURLToPath(new URL('../../cloud/bin/kuluma.js', import.meta.url));
const title = 'processes with roles over mosquitto, PostgreSQL and InfluxDB';
const suites = (['mosquitto', 'influxd', 'postgresql'] as const).map((service) => needs(service, title));
const suite = suites.find(({ skip }) => skip) ?? { skip: false, title };
const log = createLogger('test', 'silent');
const firstAtMs = Date.UTC(2026, 10, 1);

interface Process {
  readonly child: ChildProcess;
  readonly url: string;
}

describe.skipIf(suite.skip)(suite.title, () => {
  let dir: string;
  let [postgres, influxd, mosquitto]: [PostgresServer?, Influxd?, RunningMosquitto?] = [];
  let [plant, running]: [TestPlant?, RunningParts?] = [];
  const processes: Process[] = [];
  const series = () => createInfluxTimeSeries({ url: influxd?.url ?? '', database: 'kuluma' });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kuluma-roles-'));
    [postgres, influxd] = [await startPostgres(), await startInfluxd()];
    mosquitto = await startMosquitto((folder) => ['persistence true', `persistence_location ${folder}/`, 'user root']);
    postgres.createDatabase('kuluma');
    const records = createRecords(serverDatabase({ url: postgres.url('kuluma') }, log));
    running = await startParts([records], log);
    plant = await addPlant(records, 1);
  });
  afterAll(async () => {
    for (const { child } of processes) child.kill('SIGKILL');
    await running?.stop();
    await mosquitto?.stop();
    await influxd?.stop();
    postgres?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const start = async (role: string, name: string): Promise<Process> => {
    const port = await freePort();
    const env = {
      ...process.env,
      KULUMA_LOG_LEVEL: 'warn',
      KULUMA_CLOUD_ROLE: role,
      KULUMA_CLOUD_DATA_DIR: join(dir, name),
      KULUMA_CLOUD_SHARED_DIR: join(dir, 'shared'),
      KULUMA_CLOUD_HTTP__PORT: String(port),
      KULUMA_CLOUD_MQTT__KIND: 'external',
      KULUMA_CLOUD_MQTT__URL: mosquitto?.url,
      KULUMA_CLOUD_RECORDS__KIND: 'postgres',
      KULUMA_CLOUD_RECORDS__URL: postgres?.url('kuluma'),
      KULUMA_CLOUD_TIME_SERIES__KIND: 'influx',
      KULUMA_CLOUD_TIME_SERIES__URL: influxd?.url,
      KULUMA_CLOUD_TIME_SERIES__DATABASE: 'kuluma',
    };
    const child = spawn(process.execPath, [kuluma, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const one = { child, url: `http://127.0.0.1:${port}` };
    processes.push(one);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`a process ended with ${code} before it was ready`);
    });
    const ready = async (): Promise<void> => {
      for (let said = ''; !/MQTT broker/.test(said); )
        said += String((await once(child.stdout as NodeJS.ReadableStream, 'data'))[0]);
    };
    await Promise.race([ready(), ended]);
    // From here on its end is the matter of who kills it.
    ended.catch(() => undefined);
    return one;
  };
  const kill = async ({ child }: Process): Promise<void> => {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  const statusOf = async ({ url }: Process, path: string) => (await fetch(url + path)).status;

  it('answer what their role answers', async () => {
    const [api, ingest] = [await start('api', 'api'), await start('ingest', 'ingest-1')];
    const fleet = apiPaths.fleet(plant?.organisationId ?? '');
    expect([await statusOf(api, '/readyz'), await statusOf(ingest, '/readyz')]).toEqual([200, 200]);
    expect([await statusOf(api, fleet), await statusOf(ingest, fleet)]).toEqual([401, 404]);
    const env = { ...process.env, KULUMA_CLOUD_ROLE: 'worker' };
    const refused = await promisify(execFile)(process.execPath, [kuluma, 'serve', '--check-config'], { env }).then(
      () => '',
      ({ stderr }: { stderr: string }) => stderr,
    );
    expect(refused).toContain('/role: processes divide the work only over');
  });

  it('share the letters, of which none is lost when one of two is killed', async () => {
    if (!plant || !mosquitto) throw new Error('not started');
    const { organisationId, gatewayId, pointIds } = plant;
    const [pointId] = pointIds;
    if (!pointId) throw new Error('no point');
    await start('ingest', 'ingest-2');
    const victim = processes[1];
    const client = await connectAsync(mosquitto.url, { clientId: gatewayId });
    const letters = 600;
    for (let seq = 0; seq < letters; seq++) {
      const sample = { pointId, sampledAtMs: firstAtMs + seq * 1000, value: seq, quality: 'good' as const };
      const letter = letterOf({ gatewayId, epoch: 1, class: 'live', seq }, [sample]);
      await client.publishAsync(topicOf(organisationId, gatewayId, 'live'), letter, { qos: 1 });
      if (seq === letters / 2 && victim) await kill(victim);
    }
    await client.endAsync();
    // What it had acknowledged is in its inbox: it comes with its next start.
    await start('ingest', 'ingest-1');
    const range = { organisationId, pointId, fromMs: 0, toMs: firstAtMs * 2 };
    await vi.waitFor(async () => expect(await series().count(range)).toBe(letters), { timeout: 30_000, interval: 250 });
  });

  it('run the jobs in one of two workers, and in the other when that one is killed', async () => {
    const client = new pg.Client({ connectionString: postgres?.url('kuluma') ?? '' });
    await client.connect();
    const holder = async (): Promise<string | undefined> => {
      const { rows } = await client.query("select holder from kuluma_lease where name = 'jobs' and held_until > now()");
      return (rows as { holder: string }[])[0]?.holder;
    };
    const first = await start('worker', 'worker-1');
    const before = await holder();
    expect(before).toBeDefined();
    const second = await start('worker', 'worker-2');
    expect(await holder()).toBe(before);
    await kill(first);
    const isTakenOver = async () => {
      const now = await holder();
      expect(now).toBeDefined();
      expect(now).not.toBe(before);
    };
    await vi.waitFor(isTakenOver, { timeout: 40_000, interval: 500 });
    const exited = once(second.child, 'exit');
    second.child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(await holder()).toBeUndefined();
    await client.end();
  });
});
