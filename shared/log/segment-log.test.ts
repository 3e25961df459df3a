import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SegmentLog, type SegmentLogOptions } from './segment-log.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kuluma-log-'));
});
afterEach(() => rm(root, { recursive: true }));

const options = (over: Partial<SegmentLogOptions> = {}): SegmentLogOptions => ({
  dir: join(root, 'log'),
  consumer: 'test',
  commitMs: 0,
  commitRecords: 100,
  maxBytes: 1e6,
  ...over,
});
const bytesOf = (text: string) => new TextEncoder().encode(text);
const textsOf = async (log: SegmentLog, from = log.cursor, limit = Infinity) =>
  (await log.read(from, limit)).map((r) => `${r.position}:${new TextDecoder().decode(r.payload)}`);
const fill = (log: SegmentLog, count: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => log.append(bytesOf(`record ${i}`))));
const segmentsIn = async (dir: string) => (await readdir(dir)).filter((f) => f.endsWith('.klog1')).sort();

it('gives back what it accepted, in order, across restarts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 })), async (sessions) => {
      const dir = await mkdtemp(join(root, 'run-'));
      for (const payloads of sessions) {
        const log = await SegmentLog.open(options({ dir, segmentBytes: 100 }));
        await Promise.all(payloads.map((p) => log.append(p)));
        await log.close();
      }
      const log = await SegmentLog.open(options({ dir, segmentBytes: 100 }));
      const records = await log.read(0, Infinity);
      expect(records.map((r) => r.position)).toEqual(sessions.flat().map((_, i) => i));
      expect(records.map((r) => [...r.payload])).toEqual(sessions.flat().map((p) => [...p]));
      await log.close();
    }),
    { numRuns: 15 },
  );
});

it('resolves an append with its position only after the group commit', async () => {
  const log = await SegmentLog.open(options({ commitMs: 60_000, commitRecords: 3 }));
  const first = log.append(bytesOf('a'));
  expect(await Promise.race([first, Promise.resolve('waiting')])).toBe('waiting');
  expect(await log.read(0, 10)).toEqual([]);
  const others = [log.append(bytesOf('b')), log.append(bytesOf('c'))];
  expect(await Promise.all([first, ...others])).toEqual([0, 1, 2]);
  expect(await textsOf(log)).toEqual(['0:a', '1:b', '2:c']);
  await log.close();
});

it('keeps every earlier record when the last segment is torn at any byte', async () => {
  const dir = join(root, 'log');
  const log = await SegmentLog.open(options({ segmentBytes: 60 }));
  for (let i = 0; i < 9; i++) await log.append(bytesOf(`record ${i}`));
  await log.close();
  const files = await segmentsIn(dir);
  const last = files.at(-1) as string;
  const earlier = Number.parseInt(last, 10);
  const whole = await readFile(join(dir, last));
  const frame = 8 + 'record 0'.length;
  for (let cut = 0; cut < whole.length; cut++) {
    const torn = join(root, `cut-${cut}`);
    await mkdir(torn);
    for (const file of files) await copyFile(join(dir, file), join(torn, file));
    await truncate(join(torn, last), cut);
    const reopened = await SegmentLog.open(options({ dir: torn, segmentBytes: 60 }));
    const kept = earlier + Math.floor(cut / frame);
    expect((await reopened.read(0, 100)).length).toBe(kept);
    expect(reopened.damage.map((d) => d.bytes)).toEqual(cut % frame === 0 ? [] : [cut % frame]);
    expect(await reopened.append(bytesOf('next'))).toBe(kept);
    expect((await textsOf(reopened, 0)).at(-1)).toBe(`${kept}:next`);
    await reopened.close();
  }
});

it('sets a corrupt tail aside, reports it and goes on', async () => {
  const log = await SegmentLog.open(options());
  await fill(log, 3);
  await log.close();
  const file = join(root, 'log', (await segmentsIn(join(root, 'log')))[0] as string);
  const bytes = await readFile(file);
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  await writeFile(file, bytes);
  const reopened = await SegmentLog.open(options());
  expect(await textsOf(reopened)).toEqual(['0:record 0', '1:record 1']);
  const damage = reopened.damage[0];
  expect(damage).toMatchObject({ offset: 32, bytes: 16 });
  expect(await readFile(damage?.quarantinedAs as string)).toEqual(bytes.subarray(32));
  expect(await reopened.append(bytesOf('again'))).toBe(2);
  await reopened.close();
});

it('leaves out what rotted in an older segment, says so and gives what follows', async () => {
  const log = await SegmentLog.open(options({ segmentBytes: 40 }));
  for (let i = 0; i < 6; i++) await log.append(bytesOf(`record ${i}`));
  const file = join(root, 'log', (await segmentsIn(join(root, 'log')))[0] as string);
  const bytes = await readFile(file);
  bytes[20] = (bytes[20] as number) ^ 1;
  await writeFile(file, bytes);
  expect(await textsOf(log)).toEqual(['0:record 0', '2:record 2', '3:record 3', '4:record 4', '5:record 5']);
  expect(log.damage).toMatchObject([{ offset: 16, bytes: 16, firstLost: 1, lost: 1 }]);
  await log.close();
});

it('remembers what was consumed and deletes whole consumed segments', async () => {
  const log = await SegmentLog.open(options({ segmentBytes: 40 }));
  for (let i = 0; i < 7; i++) await log.append(bytesOf(`record ${i}`));
  expect(await segmentsIn(join(root, 'log'))).toHaveLength(3);
  await Promise.all([log.ack(1), log.ack(3)]);
  expect(await segmentsIn(join(root, 'log'))).toHaveLength(2);
  await log.close();
  const reopened = await SegmentLog.open(options({ segmentBytes: 40 }));
  expect(await textsOf(reopened)).toEqual(['4:record 4', '5:record 5', '6:record 6']);
  await reopened.ack(6);
  expect(await segmentsIn(join(root, 'log'))).toHaveLength(1);
  expect(await reopened.append(bytesOf('next'))).toBe(7);
  await reopened.close();
});

it('reads on from anywhere, a few at a time', async () => {
  const log = await SegmentLog.open(options({ segmentBytes: 100 }));
  for (let i = 0; i < 30; i++) await log.append(bytesOf(`record ${i}`));
  const seen: string[] = [];
  for (let at = 0; at < log.end; at += 4) seen.push(...(await textsOf(log, at, 4)));
  expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => `${i}:record ${i}`));
  expect(await textsOf(log, 11, 2)).toEqual(['11:record 11', '12:record 12']);
  await log.close();
});

it('gives records twice rather than not at all when its cursor is damaged', async () => {
  const log = await SegmentLog.open(options());
  await fill(log, 3);
  await log.ack(1);
  await log.close();
  await writeFile(join(root, 'log', 'cursor-test'), '3 beef\n');
  const reopened = await SegmentLog.open(options());
  expect(await textsOf(reopened)).toEqual(['0:record 0', '1:record 1', '2:record 2']);
  await reopened.close();
});

it('never uses a position twice, even where consumed records were lost', async () => {
  const log = await SegmentLog.open(options());
  await fill(log, 3);
  await log.ack(2);
  await log.close();
  await truncate(join(root, 'log', (await segmentsIn(join(root, 'log')))[0] as string), 0);
  const reopened = await SegmentLog.open(options());
  expect(await reopened.append(bytesOf('next'))).toBe(3);
  await reopened.close();
});

it('answers OUTBOX_FULL above its quota and accepts again after an ack', async () => {
  const log = await SegmentLog.open(options({ maxBytes: 64, segmentBytes: 16 }));
  for (let i = 0; i < 4; i++) await log.append(bytesOf(`record ${i}`));
  await expect(log.append(bytesOf('one more'))).rejects.toMatchObject({ code: 'OUTBOX_FULL' });
  await log.ack(0);
  expect(await log.append(bytesOf('accepted'))).toBe(4);
  await log.close();
  await expect(log.append(bytesOf('late'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

it('refuses what the disk refuses and goes on once the disk does', async () => {
  const log = await SegmentLog.open(options({ segmentBytes: 16 }));
  await log.append(bytesOf('record 0'));
  const blocked = join(root, 'log', '0000000000000001.klog1');
  await mkdir(blocked);
  await expect(log.append(bytesOf('refused!'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await rm(blocked, { recursive: true });
  expect(await log.append(bytesOf('record 1'))).toBe(1);
  expect(await textsOf(log)).toEqual(['0:record 0', '1:record 1']);
  await log.close();
});

it('gives back the whole quota once all is consumed, though one segment holds it', async () => {
  const log = await SegmentLog.open(options({ maxBytes: 1000, commitRecords: 100, commitMs: 60_000 }));
  const group = Array.from({ length: 9 }, () => log.append(new Uint8Array(100)));
  await log.flush();
  await log.ack((await Promise.all(group)).at(-1) as number);
  expect(log.bytes).toBe(0);
  const next = log.append(new Uint8Array(100));
  await log.flush();
  expect(await next).toBe(9);
  await log.close();
  const again = await SegmentLog.open(options());
  expect((await again.read(again.cursor, 10)).map((r) => r.position)).toEqual([9]);
  await again.close();
});
