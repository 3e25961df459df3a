import { expect, it } from 'vitest';
import type { DeviceSetup } from './config.ts';
import type { ModbusPoint, ModbusProfile } from './core/profile.ts';
import { openBuses } from './open-buses.ts';
import { source as modbusTcp } from './sources/modbus-tcp.ts';
import { source as serialLine } from './sources/serial-line.ts';
import { wallTimer } from './wall-timer.ts';

const point = (over: Partial<ModbusPoint>): ModbusPoint => ({
  name: 'p',
  unit: '',
  scale: 1,
  offset: 0,
  role: 'sensor',
  function: 'holding',
  address: 2,
  wordOrder: 'big',
  ...over,
});
const device = (profile: object): DeviceSetup => ({
  name: 'd',
  unit: 1,
  scanMs: 60_000,
  points: { p: 'pnt_00000000000000000000000001' as DeviceSetup['points'][string] },
  profile: { profile: 'x', points: [], ...profile },
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
  expect(bus?.devices.map((d) => d.intervalMs)).toEqual([1000]);
});

it('names every device that cannot be read as its profile says', () => {
  const devices = [
    device({ points: [point({})] }),
    device({ points: [point({ function: 'coil', type: 'int16' })] }),
    device({ points: [point({ address: 65_535, type: 'int32' })] }),
    device({ points: [point({ type: 'int16' })], rowGuard: guard(124) }),
    device({ points: [point({ address: 40, type: 'int16' })], rowGuard: guard(20) }),
    device({ points: [point({ address: 40, type: 'int16' })], rowGuard: guard(123) }),
  ];
  const line = { definition: serialLine, source: { path: '/dev/x', host: 'h', port: 1, timeoutMs: 1 }, devices: [] };
  expect(() => open([modbus(...devices), { name: 'line', ...line }])).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      faults: [
        { path: '/buses/0/devices/0', message: expect.stringContaining('needs a type') },
        { path: '/buses/0/devices/1', message: expect.stringContaining('has no type') },
        { path: '/buses/0/devices/2', message: expect.stringContaining('65535') },
        { path: '/buses/0/devices/3', message: expect.stringContaining('one read'), hint: expect.any(String) },
        { path: '/buses/0/devices/4', message: expect.stringContaining('between the two counters') },
        { path: '/buses/1/source', message: expect.stringContaining('either a path') },
      ],
    }),
  );
});
