import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { trainInThread } from '@kuluma/cloud/adapters/training-thread/training-thread.ts';
import { loadCloudConfig } from '@kuluma/cloud/config.ts';
import { forecastRows } from '@kuluma/cloud/core/forecast/forecast.ts';
import { alignHistory } from '@kuluma/cloud/core/forecast/inputs/align.ts';
import type { ForecastModel } from '@kuluma/cloud/core/forecast/model.ts';
import type { FleetHistory } from '@kuluma/cloud/core/history/fleet-history.ts';
import { putInService } from '@kuluma/cloud/pipelines/model-steps.ts';
import { trainModels } from '@kuluma/cloud/pipelines/train-models.ts';
import type { Records } from '@kuluma/cloud/ports.ts';
import { createService, type Service } from '@kuluma/cloud/service.ts';
import { clockOf, type DemoClock, seededRandom } from '@kuluma/shared/clock.ts';
import { freshBase, type Id, type IdKind, newId } from '@kuluma/shared/model/base.ts';
import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { ComponentType } from '@kuluma/shared/model/machines.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { readYaml } from '@kuluma/shared/node/config.ts';
import { startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { expect, onTestFinished } from 'vitest';
import { repoRoot, runAgent } from './edge-harness.ts';

/** A replayed recording on its way through edge and cloud: what the suites of real data share. */

const token = 'a token of a test';
const modelCode = 'recorded';

/** A recorded machine in the cloud's records. */
interface ReplayedMachine {
  readonly name: string;
  readonly machineId: Id<'machine'>;
  readonly points: ReadonlyMap<string, Id<'measurementPoint'>>;
}

export interface ReplayPlant {
  readonly dir: string;
  readonly organisationId: Id<'organisation'>;
  readonly service: Service;
  machine(name: string): ReplayedMachine;
  /** Everything that is stored of a point, whatever its quality. */
  stored(machine: string, point: string): Promise<Sample[]>;
  /** Trains a model of the history and puts it into service. */
  train(history: FleetHistory, budgetMs: number): Promise<ForecastModel>;
  /** `kuluma-edge run` on the machines as units 1 to n of one bus; ends with the test. */
  startEdge(source: object, scanMs: number): ReturnType<typeof runAgent>;
}

interface PlantOptions {
  /** Fleet history that is replayed. */
  readonly history: string;
  readonly machines: readonly string[];
  readonly component: string;
  readonly policy: ComponentType['policy'];
  readonly clock: DemoClock;
}

/** The device profile as `kuluma-sim replay` prints it. */
const printedProfile = async (history: string): Promise<string> => {
  const sim = join(repoRoot, 'firmware-sim/bin/kuluma-sim.js');
  const run = promisify(execFile);
  return (await run(process.execPath, [sim, 'replay', '--history', history, '--print-profile'])).stdout;
};

type Add = <K extends RecordKind & IdKind>(
  kind: K,
  fields: Omit<RecordOf<K>, keyof ReturnType<typeof freshBase<K>>>,
) => Promise<Id<K>>;
type ProfilePoint = Pick<RecordOf<'measurementPoint'>, 'name' | 'role'>;

/** The gateway of an owner who has licensed the data. */
const seedOwner = async (add: Add, organisationId: Id<'organisation'>, period: { fromMs: number; toMs: null }) => {
  const ownerId = await add('owner', { name: 'Owner', language: 'en' });
  const contact = { name: 'Contact', email: 'contact@example.com', phone: '1', language: 'en' } as const;
  const contactId = await add('contact', { ...contact, ownerId, contactRoles: ['approver'] });
  await add('consent', { contactId, messageClass: 'serviceNotice', legalBasis: 'contract', period });
  await add('dataLicence', { ownerId, purposes: ['ownService', 'fleetTraining'], period });
  const siteId = await add('site', {
    name: 'Test bench',
    streetAddress: '',
    municipality: 'Tampere',
    location: { latitude: 61.5, longitude: 23.8 },
    access: { timeZone: 'Europe/Helsinki', hours: [], closedOn: [] },
  });
  const tokenHash = createHash('sha256').update(token).digest('hex');
  return { organisationId, ownerId, siteId, gatewayId: await add('gateway', { siteId, name: 'Gateway', tokenHash }) };
};

const seed = (records: Records, { machines, component, policy, clock }: PlantOptions, points: ProfilePoint[]) =>
  records.transact(async (tx) => {
    const random = seededRandom(1);
    const organisationId = newId('organisation', random);
    const period = { fromMs: clock.epochMs - dayMs, toMs: null };
    const origin = {
      organisationId,
      createdBy: { kind: 'policy', name: 'test' },
      nowMs: period.fromMs,
      random,
    } as const;
    const add: Add = async (kind, fields) => {
      const base = freshBase(kind, origin);
      await tx.insert(kind, { ...base, ...fields } as unknown as RecordOf<typeof kind>);
      return base.id;
    };
    const timeZone = 'Europe/Helsinki';
    await tx.insert('organisation', {
      ...freshBase('organisation', origin),
      id: organisationId,
      name: 'Service',
      timeZone,
    });
    const name = { fi: component, sv: component, en: component };
    const machineModelId = await add('machineModel', {
      code: modelCode,
      name,
      manufacturer: 'Works',
      componentTypes: [
        {
          ...{ code: component, name, failureModeCode: 'VIB', failureMechanism: 'fatigue', policy },
          ...{ bom: [], skills: [], certificates: [], durationMin: 120, failureCostCents: 600_000 },
        },
      ],
    });
    const { ownerId, siteId, gatewayId } = await seedOwner(add, organisationId, period);
    const seeded: ReplayedMachine[] = [];
    for (const machine of machines) {
      const commissionedAtMs = period.fromMs;
      const machineId = await add('machine', { machineModelId, tag: machine, serialNumber: '', commissionedAtMs });
      await add('machinePlacement', { machineId, siteId, period });
      await add('machineOwnership', { machineId, ownerId, period });
      await add('component', { machineId, componentCode: component, period, endedBy: null });
      const ids = new Map<string, Id<'measurementPoint'>>();
      for (const { name: point, role } of points) {
        // A recording has units of its own and is stored as the file has it, so none is claimed.
        const pointId = await add('measurementPoint', { machineId, name: point, role, unit: '1', alarmLimit: null });
        await add('pointAssignment', { pointId, gatewayId, source: `${machine}/${point}`, period });
        ids.set(point, pointId);
      }
      seeded.push({ name: machine, machineId, points: ids });
    }
    return { organisationId, gatewayId, machines: seeded };
  });

/** Service on embedded stores with the recorded machines in its records; all of it ends with the test. */
export const openReplayPlant = async (options: PlantOptions): Promise<ReplayPlant> => {
  const { clock } = options;
  const log = createLogger('test', process.env['KULUMA_LOG_LEVEL'] ?? 'silent');
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-replay-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  // Forecasts come when the test asks, not when a job ticks: then it is known which rows they saw.
  const overrides = {
    dataDir: join(dir, 'cloud'),
    http: { port: 0 },
    mqtt: { port: 0 },
    clock,
    jobs: { tick: '0 0 0 1 1 *' },
  };
  const config = loadCloudConfig({ overrides });
  const service = createService({ config, clock: clockOf(Date.now, clock), random: seededRandom(2), log });
  const stores = await startParts(service.stores, log);
  onTestFinished(() => stores.stop());
  const profile = join(dir, 'recording.yaml');
  await writeFile(profile, await printedProfile(options.history));
  const { points } = readYaml(profile) as { points: ProfilePoint[] };
  const { organisationId, gatewayId, machines } = await seed(service.records, options, points);
  const machine = (name: string) => machines.find((one) => one.name === name) ?? expect.fail(`there is no ${name}`);
  const servers = await startParts(service.servers, log);
  onTestFinished(() => servers.stop());
  return {
    dir,
    organisationId,
    service,
    machine,
    stored(name, point) {
      const pointId = machine(name).points.get(point) ?? expect.fail(`${name} has no point ${point}`);
      const range = { organisationId, pointId, fromMs: clock.epochMs, toMs: clock.epochMs + 3650 * dayMs };
      return service.timeSeries.read(range, { anyQuality: true });
    },
    async train(history, budgetMs) {
      const deps = { ...service.pipelines, train: trainInThread };
      const target = { organisationId, machineModelCode: modelCode };
      const { file, id } = await trainModels(deps, target, history, { seed: 1, budgetMs });
      const personId = newId('person', deps.random);
      const given = { organisationId, forecastModelId: id, personId, reason: 'decided' } as const;
      await service.records.transact((tx) => putInService(deps, tx, given));
      return service.pipelines.models.get(file);
    },
    async startEdge(source, scanMs) {
      const devices = machines.map(({ name, points: ids }, i) => ({
        ...{ name, unit: i + 1, profile, scanMs },
        points: Object.fromEntries(ids),
      }));
      const uplink = { url: service.mqttUrl(), token };
      // A row counts as shown once its reply has left the device: a master that gives up on a slow reply would lose it.
      const buses = [{ name: 'bench', source: { ...source, timeoutMs: 60_000 }, devices }];
      const edge = {
        organisationId,
        gatewayId,
        dataDir: join(dir, 'edge'),
        clock,
        uplink,
        outbox: { commitMs: 10 },
        buses,
      };
      await writeFile(join(dir, 'edge.json'), JSON.stringify(edge));
      const agent = await runAgent(join(dir, 'edge.json'));
      onTestFinished(async () => void (await agent.end('SIGTERM')));
      return agent;
    },
  };
};

/** A forecast of a replayed machine and the row that was its last. */
export interface LiveForecast {
  readonly forecast: RecordOf<'forecast'>;
  /** In the time unit of the history. */
  readonly t: number;
}

/** The forecasts of a replayed machine, in order. @param counter the point that is the time of the row. */
export const liveForecasts = async (plant: ReplayPlant, machine: string, counter: string): Promise<LiveForecast[]> => {
  const rowTimes = new Map(
    (await plant.stored(machine, counter)).map(({ sampledAtMs, value }) => [sampledAtMs, value]),
  );
  const { machineId } = plant.machine(machine);
  const forecasts = await plant.service.records.list('forecast', plant.organisationId, { where: { machineId } });
  return forecasts.map((forecast) => ({ forecast, t: rowTimes.get(forecast.dataUntilMs) ?? Number.NaN }));
};

/** Fails unless each forecast of a replayed machine is what the rows of the file say, cut off after the same row. */
export const expectAsOfFile = (
  live: readonly LiveForecast[],
  model: ForecastModel,
  history: FleetHistory,
  of: { machine: string; component: string },
): void => {
  const recorded =
    alignHistory(model, history).machines.find(({ machine }) => machine === of.machine) ??
    expect.fail(`the history has no machine ${of.machine}`);
  const rows = live.map(({ t }) => recorded.t.indexOf(t));
  expect(rows).not.toContain(-1);
  const told = forecastRows(model, of.component, recorded, { rows });
  for (const [i, { life, abstain }] of told.entries()) {
    const said = live[i]?.forecast;
    expect(said?.abstainReason).toBe(abstain);
    if (!life || !said?.rulDays) continue;
    const horizon = life.failureProbability[0]?.horizon ?? Number.NaN;
    const daysPerUnit = (said.failureProbability[0]?.horizonDays ?? Number.NaN) / horizon;
    for (const [name, days] of Object.entries(said.rulDays)) {
      const ofFile = life.quantiles[name as keyof typeof life.quantiles] * daysPerUnit;
      expect(Math.abs(days - ofFile)).toBeLessThanOrEqual(1e-9 * Math.abs(ofFile));
    }
    expect(said.failureProbability.map(({ value }) => value)).toEqual(
      life.failureProbability.map(({ value }) => value),
    );
  }
};
