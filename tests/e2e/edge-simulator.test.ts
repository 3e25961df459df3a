import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { parseTopic } from '@kuluma/shared/model/topics.ts';
import { readYaml } from '@kuluma/shared/node/config.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { needs, serviceAt } from '../services.ts';
import { gatewayId, Ledger, organisationId, repoRoot, runAgent, until } from './edge-harness.ts';
import { type SimProcess, startSim } from './sim-process.ts';

const { skip, title } = needs('mosquitto', 'simulated machines through the agent to mosquitto');

/** Machine -> how the agent reaches it. */
const machines = {
  'pump-1': { type: 'centrifugal-pump', link: 'tcp', unit: 3, profile: 'centrifugal-pump' },
  'conveyor-1': { type: 'gearbox-conveyor', link: 'bus', unit: 1, profile: 'gearbox-conveyor' },
  'compressor-1': { type: 'screw-compressor', link: 'bus', unit: 2, profile: 'screw-compressor' },
  'spindle-1': { type: 'cnc-spindle', link: 'line', unit: 1, profile: 'cnc-spindle-line' },
} as const;
const random = seededRandom(2);
/** Point id -> machine and point of the simulator. */
const origins = new Map<Sample['pointId'], string>();
const pointsOf = (machine: string, profile: string): Record<string, string> => {
  const { points } = readYaml(join(repoRoot, 'edge/profiles', `${profile}.yaml`)) as { points: { name: string }[] };
  return Object.fromEntries(
    points.map(({ name }) => {
      const id = newId('measurementPoint', random);
      origins.set(id, `${machine}/${name}`);
      return [name, id];
    }),
  );
};

describe.skipIf(skip)(title, () => {
  const ledger = new Ledger();
  const states: { devices: { name: string; quality: string; timeouts: number }[] }[] = [];
  let dir = '';
  let mosquitto: ChildProcess;
  let subscriber: MqttClient;
  let sim: SimProcess;
  let mqttPort = 0;

  const startBroker = async () => {
    mqttPort = await freePort();
    await writeFile(join(dir, 'mosquitto.conf'), `listener ${mqttPort} 127.0.0.1\nallow_anonymous true\n`);
    mosquitto = spawn(serviceAt('mosquitto') ?? '', ['-c', join(dir, 'mosquitto.conf')], { stdio: 'ignore' });
    await until('mosquitto listens', async () => {
      subscriber = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { reconnectPeriod: 0 }, false).catch(
        () => subscriber,
      );
      return subscriber?.connected === true;
    });
    subscriber.on('message', (topic, payload) => {
      const channel = parseTopic(topic)?.channel;
      if (channel === 'live' || channel === 'history') ledger.take(payload);
      else states.push(JSON.parse(payload.toString()));
    });
    await subscriber.subscribeAsync(`kuluma/v1/${organisationId}/#`, { qos: 1 });
  };

  const startMachines = async () => {
    const startMs = Date.now() - 90 * 86_400_000;
    const plant = {
      seed: 5,
      served: join(dir, 'served.jsonl'),
      clock: { epochMs: Date.now(), rate: 1 },
      links: [
        { name: 'tcp', kind: 'modbus-tcp', port: 0 },
        { name: 'bus', kind: 'modbus-rtu-over-tcp', port: 0 },
        { name: 'line', kind: 'serial-line', host: '127.0.0.1', port: 0, intervalMs: 40 },
      ],
      machines: Object.entries(machines).map(([key, { type, link, unit }]) => {
        return { key, type, link, startMs, ...(link === 'line' ? {} : { unit }) };
      }),
      // Again and again, so that the agent meets it whenever it is ready.
      faults: Array.from({ length: 30 }, (_, n) => Date.now() + n * 8000).map((fromMs) => {
        return { kind: 'dead-unit', machine: 'conveyor-1', fromMs, toMs: fromMs + 4000 };
      }),
    };
    await writeFile(join(dir, 'plant.json'), JSON.stringify(plant));
    sim = await startSim('run', '--plant', join(dir, 'plant.json'));
  };

  const writeConfig = async (): Promise<string> => {
    const portOf = (link: string) => sim.ready.links.find((l) => l.name === link)?.port;
    const source = {
      tcp: { kind: 'modbus-tcp', host: '127.0.0.1', port: portOf('tcp') },
      bus: { kind: 'modbus-rtu-over-tcp', host: '127.0.0.1', port: portOf('bus'), timeoutMs: 1000 },
      line: { kind: 'serial-line', host: '127.0.0.1', port: portOf('line'), checksum: 'nmea' },
    };
    const buses = Object.entries(source).map(([name, config]) => ({
      name,
      source: config,
      devices: Object.entries(machines)
        .filter(([, m]) => m.link === name)
        .map(([machine, { unit, profile }]) => {
          return { name: machine, unit, profile, scanMs: 50, points: pointsOf(machine, profile) };
        }),
    }));
    const uplink = { url: `mqtt://127.0.0.1:${mqttPort}`, token: 'none' };
    await writeFile(
      join(dir, 'gateway.json'),
      JSON.stringify({ organisationId, gatewayId, dataDir: './data', uplink, buses }),
    );
    return join(dir, 'gateway.json');
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kuluma-edge-sim-'));
    await startBroker();
    await startMachines();
  });
  afterAll(async () => {
    await sim.stop();
    await subscriber.endAsync(true);
    const exited = once(mosquitto, 'exit');
    mosquitto.kill();
    await exited;
    await rm(dir, { recursive: true });
  });

  it('stores what each machine served, once, in order, a dead unit on the same line notwithstanding', async () => {
    const agent = await runAgent(await writeConfig());
    const countOf = (machine: string) =>
      ledger.samples.filter((s) => origins.get(s.pointId)?.startsWith(`${machine}/`)).length;
    /** Whether a second or more has no sample of the unit, while another on its line is read. */
    const wasDead = (): boolean => {
      const timesOf = (machine: string) =>
        ledger.samples.flatMap((s) => (origins.get(s.pointId)?.startsWith(`${machine}/`) ? [s.sampledAtMs] : []));
      const times = [...timesOf('compressor-1').slice(0, 1), ...timesOf('conveyor-1')].sort((a, b) => a - b);
      return times.some((ms, i) => ms - (times[i - 1] ?? ms) > 1000);
    };
    await until(
      'the dead unit is back and all are read',
      () => Object.keys(machines).every((m) => countOf(m) > 100) && wasDead(),
      60_000,
    );
    await sim.stop();
    expect(await agent.end('SIGTERM')).toBe(0);
    const summary = agent.lines.at(-1);
    await until('the broker passed everything on', () => ledger.samples.length === summary?.['read']);
    const served = (await readFile(join(dir, 'served.jsonl'), 'utf8')).trim().split('\n');
    const byPoint = (entries: [origin: string, value: number][]) =>
      Object.groupBy(entries, ([origin]) => origin) as Record<string, [string, number][]>;
    expect(byPoint(ledger.samples.map((s) => [origins.get(s.pointId) ?? '', Number(s.value.toPrecision(12))]))).toEqual(
      byPoint(
        served.map((line) => {
          const { machine, point, value } = JSON.parse(line) as { machine: string; point: string; value: number };
          // The simulator multiplies by the scale, with the rounding that an edge avoids.
          return [`${machine}/${point}`, Number(value.toPrecision(12))];
        }),
      ),
    );
    expect(states.flatMap((s) => s.devices).some((d) => d.name === 'conveyor-1' && d.timeouts > 0)).toBe(true);
    expect(summary).toMatchObject({ acked: summary?.['read'], dropped: 0, waitingRecords: 0 });
  });
});
