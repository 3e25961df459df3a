import type { Id } from '@kuluma/shared/model/base.ts';
import { expect, it } from 'vitest';
import { alarmPoints } from './alarm-points.ts';
import type { BusSetup } from './config.ts';
import type { PollingSetup } from './polling.ts';
import type { ScannedDevice } from './ports.ts';

const pointId = 'pnt_00000000000000000000000001' as Id<'measurementPoint'>;
const wanted = { pointId, min: 0, max: 100 };
const waveform = { channel: 0, unit: 'g', sampleRateHz: 1, sampledAtMs: 1, values: new Float32Array(1) } as const;
const silent: ScannedDevice = { scan: async () => ({ readings: [], rowsRefused: 0 }) };
const talking: ScannedDevice = { ...silent, waveform: (point) => (point === 'rms' ? waveform : undefined) };

const busOf = (name: string, scanned: ScannedDevice, points: readonly string[]): PollingSetup['buses'][number] => ({
  name,
  source: { device: () => scanned, close: async () => undefined },
  devices: [{ name, scans: [{ scanned, intervalMs: 1, phase: 0 }], wanted: new Map(points.map((p) => [p, wanted])) }],
});
const setupOf = (name: string, rules: object[]): BusSetup => {
  const alarms = rules.map((rule) => ({ overMs: 60_000, delayMs: 0, severity: 'alarm' as const, ...rule }));
  const device = { name, unit: 1, scanMs: 1, points: {}, alarms, profile: { profile: '', points: [] } };
  return { name, source: {}, devices: [device] } as unknown as BusSetup;
};

it('gathers the points with rules or a raw signal, with all their limits', () => {
  const setups = [
    setupOf('pump', [
      { name: 'hot', point: 'temperature', above: 80 },
      { name: 'cold', point: 'temperature', below: 5 },
    ]),
    setupOf('sensor', [{ name: 'zones', point: 'rms', zones: { boundaries: [1, 2, 3], from: 'C' } }]),
    setupOf('plain', []),
  ];
  const buses = [
    busOf('pump', silent, ['temperature', 'flow']),
    busOf('sensor', talking, ['rms', 'peak']),
    busOf('plain', silent, ['flow']),
  ];
  const points = alarmPoints(setups, buses);
  expect(points.map((p) => [p.device, p.name, p.checks.map((c) => `${c.rule} ${c.limit}`)])).toEqual([
    ['pump', 'temperature', ['hot 80', 'cold 5']],
    ['sensor', 'rms', ['zones C 2', 'zones D 3']],
    ['sensor', 'peak', []],
  ]);
  expect(points.map((p) => p.waveform())).toEqual([undefined, waveform, undefined]);
});
