import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { topicOf } from '@kuluma/shared/model/topics.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { letterOf } from './letters.ts';
import { addPlant, connectGateway, startIngest, type TestPlant } from './start-ingest.ts';

const dir = mkdtempSync(join(tmpdir(), 'kuluma-durability-'));
afterAll(() => rmSync(dir, { recursive: true }));
let plant: TestPlant;

const batches = 4000;
const inFlight = 200;
const killAtAcks = [700, 1900, 3100];
const firstAtMs = Date.UTC(2026, 0, 1);

/** Two samples a batch, each with a time and value that say which batch it was. */
const samplesOf = (seq: number): Sample[] =>
  plant.pointIds.map((pointId, i) => ({ pointId, sampledAtMs: firstAtMs + seq, value: seq + i / 4, quality: 'good' }));

beforeAll(async () => {
  const seeding = await startIngest(dir);
  plant = await addPlant(seeding.records, 2);
  await seeding.stop();
});

/** Publishes what is not in `acked` until `enough` say stop, as an outbox does: some in flight, each key its own for ever. */
const publishUntil = async (url: string, acked: Set<number>, enough: () => boolean): Promise<void> => {
  const client = await connectGateway(url, plant.gatewayId);
  client.on('error', () => {});
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  const waiting = Array.from({ length: batches }, (_, seq) => seq).filter((seq) => !acked.has(seq));
  const topic = topicOf(plant.organisationId, plant.gatewayId, 'live');
  const worker = async () => {
    for (let seq = waiting.shift(); seq !== undefined && client.connected && !enough(); seq = waiting.shift()) {
      const letter = letterOf({ gatewayId: plant.gatewayId, epoch: 1, class: 'live', seq }, samplesOf(seq));
      try {
        await client.publishAsync(topic, letter, { qos: 1 });
        acked.add(seq);
      } catch {
        return;
      }
    }
  };
  const workers = Promise.all(Array.from({ length: inFlight }, worker));
  // What was in flight when the broker died is never answered: the end of the connection ends the round.
  await Promise.race([workers, closed]);
  client.end(true);
};

it('holds everything that was acknowledged exactly once, though the process is killed again and again', async () => {
  const acked = new Set<number>();
  for (const killAt of killAtAcks) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'ingest-child.ts'), dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
    await publishUntil(url, acked, () => {
      if (acked.size >= killAt) child.kill('SIGKILL');
      return false;
    });
    expect(await exited).toEqual([null, 'SIGKILL']);
    expect(acked.size).toBeGreaterThanOrEqual(killAt);
    expect(acked.size).toBeLessThan(batches);
  }

  const last = await startIngest(dir);
  await last.ingest.settled();
  const everything = { organisationId: plant.organisationId, fromMs: 0, toMs: firstAtMs * 2 };
  for (const [i, pointId] of plant.pointIds.entries()) {
    const stored = await last.timeSeries.read({ ...everything, pointId });
    const seqs = new Set(stored.map((s) => s.sampledAtMs - firstAtMs));
    expect([...acked].filter((seq) => !seqs.has(seq))).toEqual([]);
    expect(stored.map((s) => s.value)).toEqual(stored.map((s) => s.sampledAtMs - firstAtMs + i / 4));
  }
  // Those without an acknowledgement come again after the crash, and do no harm if they were there.
  await publishUntil(last.ingest.url(), acked, () => false);
  expect(acked.size).toBe(batches);
  await last.ingest.settled();
  expect(last.ingest.refusals()).toEqual([]);
  await last.stop();

  const instance = await DuckDBInstance.create(join(dir, 'samples', 'samples.duckdb'));
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll('select count(*), count(distinct (series_id, ts)) from samples');
  connection.closeSync();
  instance.closeSync();
  expect(rows.getRows()).toEqual([[BigInt(batches * 2), BigInt(batches * 2)]]);
});
