import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Damage } from './segment-files.ts';
import { SegmentLog, type SegmentLogOptions } from './segment-log.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-damage-'));
});
afterEach(() => rm(dir, { recursive: true }));

const options = (over: Partial<SegmentLogOptions> = {}): SegmentLogOptions => ({
  dir,
  consumer: 'test',
  commitMs: 0,
  commitRecords: 100,
  maxBytes: 1e6,
  ...over,
});
/** Records of 8 bytes, so frames of 16: `record 7` holds the 7. */
const openFilled = async (count: number, over: Partial<SegmentLogOptions> = {}) => {
  const log = await SegmentLog.open(options(over));
  for (let i = 0; i < count; i++) await log.append(Buffer.from(`record ${i % 10}`));
  return log;
};
const segments = async () => (await readdir(dir)).filter((name) => name.endsWith('.klog1')).sort();
const flip = async (file: string, at: number): Promise<void> => {
  const handle = await open(join(dir, file), 'r+');
  const { buffer } = await handle.read(new Uint8Array(1), 0, 1, at);
  await handle.write(Uint8Array.of((buffer[0] as number) ^ 1), 0, 1, at);
  await handle.close();
};
const read = async (log: SegmentLog, from = 0) =>
  (await log.read(from, Infinity)).map(({ position, payload }) => `${position}:${Buffer.from(payload)}`);
const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${from + i}:record ${(from + i) % 10}`);

it.each([
  ['a payload', 2 * 16 + 10],
  ['a length', 2 * 16],
  ['a length beyond the segment', 2 * 16 + 3],
  ['a checksum', 2 * 16 + 5],
])('gives all records but the one whose %s rotted in the segment that is being written', async (_, at) => {
  const found: Damage[] = [];
  const log = await openFilled(5, { onDamage: (damage) => found.push(damage) });
  const [file = ''] = await segments();
  const before = await readFile(join(dir, file));
  await flip(file, at);
  expect(await read(log)).toEqual([...records(0, 2), ...records(3, 5)]);
  expect(found).toMatchObject([{ offset: 32, bytes: 16, firstLost: 2, lost: 1 }]);
  const kept = await readFile(found[0]?.quarantinedAs ?? '');
  expect(kept).toHaveLength(16);
  expect(before.subarray(32, 48).equals(kept)).toBe(false);
  await log.append(Buffer.from('record 5'));
  expect(await read(log, 2)).toEqual(records(3, 6));
  expect(found).toHaveLength(1);
  await log.close();
});

it('numbers what follows a damage of unknown length by the end of the segment', async () => {
  const log = await openFilled(9);
  const [file = ''] = await segments();
  for (const at of [32, 48, 64 + 3]) await flip(file, at);
  expect(await read(log)).toEqual([...records(0, 2), ...records(5, 9)]);
  expect(log.damage.map((d) => d.lost).reduce((sum: number, n) => sum + (n ?? 0), 0)).toBe(3);
  await log.close();
});

it('never gives a record that is not what was appended, whatever rots', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9 * 16 - 1), { minLength: 1, maxLength: 4 }), async (places) => {
      const own = await mkdtemp(join(dir, 'run-'));
      const log = await SegmentLog.open(options({ dir: own }));
      for (let i = 0; i < 9; i++) await log.append(Buffer.from(`record ${i}`));
      const [file = ''] = (await readdir(own)).filter((name) => name.endsWith('.klog1'));
      const bytes = await readFile(join(own, file));
      for (const at of new Set(places)) bytes[at] = (bytes[at] as number) ^ 0x55;
      await writeFile(join(own, file), bytes);
      const sound = Array.from({ length: 9 }, (_, i) => i).filter(
        (i) => !places.some((at) => Math.floor(at / 16) === i),
      );
      const texts = (await log.read(0, Infinity)).map(({ payload }) => Buffer.from(payload).toString());
      expect(texts).toEqual(sound.map((i) => `record ${i}`));
      await log.close();
    }),
    { numRuns: 60 },
  );
});

it('appends again at the next start what stood sound behind a damage in the last segment', async () => {
  const log = await openFilled(6);
  log.mark(4);
  await log.storeMarks();
  await log.close();
  const [file = ''] = await segments();
  await flip(file, 32);
  const reopened = await SegmentLog.open(options());
  expect(reopened.damage).toMatchObject([{ offset: 32, bytes: 64, firstLost: 2, lost: null }]);
  const texts = (await reopened.read(0, Infinity)).map(({ payload }) => Buffer.from(payload).toString());
  expect(texts).toEqual(['record 0', 'record 1', 'record 3', 'record 4', 'record 5']);
  expect((await reopened.read(2, 1))[0]?.position).toBeGreaterThanOrEqual(5);
  await reopened.close();
});

it('deletes a segment once all its records are acknowledged, whatever waits before it', async () => {
  const log = await openFilled(9, { segmentBytes: 40 });
  log.mark(3, 6);
  log.mark(7);
  await log.storeMarks();
  expect(await segments()).toEqual(['0000000000000000.klog1', '0000000000000006.klog1']);
  expect([log.cursor, log.end, log.waiting, log.nextWaiting(3), log.nextWaiting(7)]).toEqual([0, 9, 5, 6, 8]);
  await log.close();
  const reopened = await SegmentLog.open(options({ segmentBytes: 40 }));
  expect(reopened.waiting).toBe(5);
  expect(reopened.oldest).toEqual({ from: 0, to: 6, isLast: false });
  expect(await read(reopened)).toEqual([...records(0, 3), ...records(6, 9)]);
  expect(reopened.damage).toEqual([]);
  reopened.mark(0, 9);
  await reopened.storeMarks();
  expect(await reopened.append(Buffer.from('record 9'))).toBe(9);
  expect(await read(reopened)).toEqual(records(9, 10));
  await reopened.close();
});

it('gives up its newest segment too when it was sealed, and goes on behind it', async () => {
  const log = await openFilled(3);
  log.seal();
  log.mark(0, 3);
  await log.storeMarks();
  expect(await segments()).toEqual([]);
  expect(await log.append(Buffer.from('record 3'))).toBe(3);
  expect(await read(log)).toEqual(records(3, 4));
  await log.close();
});
