import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelFiles } from '@kuluma/cloud/adapters/model-files/model-files.ts';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { trainModel } from '@kuluma/cloud/core/forecast/train.ts';
import type { FleetHistory } from '@kuluma/cloud/core/history/fleet-history.ts';
import { summariseTraining } from '@kuluma/cloud/core/model-life/training-summary.ts';
import { haversineTable } from '@kuluma/cloud/core/planning/region/travel-table.ts';
import { forecastFleet } from '@kuluma/cloud/pipelines/forecast-fleet.ts';
import { ForecastMemory } from '@kuluma/cloud/pipelines/forecast-memory.ts';
import { putInService } from '@kuluma/cloud/pipelines/model-steps.ts';
import type { PipelineDeps } from '@kuluma/cloud/pipelines/pipeline-deps.ts';
import { keepModel } from '@kuluma/cloud/pipelines/train-models.ts';
import type { RecordTransaction } from '@kuluma/cloud/ports.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { freshBase, type Id, newId } from '@kuluma/shared/model/base.ts';
import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import type { Bench } from '../bench.ts';

const random = seededRandom(11);
const organisationId = newId('organisation', random);
const codes = ['bearing', 'seal'] as const;
const pointNames = ['vibration', 'temperature', 'pressure', 'current', 'load'] as const;
const rowHours = 12;
/** How long the machines have run, and how often each point was measured. */
const days = 180;
const everyMs = hourMs;
const startMs = Date.UTC(2026, 3, 1);

interface Size {
  readonly machines: number;
}

/** A reading at a share of the life of bearing and seal. */
const readingOf = (point: number, bearing: number, seal: number, noise: number): number =>
  ([1 + 6 * bearing ** 3, 50 + 25 * bearing ** 2 + 8 * seal ** 2, 6 - 2 * seal ** 3, 30 + 3 * bearing, 70][
    point
  ] as number) +
  0.2 * noise;

const pastFleet = (): FleetHistory => ({
  meta: {
    format: 'kuluma-fleet/1',
    name: 'past',
    timeUnit: 'h',
    points: Object.fromEntries(pointNames.map((name) => [name, { role: name === 'load' ? 'setting' : 'sensor' }])),
    targets: codes.map((component) => ({ component, horizons: [7, 14, 28, 56].map((d) => 24 * d) })),
  },
  points: [...pointNames],
  machines: Array.from({ length: 30 }, (_, m) => {
    const lives = codes.map(() => Math.round(200 + 400 * random()));
    const rows = Math.max(...lives);
    const share = (life: number, row: number) => (row % life) / life;
    return {
      machine: `past-${m}`,
      t: Float64Array.from({ length: rows }, (_, row) => (row + 1) * rowHours),
      columns: pointNames.map((_, p) =>
        Float64Array.from({ length: rows }, (_, row) =>
          readingOf(p, share(lives[0] as number, row), share(lives[1] as number, row), random() - 0.5),
        ),
      ),
      events: codes.map((component, c) => ({
        ...{ t: (lives[c] as number) * rowHours, kind: 'failure' as const, component, code: '' },
      })),
      attributes: {},
    };
  }),
});

const openStores = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'kuluma-nightly-'));
  const records = createRecords(pgliteDatabase(join(dir, 'records')));
  const timeSeries = new DuckDbTimeSeries({ dir: join(dir, 'series'), memoryLimit: '512MB', threads: 2 });
  await records.start(new AbortController().signal);
  await timeSeries.start();
  const time = { nowMs: startMs + days * dayMs };
  const deps: PipelineDeps = {
    ...{ records, timeSeries, random, travel: async (points) => haversineTable(points), codeVersion: 'bench' },
    models: new ModelFiles(join(dir, 'models')),
    clock: { now: () => time.nowMs, rate: 1 },
    log: createLogger('bench', 'error'),
  };
  return {
    ...{ deps, time },
    async close() {
      await timeSeries.stop();
      await records.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
type Stores = Awaited<ReturnType<typeof openStores>>;

const recordOf = <K extends RecordKind>(kind: K, fields: object): RecordOf<K> =>
  ({
    ...freshBase(kind as 'machine', {
      ...{ organisationId, createdBy: { kind: 'policy', name: 'bench' }, nowMs: startMs, random },
    }),
    ...fields,
  }) as unknown as RecordOf<K>;

const text = { fi: 'x', sv: 'x', en: 'x' };

const seedModel = (tx: RecordTransaction): Promise<Id<'machineModel'>> => {
  const policy = { horizonDays: 28, failureProbability: 0.5, forecastsInARow: 3 };
  const type = {
    ...{ failureModeCode: 'VIB', failureMechanism: 'wear', bom: [], skills: [], certificates: [] },
    ...{ durationMin: 60, failureCostCents: 100_000, name: text, policy },
  };
  const model = recordOf('machineModel', {
    ...{ code: 'pump', name: text, manufacturer: 'bench' },
    componentTypes: codes.map((code) => ({ ...type, code })),
  });
  return tx.insert('machineModel', model).then(() => model.id);
};

interface Seeded {
  readonly points: Id<'measurementPoint'>[][];
  readonly age: readonly number[];
}

const seedMachines = async ({ deps }: Stores, { machines }: Size): Promise<Seeded> => {
  const points: Id<'measurementPoint'>[][] = [];
  const age: number[] = [];
  await deps.records.transact(async (tx) => {
    const base = freshBase('organisation', {
      ...{ organisationId, createdBy: { kind: 'policy', name: 'bench' }, nowMs: startMs, random },
    });
    await tx.insert('organisation', { ...base, id: organisationId, name: 'bench', timeZone: 'Europe/Helsinki' });
    const machineModelId = await seedModel(tx);
    for (let m = 0; m < machines; m++) {
      const machine = recordOf('machine', {
        ...{ machineModelId, tag: `P-${m}`, serialNumber: '', commissionedAtMs: startMs },
      });
      await tx.insert('machine', machine);
      const machineId = machine.id;
      const period = { fromMs: startMs, toMs: null };
      for (const componentCode of codes)
        await tx.insert('component', recordOf('component', { machineId, componentCode, period, endedBy: null }));
      const ids: Id<'measurementPoint'>[] = [];
      for (const name of pointNames) {
        const role = name === 'load' ? 'setting' : 'sensor';
        const point = recordOf('measurementPoint', { machineId, name, role, unit: '1', alarmLimit: null });
        await tx.insert('measurementPoint', point);
        ids.push(point.id);
      }
      points.push(ids);
      age.push(0.3 + 0.6 * random());
    }
  });
  return { points, age };
};

/** Samples of machine `m` in [fromMs, toMs). */
const samplesOf = ({ points, age }: Seeded, m: number, fromMs: number, toMs: number) => {
  const pointIds = points[m] as Id<'measurementPoint'>[];
  const scans = Math.floor((toMs - fromMs) / everyMs);
  const count = scans * pointIds.length;
  const samples = {
    ...{ pointIds, count, point: new Uint32Array(count), quality: new Uint8Array(count) },
    ...{ sampledAtMs: new Float64Array(count), value: new Float64Array(count) },
  };
  for (let i = 0; i < count; i++) {
    const p = i % pointIds.length;
    const atMs = fromMs + ((i - p) / pointIds.length) * everyMs;
    const wear = (age[m] as number) * ((atMs - startMs) / (days * dayMs));
    samples.point[i] = p;
    samples.sampledAtMs[i] = atMs;
    samples.value[i] = readingOf(p, wear, wear * 0.8, random() - 0.5);
  }
  return samples;
};

let seq = 0;
const write = async ({ deps }: Stores, seeded: Seeded, machines: readonly number[], fromMs: number, toMs: number) => {
  for (const m of machines) {
    const key = { gatewayId: 'bench', epoch: 1, class: 'live', seq: seq++ } as const;
    await deps.timeSeries.write([{ organisationId, key, samples: samplesOf(seeded, m, fromMs, toMs) }]);
  }
};

const putModel = async ({ deps }: Stores): Promise<void> => {
  const history = pastFleet();
  const now = () => performance.now();
  const model = await trainModel(history, { seed: 1, budgetMs: 20_000, now, codeVersion: 'bench' });
  const summaryFile = await deps.models.putSummary(summariseTraining(model, history, [], null));
  const record = await keepModel(deps, { organisationId, machineModelCode: 'pump' }, { model, summaryFile });
  const personId = newId('person', random);
  const given = { organisationId, forecastModelId: record.id, personId, reason: 'decided' } as const;
  await deps.records.transact((tx) => putInService(deps, tx, given));
};

interface Measured {
  readonly forecasts: number;
  readonly cpuS: number;
  readonly wallS: number;
  /** Resident memory before, and at its height. */
  readonly fromMb: number;
  readonly mostMb: number;
}

const residentMb = (): number => process.memoryUsage.rss() / 2 ** 20;

const measure = async (work: () => Promise<number>): Promise<Measured> => {
  const fromMb = residentMb();
  let mostMb = fromMb;
  const look = setInterval(() => {
    mostMb = Math.max(mostMb, residentMb());
  }, 50);
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  const forecasts = await work();
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(look);
  return { forecasts, cpuS: (user + system) / 1e6, wallS: (performance.now() - wall) / 1000, fromMb, mostMb };
};

const figure = ({ forecasts, cpuS, wallS, fromMb, mostMb }: Measured): string =>
  `${forecasts} forecasts, ${cpuS.toFixed(2)} CPU-s, ${wallS.toFixed(1)} s, ${Math.round(fromMb)} MB before and ${Math.round(mostMb)} MB at most`;

/** A fleet's night, an hour later with new data of a twentieth of it, and the same hour again. */
export const nightly: Bench = async ({ full }) => {
  const size = { machines: full ? 5_000 : 250 };
  const stores = await openStores();
  try {
    const { deps, time } = stores;
    const seeded = await seedMachines(stores, size);
    const all = Array.from({ length: size.machines }, (_, m) => m);
    await write(stores, seeded, all, startMs, time.nowMs);
    await deps.timeSeries.maintain(time.nowMs);
    await putModel(stores);
    const memory = new ForecastMemory();
    const run = () => forecastFleet(deps, organisationId, memory);
    const night = await measure(run);
    const part = all.filter((m) => m % 20 === 0);
    await write(stores, seeded, part, time.nowMs, time.nowMs + 2 * hourMs);
    time.nowMs += 2 * hourMs;
    const hour = await measure(run);
    const again = await measure(run);
    const components = size.machines * codes.length;
    const cpuOf10k = (night.cpuS * 10_000) / components;
    const figures = (measured: Measured) => ({ ...measured });
    return [
      {
        what: `${components} components in one night, ${days} days of hourly samples of ${pointNames.length} points each`,
        toReach: '10,000 components within 30 min on two cores',
        measured: `${figure(night)}; 10,000 would take ${Math.round(cpuOf10k)} CPU-s`,
        met: cpuOf10k < 2 * 30 * 60,
        figures: figures(night),
      },
      {
        what: 'an hour later, a twentieth of the machines with new data',
        toReach: 'those only',
        measured: figure(hour),
        met: hour.forecasts === part.length * codes.length,
        figures: figures(hour),
      },
      {
        what: 'the same hour again',
        toReach: 'nothing',
        measured: figure(again),
        met: again.forecasts === 0,
        figures: figures(again),
      },
    ];
  } finally {
    await stores.close();
  }
};
