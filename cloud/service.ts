import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '@kuluma/shared/model/validate.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { SnapshotRequest } from '@kuluma/shared/wire/snapshot-request.ts';
import { Type } from 'typebox';
import { ControlSocket } from './adapters/control-socket/control-socket.ts';
import { DiskFiles } from './adapters/file-store/disk-files.ts';
import { parseImport } from './adapters/import-files/parse-import.ts';
import { JobWorkers } from './adapters/job-queue/job-workers.ts';
import { createJobs } from './adapters/jobs-cron/cron-jobs.ts';
import { JobLease } from './adapters/jobs-cron/job-lease.ts';
import { ModelFiles } from './adapters/model-files/model-files.ts';
import { parquetOf } from './adapters/parquet-file/sample-stream.ts';
import type { AuditDeps } from './adapters/records-postgres/audited-records.ts';
import type { Database } from './adapters/records-postgres/database.ts';
import { pgliteDatabase } from './adapters/records-postgres/pglite-database.ts';
import { createRecords } from './adapters/records-postgres/records.ts';
import { serverDatabase } from './adapters/records-postgres/server-database.ts';
import { printReport } from './adapters/report-pdf/report-pdf.ts';
import { keyFileSealer } from './adapters/sealing/key-file-sealer.ts';
import { oidcIdentity } from './adapters/sign-in-oidc/oidc-identity.ts';
import { DuckDbTimeSeries } from './adapters/timeseries-duckdb/duckdb-time-series.ts';
import { createInfluxTimeSeries } from './adapters/timeseries-influx/influx-time-series.ts';
import { backUp } from './backup.ts';
import { gatewayAuthorityOf, servedCertificates } from './certificate.ts';
import { codeVersion } from './commands/code-version.ts';
import type { CloudConfig } from './config.ts';
import { createContractJobs } from './contract-jobs.ts';
import type { PurposeId } from './core/privacy/purposes.ts';
import { ArrivalTally } from './core/quality/arrivals.ts';
import { createDocumentJobs } from './document-jobs.ts';
import { createHeavyJobs } from './heavy-jobs.ts';
import { FirstCode } from './http/first-code.ts';
import { createHttpServer } from './http/server.ts';
import { createIngest, type Ingest } from './ingest.ts';
import { messageRulesOf, messengerOf, pushOf, webhookOf } from './messenger.ts';
import { termsOf } from './offer-terms.ts';
import { eachOrganisation } from './pipelines/each-organisation.ts';
import { ConfigCourier } from './pipelines/gateway-config.ts';
import { GatewayPoints } from './pipelines/gateway-points.ts';
import { createQualityJudge } from './pipelines/judge-quality.ts';
import type { PipelineDeps } from './pipelines/pipeline-deps.ts';
import { recordsFor } from './pipelines/records-for.ts';
import { answerRequest } from './pipelines/renew-certificates.ts';
import { sendMessages } from './pipelines/send-messages.ts';
import { sendWebhooks } from './pipelines/send-webhooks.ts';
import { tellChangedDays } from './pipelines/tell-changed-days.ts';
import { followStoring } from './pipelines/trace-storing.ts';
import { type DueTimes, planJobs } from './planned-jobs.ts';
import type {
  Clock,
  Dumpable,
  FileStore,
  KnownGateway,
  Random,
  Records,
  Restorable,
  TimeSeriesStore,
  Tracing,
} from './ports.ts';
import { plannedTravelOf } from './road-travel.ts';
import { securityContactOf } from './security-contact.ts';
import { healthOf } from './service-health.ts';

export interface ServiceOptions {
  readonly config: CloudConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Where somebody collects traces. */
  readonly tracing?: Tracing & Part;
  /** True where the clock is a demo's: the pages say so. */
  readonly demo?: boolean;
}

/** The cloud service, wired together. Start `stores`, then `servers`; what has to stand in the stores first comes between. */
export interface Service {
  readonly stores: readonly Part[];
  readonly servers: readonly Part[];
  /** All of them, for whoever fills the stores before anybody is served. */
  readonly records: Records;
  readonly timeSeries: TimeSeriesStore;
  readonly files: FileStore;
  /** For pipelines that no job runs, such as training: they learn of nobody. */
  readonly pipelines: PipelineDeps;
  readonly ingest: Pick<Ingest, 'counters' | 'refusals' | 'gatewayStates'>;
  /** A code by which the first company is made on the page `/first`, told this once; undefined where there are no pages. */
  newFirstCode(): string | undefined;
  /** Of the pages and the API, once started. */
  httpUrl(): string;
  /** Of the broker, once started. */
  mqttUrl(): string;
  /** Forecasts and recommends now, whatever the time; how many records that made. */
  runForecasts(): Promise<{ forecasts: number; recommendations: number }>;
  /** Resolves when every acknowledged sample is in the store. */
  settled(): Promise<void>;
}

export const openDatabase = ({ records, dataDir }: CloudConfig, log: Logger): Database =>
  records.kind === 'postgres' && records.url
    ? serverDatabase({ url: records.url }, log)
    : pgliteDatabase(join(dataDir, 'records'));

export const openRecords = (config: CloudConfig, log: Logger, audit?: AuditDeps): ReturnType<typeof createRecords> =>
  createRecords(openDatabase(config, log), audit);

export const openTimeSeries = ({ timeSeries, dataDir }: CloudConfig): TimeSeriesStore & Part & Restorable => {
  const { kind, url, database, token, memoryLimit, threads, retention } = timeSeries;
  return kind === 'influx' && url
    ? createInfluxTimeSeries({ url, database, ...(token ? { token } : {}) })
    : new DuckDbTimeSeries({ dir: join(dataDir, 'series'), memoryLimit, threads, retention });
};

/** Of the command `backup`; `dir` is absolute. */
const BackupOrder = Type.Object({ dir: Type.String({ pattern: '^/' }) }, { additionalProperties: false });

/** Of a process that takes nothing from gateways. */
const noInbox: Dumpable = { dump: async () => {} };

/** Wires the service; nothing is opened yet. */
export const createService = (options: ServiceOptions): Service => {
  const { config, clock, random, log, tracing } = options;
  const store = openRecords(config, log, { clock, random });
  const points = new GatewayPoints(store);
  const bound = (purpose: PurposeId) => recordsFor(purpose, points.watched);
  const machinery = bound('machinery');
  const timeSeries = openTimeSeries(config);
  const { role, sharedDir = config.dataDir } = config;
  const takesLetters = role === 'all' || role === 'ingest';
  const answersPages = role === 'all' || role === 'api';
  const runsJobs = role === 'all' || role === 'worker';
  const travel = plannedTravelOf(config, log, Date.now);
  const pipelines: PipelineDeps = {
    records: bound('forecasting'),
    timeSeries,
    models: new ModelFiles(join(sharedDir, 'models')),
    travel: travel.travel,
    clock,
    random,
    log,
    codeVersion: codeVersion(),
  };
  const { mqtt, sparkplug, dataDir } = config;
  const courier = new ConfigCourier({
    records: machinery,
    log,
    publish: (gateway, payload) => ingest.send(gateway, 'config', payload, true),
  });
  const certificates = servedCertificates(config, log);
  const gatewayAuthority = gatewayAuthorityOf(config);
  const arrivals = new ArrivalTally();
  const ingest = createIngest({
    ...{ mqtt, records: machinery, points, clock, random, log, dataDir },
    timeSeries,
    ...(tracing
      ? { onStored: followStoring(tracing, store.trail, { monotonicMs: () => performance.now(), log }) }
      : {}),
    // Whoever runs no jobs never takes the notes.
    ...(runsJobs ? { arrivals } : {}),
    ...(takesLetters ? { sparkplug } : { channels: ['state'] as const }),
    sharesRecords: config.records.kind === 'postgres',
    certificates,
    stated: (gateway, state) => {
      courier.heard(gateway, state).catch((error: unknown) => log.warn({ err: error }, 'a state was not entered'));
      const send = (to: KnownGateway, payload: string) => ingest.send(to, 'certificate', payload, false);
      answerRequest({ records: machinery, authority: gatewayAuthority, send }, gateway, state).catch((error: unknown) =>
        log.warn({ err: error, gatewayId: gateway.gatewayId }, 'a certificate was not renewed'),
      );
    },
  });
  const lease = config.records.kind === 'postgres' && runsJobs ? new JobLease(store, log) : undefined;
  const jobs = createJobs(log, lease);
  const heavy = createHeavyJobs(pipelines, store, config, tracing && { tracing, trail: store.trail });
  const files = new DiskFiles(join(sharedDir, 'files'));
  const documents = createDocumentJobs({ records: bound('visits'), files, clock, random }, store.jobs);
  const reckoning = { records: bound('owners'), clock, random, terms: termsOf(config) };
  const contracts = createContractJobs(reckoning, store.jobs);
  const workers = new JobWorkers(store.jobs, [...heavy.kinds, documents.kind, contracts.kind], log);
  const judge = createQualityJudge({ ...pipelines, arrivals });
  const messages = bound('messages');
  const messenger = messengerOf(options, messages);
  const due: DueTimes = runsJobs
    ? planJobs(jobs, options, { ...pipelines, bound }, { heavy, contracts, documents, judge, messenger, files })
    : new Map();
  if (takesLetters) jobs.everyHere('send-configs', config.jobs.tick, () => courier.publishWaiting());
  if (messenger && runsJobs)
    jobs.every('send-messages', config.jobs.tick, () =>
      eachOrganisation(messages, (organisationId) => sendMessages(messenger, organisationId)),
    );
  const webhook = webhookOf(options, messages);
  if (webhook && runsJobs)
    jobs.every('send-webhooks', config.jobs.tick, () =>
      eachOrganisation(messages, (organisationId) => sendWebhooks(webhook, organisationId)),
    );
  const push = pushOf(config);
  if (push && runsJobs)
    // What changed is collected for minutes anyway.
    jobs.every('tell-changed-days', '20 * * * * *', () =>
      eachOrganisation(messages, (organisationId) =>
        tellChangedDays(
          { records: messages, clock, random, log, push, rules: messageRulesOf(config), wallNow: Date.now },
          organisationId,
        ),
      ),
    );
  const firstCode = answersPages ? new FirstCode(Date.now) : undefined;
  const served = { ...config.http, certificates, leaveMs: config.http.leaveSec * 1000 };
  const http = createHttpServer(served, {
    // Each route file is bound where it is registered.
    records: points.watched,
    timeSeries,
    travel: pipelines.travel,
    models: pipelines.models,
    terms: termsOf(config),
    messageRules: messageRulesOf(config),
    sharesRecords: config.records.kind === 'postgres',
    homeCountry: config.messages.homeCountry,
    smsInboundToken: config.messages.smsInboundToken,
    tellsIntegrator: config.messages.webhookUrl !== undefined,
    push,
    linkMail: messenger?.mail && { channel: messenger.mail, publicUrl: messenger.publicUrl },
    clock,
    wallNow: Date.now,
    random,
    log,
    metricsToken: config.http.metricsToken,
    securityContact: securityContactOf(config),
    retention: config.timeSeries.kind === 'duckdb' ? config.timeSeries.retention : undefined,
    demo: options.demo ?? false,
    answersMonitoringOnly: !answersPages,
    health: () => ({ ...healthOf(jobs, due, ingest, clock), waysGuessed: travel.guessed() }),
    gatewayAuthority,
    firstCode,
    ...(config.messages.publicUrl
      ? {
          signInProviders: {
            publicUrl: config.messages.publicUrl,
            providers: config.signIn.providers.map((provider) => oidcIdentity(provider)),
          },
        }
      : {}),
    sealer: keyFileSealer(join(sharedDir, 'sealing.key')),
    heavyWork: { figures: () => store.jobs.figures(), ends: () => workers.ends() },
    copyShelf: store.copies,
    repair: heavy.repair,
    reckonContracts: contracts.reckon,
    publishConfig: (gateway) => courier.publish(gateway),
    edgeNodes: (gateway) => ingest.edgeNodes.listingsOf(gateway),
    requestSnapshot: (gateway, pointId) =>
      ingest.send(gateway, 'snapshot', JSON.stringify({ v: 1, pointId } satisfies SnapshotRequest), false),
    parseImport,
    printReport,
    parquetOf,
    files,
    orderReading: documents.order,
    pagesDir: fileURLToPath(new URL('./web/dist', import.meta.url)),
    trustProxy: config.http.trustProxy,
  });
  const backupOrder = (order: unknown) =>
    backUp(
      { dataDir, sharedDir },
      { records: store, timeSeries, inbox: role === 'worker' ? noInbox : ingest },
      parse(BackupOrder, order, 'the order').dir,
    );
  const control = new ControlSocket(config.dataDir, { backup: backupOrder }, log);
  return {
    stores: [...(tracing ? [tracing] : []), store, timeSeries],
    servers: [
      certificates,
      ...(role === 'worker' ? [] : [ingest, courier]),
      http,
      ...(messenger?.parts ?? []),
      ...(lease ? [lease] : []),
      ...(runsJobs ? [workers] : []),
      {
        ...jobs,
        stop: () => {
          heavy.leave();
          return jobs.stop();
        },
      },
      control,
    ],
    records: points.watched,
    timeSeries,
    files,
    pipelines,
    ingest,
    newFirstCode: () => firstCode?.issue(),
    httpUrl: () => `${config.tls.kind === 'off' ? 'http' : 'https'}://${config.http.host}:${http.port()}`,
    mqttUrl: () => ingest.url(),
    runForecasts: heavy.forecastHere,
    settled: () => ingest.settled(),
  };
};
