import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { readYaml } from '@kuluma/shared/node/config.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { Broker } from './edge-broker.ts';
import { gatewayId, Ledger, organisationId, repoRoot, runAgent, until } from './edge-harness.ts';
import { startSim } from './sim-process.ts';

const history = join(repoRoot, 'firmware-sim/recordings/cmapss-fd001/test');
const engines = ['1', '2'];
/** A cycle of one hour takes 10 ms. */
const clock = { epochMs: Date.now(), rate: 360_000 };

let dir = '';
let broker: Broker;
const ledger = new Ledger();
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-replay-'));
  broker = new Broker(ledger);
});
afterEach(async () => {
  await broker.stop();
  await rm(dir, { recursive: true });
});

/** Engine -> its rows in the file, by column; the column `t` is the cycle. `+ 0` makes -0 a plain 0, as scale and offset do. */
const rowsInFile = (): Map<string, Record<string, number>[]> => {
  const [head = '', ...lines] = gunzipSync(readFileSync(join(history, 'telemetry.csv.gz')))
    .toString()
    .trim()
    .split('\n');
  const columns = head.split(',');
  const rows = new Map<string, Record<string, number>[]>();
  for (const line of lines) {
    const [machine = '', ...values] = line.split(',');
    if (!engines.includes(machine)) continue;
    const row = Object.fromEntries(
      values.map((v, i) => [columns[i + 1] === 't' ? 'cycle' : columns[i + 1], Number(v) + 0]),
    );
    rows.set(machine, [...(rows.get(machine) ?? []), row]);
  }
  return rows;
};

it('sends every row of a replayed recording once, as the file has it', async () => {
  const link = `tcp://127.0.0.1:${await freePort()}`;
  const replay = ['replay', '--history', history, '--link', link, '--machine', ...engines];
  const sim = join(repoRoot, 'firmware-sim/bin/kuluma-sim.js');
  const { stdout } = await promisify(execFile)(process.execPath, [sim, ...replay, '--print-profile']);
  await writeFile(join(dir, 'engine.yaml'), stdout);
  const { points } = readYaml(join(dir, 'engine.yaml')) as { points: { name: string }[] };
  const random = seededRandom(3);
  const origins = new Map<Sample['pointId'], [engine: string, name: string]>();
  const devices = engines.map((engine, i) => {
    const ids = points.map(({ name }) => {
      const id = newId('measurementPoint', random);
      origins.set(id, [engine, name]);
      return [name, id];
    });
    return { name: engine, unit: i + 1, profile: './engine.yaml', scanMs: 1_800_000, points: Object.fromEntries(ids) };
  });
  const mqttPort = await freePort();
  await broker.start(mqttPort);
  const config = {
    organisationId,
    gatewayId,
    dataDir: './data',
    clock,
    uplink: { url: `mqtt://127.0.0.1:${mqttPort}`, token: 'secret' },
    buses: [
      {
        name: 'cell',
        source: { kind: 'modbus-tcp', host: '127.0.0.1', port: Number(link.split(':').at(-1)) },
        devices,
      },
    ],
  };
  await writeFile(join(dir, 'gateway.json'), JSON.stringify(config));
  const running = await startSim(
    ...replay,
    '--clock-epoch-ms',
    String(clock.epochMs),
    '--clock-rate',
    String(clock.rate),
    '--exit-when-done',
  );
  const agent = await runAgent(join(dir, 'gateway.json'));
  expect(await running.exited).toBe(0);
  expect(await agent.end('SIGTERM')).toBe(0);
  const summary = agent.lines.at(-1);
  await until('all came', () => ledger.samples.length === summary?.['read']);
  const rows = new Map<string, Map<number, Record<string, number>>>();
  for (const { pointId, sampledAtMs, value } of ledger.samples) {
    const [engine, name] = origins.get(pointId) ?? ['', ''];
    const byTime = rows.get(engine) ?? new Map<number, Record<string, number>>();
    rows.set(engine, byTime.set(sampledAtMs, { ...byTime.get(sampledAtMs), [name]: value }));
  }
  const inFile = rowsInFile();
  for (const engine of engines) expect([...(rows.get(engine)?.values() ?? [])]).toEqual(inFile.get(engine));
});
