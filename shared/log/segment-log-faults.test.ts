import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { SegmentLog } from './segment-log.ts';

/** What the disk does with the next calls: nothing, a short write, an error of write, of sync, or of sync and then of truncate. */
const faults = ['none', 'short', 'write', 'sync', 'sync and truncate'] as const;
const disk = vi.hoisted(() => ({ fault: 'none' }));

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const fail = () => Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
  return {
    ...fs,
    open: async (path: string, flags: string) => {
      const handle = await fs.open(path, flags);
      if (!path.endsWith('.klog1')) return handle;
      return new Proxy(handle, {
        get(target, key) {
          if (key === 'write' && disk.fault === 'write') return fail;
          if (key === 'write' && disk.fault === 'short')
            return (bytes: Uint8Array, from: number, length: number, at: number) =>
              target.write(bytes, from, Math.max(1, length - 5), at);
          if (key === 'datasync' && disk.fault.startsWith('sync')) return fail;
          if (key === 'truncate' && disk.fault === 'sync and truncate') return fail;
          const value = Reflect.get(target, key);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    },
  };
});

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kuluma-faults-'));
});
afterAll(() => rm(root, { recursive: true }));

it('holds exactly what it accepted, in order, whatever the disk refused in between', async () => {
  const acts = fc.array(fc.record({ fault: fc.constantFrom(...faults), bytes: fc.uint8Array({ maxLength: 20 }) }));
  await fc.assert(
    fc.asyncProperty(acts, async (steps) => {
      const dir = await mkdtemp(join(root, 'run-'));
      const options = { dir, consumer: 'test', commitMs: 0, commitRecords: 1, maxBytes: 1e6, segmentBytes: 60 };
      const log = await SegmentLog.open(options);
      const accepted: number[][] = [];
      for (const { fault, bytes } of steps) {
        disk.fault = fault;
        const outcome = await log.append(bytes).then(
          () => 'accepted',
          (error: { code: string }) => error.code,
        );
        expect(outcome).toBe(fault === 'none' ? 'accepted' : 'STORE_UNAVAILABLE');
        if (outcome === 'accepted') accepted.push([...bytes]);
      }
      disk.fault = 'none';
      expect((await log.read(0, Infinity)).map((r) => [...r.payload])).toEqual(accepted);
      // One more commit cuts off what a refused one may have left.
      await log.append(Uint8Array.of(1));
      await log.close();
      const reopened = await SegmentLog.open(options);
      expect((await reopened.read(0, Infinity)).map((r) => [...r.payload])).toEqual([...accepted, [1]]);
      expect(reopened.damage).toEqual([]);
      await reopened.close();
    }),
    { numRuns: 60 },
  );
});
