import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskFiles } from '@kuluma/cloud/adapters/file-store/disk-files.ts';
import { parseImport } from '@kuluma/cloud/adapters/import-files/parse-import.ts';
import { ModelFiles } from '@kuluma/cloud/adapters/model-files/model-files.ts';
import { parquetOf } from '@kuluma/cloud/adapters/parquet-file/sample-stream.ts';
import { readPagesInThread } from '@kuluma/cloud/adapters/reading-thread/reading-thread.ts';
import type { Database } from '@kuluma/cloud/adapters/records-postgres/database.ts';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { createRecords } from '@kuluma/cloud/adapters/records-postgres/records.ts';
import { printReport } from '@kuluma/cloud/adapters/report-pdf/report-pdf.ts';
import { keyFileSealer } from '@kuluma/cloud/adapters/sealing/key-file-sealer.ts';
import { DuckDbTimeSeries } from '@kuluma/cloud/adapters/timeseries-duckdb/duckdb-time-series.ts';
import { haversineTable } from '@kuluma/cloud/core/planning/region/travel-table.ts';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import type { HttpDeps } from '@kuluma/cloud/http/http-deps.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { readDocument } from '@kuluma/cloud/pipelines/read-document.ts';
import { reckonContracts } from '@kuluma/cloud/pipelines/reckon-contracts.ts';
import { repairHere } from '@kuluma/cloud/pipelines/repair-board.ts';
import type { RecordTransaction } from '@kuluma/cloud/ports.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type Actor, freshBase, type Id, type IdKind, newId } from '@kuluma/shared/model/base.ts';
import type { RecordKind, RecordOf } from '@kuluma/shared/model/kinds.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { type Fields, seedTenant, startMs } from './http-tenant.ts';

/** One service with as many service companies on it as a suite asks for. */

const createdBy: Actor = { kind: 'policy', name: 'test' };
const zone = 'Europe/Helsinki';

/** A signed-in person's way to the API. */
export interface Caller {
  readonly cookie: string;
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
  /** Gateway and point of each raw signal that was asked for. */
  readonly snapshots: [string, string][];
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
    cookie,
    get: async (url) => answerOf(await app.inject({ method: 'GET', url, headers: { cookie } })),
    post: async (url, body, headers = {}) =>
      answerOf(
        await app.inject({ method: 'POST', url, payload: body, headers: { cookie, 'x-kuluma': '1', ...headers } }),
      ),
  };
};

/**
 * @param database of the records; in memory unless given.
 * @param pagesDir of built pages; none unless given.
 */
export const createWorld = async (database: Database = pgliteDatabase(), pagesDir?: string): Promise<World> => {
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-http-'));
  const records = createRecords(database);
  const timeSeries = new DuckDbTimeSeries({ dir });
  await records.start(new AbortController().signal);
  await timeSeries.start();
  const random = seededRandom(1);
  const time = { nowMs: startMs, wallMs: startMs };
  const snapshots: World['snapshots'] = [];
  const files = new DiskFiles(join(dir, 'files'));
  const clock = { now: () => time.nowMs, rate: 1 };
  const deps: HttpDeps = {
    records,
    timeSeries,
    travel: async (points) => haversineTable(points),
    models: new ModelFiles(join(dir, 'models')),
    terms: {
      prices: { labourCentsPerHour: 9_500, travelCentsPerKm: 120, callOutCents: 0, vatRatePermille: 255 },
      validForMs: 72 * hourMs,
    },
    messageRules: { collectMs: 0, lettersPerDay: 1, quiet: { from: '20:00', to: '07:00' } },
    sharesRecords: false,
    homeCountry: '+358',
    smsInboundToken: 'token-of-the-sms-gateway',
    tellsIntegrator: true,
    linkMail: undefined,
    metricsToken: undefined,
    clock,
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
      lanes: [],
      waysGuessed: [],
    }),
    heavyWork: { figures: () => records.jobs.figures(), ends: () => [] },
    copyShelf: records.copies,
    reckonContracts: async (organisationId) => reckonContracts({ ...deps, records }, organisationId),
    repair: repairHere({ travel: async (points) => haversineTable(points), random }),
    sealer: keyFileSealer(join(dir, 'sealing.key')),
    publishConfig: async () => undefined,
    edgeNodes: async () => [],
    requestSnapshot: async ({ gatewayId }, pointId) => void snapshots.push([gatewayId, pointId]),
    parseImport,
    printReport,
    parquetOf,
    files,
    orderReading: (organisationId, fileId) =>
      readDocument(
        { records, files, readPages: readPagesInThread, clock, random },
        { organisationId, fileId },
        new AbortController().signal,
      ),
    pagesDir: pagesDir ?? join(dir, 'pages'),
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

  const tenant: World['tenant'] = async (size) => {
    const organisationId = newId('organisation', random);
    const base = freshBase('organisation', { organisationId, createdBy, nowMs: time.nowMs, random });
    await records.transact((tx) =>
      tx.insert('organisation', { ...base, id: organisationId, name: 'Service Oy', timeZone: zone }),
    );
    const seeded = await seedTenant((kind, fields) => add(organisationId, kind, fields), size);
    const { depotId, partId, plannerId, technicians, owners, machines } = seeded;
    const linked = async (who: Pick<RecordOf<'session'>, 'roles'> & Partial<RecordOf<'session'>>) =>
      signIn(await createSignInLink(deps, { organisationId, personId: null, contactId: null, ...who }, hourMs));
    const [technician] = technicians;
    return {
      organisationId,
      depotId,
      partId,
      machineIds: machines.map(({ machineId }) => machineId),
      componentIds: machines.map(({ componentId }) => componentId),
      pointIds: machines.map(({ pointId }) => pointId),
      recommendationIds: machines.map(({ recommendationId }) => recommendationId),
      ownerIds: owners.map(({ ownerId }) => ownerId),
      contactIds: owners.map(({ contactId }) => contactId),
      planner: await linked({ personId: plannerId, roles: ['planner'] }),
      technician: await linked({ personId: technician?.personId ?? null, roles: ['technician'] }),
      owners: [
        await linked({ contactId: owners[0]?.contactId ?? null, roles: ['owner'] }),
        await linked({ contactId: owners[1]?.contactId ?? null, roles: ['owner'] }),
      ],
    };
  };

  return {
    app,
    deps,
    records,
    timeSeries,
    time,
    snapshots,
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

/** The planner approves the n-th recommendation as it stands, so that its offer is made. */
export const approveOffer = async ({ organisationId, planner, recommendationIds }: Tenant, n = 0): Promise<void> => {
  const id = recommendationIds[n] ?? '';
  const { version, planMark } = (await planner.get(apiPaths.decision(organisationId, id))).body as DecisionView;
  const body = { idempotencyKey: randomUUID(), planMark };
  const reply = await planner.post(apiPaths.approve(organisationId, id), body, { 'if-match': `"${version}"` });
  if (reply.status !== 200) throw new Error(`the offer was not made: ${JSON.stringify(reply.body)}`);
};
