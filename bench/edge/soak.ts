import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Random, seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { readYaml } from '@kuluma/shared/node/config.ts';
import { connect } from 'mqtt';
import { startSim } from '../../tests/e2e/sim-process.ts';
import { freePort } from '../../tests/free-port.ts';
import { installAgent } from '../../tests/install-agent.ts';
import { serviceAt } from '../../tests/services.ts';
import type { Bench } from '../bench.ts';
import { openRoughLink, type RoughLink, type Roughness } from './rough-link.ts';
import { stopProgram } from './running-agent.ts';
import { type Trend, trendOf } from './trend.ts';

const sampleEveryMs = 5000;
const diskBytes = 8_000_000;
const run = promisify(execFile);

/** Machine -> its link, unit and profile. */
const machines = {
  'pump-1': { type: 'centrifugal-pump', link: 'tcp', unit: 1, profile: 'centrifugal-pump' },
  'pump-2': { type: 'centrifugal-pump', link: 'tcp', unit: 2, profile: 'centrifugal-pump' },
  'conveyor-1': { type: 'gearbox-conveyor', link: 'bus', unit: 1, profile: 'gearbox-conveyor' },
  'compressor-1': { type: 'screw-compressor', link: 'bus', unit: 2, profile: 'screw-compressor' },
  'spindle-1': { type: 'cnc-spindle', link: 'line', unit: 1, profile: 'cnc-spindle-line' },
} as const;
const linkKinds = { tcp: 'modbus-tcp', bus: 'modbus-rtu-over-tcp', line: 'serial-line' } as const;
type LinkName = keyof typeof linkKinds;
const linkNames = Object.keys(linkKinds) as LinkName[];

const startMachines = async (dir: string) => {
  const startMs = Date.now() - 90 * 86_400_000;
  const plant = {
    seed: 5,
    links: linkNames.map((name) => ({
      name,
      kind: linkKinds[name],
      port: 0,
      ...(name === 'line' ? { intervalMs: 100 } : {}),
    })),
    machines: Object.entries(machines).map(([key, { type, link, unit }]) => ({
      key,
      type,
      link,
      startMs,
      ...(link === 'line' ? {} : { unit }),
    })),
  };
  await writeFile(join(dir, 'plant.json'), JSON.stringify(plant));
  return startSim('run', '--plant', join(dir, 'plant.json'));
};

const pointsOf = (profile: string, random: Random): Record<string, string> => {
  const file = join(import.meta.dirname, '../../edge/profiles', `${profile}.yaml`);
  const { points } = readYaml(file) as { points: { name: string }[] };
  return Object.fromEntries(points.map(({ name }) => [name, newId('measurementPoint', random)]));
};

const writeConfig = async (dir: string, mqttPort: number, links: Record<LinkName, RoughLink>, random: Random) => {
  const config = {
    organisationId: newId('organisation', random),
    gatewayId: newId('gateway', random),
    dataDir: './data',
    uplink: { url: `mqtt://127.0.0.1:${mqttPort}`, token: 'any' },
    buses: linkNames.map((name) => ({
      name,
      source: {
        kind: linkKinds[name],
        host: '127.0.0.1',
        port: links[name].port,
        ...(name === 'line' ? { checksum: 'nmea' } : { timeoutMs: 500 }),
      },
      devices: Object.entries(machines)
        .filter(([, { link }]) => link === name)
        .map(([machine, { unit, profile }]) => ({
          name: machine,
          unit,
          profile,
          scanMs: 100,
          points: pointsOf(profile, random),
        })),
    })),
  };
  await writeFile(join(dir, 'gateway.yaml'), JSON.stringify(config));
};

/** A small disk for the agent alone, where this process may mount one. */
const mountDisk = (at: string): Promise<boolean> =>
  run('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', at]).then(
    () => true,
    () => false,
  );

const broker = (dir: string): ChildProcess =>
  spawn(serviceAt('mosquitto') ?? 'mosquitto', ['-c', join(dir, 'mosquitto.conf')], { stdio: 'ignore' });

interface Faulty {
  readonly links: Record<LinkName, RoughLink>;
  readonly random: Random;
  /** Its folder, or undefined where there is no disk to fill. */
  readonly disk: string | undefined;
  startBroker(): ChildProcess;
}

/** Spoils one thing at a time for a while and mends it, until `untilMs` of wall time. Returns how often each. */
const spoil = async (
  { links, random, disk, startBroker }: Faulty,
  untilMs: number,
): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  let mosquitto = startBroker();
  const acts: Record<string, (ms: number) => Promise<unknown>> = {
    link: async (ms) => {
      const link = links[pick(linkNames)];
      link.be(pick<Roughness>(['slow', 'garbage', 'lossy', 'cut']));
      await sleep(ms);
      link.be('well');
    },
    broker: async (ms) => {
      mosquitto.kill('SIGKILL');
      await sleep(ms);
      mosquitto = startBroker();
    },
  };
  if (disk)
    acts['disk'] = async (ms) => {
      const { bavail, bsize } = await statfs(disk);
      // What fits is written, the rest is refused: both fill it.
      await writeFile(join(disk, 'filler'), Buffer.alloc(bavail * bsize)).catch(() => undefined);
      await sleep(ms);
      await rm(join(disk, 'filler'), { force: true });
    };
  while (Date.now() < untilMs) {
    const name = pick(['link', 'link', 'link', ...Object.keys(acts)]);
    counts[name] = (counts[name] ?? 0) + 1;
    await acts[name]?.(500 + random() * 7500);
    await sleep(random() * 2000);
  }
  await stopProgram(mosquitto);
  return counts;
};

/** Resident memory, MB. @throws once the process is gone */
const rssMbOf = async (pid: number): Promise<number> =>
  Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;

/** What V8 says with --trace-gc: MB of the heap that were alive after each full collection. */
const heapMbIn = (output: string): number[] =>
  [...output.matchAll(/Mark-Compact.*?-> ([\d.]+) \(/g)].map(([, mb]) => Number(mb));

const textOf = ({ slope, low, high }: Trend): string => {
  const mb = (value: number) => value.toFixed(2);
  return `${mb(slope)} MB/h (95 %: ${mb(low)} .. ${mb(high)})`;
};

/** The packed agent under random faults: its memory line does not rise. */
export const soak: Bench = async ({ full }) => {
  const minutes = full ? 30 : 3;
  const random = seededRandom(20261122);
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-soak-'));
  const disk = join(dir, 'data');
  await mkdir(disk);
  const hasDisk = await mountDisk(disk);
  const bin = await installAgent(dir);
  const sim = await startMachines(dir);
  const portOf = (name: string) => sim.ready.links.find((link) => link.name === name)?.port ?? 0;
  const [tcp, bus, line] = await Promise.all(linkNames.map((name) => openRoughLink(portOf(name), random)));
  if (!tcp || !bus || !line) throw new Error('no link');
  const links = { tcp, bus, line };
  const mqttPort = await freePort();
  await writeFile(join(dir, 'mosquitto.conf'), `listener ${mqttPort} 127.0.0.1\nallow_anonymous true\n`);
  await writeConfig(dir, mqttPort, links, random);
  const agent = spawn(process.execPath, ['--trace-gc', bin, 'run', '--config', join(dir, 'gateway.yaml')], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, KULUMA_LOG_LEVEL: 'fatal' },
  });
  let output = '';
  agent.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  // The cloud: it takes everything.
  const cloud = connect(`mqtt://127.0.0.1:${mqttPort}`, { reconnectPeriod: 200 });
  cloud.on('error', () => undefined);
  cloud.on('connect', () => cloud.subscribe('kuluma/#', { qos: 1 }));
  const untilMs = Date.now() + minutes * 60_000;
  const startBroker = () => broker(dir);
  const spoiling = spoil({ links, random, disk: hasDisk ? disk : undefined, startBroker }, untilMs);
  const rssMb: number[] = [];
  while (Date.now() < untilMs) {
    await sleep(sampleEveryMs);
    rssMb.push(await rssMbOf(agent.pid ?? 0));
  }
  const faults = await spoiling;
  await stopProgram(agent);
  await cloud.endAsync(true);
  for (const link of Object.values(links)) await link.close();
  await sim.stop();
  if (hasDisk) await run('umount', [disk]);
  await rm(dir, { recursive: true });
  return [rowOf(minutes, rssMb, heapMbIn(output), faults)];
};

/** The first quarter is the warm-up: the heap grows to its working size. */
const afterWarmUp = (values: readonly number[]): readonly number[] => values.slice(Math.floor(values.length / 4));

const rowOf = (
  minutes: number,
  rssMb: readonly number[],
  heapMb: readonly number[],
  faults: Record<string, number>,
) => {
  const rss = trendOf(afterWarmUp(rssMb), sampleEveryMs / 3_600_000);
  const heap = trendOf(afterWarmUp(heapMb), minutes / 60 / Math.max(1, heapMb.length));
  const told = Object.entries(faults).map(([name, count]) => `${count} ${name}`);
  const most = Math.max(...rssMb);
  return {
    what: `agent for ${minutes} min under random faults (${told.join(', ')})`,
    toReach: 'a memory line that does not rise',
    measured: `resident ${textOf(rss)}, at most ${most.toFixed(0)} MB; live heap ${textOf(heap)}`,
    met: rss.low <= 0 && !(heap.low > 0),
    figures: {
      minutes,
      rssMbPerH: rss.slope,
      rssLowMbPerH: rss.low,
      rssHighMbPerH: rss.high,
      rssMaxMb: most,
      heapMbPerH: heap.slope,
      heapLowMbPerH: heap.low,
      heapHighMbPerH: heap.high,
      faults: told.join(', '),
      rssMbEach5S: rssMb.map((mb) => mb.toFixed(0)).join(' '),
      heapMb: heapMb.join(' '),
    },
  };
};
