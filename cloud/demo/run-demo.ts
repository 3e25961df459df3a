import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clockOf, type DemoClock, seededRandom } from '@kuluma/shared/clock.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { readYaml } from '@kuluma/shared/node/config.ts';
import { type RunningParts, startParts } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { secureRandom } from '@kuluma/shared/node/secure-random.ts';
import { readFleet } from '../adapters/fleet-history/read-fleet.ts';
import { trainInThread } from '../adapters/training-thread/training-thread.ts';
import { loadCloudConfig } from '../config.ts';
import type { FleetHistory } from '../core/history/fleet-history.ts';
import { putInService } from '../pipelines/model-steps.ts';
import { recordsFor } from '../pipelines/records-for.ts';
import { trainModels } from '../pipelines/train-models.ts';
import { createService, type Service } from '../service.ts';
import { machineModels } from './catalogue.ts';
import { type Child, runBin, startBin } from './children.ts';
import { owners } from './customers.ts';
import { seedDocuments } from './documents.ts';
import { componentLivesOf, storePast } from './past.ts';
import { edgeConfigOf, type OpenLink, plantOf, rtuLinks, type SerialPair } from './plant.ts';
import { proveSamples, type SampleProof } from './proof.ts';
import { type ProfilePoint, type Seeded, seedCompany } from './seed.ts';
import { openSerialPair } from './serial-pair.ts';

/** Hours of a row of the past; with it the models see half a year in a few hundred rows. */
const rowHours = 12;
/** Past machines of each type, from whose failures the models learn. */
const pastMachines = 40;
const trainingBudgetMs = 16_000;
const profileDir = fileURLToPath(new URL('../../edge/profiles/', import.meta.url));

export interface DemoOptions {
  /** Seconds of demo time in a second of wall time. */
  readonly rate: number;
  readonly port: number;
  readonly log: Logger;
  /** Tells what is going on, a line each. */
  readonly progress: (line: string) => void;
  /** Ends the start between two of its stages. */
  readonly signal: AbortSignal;
}

export interface RunningDemo {
  readonly url: string;
  readonly seeded: Seeded;
  readonly service: Service;
  readonly stageSeconds: Record<string, number>;
  /** Ends polling, waits until all that was read is stored, and compares it with what the simulator served. */
  prove(): Promise<SampleProof>;
  /** Ends all processes and removes the demo's data. */
  stop(): Promise<void>;
}

type Fleets = ReadonlyMap<string, FleetHistory>;

const writeJson = async (file: string, value: unknown): Promise<string> => {
  await writeFile(file, JSON.stringify(value));
  return file;
};

const readFleets = async (dir: string): Promise<Fleets> => {
  const fleets = new Map<string, FleetHistory>();
  for (const { code } of machineModels) fleets.set(code, (await readFleet(join(dir, code))).history);
  return fleets;
};

const seedInputOf = (fleets: Fleets, nowMs: number) => {
  const profiles = new Map(
    machineModels.map(({ code }) => [
      code,
      (readYaml(join(profileDir, `${code}.yaml`)) as { points: ProfilePoint[] }).points,
    ]),
  );
  const lives = new Map(
    owners.flatMap((owner) =>
      owner.machines.map((machine) => {
        const fleet = fleets.get(machine.type);
        const history = fleet?.machines.find((m) => m.machine === machine.tag);
        const past = fleet && history ? componentLivesOf(fleet, history, nowMs - machine.ageDays * dayMs) : [];
        return [machine.tag, past] as const;
      }),
    ),
  );
  return { nowMs, wallNowMs: Date.now(), random: seededRandom(nowMs), profiles, lives };
};

/** The demo's company has run its shadow mode before the demo begins: its planner has put the forecasts into service. */
const trainFleets = async (service: Service, { organisationId, plannerId }: Seeded, fleets: Fleets): Promise<void> => {
  const deps = { ...service.pipelines, train: trainInThread };
  // Two at a time: a thread each for the two cores of a small machine.
  const queue = [...fleets];
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [machineModelCode, history] = next;
      const run = { seed: 1, budgetMs: trainingBudgetMs };
      const { id } = await trainModels(deps, { organisationId, machineModelCode }, history, run);
      const given = { organisationId, forecastModelId: id, personId: plannerId, reason: 'decided' } as const;
      await service.pipelines.records.transact((tx) => putInService(deps, tx, given));
    }
  };
  await Promise.all([lane(), lane()]);
};

/** Everything that has been started, ended in reverse order. */
class Started {
  private readonly stops: (() => Promise<unknown>)[] = [];

  add<T>(thing: T, stop: () => Promise<unknown>): T {
    this.stops.push(stop);
    return thing;
  }

  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0).reverse()) await stop();
  }
}

const startEdges = async (
  started: Started,
  dir: string,
  input: {
    seeded: Seeded;
    clock: DemoClock;
    links: readonly OpenLink[];
    serial: ReadonlyMap<string, SerialPair>;
    mqttUrl: string;
  },
): Promise<Child[]> => {
  const edges: Child[] = [];
  for (const gateway of input.seeded.gateways) {
    const edgeDir = join(dir, `edge-${gateway.ownerIndex + 1}`);
    await mkdir(edgeDir, { recursive: true });
    const config = await writeJson(join(edgeDir, 'edge.yaml'), edgeConfigOf({ ...input, gateway, dir: edgeDir }));
    const edge = startBin('edge', `edge-${gateway.ownerIndex + 1}`, ['run', '--config', config], dir);
    edges.push(started.add(edge, () => edge.stop()));
  }
  for (const edge of edges) await edge.nextLine();
  return edges;
};

/** Starts simulator, edges, broker, cloud and pages on embedded stores, with a past behind each machine. */
export const startDemo = async ({ rate, port, log, progress, signal }: DemoOptions): Promise<RunningDemo> => {
  const started = new Started();
  const stageSeconds: Record<string, number> = {};
  const stage = async <T>(name: string, line: string, work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    progress(line);
    const from = performance.now();
    const result = await work();
    stageSeconds[name] = Math.round((performance.now() - from) / 100) / 10;
    return result;
  };
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-demo-'));
  started.add(dir, () => rm(dir, { recursive: true, force: true }));
  try {
    const served = join(dir, 'served.jsonl');
    const serial = new Map<string, SerialPair>();
    for (const name of rtuLinks) {
      const pair = await openSerialPair(name, dir);
      if (pair) serial.set(name, started.add(pair.paths, pair.stop));
    }
    const clock: DemoClock = { epochMs: Date.now(), rate };
    const plant = await writeJson(join(dir, 'plant.yaml'), plantOf(clock, serial, served));
    const fleets = await stage('history', 'living through the past of the machines', async () => {
      const out = join(dir, 'past');
      const args = [
        '--until-ms',
        String(clock.epochMs),
        '--row-hours',
        String(rowHours),
        '--lives',
        String(pastMachines),
      ];
      await runBin('simulator', 'history', ['history', '--plant', plant, '--out', out, ...args], dir);
      return readFleets(out);
    });

    const config = loadCloudConfig({
      overrides: { dataDir: join(dir, 'cloud'), http: { port }, mqtt: { port: 0 }, clock },
    });
    const service = createService({ config, clock: clockOf(Date.now, clock), random: secureRandom, log, demo: true });
    const seeded = await stage('seed', 'opening the stores and moving the company in', async () => {
      const stores = await startParts(service.stores, log);
      started.add(stores, () => stores.stop());
      const setUp = recordsFor('setUp', service.records);
      const company = await seedCompany(setUp, seedInputOf(fleets, clock.epochMs));
      const { organisationId } = company;
      await seedDocuments(setUp, service.files, {
        ...{ organisationId, nowMs: clock.epochMs, random: seededRandom(clock.epochMs + 1) },
      });
      await storePast(service.timeSeries, company, fleets);
      return company;
    });
    await stage('training', 'learning from past failures', () => trainFleets(service, seeded, fleets));
    const { simulator, edges } = await stage('machines', 'starting machines, edge agents and the service', async () => {
      const servers: RunningParts = await startParts(service.servers, log);
      started.add(servers, () => servers.stop());
      const simulator = startBin('simulator', 'simulator', ['run', '--plant', plant], dir);
      started.add(simulator, () => simulator.stop());
      const { links } = (await simulator.nextLine()) as { links: OpenLink[] };
      return {
        simulator,
        edges: await startEdges(started, dir, { seeded, clock, links, serial, mqttUrl: service.mqttUrl() }),
      };
    });
    return {
      url: service.httpUrl(),
      seeded,
      service,
      stageSeconds,
      prove: () =>
        stage('proof', 'counting samples from register to store', async () => {
          // What the machines said last is on its way to the edges; they deliver it before they end.
          await simulator.stop();
          for (const edge of edges) await edge.stop();
          await service.settled();
          return proveSamples(served, service.timeSeries, seeded, {
            fromMs: clock.epochMs + 1,
            toMs: clock.epochMs + 3650 * dayMs,
          });
        }),
      stop: () => started.stop(),
    };
  } catch (error) {
    await started.stop();
    throw error;
  }
};
