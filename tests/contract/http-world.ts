import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@kuluma/cloud/adapters/records-postgres/database.ts';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { haversineTravel } from '@kuluma/cloud/core/planning/travel.ts';
import { waitingOf } from '@kuluma/cloud/core/recommendations/waiting.ts';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import type { HttpDeps } from '@kuluma/cloud/http/http-deps.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import type { RecordTransaction } from '@kuluma/cloud/ports.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type Actor, freshBase, type Id, type IdKind, newId } from '@kuluma/shared/model/base.ts';
import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';

/** Two service companies on one service, each with two owners; everything that the HTTP suites ask for. */

/** A Monday morning. */
export const startMs = Date.parse('2027-03-01T06:00:00.000Z');
const createdBy: Actor = { kind: 'policy', name: 'test' };
const zone = 'Europe/Helsinki';
const text = (word: string) => ({ fi: word, sv: word, en: word });
const workdays = (from: string, to: string) => ({
  timeZone: zone,
  hours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from, to })),
  closedOn: [],
});
const always = { fromMs: startMs - 400 * dayMs, toMs: null };

type Fields<K extends RecordKind & IdKind> = Omit<RecordOf<K>, keyof ReturnType<typeof freshBase<K>>>;

/** A signed-in person's way to the API. */
export interface Caller {
  get(url: string): Promise<{ status: number; body: unknown; etag: string | undefined }>;
  post(
    url: string,
    body: object,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: unknown; etag: string | undefined }>;
}

export interface Tenant {
  readonly organisationId: Id<'organisation'>;
  readonly machineIds: Id<'machine'>[];
  readonly pointIds: Id<'measurementPoint'>[];
  readonly componentIds: Id<'component'>[];
  readonly recommendationIds: Id<'recommendation'>[];
  readonly partId: Id<'part'>;
  readonly depotId: Id<'depot'>;
  readonly technicianId: Id<'technician'>;
  /** By owner. */
  readonly ownerIds: Id<'owner'>[];
  readonly contactIds: Id<'contact'>[];
  readonly planner: Caller;
  readonly technician: Caller;
  readonly owners: Caller[];
}

export interface World {
  readonly app: App;
  readonly deps: HttpDeps;
  readonly records: ReturnType<typeof createRecords>;
  readonly timeSeries: DuckDbTimeSeries;
  /** Product time; add to it. */
  readonly time: { nowMs: number; wallMs: number };
  tenant(options: { machines: number; technicians: number }): Promise<Tenant>;
  add<K extends RecordKind & IdKind>(organisationId: Id<'organisation'>, kind: K, fields: Fields<K>): Promise<Id<K>>;
  signIn(secret: string): Promise<Caller>;
  stop(): Promise<void>;
}

const callerOf = (app: App, cookie: string): Caller => {
  const answerOf = (reply: { statusCode: number; body: string; headers: Record<string, unknown> }) => ({
    status: reply.statusCode,
    body: reply.body === '' ? null : (JSON.parse(reply.body) as unknown),
    etag: reply.headers['etag'] as string | undefined,
  });
  return {
    get: async (url) => answerOf(await app.inject({ method: 'GET', url, headers: { cookie } })),
    post: async (url, body, headers = {}) =>
      answerOf(
        await app.inject({ method: 'POST', url, payload: body, headers: { cookie, 'x-kuluma': '1', ...headers } }),
      ),
  };
};

const quantiles = { p05: 6, p10: 8, p50: 20, p90: 40, p95: 50 };
const failureProbability = [7, 14, 28, 56].map((horizonDays, i) => ({
  horizonDays,
  value: [0.1, 0.3, 0.7, 0.95][i] ?? 1,
}));

/** A forecast of a component that wears, as if the forecaster had said it. */
export const wearingForecast = (
  machineId: Id<'machine'>,
  componentId: Id<'component'>,
  forecastModelId: Id<'forecastModel'>,
  atMs: number,
): Fields<'forecast'> => ({
  machineId,
  componentId,
  componentCode: 'bearing',
  forecastAtMs: atMs,
  dataUntilMs: atMs,
  forecastModelId,
  modelHash: 'a'.repeat(64),
  codeVersion: '0',
  configHash: 'b'.repeat(64),
  featureNames: ['vibration.last'],
  featureValues: [4.2],
  rulDays: quantiles,
  failureProbability,
  degradationIndex: 0.7,
  healthGrade: 'act',
  drivers: [{ point: 'vibration', kind: 'trend', direction: 'up', share: 0.8 }],
  dataQuality: 1,
  abstainReason: null,
});

/** @param database of the records; in memory unless given. */
export const createWorld = async (database: Database = pgliteDatabase()): Promise<World> => {
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-http-'));
  const records = createRecords(database);
  const timeSeries = new DuckDbTimeSeries({ dir });
  await records.start(new AbortController().signal);
  await timeSeries.start();
  const random = seededRandom(1);
  const time = { nowMs: startMs, wallMs: startMs };
  const deps: HttpDeps = {
    records,
    timeSeries,
    travel: haversineTravel(),
    terms: {
      prices: { labourCentsPerHour: 9_500, travelCentsPerKm: 120, vatRatePermille: 255 },
      validForMs: 72 * hourMs,
    },
    clock: { now: () => time.nowMs, rate: 1 },
    wallNow: () => time.wallMs,
    random,
    log: createLogger('test', 'silent'),
    demo: false,
    health: () => ({
      jobs: [],
      samplesStored: 0,
      batchesStored: 0,
      duplicates: 0,
      refusals: [],
      gateways: [],
    }),
    pagesDir: join(dir, 'pages'),
    trustProxy: false,
  };
  const app = await buildApp(deps);

  const insert = async <K extends RecordKind & IdKind>(
    tx: RecordTransaction,
    organisationId: Id<'organisation'>,
    kind: K,
    fields: Fields<K>,
  ): Promise<Id<K>> => {
    const base = freshBase(kind, { organisationId, createdBy, nowMs: time.nowMs, random });
    await tx.insert(kind, { ...base, ...fields } as unknown as RecordOf<K>);
    return base.id;
  };
  const add: World['add'] = (organisationId, kind, fields) =>
    records.transact((tx) => insert(tx, organisationId, kind, fields));

  let visitors = 0;
  const signIn = async (secret: string): Promise<Caller> => {
    const reply = await app.inject({
      // Everyone at a desk of their own: the door counts attempts by address.
      remoteAddress: `10.0.${visitors >> 8}.${visitors++ & 255}`,
      method: 'POST',
      url: apiPaths.signIn(),
      payload: { secret },
      headers: { 'x-kuluma': '1' },
    });
    if (reply.statusCode !== 200) throw new Error(reply.body);
    return callerOf(app, String(reply.headers['set-cookie']).split(';')[0] ?? '');
  };

  const tenant: World['tenant'] = async ({ machines, technicians }) => {
    const organisationId = newId('organisation', random);
    const base = freshBase('organisation', { organisationId, createdBy, nowMs: time.nowMs, random });
    await records.transact((tx) =>
      tx.insert('organisation', { ...base, id: organisationId, name: 'Service Oy', timeZone: zone }),
    );
    const put = <K extends RecordKind & IdKind>(kind: K, fields: Fields<K>) => add(organisationId, kind, fields);
    const person = (name: string, role: 'planner' | 'technician') =>
      put('person', { name, email: 'someone@example.com', phone: '1', language: 'fi', roles: [role] });
    const at = (latitude: number, longitude: number) => ({ latitude, longitude });

    const depotId = await put('depot', { name: 'Depot', location: at(61.47, 23.73), timeZone: zone });
    const partId = await put('part', { number: 'K-1', name: text('part'), priceCents: 5_000, supplierLeadTimeDays: 3 });
    const count = { partId, quantity: 200, reason: 'count', causeId: null, atMs: startMs } as const;
    await put('stockMovement', { ...count, place: depotId });
    const plannerId = await person('Paula Planner', 'planner');
    const technicianIds: Id<'technician'>[] = [];
    const technicianPersonIds: Id<'person'>[] = [];
    for (let n = 0; n < technicians; n++) {
      const personId = await person(`Technician ${n}`, 'technician');
      technicianPersonIds.push(personId);
      technicianIds.push(
        await put('technician', {
          personId,
          depotId,
          home: at(61.5, 23.79),
          skills: [{ skill: 'rotatingMachines', level: 3 }],
          certificates: [],
          working: workdays('07:00', '15:30'),
          costPerHourCents: 4_000,
          costPerKmCents: 50,
        }),
      );
    }
    const machineModelId = await put('machineModel', {
      code: 'pump',
      name: text('pump'),
      manufacturer: 'Works',
      componentTypes: [
        {
          code: 'bearing',
          name: text('bearing'),
          failureModeCode: 'VIB',
          failureMechanism: 'fatigue',
          bom: [{ partId, quantity: 2, useProbability: 0.9 }],
          skills: [{ skill: 'rotatingMachines', level: 2 }],
          certificates: [],
          durationMin: 120,
          failureCostCents: 600_000,
          policy: { horizonDays: 28, failureProbability: 0.5, forecastsInARow: 1 },
        },
      ],
    });
    const forecastModelId = await put('forecastModel', {
      machineModelId,
      modelVersion: 'pump-1',
      modelHash: 'a'.repeat(64),
      codeVersion: '0',
      file: 'none.json',
      card: {},
    });
    const ownerIds: Id<'owner'>[] = [];
    const contactIds: Id<'contact'>[] = [];
    const siteIds: Id<'site'>[] = [];
    for (const name of ['First', 'Second']) {
      const ownerId = await put('owner', { name, language: 'fi' });
      const contactId = await put('contact', {
        ownerId,
        name: `${name} Contact`,
        email: 'contact@example.com',
        phone: '2',
        language: 'fi',
        contactRoles: ['approver', 'host'],
      });
      await put('consent', { contactId, messageClass: 'serviceNotice', legalBasis: 'contract', period: always });
      const siteId = await put('site', {
        name: `${name} site`,
        streetAddress: 'Street 1',
        municipality: 'Tampere',
        location: at(61.52, 23.62),
        access: workdays('06:00', '20:00'),
      });
      ownerIds.push(ownerId);
      contactIds.push(contactId);
      siteIds.push(siteId);
    }
    const made = {
      machineIds: [] as Id<'machine'>[],
      pointIds: [] as Id<'measurementPoint'>[],
      componentIds: [] as Id<'component'>[],
      recommendationIds: [] as Id<'recommendation'>[],
    };
    for (let n = 0; n < machines; n++) {
      const machineId = await put('machine', {
        machineModelId,
        tag: `P-${n}`,
        serialNumber: `S${n}`,
        commissionedAtMs: always.fromMs,
      });
      const of = n % 2;
      await put('machinePlacement', { machineId, siteId: siteIds[of] as Id<'site'>, period: always });
      await put('machineOwnership', { machineId, ownerId: ownerIds[of] as Id<'owner'>, period: always });
      const componentId = await put('component', {
        machineId,
        componentCode: 'bearing',
        period: always,
        endedBy: null,
      });
      const point = { machineId, name: 'vibration', role: 'sensor', unit: 'mm/s', alarmLimit: 7 } as const;
      made.pointIds.push(await put('measurementPoint', point));
      const forecast = wearingForecast(machineId, componentId, forecastModelId, startMs);
      const forecastId = await put('forecast', forecast);
      const inputs = {
        forecastIds: [forecastId],
        rulDays: quantiles,
        failureProbability,
        horizonDays: 28,
        threshold: 0.5,
        forecastsInARow: 1,
        failureCostCents: 600_000,
        codeVersion: '0',
      };
      made.machineIds.push(machineId);
      made.componentIds.push(componentId);
      made.recommendationIds.push(
        await put('recommendation', {
          machineId,
          componentId,
          forecastId,
          action: 'replace',
          failureModeCode: 'VIB',
          ...waitingOf(inputs, startMs, startMs),
          bom: [{ partId, quantity: 2, useProbability: 0.9 }],
          skills: [{ skill: 'rotatingMachines', level: 2 }],
          certificates: [],
          durationMin: 120,
          drivers: forecast.drivers,
          inputs,
          state: 'open',
        }),
      );
    }
    const linked = async (who: Partial<Pick<RecordOf<'session'>, 'personId' | 'contactId' | 'roles'>>) =>
      signIn(
        await createSignInLink(deps, { organisationId, personId: null, contactId: null, roles: [], ...who }, hourMs),
      );
    return {
      organisationId,
      ...made,
      partId,
      depotId,
      technicianId: technicianIds[0] as Id<'technician'>,
      ownerIds,
      contactIds,
      planner: await linked({ personId: plannerId, roles: ['planner'] }),
      technician: await linked({ personId: technicianPersonIds[0] ?? null, roles: ['technician'] }),
      owners: [
        await linked({ contactId: contactIds[0] ?? null, roles: ['owner'] }),
        await linked({ contactId: contactIds[1] ?? null, roles: ['owner'] }),
      ],
    };
  };

  return {
    app,
    deps,
    records,
    timeSeries,
    time,
    tenant,
    add,
    signIn,
    async stop() {
      await app.close();
      await timeSeries.stop();
      await records.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
};
