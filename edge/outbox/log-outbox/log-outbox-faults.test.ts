import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@kuluma/shared/model/base.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { decodeRecord } from '@kuluma/shared/wire/record.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openLogOutbox } from './log-outbox.ts';

/** A disk that the system has made read-only under open files, as it does after an error of the medium. */
const disk = vi.hoisted(() => ({ isReadOnly: false }));

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const refuse = () => Promise.reject(Object.assign(new Error('read-only file system'), { code: 'EROFS' }));
  const guarded =
    <A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
    (...args: A) =>
      disk.isReadOnly ? (refuse() as Promise<R>) : act(...args);
  return {
    ...fs,
    mkdir: guarded(fs.mkdir),
    rename: guarded(fs.rename),
    unlink: guarded(fs.unlink),
    writeFile: guarded(fs.writeFile),
    open: async (path: string, flags: string) => {
      if (disk.isReadOnly && flags !== 'r') return refuse();
      const handle = await fs.open(path, flags);
      return new Proxy(handle, {
        get(target, key) {
          if (disk.isReadOnly && ['write', 'truncate', 'datasync', 'sync'].includes(String(key))) return refuse;
          const value = Reflect.get(target, key);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    },
  };
});

let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kuluma-faults-'));
});
afterEach(async () => {
  disk.isReadOnly = false;
  await rm(dataDir, { recursive: true });
});

const pointId = newId('measurementPoint', () => 0.5);
const startMs = 1_790_000_000_000;

it('takes samples while the disk is read-only, keeps them again once it is not, and tells exactly what it lost', async () => {
  const policy = { maxBytes: 1e6, maxAgeDays: null, whenFull: 'dropOldest' } as const;
  const outbox = await openLogOutbox({
    dataDir,
    gatewayId: newId('gateway', () => 0.5),
    pointIds: [pointId],
    commitMs: 0,
    commitSamples: 1000,
    policies: { alarm: policy, live: policy, history: policy },
    epoch: 1,
    time: { now: () => startMs, isTrusted: () => true, isProvisional: () => false },
    lastAliveMs: null,
    log: createLogger('test', 'silent'),
  });
  const accept = async (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      outbox.accept([{ pointId, sampledAtMs: startMs + i, value: i, quality: 'good' }]);
      await outbox.flush();
    }
  };
  await accept(0, 5);
  disk.isReadOnly = true;
  await accept(5, 25);
  expect(outbox.dropped.diskFault).toBe(20);
  const readable = await outbox.read('live', 0, 100);
  expect(readable).toHaveLength(5);
  for (const { position } of readable) outbox.ack('live', position);
  disk.isReadOnly = false;
  await accept(25, 30);
  const records = (await outbox.read('live', 0, 100)).map(({ bytes }) => decodeRecord(bytes));
  expect(records.flatMap((r) => (r.kind === 'samples' ? [...r.samples.value] : []))).toEqual([25, 26, 27, 28, 29]);
  expect(records.flatMap((r) => (r.kind === 'gap' ? [r.gap] : []))).toEqual([
    { reason: 'diskFault', fromMs: startMs + 5, toMs: startMs + 24, samples: 20, pointIds: null },
  ]);
  expect(records.map((r) => r.key.seq)).toEqual([5, 6, 7, 8, 9, 10]);
  await outbox.close();
});
