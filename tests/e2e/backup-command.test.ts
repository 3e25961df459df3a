import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Manifest } from '@kuluma/cloud/adapters/backup-folder/backup-folder.ts';
import { loadCloudConfig } from '@kuluma/cloud/config.ts';
import { openRecords, openTimeSeries } from '@kuluma/cloud/service.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import { startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { letterOf } from './letters.ts';
import { addPlant, connectGateway, type TestPlant } from './start-ingest.ts';

const kuluma = fileURLToPath(new URL('../../cloud/bin/kuluma.js', import.meta.url));
const log = createLogger('test', 'silent');
const firstAtMs = Date.UTC(2026, 10, 1);
const metricsToken = 'token of the measures';
let dir: string;
let service: ChildProcess | undefined;
let plant: TestPlant;
let mqttPort: number;

const configOf = async (name: string): Promise<string> => {
  const file = join(dir, `${name}.yaml`);
  const http = { port: 0, metricsToken };
  await writeFile(file, JSON.stringify({ dataDir: join(dir, name), http, mqtt: { port: mqttPort } }));
  return file;
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-backup-'));
  mqttPort = await freePort();
  const records = openRecords(loadCloudConfig({ file: await configOf('first') }), log);
  const running = await startParts([records], log);
  plant = await addPlant(records, 1);
  await running.stop();
  await mkdir(join(dir, 'first/models'));
  await writeFile(join(dir, 'first/models/model.json'), '{}');
});
afterAll(async () => {
  service?.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, [kuluma, ...args], { env: { ...process.env, KULUMA_LOG_LEVEL: 'warn' } }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr }),
  );

/** How many letters were acknowledged and are not stored yet. */
const waitingAt = async (url: string): Promise<number> => {
  const reply = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } });
  const found = [...(await reply.text()).matchAll(/^kuluma_inbox_waiting\{.*\} (\d+)$/gm)];
  expect(found.length).toBeGreaterThan(0);
  return found.reduce((sum, [, count]) => sum + Number(count), 0);
};

const serve = async (config: string): Promise<{ child: ChildProcess; url: string }> => {
  const child = spawn(process.execPath, [kuluma, 'serve', '--config', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  while (!/MQTT broker/.test(said)) said += String((await once(child.stdout, 'data'))[0]);
  return { child, url: /http:\/\/\S+/.exec(said)?.[0] ?? '' };
};

/** A gateway that sends a letter of one sample after another, until it is told to stop; how many were acknowledged. */
const sendOn = async () => {
  const { organisationId, gatewayId, pointIds } = plant;
  const client = await connectGateway(`mqtt://127.0.0.1:${mqttPort}`, gatewayId);
  const [pointId] = pointIds;
  if (!pointId) throw new Error('no point');
  let acknowledged = 0;
  let isSending = true;
  const sending = (async () => {
    for (let seq = 0; isSending; seq++) {
      const sample = { pointId, sampledAtMs: firstAtMs + seq * 1000, value: seq, quality: 'good' as const };
      const letter = letterOf({ gatewayId, epoch: 1, class: 'live', seq }, [sample]);
      await client.publishAsync(topicOf(organisationId, gatewayId, 'live'), letter, { qos: 1 });
      acknowledged = seq + 1;
    }
  })();
  return {
    acknowledged: () => acknowledged,
    stop: async () => {
      isSending = false;
      await sending;
      await client.endAsync();
    },
  };
};

const manifestOf = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, 'kuluma-backup.json'), 'utf8')) as Manifest;
const sumsOf = ({ files }: Manifest, folder: string) =>
  files.filter(({ path }) => path.startsWith(folder)).map(({ path, sha256 }) => [path, sha256]);

describe('kuluma backup and restore', () => {
  it('take a whole copy while samples flow, and make the same service of it', async () => {
    const config = await configOf('first');
    service = (await serve(config)).child;
    const gateway = await sendOn();
    while (gateway.acknowledged() < 200) await new Promise((resolve) => setTimeout(resolve, 20));
    const before = gateway.acknowledged();
    const backup = join(dir, 'backup');
    const taken = await run('backup', backup, '--config', config);
    expect(taken).toEqual({ code: 0, said: expect.stringContaining(`${backup}: `) });
    await gateway.stop();
    expect(gateway.acknowledged()).toBeGreaterThan(before);
    expect(await run('backup', backup, '--config', config)).toMatchObject({
      code: 1,
      said: expect.stringContaining('not empty'),
    });
    expect(await run('restore', backup, '--replace', '--config', config)).toMatchObject({
      said: expect.stringContaining('STORE_LOCKED'),
    });

    const second = await configOf('second');
    const restored = await run('restore', backup, '--config', second);
    expect(restored).toMatchObject({
      code: 0,
      said: expect.stringContaining('the checksums are those of the back-up'),
    });
    expect(await readFile(join(dir, 'second/models/model.json'), 'utf8')).toBe('{}');
    const exited = once(service, 'exit');
    service.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);

    // The stores are those of the back-up to the byte, and what its inbox held is stored by the service.
    const again = join(dir, 'again');
    await run('backup', again, '--config', second);
    const [one, other] = [await manifestOf(backup), await manifestOf(again)];
    for (const folder of ['records/', 'series/', 'models/']) {
      expect(sumsOf(other, folder)).toEqual(sumsOf(one, folder));
      expect(sumsOf(one, folder)).not.toEqual([]);
    }
    const { child, url } = await serve(second);
    service = child;
    const ended = once(child, 'exit');
    await expect.poll(() => waitingAt(url)).toBe(0);
    child.kill('SIGTERM');
    await ended;
    const timeSeries = openTimeSeries(loadCloudConfig({ file: second }));
    const running = await startParts([timeSeries], log);
    const [pointId] = plant.pointIds;
    if (!pointId) throw new Error('no point');
    const range = { organisationId: plant.organisationId, pointId, fromMs: 0, toMs: firstAtMs * 2 };
    const stored = (await timeSeries.read(range)).map(({ value }) => value);
    await running.stop();
    expect(stored.length).toBeGreaterThanOrEqual(before);
    expect(stored).toEqual(Array.from(stored, (_, n) => n));
  });

  it('refuse what would cost data, and a back-up that is damaged', async () => {
    const [backup, second] = [join(dir, 'backup'), join(dir, 'second.yaml')];
    expect(await run('restore', backup, '--config', second)).toMatchObject({
      code: 1,
      said: expect.stringContaining('not empty'),
    });
    const replaced = await run('restore', backup, '--replace', '--config', second);
    expect(replaced).toMatchObject({
      code: 0,
      said: expect.stringMatching(/what was there before is in \S+replaced-/),
    });
    await appendFile(join(backup, 'models/model.json'), ' ');
    const third = await configOf('third');
    const damaged = await run('restore', backup, '--config', third);
    expect(damaged).toMatchObject({ code: 2, said: expect.stringContaining('models/model.json: was changed') });
    expect(await run('restore', dir, '--config', third)).toMatchObject({
      code: 2,
      said: expect.stringContaining('is no back-up'),
    });
  });
});
