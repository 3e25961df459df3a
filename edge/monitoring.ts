import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import type { DeviceState, GatewayState, Queue } from '@kuluma/shared/wire/gateway-state.ts';
import { Counter, Gauge, Registry } from 'prom-client';

/** What monitoring is told of an agent. */
export interface MonitoredAgent {
  state(): GatewayState;
  ackedSamples(): number;
  /** The line or connection by which a device is read. */
  lineOf(device: string): string;
}

export interface MonitoringOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
}

interface Figure {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Names and units by the conventions of Prometheus; what only rises ends in `_total`. */
interface Reading {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly of: (state: GatewayState, agent: MonitoredAgent) => readonly Figure[];
}

const seconds = (ms: number): number => ms / 1000;
const plain = (value: number): Figure[] => [{ labels: {}, value }];

const ofQueues =
  (of: (queue: Queue) => number): Reading['of'] =>
  ({ outbox }) =>
    Object.entries(outbox.queues).map(([name, queue]) => ({ labels: { class: name }, value: of(queue) }));

const ofDevices =
  (of: (device: DeviceState, state: GatewayState) => number | null): Reading['of'] =>
  (state, { lineOf }) =>
    state.devices.flatMap((device) => {
      const value = of(device, state);
      return value === null ? [] : [{ labels: { line: lineOf(device.name), device: device.name }, value }];
    });

const errorKinds = ['timeouts', 'errors', 'notFinite', 'rowsRefused', 'linesDropped', 'skippedScans'] as const;

const readings: readonly Reading[] = [
  {
    ...{ name: 'kuluma_edge_connected', help: '1 while there is a session with the broker', labels: [] },
    of: ({ online }) => plain(Number(online)),
  },
  {
    ...{ name: 'kuluma_edge_outbox_records', help: 'Records that the broker has not acknowledged', labels: ['class'] },
    of: ofQueues(({ records }) => records),
  },
  {
    ...{ name: 'kuluma_edge_outbox_bytes', help: 'What the outbox takes on the disk', labels: ['class'] },
    of: ofQueues(({ bytes }) => bytes),
  },
  {
    ...{ name: 'kuluma_edge_outbox_age_seconds', help: 'How long the oldest record has waited', labels: ['class'] },
    of: ofQueues(({ lagMs }) => seconds(lagMs)),
  },
  {
    ...{ name: 'kuluma_edge_samples_acked_total', help: 'Live samples acknowledged since the start', labels: [] },
    of: (_, { ackedSamples }) => plain(ackedSamples()),
  },
  {
    ...{ name: 'kuluma_edge_samples_dropped_total', help: 'Samples that could not be kept', labels: ['reason'] },
    of: ({ outbox }) => Object.entries(outbox.dropped).map(([reason, value]) => ({ labels: { reason }, value })),
  },
  {
    ...{ name: 'kuluma_edge_samples_read_total', help: 'Samples read from a device', labels: ['line', 'device'] },
    of: ofDevices(({ read }) => read),
  },
  {
    ...{ name: 'kuluma_edge_device_good', help: '1 while a device answers', labels: ['line', 'device'] },
    of: ofDevices(({ quality }) => Number(quality === 'good')),
  },
  {
    ...{ name: 'kuluma_edge_device_silent_seconds', help: 'Time since a device was read', labels: ['line', 'device'] },
    of: ofDevices(({ lastReadAtMs }, { reportedAtMs }) =>
      lastReadAtMs === null ? null : Math.max(0, seconds(reportedAtMs - lastReadAtMs)),
    ),
  },
  {
    name: 'kuluma_edge_device_faults_total',
    help: 'Reads of a device that failed, and readings that were left out',
    labels: ['line', 'device', 'kind'],
    of: ({ devices }, { lineOf }) =>
      devices.flatMap((device) =>
        errorKinds.map((kind) => ({
          labels: { line: lineOf(device.name), device: device.name, kind },
          value: device[kind],
        })),
      ),
  },
  {
    ...{ name: 'kuluma_edge_scan_late_seconds', help: 'How late scans begin', labels: ['quantile'] },
    of: ({ scanLateness: { p50Ms, p99Ms } }) => [
      { labels: { quantile: '0.5' }, value: seconds(p50Ms) },
      { labels: { quantile: '0.99' }, value: seconds(p99Ms) },
    ],
  },
  {
    ...{ name: 'kuluma_edge_clock_trusted', help: '1 while the time of samples is trusted', labels: [] },
    of: ({ clock }) => plain(Number(clock.state !== 'provisional')),
  },
];

const registryOf = (agent: MonitoredAgent): Registry => {
  const registry = new Registry();
  for (const { name, help, labels, of } of readings) {
    const figure = { name, help, labelNames: [...labels], registers: [registry] };
    // What only rises is a counter to Prometheus too, whose rates then mind a start of the agent.
    if (name.endsWith('_total'))
      new Counter({
        ...figure,
        collect() {
          this.reset();
          for (const { labels: values, value } of of(agent.state(), agent)) this.inc(values, value);
        },
      });
    else
      new Gauge({
        ...figure,
        collect() {
          this.reset();
          for (const { labels: values, value } of of(agent.state(), agent)) this.set(values, value);
        },
      });
  }
  new Gauge({
    ...{ name: 'process_resident_memory_bytes', help: 'Resident memory of the agent', registers: [registry] },
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  return registry;
};

const answer = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
};

/** `/healthz`, `/readyz` and `/metrics` of an agent, for whoever can reach the port: no names of people, no readings. */
export class Monitoring implements Part {
  readonly name = 'monitoring';
  readonly #options: MonitoringOptions;
  readonly #agent: MonitoredAgent;
  readonly #log: Logger;
  #server: Server | undefined;

  constructor(options: MonitoringOptions, agent: MonitoredAgent, log: Logger) {
    this.#options = options;
    this.#agent = agent;
    this.#log = log;
  }

  async start(): Promise<void> {
    const registry = registryOf(this.#agent);
    const json = (response: ServerResponse, status: number, body: object) =>
      answer(response, status, 'application/json', JSON.stringify(body));
    const server = createServer((request, response) => {
      const path = request.url?.split('?', 1)[0];
      if (request.method !== 'GET') return json(response, 405, { ok: false });
      if (path === '/healthz') return json(response, 200, { ok: true });
      if (path === '/readyz') {
        // It keeps what it reads without any broker; without a device that answers it does nothing.
        const { devices, online } = this.#agent.state();
        const ok = devices.some(({ quality }) => quality === 'good');
        return json(response, ok ? 200 : 503, { ok, connected: online });
      }
      if (path !== '/metrics') return json(response, 404, { ok: false });
      registry.metrics().then(
        (text) => answer(response, 200, registry.contentType, text),
        (error: unknown) => {
          this.#log.error({ err: error }, 'the figures were not read');
          json(response, 500, { ok: false });
        },
      );
    });
    server.requestTimeout = 5_000;
    this.#server = server;
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => resolve());
    });
    server.on('error', (error) => this.#log.warn({ err: error }, 'monitoring has a fault'));
  }

  port(): number {
    const address = this.#server?.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }
}
