import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OtlpTracing } from '@kuluma/cloud/adapters/tracing-otlp/otlp-tracing.ts';
import { createHeavyJobs } from '@kuluma/cloud/heavy-jobs.ts';
import { traceStoring } from '@kuluma/cloud/pipelines/trace-storing.ts';
import type { StoredBatch, TraceTrail, Tracing } from '@kuluma/cloud/ports.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, type World } from './http-world.ts';
import { someId } from './some-records.ts';

interface TakenSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly status: { readonly code?: number };
}

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

/** A collector of traces: OTLP over HTTP, in JSON. */
const startCollector = async () => {
  const spans: TakenSpan[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => {
      body += piece;
    });
    request.on('end', () => {
      const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: TakenSpan[] }[] }[] };
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { spans, url: `http://127.0.0.1:${port}/v1/traces`, stop: () => server.close() };
};

it('leads from a batch that was stored to the forecast of its organisation, in one trace', async () => {
  const collector = await startCollector();
  const tracing = new OtlpTracing({ version: '1', role: 'all', url: collector.url }, createLogger('test', 'silent'));
  await tracing.start();
  const { organisationId } = await world.tenant({ machines: 0, technicians: 1 });
  const { trail } = world.records;
  const pipelines = { ...world.deps, codeVersion: 'test' };
  const work = createHeavyJobs(pipelines, world.records, { jobs: { trainingBudgetMin: 1 } }, { tracing, trail });
  const sample = { pointId: someId('measurementPoint'), sampledAtMs: 1, value: 1, quality: 'good' as const };
  const key = { gatewayId: someId('gateway'), epoch: 1, class: 'live' as const, seq: 0 };
  const batch: StoredBatch = { organisationId, key, samples: columnsOf([sample]) };
  const series = traceStoring(world.timeSeries, tracing, trail, () => performance.now());
  expect(await series.write([batch])).toEqual({ stored: 1, duplicates: 0 });
  const order = { kind: 'forecast', name: 'f', organisationId, input: {}, mostAttempts: 1 };
  const job = { ...order, id: '', doer: '', attempt: 1, goesOn: false };
  const run = { signal: new AbortController().signal, progress: () => {} };
  await work.kinds.find(({ kind }) => kind === 'forecast')?.run(job, run);
  await expect(tracing.span('fails', {}, 'no trace', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  await tracing.stop();
  collector.stop();
  const named = (name: string) => collector.spans.find((span) => span.name === name);
  const stored = named('store batches');
  expect(stored?.parentSpanId ?? '').toBe('');
  expect(named('forecast')).toMatchObject({ traceId: stored?.traceId, parentSpanId: stored?.spanId });
  expect(named('fails')?.status.code).toBe(2);
  expect(named('fails')?.traceId).not.toBe(stored?.traceId);
});

it('holds up no samples while the trail cannot be written', async () => {
  const tracing: Tracing = { span: (_name, _about, _below, work) => work('00-trace') };
  const away: TraceTrail = { note: () => Promise.reject(new Error('away')), last: async () => undefined };
  const { organisationId } = await world.tenant({ machines: 0, technicians: 1 });
  const key = { gatewayId: someId('gateway'), epoch: 1, class: 'live' as const, seq: 0 };
  const sample = { pointId: someId('measurementPoint'), sampledAtMs: 1, value: 1, quality: 'good' as const };
  const series = traceStoring(world.timeSeries, tracing, away, () => 0);
  expect(await series.write([{ organisationId, key, samples: columnsOf([sample]) }])).toMatchObject({ stored: 1 });
});
