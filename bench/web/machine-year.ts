import { join } from 'node:path';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import type { StoredBatch } from '@kuluma/cloud/ports.ts';
import { clockOf, type Random, seededRandom } from '@kuluma/shared/clock.ts';
import { type Actor, freshBase, type Id, type IdKind, newId } from '@kuluma/shared/model/base.ts';
import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';

type PointUnit = RecordOf<'measurementPoint'>['unit'];

const createdBy: Actor = { kind: 'policy', name: 'bench' };
const yearDays = 365;
const word = (text: string) => ({ fi: text, sv: text, en: text });

/** Point, unit, level and alarm limit of the machine. */
const points: readonly (readonly [string, PointUnit, number, number | null])[] = [
  ['driveEndVibration', 'mm/s', 2.4, 7.1],
  ['nonDriveEndVibration', 'mm/s', 1.9, 7.1],
  ['bearingTemperature', 'degC', 52, 90],
  ['sealTemperature', 'degC', 44, 80],
  ['dischargePressure', 'bar', 6.2, null],
  ['suctionPressure', 'bar', 1.1, null],
  ['motorCurrent', 'A', 31, 45],
  ['flow', 'm3/h', 120, null],
];

/** A machine of the store that the page is opened at, and how its planner signs in. */
export interface StoredYear {
  readonly machineId: Id<'machine'>;
  readonly secret: string;
  readonly samples: number;
}

type Add = <K extends RecordKind & IdKind>(
  kind: K,
  fields: Omit<RecordOf<K>, keyof ReturnType<typeof freshBase<K>>>,
) => Promise<Id<K>>;

const forecastOf = (nowMs: number, ageDays: number): Pick<RecordOf<'forecast'>, 'forecastAtMs' | 'rulDays'> => {
  const p50 = 40 + ageDays * 0.95;
  return {
    forecastAtMs: nowMs - ageDays * dayMs - hourMs,
    rulDays: { p05: p50 * 0.6, p10: p50 * 0.7, p50, p90: p50 * 1.3, p95: p50 * 1.4 },
  };
};

const addForecasts = async (add: Add, nowMs: number, of: Pick<RecordOf<'forecast'>, 'machineId' | 'componentId'>) => {
  const forecastModelId = newId('forecastModel', seededRandom(3));
  for (let ageDays = yearDays; ageDays >= 0; ageDays--)
    await add('forecast', {
      ...of,
      ...forecastOf(nowMs, ageDays),
      componentCode: 'bearing',
      dataUntilMs: nowMs - ageDays * dayMs,
      forecastModelId,
      modelHash: 'a'.repeat(64),
      codeVersion: '0',
      configHash: 'b'.repeat(64),
      featureNames: [],
      featureValues: [],
      failureProbability: [7, 14, 28, 56].map((horizonDays) => ({ horizonDays, value: horizonDays / 80 })),
      degradationIndex: 0.5,
      healthGrade: 'watch',
      drivers: [{ point: 'driveEndVibration', kind: 'trend', direction: 'up', share: 0.8 }],
      dataQuality: 1,
      abstainReason: null,
    });
};

const addMachine = async (add: Add, n: number, machineModelId: Id<'machineModel'>, fromMs: number) => {
  const names = { tag: `P-${n}`, serialNumber: `SN-${n}` };
  const machineId = await add('machine', { machineModelId, ...names, commissionedAtMs: fromMs });
  const period = { fromMs, toMs: null };
  const componentId = await add('component', { machineId, componentCode: 'bearing', period, endedBy: null });
  const pointIds: Id<'measurementPoint'>[] = [];
  for (const [name, unit, , alarmLimit] of points)
    pointIds.push(await add('measurementPoint', { machineId, name, role: 'sensor', unit, alarmLimit }));
  return { machineId, componentId, pointIds };
};

/** A wave by the day and the week with noise and slow wear; the machine stands still on some days and then tells nothing. */
const valueAt = (level: number, atMs: number, share: number, random: Random): number => {
  const day = (2 * Math.PI * atMs) / dayMs;
  const wear = 0.5 * share ** 4;
  return level * (1 + 0.06 * Math.sin(day) + 0.03 * Math.sin(day / 7) + wear + 0.05 * (random() - 0.5));
};

/** A machine that tells of its points every `everyMs`. */
interface Telling {
  readonly organisationId: string;
  readonly gatewayId: Id<'gateway'>;
  readonly pointIds: readonly Id<'measurementPoint'>[];
  readonly everyMs: number;
  readonly random: Random;
}

/** What a machine tells in the day from `dayStartMs`, up to now; nothing on the days that it stands still. */
const dayOf = (telling: Telling, fromMs: number, dayStartMs: number, nowMs: number): StoredBatch | undefined => {
  const { organisationId, gatewayId, pointIds, everyMs, random } = telling;
  if (random() < 0.02) return undefined;
  const times = Math.min(dayMs / everyMs, Math.floor((nowMs - dayStartMs) / everyMs) + 1);
  const count = times * pointIds.length;
  const point = new Uint32Array(count);
  const sampledAtMs = new Float64Array(count);
  const value = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const p = row % pointIds.length;
    const atMs = dayStartMs + Math.floor(row / pointIds.length) * everyMs;
    point[row] = p;
    sampledAtMs[row] = atMs;
    value[row] = valueAt(points[p]?.[2] ?? 1, atMs, (atMs - fromMs) / (nowMs - fromMs), random);
  }
  const samples = { pointIds, point, sampledAtMs, value, quality: new Uint8Array(count), count };
  const seq = Math.round((dayStartMs - fromMs) / dayMs);
  return { organisationId, key: { gatewayId, epoch: 1, class: 'live', seq }, samples };
};

/** Rows of one write, and days between two rounds of upkeep: as the service packs what is over, month after month. */
const rowsPerWrite = 400_000;
const daysPerUpkeep = 28;

/** Writes day after day for all machines, as they would have told it; what is over is packed beside. @returns samples */
const writeYear = async (store: DuckDbTimeSeries, machines: readonly Telling[], nowMs: number): Promise<number> => {
  let [samples, rows, waiting]: [number, number, StoredBatch[]] = [0, 0, []];
  let packed: Promise<void> = Promise.resolve();
  const flush = async () => {
    samples += (await store.write(waiting)).stored;
    [rows, waiting] = [0, []];
  };
  const fromMs = Math.floor((nowMs - yearDays * dayMs) / dayMs) * dayMs;
  for (let dayStartMs = fromMs, day = 1; dayStartMs < nowMs; dayStartMs += dayMs, day++) {
    for (const machine of machines) {
      const batch = dayOf(machine, fromMs, dayStartMs, nowMs);
      if (!batch) continue;
      waiting.push(batch);
      rows += batch.samples.count;
      if (rows >= rowsPerWrite) await flush();
    }
    if (day % daysPerUpkeep > 0) continue;
    await flush();
    await packed;
    packed = store.maintain(dayStartMs + dayMs + 2 * hourMs);
  }
  await flush();
  await packed;
  await store.maintain(nowMs);
  return samples;
};

/**
 * Fills an empty data folder of the service: `machines` pumps with a year of one-minute samples of eight points each, and
 * `peers` of the same model with a sample an hour of the first of them.
 */
export const storeYear = async (
  dataDir: string,
  size: { readonly machines: number; readonly peers: number },
): Promise<StoredYear> => {
  const nowMs = Date.now();
  const random = seededRandom(1);
  const organisationId = newId('organisation', random);
  const signal = new AbortController().signal;
  const records = createRecords(pgliteDatabase(join(dataDir, 'records')));
  const series = new DuckDbTimeSeries({ dir: join(dataDir, 'series') });
  await records.start(signal);
  await series.start();
  try {
    const fromMs = nowMs - yearDays * dayMs;
    const { personId, machines } = await records.transact(async (tx) => {
      const add: Add = async (kind, fields) => {
        const base = freshBase(kind, { organisationId, createdBy, nowMs: fromMs, random });
        await tx.insert(kind, { ...base, ...fields } as unknown as RecordOf<typeof kind>);
        return base.id;
      };
      const base = freshBase('organisation', { organisationId, createdBy, nowMs: fromMs, random });
      await tx.insert('organisation', { ...base, id: organisationId, name: 'Works', timeZone: 'Europe/Helsinki' });
      const contact = { email: 'planner@example.com', phone: '', language: 'fi' as const };
      const personId = await add('person', { name: 'A Planner', ...contact, roles: ['planner'] });
      const bearing: RecordOf<'machineModel'>['componentTypes'][number] = {
        ...{ code: 'bearing', name: word('bearing'), failureModeCode: 'VIB', failureMechanism: 'fatigue' },
        ...{ bom: [], skills: [], certificates: [], durationMin: 120, failureCostCents: 600_000 },
        policy: { horizonDays: 28, failureProbability: 0.5, forecastsInARow: 3 },
      };
      const model = { code: 'pump', name: word('pump'), manufacturer: 'Works', componentTypes: [bearing] };
      const machineModelId = await add('machineModel', model);
      const machines: Awaited<ReturnType<typeof addMachine>>[] = [];
      for (let n = 0; n < size.machines + size.peers; n++)
        machines.push(await addMachine(add, n, machineModelId, fromMs));
      const [first] = machines;
      if (first) await addForecasts(add, nowMs, { machineId: first.machineId, componentId: first.componentId });
      return { personId, machines };
    });
    const telling = machines.map(({ pointIds }, n): Telling => {
      const isPeer = n >= size.machines;
      const own = seededRandom(n + 1);
      return {
        ...{ organisationId, gatewayId: newId('gateway', own), random: own },
        pointIds: isPeer ? pointIds.slice(0, 1) : pointIds,
        everyMs: isPeer ? hourMs : minuteMs,
      };
    });
    const samples = await writeYear(series, telling, nowMs);
    const who = { organisationId, personId, contactId: null, roles: ['planner' as const] };
    const deps = { records, clock: clockOf(Date.now), wallNow: Date.now, random };
    const secret = await createSignInLink(deps, who, hourMs);
    const [first] = machines;
    if (!first) throw new Error('a year of no machine has no page');
    return { machineId: first.machineId, secret, samples };
  } finally {
    await series.stop();
    await records.stop();
  }
};
