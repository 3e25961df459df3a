import { AppError } from '@kuluma/shared/errors.ts';
import { expect, it } from 'vitest';
import type { ReadRequest, WriteRequest } from '../core/modbus-frame.ts';
import { point } from '../core/point-for-tests.ts';
import { ModbusWriter } from './modbus-writer.ts';

/** A unit of holding registers; `isLost`: it takes what is written and does not answer. */
const unit = (over: { isLocked?: boolean; isLost?: boolean; isDead?: boolean } = {}) => {
  const registers = new Map<number, number>();
  let nowMs = 0;
  const written: WriteRequest[] = [];
  const timeout = new AppError('LINK_TIMEOUT', 'no reply');
  const master = {
    read: async ({ address, count }: ReadRequest) => {
      if (over.isDead) throw timeout;
      const words = Array.from({ length: count }, (_, i) => registers.get(address + i) ?? 0);
      return { kind: 'data', data: Uint8Array.from(words.flatMap((word) => [word >> 8, word & 255])) } as const;
    },
    write: async (request: WriteRequest) => {
      written.push(request);
      if (over.isDead) throw timeout;
      if (over.isLocked) return { kind: 'exception', code: 4 } as const;
      for (const [i, word] of request.words.entries()) registers.set(request.address + i, word);
      if (over.isLost) throw timeout;
      return { kind: 'data', data: new Uint8Array(2) } as const;
    },
    close: async () => undefined,
  };
  const points = [
    point({ name: 'speed', unit: 'rpm', type: 'uint16', scale: 0.1, writable: { min: 0, max: 3000, everyMs: 1000 } }),
    point({
      name: 'limit',
      address: 10,
      type: 'float32',
      wordOrder: 'little',
      writable: { min: 0, max: 9, everyMs: 0 },
    }),
    point({ name: 'flow', address: 20, type: 'uint16' }),
  ];
  const spec = { name: 'd', unit: 3, profile: { profile: 'x', points }, wanted: new Set<string>() };
  const timer = { now: () => nowMs, sleep: async () => undefined };
  const writer = new ModbusWriter(spec, { master, timer });
  return { writer, written, pass: (ms: number) => (nowMs += ms) };
};

it('writes in the unit of the point and gives what it holds afterwards', async () => {
  const { writer, written } = unit();
  expect(await writer.write('speed', 1480.04)).toBe(1480);
  expect(await writer.write('limit', 4.5)).toBe(4.5);
  expect(written).toEqual([
    { unit: 3, function: 'holding', address: 0, words: [14_800] },
    { unit: 3, function: 'holding', address: 10, words: [0, 0x4090] },
  ]);
});

it('writes nothing that the profile does not allow, by name, in range and in time', async () => {
  const { writer, written, pass } = unit();
  await expect(writer.write('flow', 1)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(writer.write('nothing', 1)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(writer.write('speed', 3001)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(writer.write('speed', Number.NaN)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  expect(written).toEqual([]);
  await writer.write('speed', 100);
  pass(999);
  await expect(writer.write('speed', 200)).rejects.toMatchObject({ code: 'CONFLICT', hint: 'again in 1 ms' });
  pass(1);
  expect(await writer.write('speed', 200)).toBe(200);
});

it('says so when the device keeps another value, refuses, or does not answer', async () => {
  await expect(unit({ isLocked: true }).writer.write('speed', 5)).rejects.toMatchObject({
    code: 'REPLY_MISMATCH',
    message: expect.stringContaining('exception 4'),
  });
  await expect(unit({ isDead: true }).writer.write('speed', 5)).rejects.toMatchObject({ code: 'LINK_TIMEOUT' });
});

it('takes a value that reads back for written, although the answer was lost', async () => {
  expect(await unit({ isLost: true }).writer.write('speed', 5)).toBe(5);
});
