import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import { Monitoring } from '@kuluma/edge/monitoring.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { gapReasons } from '@kuluma/shared/model/gateway-reports.ts';
import { sampleClasses } from '@kuluma/shared/model/topics.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, type World } from './http-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const metricsToken = 'token-of-the-monitoring';
const job = { lastStartMs: 60_000, nextStartMs: null, lastError: null, runs: 3 };
const health = () => ({
  jobs: [
    { ...job, name: 'forecast', lastOk: true },
    { ...job, name: 'data-quality', lastOk: false },
  ],
  ...{ samplesStored: 1200, batchesStored: 12, duplicates: 1 },
  refusals: [1, 2].map((n) => ({
    gatewayId: `g${n}`,
    reason: 'foreignTopic' as const,
    messages: n,
    samples: 0,
    lastAtMs: 0,
  })),
  gateways: [
    { gatewayId: 'g1', online: true, lastSeenMs: 0, outboxDepth: 7 },
    { gatewayId: 'g2', online: false, lastSeenMs: 0, outboxDepth: null },
  ],
  lanes: [{ lane: 'live' as const, waiting: 4, lagMs: 1500 }],
  waysGuessed: [{ reason: 'noAnswer' as const, ways: 6 }],
});

const heavyWork = {
  figures: async () => [{ kind: 'tend-models', waiting: 3, doing: 1, dead: 2, oldestMs: 4_500 }],
  ends: () => [{ kind: 'tend-models', done: 5, stopped: 1, failed: 4, dead: 2, tookMs: 6_000 }],
};

const figuresOfAnAgent = async (): Promise<string> => {
  const state: GatewayState = {
    ...{
      v: 1,
      gatewayId: newId('gateway', seededRandom(1)),
      online: true,
      agentVersion: '1',
      epoch: 1,
      reportedAtMs: 0,
    },
    outbox: {
      queues: Object.fromEntries(sampleClasses.map((of) => [of, { records: 1, bytes: 2, lagMs: 3 }])),
      dropped: Object.fromEntries(gapReasons.map((reason) => [reason, 0])),
    } as GatewayState['outbox'],
    clock: { state: 'trusted', aheadMs: 0 },
    scanLateness: { p50Ms: 0, p99Ms: 0 },
    devices: [],
  };
  const agent = { state: () => state, ackedSamples: () => 0, lineOf: () => '' };
  const monitoring = new Monitoring({ host: '127.0.0.1', port: 0 }, agent, createLogger('test', 'silent'));
  await monitoring.start();
  const text = await (await fetch(`http://127.0.0.1:${monitoring.port()}/metrics`)).text();
  await monitoring.stop();
  return text;
};

it('tells a monitoring system with the token what the service does, in the form of Prometheus', async () => {
  const app = await buildApp({ ...world.deps, metricsToken, health, heavyWork });
  await app.inject({ method: 'GET', url: apiPaths.clock() });
  const read = (authorization: string) => app.inject({ method: 'GET', url: '/metrics', headers: { authorization } });
  const { headers, body } = await read(`Bearer ${metricsToken}`);
  expect(headers['content-type']).toContain('text/plain; version=0.0.4');
  for (const line of [
    'kuluma_samples_stored_total 1200',
    'kuluma_messages_refused_total{reason="foreignTopic"} 3',
    'kuluma_inbox_lag_seconds{lane="live"} 1.5',
    'kuluma_inbox_waiting{lane="live"} 4',
    'kuluma_gateways{state="online"} 1',
    'kuluma_gateway_outbox_records 7',
    'kuluma_ways_guessed_total{reason="noAnswer"} 6',
    'kuluma_queue_jobs{kind="tend-models",state="waiting"} 3',
    'kuluma_queue_oldest_seconds{kind="tend-models"} 4.5',
    'kuluma_queue_ended_total{kind="tend-models",result="dead"} 2',
    'kuluma_queue_busy_seconds_total{kind="tend-models"} 6',
    'kuluma_job_last_run_ok{job="data-quality"} 0',
    'kuluma_job_last_start_seconds{job="forecast"} 60',
    'kuluma_http_answer_seconds_count{method="GET",route="/api/v1/clock",status="200"} 1',
  ])
    expect(body.split('\n')).toContain(line);
  expect(body).toContain('process_resident_memory_bytes');
  expect((await read('Bearer another-token-of-16')).statusCode).toBe(401);
  await app.close();
});

it('has every figure that the example rules and the dashboard ask for', async () => {
  const app = await buildApp({ ...world.deps, metricsToken, health, heavyWork });
  const headers = { authorization: `Bearer ${metricsToken}` };
  const { body } = await app.inject({ method: 'GET', url: '/metrics', headers });
  await app.close();
  const figures = body + (await figuresOfAnAgent());
  const folder = resolve(import.meta.dirname, '../../docs/examples/monitoring');
  const alerts = await readFile(join(folder, 'alerts.yaml'), 'utf8');
  const board = JSON.parse(await readFile(join(folder, 'grafana.json'), 'utf8')) as {
    panels: { targets: { expr: string }[] }[];
  };
  const asked = [
    ...alerts.split('\n').filter((line) => line.trimStart().startsWith('expr:')),
    ...board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ].flatMap((expr) => expr.match(/\b(kuluma|process|nodejs)_\w+/g) ?? []);
  expect(asked.length).toBeGreaterThan(24);
  for (const name of asked) expect(figures, name).toContain(`\n# TYPE ${name.replace(/_bucket$/, '')} `);
  // A rate over what is no counter is wrong at each start.
  const ours = figures.match(/^# TYPE kuluma_\w+ \w+$/gm) ?? [];
  for (const line of ours) expect(line.endsWith('_total counter'), line).toBe(/_total |counter$/.test(line));
});

it('tells nobody anything without a token of its own', async () => {
  expect((await world.app.inject({ method: 'GET', url: '/metrics' })).statusCode).not.toBe(200);
});
