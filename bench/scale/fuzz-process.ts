import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { type Random, seededRandom } from '@kuluma/shared/clock.ts';
import { createWorld } from '../../tests/contract/http-world.ts';
import { sendMalformedRequests } from '../../tests/contract/malformed-requests.ts';
import { sendMalformedPackets } from '../../tests/contract/send-malformed-packets.ts';
import { startIngest } from '../../tests/e2e/start-ingest.ts';

/** What it tells at its end. */
export interface FuzzOutcome {
  /** Requests that were answered with 500, and what was wrong after the packets. */
  readonly faults: readonly string[];
  /** After a garbage collection each, when so many tenths were sent. MB of 2^20. */
  readonly heapMb: readonly number[];
  readonly residentMb: readonly number[];
}

type Send = (count: number, random: Random) => Promise<readonly string[]>;

/** What is collected may hold what only a second collection frees, after its finalisers ran. */
const heapMb = async (): Promise<number> => {
  for (let n = 0; n < 3; n++) {
    globalThis.gc?.();
    await new Promise((resume) => setImmediate(resume));
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
};
const residentMb = (): number => process.memoryUsage.rss() / 2 ** 20;

const openApi = async (dir: string): Promise<{ send: Send; stop: () => Promise<void> }> => {
  const world = await createWorld(pgliteDatabase(join(dir, 'records')));
  const tenant = await world.tenant({ machines: 2, technicians: 1 });
  return { send: (count, random) => sendMalformedRequests(world, tenant, count, random), stop: world.stop };
};

const openBroker = async (dir: string): Promise<{ send: Send; stop: () => Promise<void> }> => {
  const running = await startIngest(dir);
  const send: Send = async (count, random) => {
    const { faults, foreignSamples, isWell } = await sendMalformedPackets(running, count, random);
    return [
      ...faults,
      ...(isWell ? [] : ['a right letter was not taken afterwards']),
      ...(foreignSamples === 0 ? [] : [`${foreignSamples} samples at points of somebody else`]),
    ];
  };
  return { send, stop: running.stop };
};

// The sender stands in this process too, and its library keeps the coded length of each packet that it ever wrote: two
// bytes, which would hold the whole slab that they were cut from.
Buffer.poolSize = 0;

/** Malformed messages at one of the two doors, in a process of its own: `node --expose-gc fuzz-process.ts http|mqtt COUNT`. */
const [door, count] = process.argv.slice(2);
const messages = Number(count);
const dir = mkdtempSync(join(tmpdir(), 'kuluma-fuzz-'));
const { send, stop } = door === 'http' ? await openApi(dir) : await openBroker(dir);
const random = seededRandom(17);
const tenths = 10;
const [faults, heap, resident]: [string[], number[], number[]] = [[], [], []];
for (let n = 0; n < tenths; n++) {
  faults.push(...(await send(Math.round(messages / tenths), random)));
  heap.push(await heapMb());
  resident.push(residentMb());
}
const outcome: FuzzOutcome = { faults, heapMb: heap, residentMb: resident };
await stop();
rmSync(dir, { recursive: true });
process.send?.(outcome);
