import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Id } from '@kuluma/shared/model/base.ts';
import type { AlarmEvent, Waveform } from '@kuluma/shared/model/gateway-reports.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { type AlarmPoint, AlarmWatch, type AlarmWatchDeps } from './alarm-watch.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'kuluma-alarms-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

const pointId = 'pnt_00000000000000000000000001' as Id<'measurementPoint'>;
const log = createLogger('test', 'silent');
const alarms: AlarmEvent[] = [];
const waveforms: Waveform[] = [];
let flushed = 0;

beforeEach(() => {
  alarms.length = 0;
  waveforms.length = 0;
  flushed = 0;
  rmSync(join(dataDir, 'alarms.json'), { force: true });
});

const hot = { rule: 'hot', severity: 'alarm', sense: 1, limit: 80, hysteresis: 5, delayMs: 0 } as const;
const point: AlarmPoint = {
  device: 'pump',
  name: 'temperature',
  wanted: { pointId, min: 0, max: 200 },
  checks: [hot],
  waveform: () => ({
    channel: 3,
    unit: 'g',
    sampleRateHz: 10,
    sampledAtMs: 7,
    values: Float32Array.of(0.5, -2),
  }),
};
const watchOf = async (over: Partial<AlarmWatchDeps> = {}) => {
  const outbox = {
    acceptAlarms: (events: readonly AlarmEvent[]) => void alarms.push(...events),
    acceptWaveform: (waveform: Waveform) => void waveforms.push(waveform),
    flush: async () => void flushed++,
  };
  const clock = { rate: 1, now: () => 50_000 };
  const watch = new AlarmWatch({ points: [point], outbox, dataDir, snapshotEveryMs: 60_000, clock, log, ...over });
  await watch.start();
  const see = (value: number, sampledAtMs: number) =>
    watch.watch('pump', { sampledAtMs, values: [['temperature', value]] });
  return { watch, see };
};
const told = () => alarms.map(({ rule, state, occurredAtMs }) => `${rule} ${state}@${occurredAtMs}`);

it('tells the outbox what was raised and cleared, and no value of other devices or points', async () => {
  const { watch, see } = await watchOf();
  see(90, 1000);
  watch.watch('other', { sampledAtMs: 1500, values: [['temperature', 10]] });
  watch.watch('pump', { sampledAtMs: 1500, values: [['flow', 10]] });
  see(70, 2000);
  await watch.stop();
  expect(told()).toEqual(['hot raised@1000', 'hot cleared@2000']);
});

it('judges no value that the sensor cannot have measured', async () => {
  const { see } = await watchOf();
  for (const value of [201, Number.NaN, Number.POSITIVE_INFINITY]) see(value, 1000);
  see(90, 2000);
  see(-1, 3000);
  expect(told()).toEqual(['hot raised@2000']);
});

it('raises nothing again after a restart, and clears it then', async () => {
  const first = await watchOf();
  first.see(90, 1000);
  await first.watch.stop();
  expect(flushed).toBe(1);
  const second = await watchOf();
  expect(second.watch.standing).toBe(1);
  second.see(91, 2000);
  second.see(60, 3000);
  await second.watch.stop();
  expect(told()).toEqual(['hot raised@1000', 'hot cleared@3000']);
  expect(JSON.parse(readFileSync(join(dataDir, 'alarms.json'), 'utf8'))).toEqual([]);
});

it('clears at the start what no rule watches any more', async () => {
  const first = await watchOf();
  first.see(90, 1000);
  await first.watch.stop();
  const second = await watchOf({ points: [{ ...point, checks: [{ ...hot, rule: 'warm' }] }] });
  await second.watch.stop();
  expect(told()).toEqual(['hot raised@1000', 'hot cleared@50000']);
  await (await watchOf()).watch.stop();
  expect(alarms.length).toBe(2);
});

it('starts although what stood cannot be read', async () => {
  writeFileSync(join(dataDir, 'alarms.json'), '[{"pointId":');
  const { watch, see } = await watchOf();
  see(90, 1000);
  await watch.stop();
  expect(told()).toEqual(['hot raised@1000']);
});

it('sends the raw signal along with an alarm, seldom', async () => {
  const { watch, see } = await watchOf();
  for (const [value, atMs] of [
    [90, 1000],
    [70, 2000],
    [90, 3000],
    [70, 4000],
    [90, 61_500],
  ] as const)
    see(value, atMs);
  await watch.stop();
  expect(waveforms.length).toBe(2);
  const [first] = waveforms;
  expect(first).toMatchObject({ pointId, unit: 'g', sampleRateHz: 10, sampledAtMs: 7, trigger: 'alarm' });
  expect(Buffer.from(first?.values ?? []).toString('hex')).toBe('0000003f000000c0');
});

it('does without a raw signal where there is none', async () => {
  const { see } = await watchOf({ points: [{ ...point, waveform: () => undefined }] });
  see(90, 1000);
  expect([alarms.length, waveforms.length]).toEqual([1, 0]);
});

it('sends the raw signal on request, of a point without rules too', async () => {
  const { watch } = await watchOf({ points: [{ ...point, checks: [] }] });
  const ask = (request: unknown) => watch.request(Buffer.from(JSON.stringify(request)));
  ask({ v: 1, pointId });
  ask({ v: 1, pointId });
  ask({ v: 1, pointId: `pnt_${'1'.repeat(26)}` });
  ask({ v: 2 });
  watch.request(Buffer.from('{'));
  expect(waveforms).toMatchObject([{ pointId, trigger: 'request', sampledAtMs: 7 }]);
});
