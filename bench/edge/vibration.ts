import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { VibrationProfile } from '@kuluma/edge/core/vibration/vibration-profile.ts';
import { source as waveform } from '@kuluma/edge/sources/waveform.ts';
import { wallTimer } from '@kuluma/edge/wall-timer.ts';
import { loadConfig } from '@kuluma/shared/node/config.ts';
import { startSim } from '../../tests/e2e/sim-process.ts';
import type { Bench, Row } from '../bench.ts';

/** A pump has two accelerometers. */
const channelsPerPump = 2;
const warmUpMs = 3000;
const profileFile = fileURLToPath(new URL('../../edge/profiles/centrifugal-pump-vibration.yaml', import.meta.url));

/** Simulated pumps, each sending on a TCP link of its own. */
const startPumps = async (folder: string, pumps: number, sampleRateHz: number) => {
  const names = Array.from({ length: pumps }, (_, i) => `pump-${i}`);
  const startMs = Date.now() - 30 * 86_400_000;
  const plant = {
    seed: 1,
    links: names.map((name) => ({ name, kind: 'waveform', port: 0, sampleRateHz })),
    machines: names.map((key) => ({ key, type: 'centrifugal-pump', link: key, startMs })),
  };
  const file = join(folder, `plant-${sampleRateHz}.yaml`);
  await writeFile(file, JSON.stringify(plant));
  return startSim('run', '--plant', file);
};

const measure = async (folder: string, pumps: number, sampleRateHz: number, measureMs: number): Promise<Row> => {
  const simulator = await startPumps(folder, pumps, sampleRateHz);
  const profile = loadConfig(VibrationProfile, { file: profileFile, env: {}, envPrefix: '-' });
  const wanted = new Set(profile.points.map((point) => point.name));
  const counters = { values: 0, failures: 0 };
  const sources = simulator.ready.links.map(({ port }) => {
    const config = { kind: 'waveform', host: '127.0.0.1', port, baudRate: 0, timeoutMs: 5000, snapshotMs: 1000 };
    return waveform.open(config, { clock: { now: Date.now, rate: 1 }, timer: wallTimer });
  });
  let isOver = false;
  const loops = sources.map(async (source, i) => {
    const device = source.device({ name: `pump-${i}`, unit: 1, profile, wanted });
    while (!isOver) {
      const { readings, failure } = await device.scan();
      for (const { values } of readings) counters.values += values.length;
      if (failure && !isOver) counters.failures++;
    }
  });
  await sleep(warmUpMs);
  const before = { ...counters };
  const [startMs, cpu] = [performance.now(), process.cpuUsage()];
  await sleep(measureMs);
  const used = process.cpuUsage(cpu);
  const elapsedMs = performance.now() - startMs;
  isOver = true;
  for (const source of sources) await source.close();
  await Promise.all(loops);
  await simulator.stop();
  const share = (used.user + used.system) / 1000 / elapsedMs;
  const perSecond = (1000 * (counters.values - before.values)) / elapsedMs;
  const channels = channelsPerPump * pumps;
  return {
    what: `vibration of ${channels} channels at ${sampleRateHz / 1000} kHz, features every second`,
    toReach: 'reported only',
    measured: `${(100 * share).toFixed(1)} % of a core for ${perSecond.toFixed(0)} features a second`,
    met: counters.failures === 0 && perSecond > 0,
    figures: { coreShare: share, featuresPerSecond: perSecond, failures: counters.failures },
  };
};

/** What the features of raw signals cost: frames over TCP, windows of a second, 12 features a channel. */
export const vibration: Bench = async ({ full }) => {
  const folder = await mkdtemp(join(tmpdir(), 'kuluma-bench-vibration-'));
  const measureMs = full ? 60_000 : 10_000;
  try {
    return [await measure(folder, 2, 25_600, measureMs), await measure(folder, 1, 50_000, measureMs)];
  } finally {
    await rm(folder, { recursive: true });
  }
};
