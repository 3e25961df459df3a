import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { SnapshotRequest } from '@kuluma/shared/wire/snapshot-request.ts';
import { Type } from 'typebox';
import { ControlSocket } from './adapters/control-socket/control-socket.ts';
import { DiskFiles } from './adapters/file-store/disk-files.ts';
import { parseImport } from './adapters/import-files/parse-import.ts';
import { JobWorkers } from './adapters/job-queue/job-workers.ts';
import { createJobs, type Jobs } from './adapters/jobs-cron/cron-jobs.ts';
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
import { businessJobs } from './business.ts';
import { gatewayAuthorityOf, servedCertificates } from './certificate.ts';
import { codeVersion } from './commands/code-version.ts';
import type { CloudConfig } from './config.ts';
import { ArrivalTally } from './core/quality/arrivals.ts';
import { createHeavyJobs, type HeavyJobs } from './heavy-jobs.ts';
import type { GatewayHealth, ServiceHealth } from './http/http-deps.ts';
import { newToken } from './http/secrets.ts';
import { createHttpServer } from './http/server.ts';
import { createIngest, type Ingest } from './ingest.ts';
import { messageRulesOf, messengerOf, pushOf, webhookOf } from './messenger.ts';
import { expireOffers } from './pipelines/answer-offers.ts';
import { tendContractOffers } from './pipelines/contract-offers.ts';
import { eachOrganisation } from './pipelines/each-organisation.ts';
import { ConfigCourier } from './pipelines/gateway-config.ts';
import { GatewayPoints } from './pipelines/gateway-points.ts';
import { createQualityJudge } from './pipelines/judge-quality.ts';
import type { PipelineDeps } from './pipelines/pipeline-deps.ts';
import { purgePersonal } from './pipelines/purge-personal.ts';
import { queueDueMessages, queueGoodNews } from './pipelines/queue-due-messages.ts';
import { recordBookingCosts } from './pipelines/record-booking-cost.ts';
import { answerRequest } from './pipelines/renew-certificates.ts';
import { type MessageDeps, sendMessages } from './pipelines/send-messages.ts';
import { sendWebhooks } from './pipelines/send-webhooks.ts';
import { tellChangedDays } from './pipelines/tell-changed-days.ts';
import { traceStoring } from './pipelines/trace-storing.ts';
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
  readonly records: Records;
  readonly timeSeries: TimeSeriesStore;
  /** For pipelines that no job runs, such as training. */
  readonly pipelines: PipelineDeps;
  readonly ingest: Pick<Ingest, 'counters' | 'refusals' | 'gatewayStates'>;
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

/** A phone that finds signal only after that sends its photo from the beginning. */
const staleUploadMs = 14 * dayMs;

/** When a job ran last and is due next, in product time; a tick before its time is no run. */
type DueTimes = Map<string, { readonly lastMs: number; readonly nextMs: number }>;

/** Jobs tick on wall time and are due by the product clock, which in a demo runs faster. */
const planJobs = (
  jobs: Jobs,
  { config, clock, demo }: ServiceOptions,
  deps: PipelineDeps,
  {
    heavy,
    judge,
    messenger,
    files,
  }: {
    heavy: HeavyJobs;
    judge: ReturnType<typeof createQualityJudge>;
    messenger: MessageDeps | undefined;
    files: FileStore;
  },
): DueTimes => {
  const due: DueTimes = new Map();
  const { tick, forecastEveryMin, maintainEveryMin, tendModels: tendAt, purgePersonal: purgeAt } = config.jobs;
  const every = (minutes: number, name: string, run: () => Promise<unknown>) => {
    jobs.every(name, tick, async () => {
      const lastMs = clock.now();
      if (lastMs < (due.get(name)?.nextMs ?? Number.NEGATIVE_INFINITY)) return;
      due.set(name, { lastMs, nextMs: lastMs + minutes * minuteMs });
      await run();
    });
  };
  every(forecastEveryMin, 'forecast', heavy.forecastAll);
  every(15, 'data-quality', () => eachOrganisation(deps.records, judge));
  every(maintainEveryMin, 'maintain-series', () => deps.timeSeries.maintain(clock.now()));
  every(24 * 60, 'drop-stale-uploads', () => files.dropStale(staleUploadMs));
  every(60, 'forget-ended-jobs', () => heavy.forgetEnded());
  if (messenger) {
    every(1, 'queue-due-messages', () =>
      eachOrganisation(deps.records, (organisationId) => queueDueMessages(messenger, organisationId)),
    );
    every(15, 'queue-good-news', () =>
      eachOrganisation(deps.records, (organisationId) => queueGoodNews(messenger, organisationId)),
    );
  }
  // The nights of a demo are short: there they are counted by its clock.
  if (demo) every(24 * 60, 'tend-models', heavy.tendAll);
  else jobs.every('tend-models', tendAt, heavy.tendAll);
  jobs.every('purge-personal', purgeAt, async () =>
    deps.log.info({ removed: await purgePersonal({ ...deps, wallNow: Date.now, files }) }, 'what is over was removed'),
  );
  const business = businessJobs({ ...deps, secret: newToken }, config);
  if (business.isOn) {
    jobs.every('read-business', config.business.readAt, business.read);
    every(15, 'send-invoices', business.invoice);
  }
  jobs.every('expire-offers', tick, () =>
    eachOrganisation(deps.records, (organisationId) => expireOffers(deps, organisationId)),
  );
  every(15, 'tend-contracts', () =>
    eachOrganisation(deps.records, (organisationId) =>
      tendContractOffers({ ...deps, terms: termsOf(config), messageRules: messageRulesOf(config) }, organisationId),
    ),
  );
  jobs.every('record-booking-costs', tick, () =>
    eachOrganisation(deps.records, (organisationId) => recordBookingCosts(deps, organisationId)),
  );
  return due;
};

const agentsHeard = (ingest: Ingest): GatewayHealth[] =>
  ingest.gatewayStates().map((state) => ({
    gatewayId: state.gatewayId,
    online: state.online,
    lastSeenMs: state.reportedAtMs,
    outboxDepth: Object.values(state.outbox.queues).reduce((sum, { records }) => sum + records, 0),
    state,
  }));

/** A gateway of another maker is online while one of its edge nodes is alive; its outbox, if any, is not known. */
const edgeNodesHeard = (ingest: Ingest): GatewayHealth[] =>
  [...Map.groupBy(ingest.edgeNodes.nodes(), ({ gateway }) => gateway.gatewayId)].map(([gatewayId, nodes]) => ({
    gatewayId,
    online: nodes.some(({ isAlive }) => isAlive),
    lastSeenMs: Math.max(...nodes.map(({ lastMessageMs }) => lastMessageMs)),
    outboxDepth: null,
  }));

const healthOf = (jobs: Jobs, due: DueTimes, ingest: Ingest, clock: Clock): Omit<ServiceHealth, 'waysGuessed'> => {
  const { batches, stored, duplicates } = ingest.counters();
  /** Jobs report wall time; people see product time. */
  const productMs = (wallMs: number) => Math.round(clock.now() - (Date.now() - wallMs) * clock.rate);
  return {
    jobs: jobs.reports().map(({ name, lastStartMs, lastOk, lastError, runs }) => ({
      name,
      lastStartMs: due.get(name)?.lastMs ?? (lastStartMs === null ? null : productMs(lastStartMs)),
      nextStartMs: due.get(name)?.nextMs ?? null,
      lastOk,
      lastError,
      runs,
    })),
    samplesStored: stored,
    batchesStored: batches,
    duplicates,
    refusals: ingest.refusals(),
    gateways: [...agentsHeard(ingest), ...edgeNodesHeard(ingest)],
    lanes: ingest.lanes(),
  };
};

/** Of the command `backup`; `dir` is absolute. */
const BackupOrder = Type.Object({ dir: Type.String({ pattern: '^/' }) }, { additionalProperties: false });

/** Of a process that takes nothing from gateways. */
const noInbox: Dumpable = { dump: async () => {} };

const termsOf = ({ terms }: CloudConfig) => {
  const { offerValidHours, ...prices } = terms;
  return { prices, validForMs: offerValidHours * hourMs };
};

/** Wires the service; nothing is opened yet. */
export const createService = (options: ServiceOptions): Service => {
  const { config, clock, random, log, tracing } = options;
  const store = openRecords(config, log, { clock, random });
  const points = new GatewayPoints(store);
  const records = points.watched;
  const timeSeries = openTimeSeries(config);
  const { role, sharedDir = config.dataDir } = config;
  const takesLetters = role === 'all' || role === 'ingest';
  const answersPages = role === 'all' || role === 'api';
  const runsJobs = role === 'all' || role === 'worker';
  const travel = plannedTravelOf(config, log, Date.now);
  const pipelines: PipelineDeps = {
    records,
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
    records,
    log,
    publish: (gateway, payload) => ingest.send(gateway, 'config', payload, true),
  });
  const certificates = servedCertificates(config, log);
  const gatewayAuthority = gatewayAuthorityOf(config);
  const arrivals = new ArrivalTally();
  const ingest = createIngest({
    ...{ mqtt, records, points, clock, random, log, dataDir },
    timeSeries: tracing ? traceStoring(timeSeries, tracing, store.trail, () => performance.now()) : timeSeries,
    // Whoever runs no jobs never takes the notes.
    ...(runsJobs ? { arrivals } : {}),
    ...(takesLetters ? { sparkplug } : { channels: ['state'] as const }),
    sharesRecords: config.records.kind === 'postgres',
    certificates,
    stated: (gateway, state) => {
      courier.heard(gateway, state).catch((error: unknown) => log.warn({ err: error }, 'a state was not entered'));
      const send = (to: KnownGateway, payload: string) => ingest.send(to, 'certificate', payload, false);
      answerRequest({ records, authority: gatewayAuthority, send }, gateway, state).catch((error: unknown) =>
        log.warn({ err: error, gatewayId: gateway.gatewayId }, 'a certificate was not renewed'),
      );
    },
  });
  const lease = config.records.kind === 'postgres' && runsJobs ? new JobLease(store, log) : undefined;
  const jobs = createJobs(log, lease);
  const heavy = createHeavyJobs(pipelines, store, config, tracing && { tracing, trail: store.trail });
  const workers = new JobWorkers(store.jobs, heavy.kinds, log);
  const judge = createQualityJudge({ records, timeSeries, arrivals, clock });
  const messenger = messengerOf(options, records);
  const files = new DiskFiles(join(sharedDir, 'files'));
  const due: DueTimes = runsJobs ? planJobs(jobs, options, pipelines, { heavy, judge, messenger, files }) : new Map();
  if (takesLetters) jobs.everyHere('send-configs', config.jobs.tick, () => courier.publishWaiting());
  if (messenger && runsJobs)
    jobs.every('send-messages', config.jobs.tick, () =>
      eachOrganisation(records, (organisationId) => sendMessages(messenger, organisationId)),
    );
  const webhook = webhookOf(options, records);
  if (webhook && runsJobs)
    jobs.every('send-webhooks', config.jobs.tick, () =>
      eachOrganisation(records, (organisationId) => sendWebhooks(webhook, organisationId)),
    );
  const push = pushOf(config);
  if (push && runsJobs)
    // What changed is collected for minutes anyway.
    jobs.every('tell-changed-days', '20 * * * * *', () =>
      eachOrganisation(records, (organisationId) =>
        tellChangedDays(
          { records, clock, random, log, push, rules: messageRulesOf(config), wallNow: Date.now },
          organisationId,
        ),
      ),
    );
  const served = { ...config.http, certificates, leaveMs: config.http.leaveSec * 1000 };
  const http = createHttpServer(served, {
    records,
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
    demo: options.demo ?? false,
    answersMonitoringOnly: !answersPages,
    health: () => ({ ...healthOf(jobs, due, ingest, clock), waysGuessed: travel.guessed() }),
    gatewayAuthority,
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
    publishConfig: (gateway) => courier.publish(gateway),
    edgeNodes: (gateway) => ingest.edgeNodes.listingsOf(gateway),
    requestSnapshot: (gateway, pointId) =>
      ingest.send(gateway, 'snapshot', JSON.stringify({ v: 1, pointId } satisfies SnapshotRequest), false),
    parseImport,
    printReport,
    parquetOf,
    files,
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
    records,
    timeSeries,
    pipelines,
    ingest,
    httpUrl: () => `${config.tls.kind === 'off' ? 'http' : 'https'}://${config.http.host}:${http.port()}`,
    mqttUrl: () => ingest.url(),
    runForecasts: heavy.forecastHere,
    settled: () => ingest.settled(),
  };
};
