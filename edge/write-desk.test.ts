import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@kuluma/shared/errors.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { orderWrite, WriteDesk } from './write-desk.ts';

let dir = '';
let desk: WriteDesk | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-desk-'));
});
afterEach(async () => {
  await desk?.stop();
  desk = undefined;
  await rm(dir, { recursive: true });
});
const order = { device: 'pump', point: 'speed', value: 12, by: 'Aino' };

it('passes an order on and gives what was read back', async () => {
  const orders: unknown[] = [];
  desk = new WriteDesk(dir, async (wanted) => {
    orders.push(wanted);
    return 12.5;
  });
  await desk.start();
  expect(await orderWrite(dir, order)).toBe(12.5);
  expect(orders).toEqual([order]);
});

it('gives a refusal as it was said, and refuses an order that is none', async () => {
  desk = new WriteDesk(dir, async () => {
    throw new AppError('FORBIDDEN', 'not this one', { hint: 'another' });
  });
  await desk.start();
  await expect(orderWrite(dir, order)).rejects.toMatchObject({ code: 'FORBIDDEN', hint: 'another' });
  await expect(orderWrite(dir, { ...order, value: Number.NaN })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});

it('is open to its own user only, and gone when it stops', async () => {
  desk = new WriteDesk(dir, async () => 1);
  await desk.start();
  expect((await stat(join(dir, 'write.sock'))).mode & 0o777).toBe(0o600);
  await desk.stop();
  await expect(orderWrite(dir, order)).rejects.toMatchObject({ code: 'LINK_DOWN' });
});
