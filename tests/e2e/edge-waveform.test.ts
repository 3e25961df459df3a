import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VibrationProfile } from '@kuluma/edge/core/vibration/vibration-profile.ts';
import type { ScannedDevice, Source } from '@kuluma/edge/ports.ts';
import { source as waveform } from '@kuluma/edge/sources/waveform.ts';
import { wallTimer } from '@kuluma/edge/wall-timer.ts';
import { centrifugalPump } from '@kuluma/firmware-sim/machines/centrifugal-pump.ts';
import { Machine } from '@kuluma/firmware-sim/machines/machine.ts';
import { type Plant, specOf } from '@kuluma/firmware-sim/plant.ts';
import { type RunningPlant, runPlant } from '@kuluma/firmware-sim/run-plant.ts';
import type { AppError } from '@kuluma/shared/errors.ts';
import { loadConfig } from '@kuluma/shared/node/config.ts';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { needs, serviceAt } from '../services.ts';
import { until } from './edge-harness.ts';

const profileFile = fileURLToPath(new URL('../../edge/profiles/centrifugal-pump-vibration.yaml', import.meta.url));
const profile = loadConfig(VibrationProfile, { file: profileFile, env: {}, envPrefix: '-' });
/** The device that sends float32 sends them in g. */
const inG = { ...profile, channels: [0, 1].map((channel) => ({ channel, unit: 'g' as const, scale: 1 })) };
const wanted = new Set(profile.points.map((point) => point.name));
const startMs = Date.UTC(2026, 2, 3, 10);
const day = 86_400_000;
let nowMs = startMs;
const clock = { rate: 1, now: () => nowMs };

const plantOf = (sampleRateHz: number, format: 'int16' | 'float32', wear: number): Plant => ({
  seed: 1,
  links: [{ name: 'raw', kind: 'waveform', host: '127.0.0.1', port: 0, sampleRateHz, blockMs: 20, format }],
  machines: [
    {
      key: 'pump',
      type: 'centrifugal-pump',
      link: 'raw',
      startMs: startMs - day,
      wear: { 'bearing-wear': { initial: wear, rateFactor: 0.01 } },
    },
  ],
  faults: [{ kind: 'link-drop', link: 'raw', fromMs: startMs + day, toMs: startMs + 2 * day }],
});

describe('the raw vibration of a simulated pump', () => {
  let plant: RunningPlant;
  let source: Source;
  afterEach(async () => {
    nowMs = startMs;
    await source.close();
    await plant.stop();
  });

  const connect = async (config: Plant): Promise<ScannedDevice> => {
    plant = await runPlant(config, clock);
    const { port } = plant.links[0] ?? {};
    const link = { kind: 'waveform', host: '127.0.0.1', port, baudRate: 9600, timeoutMs: 20_000, snapshotMs: 500 };
    source = waveform.open(link, { clock, timer: wallTimer });
    const isFloat = config.links[0]?.kind === 'waveform' && config.links[0].format === 'float32';
    return source.device({ name: 'pump', unit: 1, profile: isFloat ? inG : profile, wanted });
  };
  /** Features of the next window of the first sensor. */
  const next = async (device: ScannedDevice): Promise<Record<string, number>> => {
    for (;;) {
      const { readings, failure } = await device.scan();
      if (failure) throw failure;
      const found = readings.find(({ values }) => values[0]?.[0].startsWith('driveEnd'));
      if (found) return Object.fromEntries(found.values.map(([name, value]) => [name, value]));
    }
  };
  const nextFailure = async (device: ScannedDevice): Promise<AppError> => {
    for (;;) {
      const { failure } = await device.scan();
      if (failure) return failure;
    }
  };

  it.each([
    ['int16', 50_000],
    ['float32', 10_240],
  ] as const)('becomes the velocity that its controller shows (%s at %i Hz)', async (format, sampleRateHz) => {
    const config = plantOf(sampleRateHz, format, 0.3);
    const device = await connect(config);
    const features = await next(device);
    const [spec] = config.machines;
    if (!spec) throw new Error('no machine');
    const machine = new Machine(specOf(config, spec));
    machine.advanceTo(nowMs);
    const shown = machine.spec.type.points[0]?.truth(machine.conditions, machine.wear) ?? 0;
    expect(centrifugalPump.points[0]?.name).toBe('driveEndVibration');
    expect((features['driveEndVelocity'] ?? 0) / shown).toBeCloseTo(1, 1);
    const raw = device.waveform?.('driveEndRms');
    expect(raw?.values.length).toBe(sampleRateHz / 2);
    expect(Math.max(...(raw?.values ?? []))).toBeGreaterThan(0.05);
  });

  it('shows a damaged outer ring at its own line', async () => {
    const features = await next(await connect(plantOf(25_600, 'int16', 0.8)));
    const { driveEndBpfo = 0, driveEndBpfi = 0, driveEndBsf = 0, driveEndFtf = 0 } = features;
    expect(driveEndBpfo).toBeGreaterThan(3 * Math.max(driveEndBpfi, driveEndBsf, driveEndFtf));
  });

  it('goes on after the link was cut, and tells how much is missing', async () => {
    const device = await connect(plantOf(10_240, 'int16', 0));
    await next(device);
    nowMs = startMs + day;
    expect(await nextFailure(device)).toMatchObject({ code: 'LINK_DOWN' });
    // Several blocks long, or nothing might be missing.
    await wallTimer.sleep(200);
    nowMs = startMs + 2 * day;
    const gap = expect.stringMatching(/^0 damaged places, [1-9]\d* values lost/);
    expect(await nextFailure(device)).toMatchObject({ code: 'REPLY_MISMATCH', message: gap });
    await next(device);
  });
});

const { skip, title } = needs('socat', 'the raw vibration of a simulated pump on a serial line');

describe.skipIf(skip)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kuluma-raw-'));
  const [near, far] = [join(folder, 'near'), join(folder, 'far')];
  const socat = skip
    ? undefined
    : spawn(
        serviceAt('socat') ?? '',
        [near, far].map((end) => `pty,raw,echo=0,link=${end}`),
      );
  afterAll(() => {
    socat?.kill();
    rmSync(folder, { recursive: true });
  });

  it('arrives without damage', async () => {
    await until('both ends are there', () => existsSync(near) && existsSync(far));
    const plan = plantOf(10_240, 'int16', 0.3);
    const raw = { name: 'raw', kind: 'waveform', path: near, baudRate: 921_600 } as const;
    const links = [{ ...raw, sampleRateHz: 10_240, blockMs: 20, format: 'int16' as const }];
    const plant = await runPlant({ ...plan, links, faults: [] }, clock);
    const link = { kind: 'waveform', path: far, baudRate: 921_600, timeoutMs: 20_000, snapshotMs: 500 };
    const source = waveform.open(link, { clock, timer: wallTimer });
    try {
      const device = source.device({ name: 'pump', unit: 1, profile, wanted });
      const { readings, failure } = await device.scan();
      expect(failure).toBeUndefined();
      expect(Object.fromEntries(readings[0]?.values ?? [])['driveEndVelocity']).toBeGreaterThan(1);
    } finally {
      await source.close();
      await plant.stop();
    }
  });
});
