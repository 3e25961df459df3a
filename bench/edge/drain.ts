import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Forwarder } from '@kuluma/edge/forwarder.ts';
import type { Outbox } from '@kuluma/edge/ports.ts';
import { startMosquitto } from '../../tests/start-mosquitto.ts';
import type { Bench } from '../bench.ts';
import { askForAll, benchForwarder, feedLive, listen, openBenchOutbox } from './outbox-rig.ts';
import { PlantSamples } from './plant-samples.ts';

const pointCount = 1000;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;

/** Ages of live samples when the subscriber has them, ms. */
class Ages {
  readonly #ages: number[] = [];

  add(sampledAtMs: Float64Array): void {
    const nowMs = Date.now();
    for (const ms of sampledAtMs) this.#ages.push(nowMs - ms);
  }

  take(): { p50Ms: number; p99Ms: number; samples: number } {
    const sorted = this.#ages.splice(0).sort((a, b) => a - b);
    return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), samples: sorted.length };
  }
}

const fill = async (dataDir: string, plant: PlantSamples, samples: number): Promise<void> => {
  const fromMs = Date.now() - (samples / pointCount) * 1000;
  const outbox = await openBenchOutbox(dataDir, plant.pointIds, 1, Date.now);
  for (let quarter = 0; quarter < (4 * samples) / pointCount; quarter++) {
    outbox.accept(plant.quarter(fromMs + 250 * quarter));
    const kept = outbox.flush();
    if (quarter % 240 === 239) await kept;
  }
  await outbox.close();
};

/** How fast the backlog goes, until it is gone or the time is up. */
const drainRate = async (forwarder: Forwarder, outbox: Outbox, mostMs: number) => {
  const from = { atMs: performance.now(), samples: forwarder.ackedSamples };
  while (outbox.queue('live').records > 8 && performance.now() - from.atMs < mostMs) await pause(20);
  const seconds = (performance.now() - from.atMs) / 1000;
  const samples = forwarder.ackedSamples - from.samples;
  return { samples, seconds, samplesPerS: samples / seconds };
};

/** A backlog drains into mosquitto while the plant is read on: its rate, and what it does to the age of live samples. */
export const drain: Bench = async ({ full }) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'kuluma-drain-'));
  const broker = await startMosquitto(() => ['persistence false', 'max_queued_messages 0']);
  const ages = new Ages();
  const listener = await listen(broker.url, (times) => ages.add(times));
  await askForAll(broker.url);
  try {
    const startMs = Date.now();
    const plant = new PlantSamples(pointCount, startMs);
    // Read as the agent does, but stamped with the moment at which they are handed over.
    const live = () => plant.quarter(Date.now()).map((sample) => ({ ...sample, sampledAtMs: Date.now() }));
    const runFor = async (epoch: number, act: (forwarder: Forwarder, outbox: Outbox) => Promise<void>) => {
      const outbox = await openBenchOutbox(dataDir, plant.pointIds, epoch, Date.now);
      const forwarder = benchForwarder(outbox, broker.url);
      const stopFeeding = feedLive(outbox, live);
      await forwarder.start();
      await act(forwarder, outbox);
      stopFeeding();
      await forwarder.stop();
      await outbox.close();
    };
    let calm = ages.take();
    await runFor(1, async () => {
      await pause(2000);
      ages.take();
      await pause(full ? 60_000 : 15_000);
      calm = ages.take();
    });
    await fill(dataDir, plant, full ? 40_000_000 : 8_000_000);
    let rate = { samples: 0, seconds: 0, samplesPerS: 0 };
    let busy = calm;
    await runFor(3, async (forwarder, outbox) => {
      rate = await drainRate(forwarder, outbox, 120_000);
      busy = ages.take();
    });
    const p99Ratio = busy.p99Ms / calm.p99Ms;
    const figures = {
      ...rate,
      calmP50Ms: calm.p50Ms,
      calmP99Ms: calm.p99Ms,
      busyP50Ms: busy.p50Ms,
      busyP99Ms: busy.p99Ms,
    };
    const what = 'draining a backlog into mosquitto, 1,000 samples/s live beside it';
    return [
      {
        what: `${what}: rate`,
        toReach: 'at least 50,000 samples/s',
        measured: `${rate.samplesPerS.toFixed(0)} samples/s`,
        met: rate.samplesPerS >= 50_000,
        figures,
      },
      {
        what: `${what}: age of live samples, p99`,
        toReach: 'at most twice that without a backlog',
        measured: `${busy.p99Ms} ms, ${calm.p99Ms} ms without (${p99Ratio.toFixed(2)})`,
        met: p99Ratio <= 2,
        figures,
      },
    ];
  } finally {
    await listener.stop();
    await broker.stop();
    await rm(dataDir, { recursive: true });
  }
};
