import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startMosquitto } from '../../tests/start-mosquitto.ts';
import type { Bench } from '../bench.ts';
import { benchForwarder, feedLive, listen, openBenchOutbox } from './outbox-rig.ts';
import { PlantSamples } from './plant-samples.ts';

const startMs = Date.UTC(2026, 10, 23);
const pointCount = 1000;
const quartersAMinute = 240;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
/** Resident bytes once nothing is left to collect. */
const residentBytes = (): number => {
  collectGarbage();
  return process.memoryUsage().rss;
};

/** Reads the plant for so many hours with no broker; what stands on the disk then, and what it costs. */
const sitOut = async (dataDir: string, plant: PlantSamples, hours: number) => {
  let nowMs = startMs;
  const outbox = await openBenchOutbox(dataDir, plant.pointIds, 1, () => nowMs);
  let samples = 0;
  let firstHourBytes = 0;
  const startCpu = process.cpuUsage();
  for (let minute = 0; minute < hours * 60; minute++) {
    for (let quarter = 0; quarter < quartersAMinute; quarter++) {
      const read = plant.quarter(nowMs);
      samples += read.length;
      outbox.accept(read);
      // A record each quarter of a second, as the default would; a minute of them shares a commit or two.
      const kept = outbox.flush();
      if (quarter === quartersAMinute - 1) await kept;
      nowMs += 250;
    }
    if (minute === 59) firstHourBytes = residentBytes();
    if (minute % 360 === 359) console.error(`${(minute + 1) / 60} of ${hours} hours`);
  }
  const cpu = process.cpuUsage(startCpu);
  const figures = {
    samples,
    diskBytes: outbox.queue('live').bytes,
    dropped: Object.values(outbox.dropped).reduce((sum, n) => sum + n, 0),
    grownMemoryMb: (residentBytes() - firstHourBytes) / 1e6,
    cpuMicrosecondsASample: (cpu.user + cpu.system) / samples,
  };
  await outbox.close();
  return figures;
};

/** A start with the backlog there, and how long after the connection the first new sample is with a subscriber. */
const comeBack = async (dataDir: string, plant: PlantSamples) => {
  const beforeBytes = residentBytes();
  const openedAt = performance.now();
  const outbox = await openBenchOutbox(dataDir, plant.pointIds, 2, Date.now);
  const startedMs = performance.now() - openedAt;
  const openMemoryMb = (residentBytes() - beforeBytes) / 1e6;
  const waitingRecords = outbox.queue('live').records;
  const broker = await startMosquitto();
  const { promise: firstLive, resolve } = Promise.withResolvers<number>();
  const listener = await listen(broker.url, () => resolve(performance.now()));
  const forwarder = benchForwarder(outbox, broker.url);
  const stopFeeding = feedLive(outbox, (fromMs) => plant.quarter(fromMs));
  await forwarder.start();
  const firstLiveMs = (await firstLive) - (await listener.online);
  await new Promise((done) => setTimeout(done, 5000));
  const drainMemoryMb = (residentBytes() - beforeBytes) / 1e6;
  stopFeeding();
  await listener.stop();
  await broker.stop();
  await forwarder.stop();
  await outbox.close();
  return { startedMs, waitingRecords, firstLiveMs, openMemoryMb, drainMemoryMb };
};

/** A week without a broker: `--full`; a day otherwise. */
export const outage: Bench = async ({ full }) => {
  const hours = full ? 7 * 24 : 24;
  const dataDir = await mkdtemp(join(tmpdir(), 'kuluma-outage-'));
  try {
    const plant = new PlantSamples(pointCount, startMs);
    const out = await sitOut(dataDir, plant, hours);
    const back = await comeBack(dataDir, new PlantSamples(pointCount, startMs));
    const bytesASample = out.diskBytes / out.samples;
    const what = `${hours / 24} days without a broker, ${pointCount} points at 1 Hz`;
    const memoryMb = Math.max(out.grownMemoryMb, back.drainMemoryMb);
    const row = (name: string, toReach: string, measured: string, met: boolean) => ({
      what: `${what}: ${name}`,
      toReach,
      measured,
      met,
      figures: { ...out, ...back, bytesASample },
    });
    return [
      row(
        'disk',
        'at most 6 bytes a sample',
        `${bytesASample.toFixed(2)}, ${out.dropped} dropped`,
        bytesASample <= 6 && out.dropped === 0,
      ),
      row('memory', 'at most 20 MB more', `${memoryMb.toFixed(1)} MB`, memoryMb <= 20),
      row('start with the backlog', 'at most 2 s', `${back.startedMs.toFixed(0)} ms`, back.startedMs <= 2000),
      row(
        'first live sample after connecting',
        'at most 1 s',
        `${back.firstLiveMs.toFixed(0)} ms`,
        back.firstLiveMs <= 1000,
      ),
    ];
  } finally {
    await rm(dataDir, { recursive: true });
  }
};
