import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningIngest, startIngest } from '../e2e/start-ingest.ts';
import { sendMalformedPackets } from './send-malformed-packets.ts';

/** KULUMA_FUZZ asks for more than what fits here. */
const packets = Number(process.env['KULUMA_FUZZ'] ?? 3_000);

let dir: string;
let running: RunningIngest;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-malformed-'));
  running = await startIngest(dir);
});
afterAll(async () => {
  await running.stop();
  await rm(dir, { recursive: true });
});

it('outlives whatever a gateway publishes, keeps nothing of it at points of others, and goes on taking what is right', async () => {
  const after = await sendMalformedPackets(running, packets, seededRandom(9));
  expect(after).toMatchObject({ faults: [], foreignSamples: 0, isWell: true });
  // Some of it was right, some was refused, and some ended its connection.
  expect(after.connections).toBeGreaterThan(packets / 100);
  expect(running.ingest.counters().stored).toBeGreaterThan(packets / 100);
  expect(running.ingest.refusals().length).toBeGreaterThan(3);
});
