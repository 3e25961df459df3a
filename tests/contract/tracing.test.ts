import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OtlpTracing } from '@kuluma/cloud/adapters/tracing-otlp/otlp-tracing.ts';
import { createHeavyJobs } from '@kuluma/cloud/heavy-jobs.ts';
import { followStoring } from '@kuluma/cloud/pipelines/trace-storing.ts';
import type { TraceTrail, Tracing } from '@kuluma/cloud/ports.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { letterOf } from '../e2e/letters.ts';
import { addPlant, connectGateway, startIngest } from '../e2e/start-ingest.ts';
import { createWorld, type World } from './http-world.ts';
import { someId } from './some-records.ts';

interface TakenSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly object[];
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

/** As the collector got it, in ns since 1970. */
const atMs = (nanos: string): number => Number(BigInt(nanos) / 1_000_000n);

it('leads from the first reading of a batch over its way and the store to the forecast, in one trace', async () => {
  const collector = await startCollector();
  const log = createLogger('test', 'silent');
  const tracing = new OtlpTracing({ version: '1', role: 'all', url: collector.url }, log);
  await tracing.start();
  const { trail } = world.records;
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-tracing-'));
  const onStored = followStoring(tracing, trail, { monotonicMs: () => performance.now(), log });
  const { ingest, records, stop } = await startIngest(dir, { onStored });
  const { organisationId, gatewayId, pointIds } = await addPlant(records, 1);
  const client = await connectGateway(ingest.url(), gatewayId);
  const firstAtMs = Date.now() - 60_000;
  const send = (seq: number) => {
    const samples = [0, 2000].map((afterMs) => ({
      ...{ pointId: pointIds[0] as (typeof pointIds)[number], value: 1, quality: 'good' as const },
      sampledAtMs: firstAtMs + seq * 10_000 + afterMs,
    }));
    const letter = letterOf({ gatewayId, epoch: 7, class: 'live', seq }, samples);
    return client.publishAsync(topicOf(organisationId, gatewayId, 'live'), letter, { qos: 1 });
  };
  // Of two that come at once, one is followed.
  await send(0);
  await send(1);
  await ingest.settled();
  await client.endAsync();

  const pipelines = { ...world.deps, codeVersion: 'test' };
  const work = createHeavyJobs(pipelines, world.records, { jobs: { trainingBudgetMin: 1 } }, { tracing, trail });
  const order = { kind: 'forecast', name: 'f', organisationId, input: {}, mostAttempts: 1 };
  const job = { ...order, id: '', doer: '', attempt: 1, goesOn: false };
  const run = { signal: new AbortController().signal, progress: () => {} };
  await work.kinds.find(({ kind }) => kind === 'forecast')?.run(job, run);
  await expect(tracing.span('fails', {}, 'no trace', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  await stop();
  await tracing.stop();
  collector.stop();
  await rm(dir, { recursive: true });

  const of = (name: string) => collector.spans.filter((span) => span.name === name);
  const [batch, ...others] = of('batch');
  if (!batch) throw new Error('no batch was told of');
  expect(others).toEqual([]);
  expect(batch.parentSpanId ?? '').toBe('');
  expect(batch.attributes).toContainEqual({ key: 'kuluma.batch.key', value: { stringValue: '7/live/0' } });
  const way = ['read', 'on its way', 'in the inbox', 'store'].flatMap(of);
  expect(way.map(({ traceId, parentSpanId }) => [traceId, parentSpanId])).toEqual(
    Array.from({ length: 4 }, () => [batch.traceId, batch.spanId]),
  );
  // One ends where the next begins, from the first sample to the store.
  expect(atMs(batch.startTimeUnixNano)).toBe(firstAtMs);
  expect(way.map(({ startTimeUnixNano }) => startTimeUnixNano)).toEqual([
    batch.startTimeUnixNano,
    ...way.slice(0, 3).map(({ endTimeUnixNano }) => endTimeUnixNano),
  ]);
  expect(atMs(way[0]?.endTimeUnixNano ?? '0')).toBe(firstAtMs + 2000);
  expect(way[3]?.endTimeUnixNano).toBe(batch.endTimeUnixNano);
  expect(of('forecast')[0]).toMatchObject({ traceId: batch.traceId, parentSpanId: way[3]?.spanId });
  const [failed] = of('fails');
  expect(failed?.status.code).toBe(2);
  expect(failed?.traceId).not.toBe(batch.traceId);
});

describe('what was stored', () => {
  const organisationId = someId('organisation');
  const key = { gatewayId: someId('gateway'), epoch: 1, class: 'live' as const, seq: 0 };
  const sample = { pointId: someId('measurementPoint'), sampledAtMs: 5_000, value: 1, quality: 'good' as const };
  const batch = { organisationId, key, samples: columnsOf([sample]) };
  const log = createLogger('test', 'silent');

  /** Follows, and notes what it is told. */
  const following = (note: TraceTrail['note']) => {
    const told: { readonly name: string; readonly fromMs: number; readonly toMs: number }[] = [];
    const tracing: Tracing = {
      span: (_name, _about, _below, work) => work(undefined),
      past: (name, _about, _below, during) => {
        told.push({ name, ...during });
        return '00-trace';
      },
    };
    let nowMs = 0;
    const trail: TraceTrail = { note, last: async () => undefined };
    const stored = followStoring(tracing, trail, { monotonicMs: () => nowMs, log });
    const later = (ms: number) => {
      nowMs += ms;
    };
    return { told, stored, later };
  };
  const write = { fromMs: 1_000, toMs: 1_010 };

  it('is followed once in ten seconds, however much comes, and also while the trail cannot be written', () => {
    const { told, stored, later } = following(() => Promise.reject(new Error('away')));
    const taken = [{ batch, received: { receivedAtMs: 900 } }];
    stored([...taken, ...taken], write);
    later(9_999);
    stored(taken, write);
    expect(told.filter(({ name }) => name === 'batch')).toHaveLength(1);
    later(1);
    stored(taken, write);
    expect(told.filter(({ name }) => name === 'batch')).toHaveLength(2);
  });

  it('took no time before it began where the clock of a gateway is ahead', () => {
    const { told, stored } = following(async () => {});
    stored([{ batch, received: { receivedAtMs: 900 } }], write);
    expect(told.every(({ fromMs, toMs }) => fromMs <= toMs)).toBe(true);
    expect(told.find(({ name }) => name === 'batch')).toMatchObject({ fromMs: 900, toMs: 1_010 });
  });

  it('of which nothing was kept leads nowhere', () => {
    const { told, stored } = following(async () => {});
    stored([{ batch: { ...batch, samples: columnsOf([]) }, received: { receivedAtMs: 900 } }], write);
    expect(told).toEqual([]);
  });
});
