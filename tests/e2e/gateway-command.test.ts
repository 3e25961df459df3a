import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addPlant, type TestPlant } from './start-ingest.ts';

const kuluma = fileURLToPath(new URL('../../cloud/bin/kuluma.js', import.meta.url));
let dir = '';
let plant: TestPlant;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-gateway-command-'));
  const records = createRecords(pgliteDatabase(join(dir, 'data/records')));
  await records.start(new AbortController().signal);
  plant = await addPlant(records, 1);
  await records.stop();
  await writeFile(join(dir, 'kuluma.yaml'), `dataDir: ${join(dir, 'data')}\n`);
  await writeFile(join(dir, 'good.yaml'), 'outbox: { commitMs: 100 }\n');
  await writeFile(join(dir, 'bad.yaml'), 'uplink: { url: mqtt://elsewhere }\n');
});
afterAll(() => rm(dir, { recursive: true }));

const configure = (gateway: string, ...args: string[]) => {
  const all = [kuluma, 'gateway', 'config', '--config', join(dir, 'kuluma.yaml'), '--gateway', gateway, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' });
  return { status, stdout, stderr };
};

it('keeps a configuration for a gateway as its next revision and lists what became of each', () => {
  expect(configure(plant.gatewayId, '--file', join(dir, 'good.yaml'))).toMatchObject({ status: 0 });
  const { stdout } = configure(plant.gatewayId, '--file', join(dir, 'good.yaml'));
  expect(stdout).toMatch(/^revision 2 is kept.*\n +2 +sent .*\n +1 +sent .*\n$/);
});

it('says what cannot be sent, and which gateway there is not', () => {
  const bad = configure(plant.gatewayId, '--file', join(dir, 'bad.yaml'));
  expect(bad.status).toBe(2);
  expect(bad.stderr).toContain('/uplink: cannot be set over the link');
  expect(configure('gwy_nobody')).toMatchObject({ status: 1, stderr: expect.stringContaining('gwy_nobody') });
});
