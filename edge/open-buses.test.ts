import { expect, it } from 'vitest';
import type { DeviceSetup } from './config.ts';
import { point } from './core/point-for-tests.ts';
import type { ModbusProfile } from './core/profile.ts';
import { openBuses } from './open-buses.ts';
import { source as modbusTcp } from './sources/modbus-tcp.ts';
import { source as serialLine } from './sources/serial-line.ts';
import { wallTimer } from './wall-timer.ts';

const pointId = (n: number) => `pnt_${String(n).padStart(26, '0')}` as DeviceSetup['points'][string];
const device = (profile: object, over: Partial<DeviceSetup> = {}): DeviceSetup => ({
  name: 'd',
  unit: 1,
  scanMs: 60_000,
  points: { p: pointId(1) },
  profile: { profile: 'x', points: [], ...profile },
  ...over,
});
const guard = (after: number): ModbusProfile['rowGuard'] => ({ before: 0, after, function: 'holding', type: 'uint32' });
const open = (buses: Parameters<typeof openBuses>[0]) =>
  openBuses(buses, { clock: { now: () => 0, rate: 60 }, timer: wallTimer });
const modbus = (...devices: DeviceSetup[]) => ({
  name: 'bus',
  definition: modbusTcp,
  source: { host: 'h', port: 1, timeoutMs: 1 },
  devices,
});

it('makes the wall interval of a scan shorter by the rate of a demo clock', () => {
  const [bus] = open([modbus(device({ points: [point({ type: 'int16' })] }))]);
  expect(bus?.devices.flatMap((d) => d.scans.map((scan) => scan.intervalMs))).toEqual([1000]);
});

it('reads the points of each scan class at their own interval, all at different moments', () => {
  const points = { p: pointId(1), q: pointId(2), r: pointId(3) };
  const profile = { points: ['p', 'q', 'r'].map((name) => point({ name, type: 'int16', scanClass: `of${name}` })) };
  const both = [1, 2].map((n) => device(profile, { name: `d${n}`, points, scanClassMs: { ofq: 120_000 } }));
  const buses = open([modbus(...both), modbus(...both)]);
  expect(buses[0]?.devices[0]?.scans.map((scan) => scan.intervalMs)).toEqual([1000, 2000]);
  const phases = buses.flatMap((bus) => bus.devices.flatMap((d) => d.scans.map((scan) => scan.phase)));
  expect(phases.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((n) => n / 8));
});

it('names every device that cannot be read as its profile says, and every point', () => {
  const devices = [
    device({ points: [point({}), point({ name: 'q', function: 'coil', type: 'int16' })] }),
    device({ points: [point({ type: 'int16' })], rowGuard: guard(124) }),
  ];
  const line = { definition: serialLine, source: { path: '/dev/x', host: 'h', port: 1, timeoutMs: 1 }, devices: [] };
  expect(() => open([modbus(...devices), { name: 'line', ...line }])).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      faults: [
        { path: '/buses/0/devices/0: profile x', message: 'p: a register needs a type' },
        { path: '/buses/0/devices/0: profile x', message: 'q: a coil or discrete input has no type' },
        { path: '/buses/0/devices/1: profile x', message: expect.stringContaining('one read') },
        { path: '/buses/1/source', message: expect.stringContaining('either a path') },
      ],
    }),
  );
});
