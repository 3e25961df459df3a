import { AppError } from '@kuluma/shared/errors.ts';
import { expect, it } from 'vitest';
import type { ReadRequest } from '../core/modbus-frame.ts';
import { point } from '../core/point-for-tests.ts';
import type { ModbusProfile } from '../core/profile.ts';
import { ModbusDevice } from './modbus-device.ts';

/** A unit whose register a holds a, apart from those that it refuses. */
const unit = (refuses: (address: number) => boolean, code = 2) => {
  const asked: string[] = [];
  let nowMs = 0;
  const read = async ({ address, count }: ReadRequest) => {
    asked.push(`${address}+${count}`);
    const addresses = Array.from({ length: count }, (_, i) => address + i);
    if (addresses.some(refuses)) return { kind: 'exception', code } as const;
    return { kind: 'data', data: Uint8Array.from(addresses.flatMap((a) => [a >> 8, a & 255])) } as const;
  };
  const never = async () => {
    throw new AppError('LINK_DOWN', 'nobody writes here');
  };
  const bus = {
    master: { read, write: never, close: async () => undefined },
    clock: { now: () => 7, rate: 1 },
    timer: { now: () => nowMs, sleep: async () => undefined },
    cost: { request: 50 },
  };
  const scanned = (addresses: readonly number[], over: Partial<ModbusProfile> = {}) => {
    const points = addresses.map((address) => point({ name: `r${address}`, address, type: 'uint16' }));
    const profile = { profile: 'x', points, ...over };
    const device = new ModbusDevice({ name: 'd', unit: 1, profile, wanted: new Set(points.map((p) => p.name)) }, bus);
    return async (atMs = nowMs) => {
      nowMs = atMs;
      asked.splice(0);
      const scan = await device.scan();
      const values = scan.readings.flatMap((r) => r.values.map(([, value]) => value));
      return { ...scan, values, asked: [...asked] };
    };
  };
  return scanned;
};

it('splits a read that is refused, remembers it, and leaves the refused point alone for a while', async () => {
  const scan = unit((address) => address === 4)([0, 1, 4, 8, 9]);
  const first = await scan();
  expect(first.values).toEqual([0, 1, 8, 9]);
  expect(first).toMatchObject({ refusedPoints: 1, failure: { code: 'REPLY_MISMATCH' } });
  expect(first.failure?.message).toContain('holding 4+1');
  expect(first.notes?.at(-1)).toContain('holding 0+10');
  const second = await scan(500);
  expect(second).toMatchObject({ values: [0, 1, 8, 9], notes: [], refusedPoints: 1 });
  expect(second.asked).toEqual(['0+2', '8+2']);
  expect((await scan(1500)).asked).toEqual(['0+2', '4+1', '8+2']);
  expect((await scan(2500)).asked).toEqual(['0+2', '8+2']);
});

it('reads along around a hole that is not there', async () => {
  const scan = unit((address) => address > 2 && address < 20)([0, 1, 2, 20, 21]);
  const first = await scan();
  expect(first.asked).toEqual(['0+22', '0+3', '20+2']);
  expect(first.failure).toBeUndefined();
  expect((await scan()).asked).toEqual(['0+3', '20+2']);
});

it('asks a unit that refuses everything for one block only, until it gives it', async () => {
  let isBooting = true;
  const scan = unit(() => isBooting)([0, 1, 2]);
  expect(await scan()).toMatchObject({ refusedPoints: 3, values: [] });
  expect((await scan(1000)).asked).toEqual(['0+3']);
  isBooting = false;
  const later = await scan(60_000);
  expect(later).toMatchObject({ refusedPoints: 0, values: [0, 1, 2] });
  expect(later.failure).toBeUndefined();
});

it('does not split what a device refuses for another reason, nor a guarded row', async () => {
  expect((await unit(() => true, 6)([0, 1])()).asked).toEqual(['0+2']);
  const rowGuard = { before: 0, after: 10, function: 'holding', type: 'uint32' } as const;
  expect((await unit(() => true)([2, 3], { rowGuard })()).asked).toEqual(['0+12']);
});

it('takes a gateway that cannot reach the unit for a unit that does not answer', async () => {
  const { failure, asked } = await unit(() => true, 11)([0, 200])();
  expect(failure).toMatchObject({ code: 'LINK_TIMEOUT' });
  expect(asked).toHaveLength(1);
});
