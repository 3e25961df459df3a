import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { StoredBatch, TimeSeriesStore } from '@kuluma/cloud/ports.ts';
import { addPlant, startIngest, type TestPlant } from '../../tests/e2e/start-ingest.ts';

/** Asked over the channel to this process; `forget` begins the latencies anew. */
export type Question = 'stats' | 'settle' | 'stop' | 'forget';

export interface Stats {
  readonly cpuMs: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly refusals: number;
  /** From the time of a sample to when it could be queried, over all since `forget`. */
  readonly latency: {
    readonly samples: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
    readonly maxMs: number;
  };
}

const wallMs = () => performance.timeOrigin + performance.now();
let latenciesMs: number[] = [];

/** Reads back the last sample of a write, and only then takes the time for all of it. */
const watch = async (store: TimeSeriesStore, batches: readonly StoredBatch[]): Promise<void> => {
  const last = batches.findLast(({ samples }) => samples.count > 0);
  if (!last) return;
  const { pointIds, point, sampledAtMs, count } = last.samples;
  const [pointId, fromMs] = [pointIds[point[count - 1] as number], sampledAtMs[count - 1] as number];
  if (!pointId) throw new Error('a sample without a point');
  const read = await store.read({ organisationId: last.organisationId, pointId, fromMs, toMs: fromMs + 1 });
  if (read.length !== 1) throw new Error(`${read.length} samples where one was written`);
  const nowMs = wallMs();
  for (const { samples } of batches) for (const atMs of samples.sampledAtMs) latenciesMs.push(nowMs - atMs);
};

const watched = (store: TimeSeriesStore): TimeSeriesStore =>
  new Proxy(store, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key !== 'write') return typeof value === 'function' ? value.bind(target) : value;
      return async (batches: readonly StoredBatch[]) => {
        const result = await target.write(batches);
        void watch(target, batches);
        return result;
      };
    },
  });

const latencyOf = (): Stats['latency'] => {
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { samples: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
};

/** The cloud's broker, inbox and embedded stores over a folder, in a process of its own: `node ingest-process.ts DIR plain|watched`,
 * or `DIR GATEWAYS POINTS` to make the folder. */
// As `kuluma serve` does.
setFlagsFromString('--heap-growing-percent=50');
const [dir = '', gateways = '', points] = process.argv.slice(2);
const wrap = gateways === 'watched' ? watched : undefined;
const { ingest, records, stop } = await startIngest(dir, { maxInboxBytes: 1024 ** 3 }, wrap);

if (points) {
  const plants: TestPlant[] = [];
  for (let i = 0; i < Number(gateways); i++) plants.push(await addPlant(records, Number(points)));
  writeFileSync(join(dir, 'plants.json'), JSON.stringify(plants));
  await stop();
  process.exit(0);
}

const statsOf = (): Stats => {
  const { user, system } = process.cpuUsage();
  const { stored, duplicates } = ingest.counters();
  const refusals = ingest.refusals().reduce((sum, { messages }) => sum + messages, 0);
  return { cpuMs: (user + system) / 1000, stored, duplicates, refusals, latency: latencyOf() };
};

process.on('message', async (question: Question) => {
  if (question === 'settle') await ingest.settled();
  if (question === 'forget') latenciesMs = [];
  if (question === 'stop') await stop();
  process.send?.(statsOf());
  if (question === 'stop') process.exit(0);
});
process.send?.(ingest.url());
