import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startMosquitto } from '../../tests/start-mosquitto.ts';
import type { Bench } from '../bench.ts';
import { listen, openBenchOutbox } from './outbox-rig.ts';
import { PlantSamples } from './plant-samples.ts';

const startMs = Date.UTC(2026, 10, 23);
const pointCount = 1000;
const quartersAMinute = 240;

/** Reads the plant for so many hours with no broker; what stands on the disk then, and what it costs. */
const sitOut = async (dataDir: string, plant: PlantSamples, hours: number) => {
  let nowMs = startMs;
  const outbox = await openBenchOutbox(dataDir, plant.pointIds, 1, () => nowMs);
  let samples = 0;
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
    if (minute % 360 === 359) console.error(`${(minute + 1) / 60} of ${hours} hours`);
  }
  const cpu = process.cpuUsage(startCpu);
  const figures = {
    samples,
    diskBytes: outbox.queue('live').bytes,
    dropped: Object.values(outbox.dropped).reduce((sum, n) => sum + n, 0),
    cpuMicrosecondsASample: (cpu.user + cpu.system) / samples,
  };
  await outbox.close();
  return figures;
};

const runFile = promisify(execFile);
const nowhere = 'mqtt://127.0.0.1:1';

/** An agent's outbox and forwarder for some seconds, in a process of their own. */
const runAgent = async (dataDir: string, url: string) => {
  const script = join(import.meta.dirname, 'outage-agent.ts');
  // As the installed agent runs.
  const { stdout } = await runFile(process.execPath, [
    '--max-semi-space-size=2',
    script,
    dataDir,
    url,
    `${pointCount}`,
    '15',
  ]);
  return JSON.parse(stdout) as { startedMs: number; peakBytes: number; sentSamples: number };
};

/** A start with the backlog there, what it takes more than without, and when the first new sample is with a subscriber. */
const comeBack = async (dataDir: string) => {
  const emptyDir = await mkdtemp(join(tmpdir(), 'kuluma-empty-'));
  const without = await runAgent(emptyDir, nowhere);
  await rm(emptyDir, { recursive: true });
  const waiting = await runAgent(dataDir, nowhere);
  const broker = await startMosquitto();
  const { promise: firstLive, resolve } = Promise.withResolvers<number>();
  const listener = await listen(broker.url, () => resolve(performance.now()));
  const draining = runAgent(dataDir, broker.url);
  const firstLiveMs = (await firstLive) - (await listener.online);
  const drained = await draining;
  await listener.stop();
  await broker.stop();
  return {
    startedMs: waiting.startedMs,
    firstLiveMs,
    withoutMb: without.peakBytes / 1e6,
    waitingMb: (waiting.peakBytes - without.peakBytes) / 1e6,
    drainingMb: (drained.peakBytes - without.peakBytes) / 1e6,
    drainedSamples: drained.sentSamples,
  };
};

/** A week without a broker: `--full`; a day otherwise. */
export const outage: Bench = async ({ full }) => {
  const hours = full ? 7 * 24 : 24;
  const dataDir = await mkdtemp(join(tmpdir(), 'kuluma-outage-'));
  try {
    const plant = new PlantSamples(pointCount, startMs);
    const out = await sitOut(dataDir, plant, hours);
    const back = await comeBack(dataDir);
    const bytesASample = out.diskBytes / out.samples;
    const what = `${hours / 24} days without a broker, ${pointCount} points at 1 Hz`;
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
      row(
        'memory',
        'at most 20 MB more',
        `${back.waitingMb.toFixed(1)} MB more while it waits, ${back.drainingMb.toFixed(1)} MB while it drains`,
        back.waitingMb <= 20,
      ),
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
