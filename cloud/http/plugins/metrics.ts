import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { JobFigures } from '../../job-ports.ts';
import { requireBearer } from '../bearer.ts';
import type { HeavyWork, HttpDeps, ServiceHealth } from '../http-deps.ts';

const seconds = (ms: number): number => ms / 1000;

/** One figure of the service's own health, read when somebody asks. */
interface Reading {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly of: (
    health: ServiceHealth,
  ) => readonly { readonly labels: Record<string, string>; readonly value: number }[];
}

const plain = (value: number) => [{ labels: {}, value }];

/** Names and units by the conventions of Prometheus; what only rises ends in `_total`. */
const readings: readonly Reading[] = [
  {
    ...{ name: 'kuluma_samples_stored_total', help: 'Samples in the time series since the start', labels: [] },
    of: ({ samplesStored }) => plain(samplesStored),
  },
  {
    ...{ name: 'kuluma_batches_stored_total', help: 'Batches stored since the start', labels: [] },
    of: ({ batchesStored }) => plain(batchesStored),
  },
  {
    ...{ name: 'kuluma_batches_duplicate_total', help: 'Batches that had been stored before', labels: [] },
    of: ({ duplicates }) => plain(duplicates),
  },
  {
    ...{ name: 'kuluma_messages_refused_total', help: 'Letters of gateways that were refused', labels: ['reason'] },
    of: ({ refusals }) =>
      [...Map.groupBy(refusals, ({ reason }) => reason)].map(([reason, of]) => ({
        labels: { reason },
        value: of.reduce((sum, { messages }) => sum + messages, 0),
      })),
  },
  {
    ...{ name: 'kuluma_inbox_waiting', help: 'Letters acknowledged and not stored yet', labels: ['lane'] },
    of: ({ lanes }) => lanes.map(({ lane, waiting }) => ({ labels: { lane }, value: waiting })),
  },
  {
    ...{ name: 'kuluma_inbox_lag_seconds', help: 'Age of what waits longest for the stores', labels: ['lane'] },
    of: ({ lanes }) => lanes.map(({ lane, lagMs }) => ({ labels: { lane }, value: seconds(lagMs) })),
  },
  {
    ...{ name: 'kuluma_gateways', help: 'Gateways heard since the start', labels: ['state'] },
    of: ({ gateways }) => {
      const online = gateways.filter((gateway) => gateway.online).length;
      return [
        { labels: { state: 'online' }, value: online },
        { labels: { state: 'offline' }, value: gateways.length - online },
      ];
    },
  },
  {
    ...{ name: 'kuluma_gateway_outbox_records', help: 'Records that wait on all gateways, as reported', labels: [] },
    of: ({ gateways }) => plain(gateways.reduce((sum, { outboxDepth }) => sum + (outboxDepth ?? 0), 0)),
  },
  {
    ...{ name: 'kuluma_ways_guessed_total', help: 'Ways of plans without an answer by road', labels: ['reason'] },
    of: ({ waysGuessed }) => waysGuessed.map(({ reason, ways }) => ({ labels: { reason }, value: ways })),
  },
  {
    ...{ name: 'kuluma_job_runs_total', help: 'Runs of a job since the start', labels: ['job'] },
    of: ({ jobs }) => jobs.map(({ name, runs }) => ({ labels: { job: name }, value: runs })),
  },
  {
    ...{ name: 'kuluma_job_last_run_ok', help: '1 when the last run of a job ended well, 0 when not', labels: ['job'] },
    of: ({ jobs }) =>
      jobs
        .filter(({ lastOk }) => lastOk !== null)
        .map(({ name, lastOk }) => ({ labels: { job: name }, value: lastOk ? 1 : 0 })),
  },
  {
    ...{ name: 'kuluma_job_last_start_seconds', help: 'When a job last began, epoch, product time', labels: ['job'] },
    of: ({ jobs }) =>
      jobs.flatMap(({ name, lastStartMs }) =>
        lastStartMs === null ? [] : [{ labels: { job: name }, value: seconds(lastStartMs) }],
      ),
  },
];

/** Of figures that are read anew each time: `set` writes each, and Prometheus is told which kind they are by their name. */
interface Figures {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly registers: Registry[];
}
type SetFigure = (labels: Record<string, string>, value: number) => void;

const addFigures = (figures: Figures, read: (set: SetFigure) => void | Promise<void>): void => {
  // A rate over a gauge is wrong at each start of the process, and tools say so: what only rises is a counter.
  if (figures.name.endsWith('_total'))
    new Counter({
      ...figures,
      async collect() {
        this.reset();
        await read((labels, value) => this.inc(labels, value));
      },
    });
  else
    new Gauge({
      ...figures,
      async collect() {
        this.reset();
        await read((labels, value) => this.set(labels, value));
      },
    });
};

const addReadings = (registry: Registry, health: () => ServiceHealth): void => {
  for (const { name, help, labels, of } of readings)
    addFigures({ name, help, labelNames: [...labels], registers: [registry] }, (set) => {
      for (const { labels: values, value } of of(health())) set(values, value);
    });
};

/** What a table of jobs says of each kind, and what became of those that were done here. */
const addHeavyWork = (registry: Registry, { figures, ends }: HeavyWork, log: Logger): void => {
  const named = (name: string, help: string, ...labelNames: string[]) => ({
    ...{ name, help, labelNames: ['kind', ...labelNames], registers: [registry] },
  });
  /** One question for all that the table says, at most one at a time. */
  let asking: Promise<readonly JobFigures[]> | undefined;
  const asked = (): Promise<readonly JobFigures[]> => {
    asking ??= figures()
      .catch((error: unknown) => {
        // Without the database the other figures are wanted all the more.
        log.debug({ err: error }, 'the table of jobs is not counted');
        return [];
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  addFigures(
    named('kuluma_queue_jobs', 'Jobs in the table that wait, are being done, or are dead', 'state'),
    async (set) => {
      for (const { kind, waiting, doing, dead } of await asked())
        for (const [state, count] of Object.entries({ waiting, doing, dead })) set({ kind, state }, count);
    },
  );
  addFigures(
    named('kuluma_queue_oldest_seconds', 'How long the job that is due first has waited for a process'),
    async (set) => {
      for (const { kind, oldestMs } of await asked()) set({ kind }, seconds(oldestMs));
    },
  );
  addFigures(
    named('kuluma_queue_ended_total', 'Attempts that ended here since the start; dead ones failed too', 'result'),
    (set) => {
      for (const { kind, tookMs: _, ...results } of ends())
        for (const [result, count] of Object.entries(results)) set({ kind, result }, count);
    },
  );
  addFigures(named('kuluma_queue_busy_seconds_total', 'Time that attempts took here since the start'), (set) => {
    for (const { kind, tookMs } of ends()) set({ kind }, seconds(tookMs));
  });
};

/** How long answers take, by route: an address of one record would be a line of its own. */
const timeAnswers = (app: FastifyInstance, registry: Registry): void => {
  const answers = new Histogram({
    ...{ name: 'kuluma_http_answer_seconds', help: 'Time to answer', labelNames: ['method', 'route', 'status'] },
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    const route = routeOptions.url ?? 'none';
    answers.observe({ method, route, status: String(reply.statusCode) }, seconds(reply.elapsedTime));
  });
};

/**
 * What a monitoring system reads of this process, in the text form of Prometheus. Only whoever shows the token does:
 * how much a company measures is its own business.
 */
export const registerMetrics = (
  app: FastifyInstance,
  { metricsToken, health, heavyWork, log }: Pick<HttpDeps, 'metricsToken' | 'health' | 'heavyWork' | 'log'>,
): void => {
  if (metricsToken === undefined) return;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addReadings(registry, health);
  addHeavyWork(registry, heavyWork, log);
  timeAnswers(app, registry);
  app.get('/metrics', { config: { right: 'public' }, schema: { hide: true } }, async (request, reply) => {
    requireBearer(request, metricsToken, 'the monitoring system');
    return reply.type(registry.contentType).send(await registry.metrics());
  });
};
