import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCloudConfig } from '@kuluma/cloud/config.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { createService, type Service } from '@kuluma/cloud/service.ts';
import { clockOf } from '@kuluma/shared/clock.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { freshBase, type Id } from '@kuluma/shared/model/base.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { GatewayConfigView } from '@kuluma/shared/model/views/status.ts';
import { readYaml } from '@kuluma/shared/node/config.ts';
import { type RunningParts, startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningAgent, repoRoot, runAgent, until } from './edge-harness.ts';
import { type SimProcess, startSim } from './sim-process.ts';
import { addPlant, type TestPlant, token } from './start-ingest.ts';

const machines = ['pump-1', 'pump-2'] as const;
const profile = readYaml(join(repoRoot, 'edge/profiles/centrifugal-pump.yaml')) as { points: { name: string }[] };
const pointNames = profile.points.map(({ name }) => name);

let dir = '';
let service: Service;
let running: RunningParts;
let plant: TestPlant;
let sim: SimProcess;
let agent: RunningAgent;
let configFile = '';
let cookie = '';

const startService = async () => {
  const config = loadCloudConfig({ overrides: { dataDir: join(dir, 'cloud'), http: { port: 0 }, mqtt: { port: 0 } } });
  const log = createLogger('test', 'silent');
  service = createService({ config, clock: clockOf(Date.now), random: secureRandom, log });
  running = await startParts([...service.stores, ...service.servers], log);
};

/** An organisation with the gateway, its points and a planner who is signed in. */
const signInPlanner = async () => {
  plant = await addPlant(service.records, machines.length * pointNames.length);
  const { organisationId } = plant;
  const deps = { records: service.records, clock: clockOf(Date.now), wallNow: Date.now, random: secureRandom };
  const origin = {
    organisationId,
    createdBy: { kind: 'policy' as const, name: 'test' },
    nowMs: Date.now(),
    random: secureRandom,
  };
  const person = freshBase('person', origin);
  await service.records.transact(async (tx) => {
    const organisation = freshBase('organisation', origin);
    await tx.insert('organisation', { ...organisation, id: organisationId, name: 'O', timeZone: 'Europe/Helsinki' });
    await tx.insert('person', {
      ...person,
      name: 'Planner',
      email: 'planner@example.com',
      phone: '',
      language: 'fi',
      roles: ['planner'],
    });
  });
  const who = { organisationId, personId: person.id, contactId: null, roles: ['planner' as const] };
  const secret = await createSignInLink(deps, who, 60_000);
  const reply = await fetch(`${service.httpUrl()}${apiPaths.signIn()}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-kuluma': '1' },
    body: JSON.stringify({ secret }),
  });
  cookie = reply.headers.get('set-cookie')?.split(';')[0] ?? '';
};

const startMachines = async () => {
  const startMs = Date.now() - 90 * 86_400_000;
  const plan = {
    seed: 5,
    served: join(dir, 'served.jsonl'),
    links: [{ name: 'tcp', kind: 'modbus-tcp', port: 0 }],
    machines: machines.map((key, i) => ({ key, type: 'centrifugal-pump', link: 'tcp', unit: i + 1, startMs })),
  };
  await writeFile(join(dir, 'plant.json'), JSON.stringify(plan));
  sim = await startSim('run', '--plant', join(dir, 'plant.json'));
};

const pointIdsOf = (machine: number): Id<'measurementPoint'>[] =>
  plant.pointIds.slice(machine * pointNames.length, (machine + 1) * pointNames.length);

/** A configuration that reads the first `count` machines; `change` goes over its bus. */
const configOf = (count: number, profileName: string, change: { port?: number } = {}) => ({
  buses: [
    {
      name: 'hall',
      source: { kind: 'modbus-tcp', host: '127.0.0.1', port: change.port ?? sim.ready.links[0]?.port, timeoutMs: 500 },
      devices: machines.slice(0, count).map((name, i) => ({
        name,
        unit: i + 1,
        profile: profileName,
        scanMs: 100,
        points: Object.fromEntries(pointNames.map((point, n) => [point, pointIdsOf(i)[n]])),
      })),
    },
  ],
});
const overLink = (count: number, change: { port?: number } = {}) => ({
  ...configOf(count, 'pump', change),
  profiles: { pump: profile },
});

const writeLocalConfig = async () => {
  configFile = join(dir, 'gateway.yaml');
  const local = {
    organisationId: plant.organisationId,
    gatewayId: plant.gatewayId,
    dataDir: './edge',
    uplink: { url: service.mqttUrl(), token },
    // Long enough for a busy machine to read every device, and to be killed in it.
    remoteConfig: { probationMs: 4000 },
    ...configOf(1, 'centrifugal-pump'),
  };
  await writeFile(configFile, JSON.stringify(local));
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-remote-config-'));
  await startService();
  await signInPlanner();
  await startMachines();
  await writeLocalConfig();
  agent = await runAgent(configFile);
});
afterAll(async () => {
  if (agent.process.exitCode === null) await agent.end('SIGKILL');
  await sim.stop();
  await running.stop();
  await rm(dir, { recursive: true });
});

const url = () => `${service.httpUrl()}${apiPaths.gatewayConfigs(plant.organisationId, plant.gatewayId)}`;
let commands = 0;
const post = (yaml: string) =>
  fetch(url(), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-kuluma': '1', cookie },
    body: JSON.stringify({ idempotencyKey: `command-${commands++}`, yaml }),
  });
const send = async (config: object): Promise<number> =>
  ((await (await post(JSON.stringify(config))).json()) as GatewayConfigView).revision;
const configs = async () => (await (await fetch(url(), { headers: { cookie } })).json()) as GatewayConfigView[];
const verdict = async (revision: number): Promise<GatewayConfigView> => {
  let found: GatewayConfigView | undefined;
  await until(
    `revision ${revision} is judged`,
    async () => {
      found = (await configs()).find((config) => config.revision === revision);
      return found !== undefined && found.state !== 'sent';
    },
    60_000,
  );
  return found as GatewayConfigView;
};
const countOf = async (machine: number): Promise<number> => {
  const [pointId] = pointIdsOf(machine);
  if (!pointId) return 0;
  return service.timeSeries.count({ organisationId: plant.organisationId, pointId, fromMs: 0, toMs: Date.now() + 1e6 });
};
const untilMore = async (machine: number) => {
  const before = await countOf(machine);
  await until(`machine ${machine} gives more samples`, async () => (await countOf(machine)) > before + 3);
};
const newestReport = () =>
  service.ingest
    .gatewayStates()
    .find(({ gatewayId }) => gatewayId === plant.gatewayId)
    ?.config?.reports.at(-1);

it('applies a good configuration with its profile written out, and polls the new machine', async () => {
  await untilMore(0);
  const revision = await send({ ...overLink(2), outbox: { commitMs: 100 } });
  expect(await verdict(revision)).toMatchObject({ state: 'applied', report: null });
  await untilMore(1);
  // Other limits of the outbox are set when it is opened, by a start in the same process.
  await until('the agent has started again', () => agent.lines.filter(({ ready }) => ready).length === 2);
  await untilMore(1);
});

it('refuses what is not valid with every fault, and goes on as before', async () => {
  expect(((await (await post('buses: [')).json()) as ProblemView).code).toBe('CONFIG_INVALID');
  const config = overLink(1);
  const [bus] = config.buses;
  const revision = await send({ ...config, buses: [{ ...bus, name: '' }, bus] });
  const { state, report } = await verdict(revision);
  expect(state).toBe('refused');
  expect(report).toContain('/buses/0/name');
  await untilMore(1);
});

it('rolls back by itself what gives no samples, and what ran before gives them again', async () => {
  const revision = await send(overLink(2, { port: 1 }));
  const { state, report } = await verdict(revision);
  expect(state).toBe('rolledBack');
  expect(report).toContain('pump-1, pump-2');
  await untilMore(0);
  await untilMore(1);
});

it('rolls back at the next start when it is killed in the probation', async () => {
  const revision = await send(overLink(1));
  await until('the trial runs', async () => {
    const staged = await readFile(join(dir, 'edge/remote-config.json'), 'utf8');
    return (JSON.parse(staged) as { trial: { revision: number } | null }).trial?.revision === revision;
  });
  await agent.end('SIGKILL');
  agent = await runAgent(configFile);
  expect(await verdict(revision)).toMatchObject({ state: 'rolledBack', report: expect.stringContaining('died') });
  await untilMore(1);
  expect(newestReport()).toMatchObject({ revision, state: 'rolledBack' });
});

/** Values have two decimals; the agent rounds away what floating point adds. */
const cents = (value: number) => Math.round(value * 100);

it('loses nothing that the machines served but the one stretch before the kill, and keeps its history', async () => {
  await sim.stop();
  expect(await agent.end('SIGTERM')).toBe(0);
  await service.settled();
  const served = (await readFile(join(dir, 'served.jsonl'), 'utf8')).trim().split('\n');
  for (const [m, machine] of machines.entries()) {
    const [point, pointId] = [pointNames[0], pointIdsOf(m)[0]];
    if (!pointId) throw new Error('no point');
    const range = { organisationId: plant.organisationId, pointId, fromMs: 0, toMs: Date.now() + 1e6 };
    const stored = (await service.timeSeries.read(range, { limit: 1e6 })).map(({ value }) => cents(value));
    const own = served
      .map((line) => JSON.parse(line))
      .filter((s) => s.machine === machine && s.point === point)
      .map(({ value }) => cents(value));
    // Values repeat, so only the length of the stretch and where it may have begun can be told.
    const lost = own.length - stored.length;
    const from = own.findIndex((value, i) => value !== stored[i]);
    expect([...own.slice(0, from), ...own.slice(from + lost)], machine).toEqual(stored);
  }
  expect((await service.records.list('gap', plant.organisationId)).map(({ reason }) => reason)).toEqual(['restart']);
  expect((await configs()).map(({ state }) => state)).toEqual(['rolledBack', 'rolledBack', 'refused', 'applied']);
});
