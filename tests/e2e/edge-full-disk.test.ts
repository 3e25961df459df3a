import { execFileSync } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogOutbox } from '@kuluma/edge/outbox/log-outbox/log-outbox.ts';
import type { Outbox } from '@kuluma/edge/ports.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { decodeRecord } from '@kuluma/shared/wire/record.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { Broker } from './edge-broker.ts';
import { CountingDevice, gatewayId, Ledger, runAgent, until, writeAgentConfig } from './edge-harness.ts';

const random = seededRandom(1);
const pointIds = Array.from({ length: 200 }, () => newId('measurementPoint', random));
const startMs = 1_790_000_000_000;

const mount = (...args: string[]): boolean => {
  try {
    execFileSync('mount', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
/** Whoever may not mount learns so by the title. */
const mayMount = ((): boolean => {
  const probe = execFileSync('mktemp', ['-d']).toString().trim();
  const may = process.getuid?.() === 0 && mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe);
  if (may) execFileSync('umount', [probe]);
  execFileSync('rmdir', [probe]);
  return may;
})();
const title = 'an outbox on a disk of one megabyte';

describe.skipIf(!mayMount)(mayMount ? title : `${title} [skipped: only root may mount one]`, () => {
  let disk = '';
  let outbox: Outbox | undefined;
  let accepted = 0;
  beforeEach(async () => {
    disk = await mkdtemp(join(tmpdir(), 'kuluma-disk-'));
    if (!mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk)) throw new Error(`cannot mount ${disk}`);
    accepted = 0;
  });
  afterEach(async () => {
    mount('-o', 'remount,size=2m', disk);
    await outbox?.close();
    execFileSync('umount', ['-l', disk]);
    await rm(disk, { recursive: true });
  });

  const open = async (epoch: number): Promise<Outbox> => {
    const policy = { maxBytes: 50_000_000, maxAgeDays: null, whenFull: 'dropOldest' } as const;
    outbox = await openLogOutbox({
      dataDir: disk,
      gatewayId,
      pointIds,
      commitMs: 60_000,
      commitSamples: 200,
      policies: { alarm: policy, live: policy, history: policy },
      epoch,
      time: { now: () => startMs + accepted, isTrusted: () => true, isProvisional: () => false },
      lastAliveMs: null,
      log: createLogger('test', 'silent'),
    });
    return outbox;
  };
  /** One record of 200 noisy samples: more than 1.5 kB. */
  const acceptOne = (to: Outbox): void => {
    accepted++;
    to.accept(
      pointIds.map((pointId) => ({
        pointId,
        sampledAtMs: startMs + accepted,
        value: random(),
        quality: 'good' as const,
      })),
    );
  };
  const acceptMany = async (to: Outbox, records: number): Promise<void> => {
    for (let i = 0; i < records; i++) {
      acceptOne(to);
      if (i % 10 === 9) await to.flush();
    }
    await to.flush();
  };
  const waiting = async (of: Outbox) => {
    const stored = await of.read('live', 0, 100_000);
    return stored.map(({ position, bytes }) => ({ position, record: decodeRecord(bytes) }));
  };
  /** Samples that are kept and samples that gap records count, acknowledged on the way. */
  const takeAll = async (of: Outbox) => {
    let kept = 0;
    let lost = 0;
    for (const { position, record } of await waiting(of)) {
      if (record.kind === 'samples') kept += record.samples.count;
      if (record.kind === 'gap') lost += record.gap.samples ?? Number.NaN;
      of.ack('live', position);
    }
    return { kept, lost };
  };

  it('keeps what fits, counts what does not, and goes on by itself once records were acknowledged', async () => {
    const live = await open(1);
    await acceptMany(live, 1500);
    expect(live.dropped.diskFault).toBeGreaterThan(0);
    const full = await takeAll(live);
    expect(full.kept).toBeGreaterThan(50_000);
    expect(full.kept + live.dropped.diskFault).toBe(1500 * 200);
    // Acknowledgements are stored within a second or two, and the disk has room again.
    await expect.poll(() => live.queue('live').bytes, { timeout: 20_000 }).toBeLessThan(500_000);
    const droppedBefore = live.dropped.diskFault;
    await acceptMany(live, 20);
    expect(live.dropped.diskFault).toBe(droppedBefore);
    const after = await takeAll(live);
    expect(after.kept).toBe(20 * 200);
    expect(full.lost + after.lost).toBe(droppedBefore);
  });

  it('lets the whole agent start again on a disk that its own backlog filled, and sends it', async () => {
    const held = await open(1);
    await acceptMany(held, 100);
    const records = held.queue('live').records;
    await held.close();
    outbox = undefined;
    const device = new CountingDevice();
    const mqttPort = await freePort();
    const ledger = new Ledger();
    const broker = new Broker(ledger);
    const config = await writeAgentConfig(disk, { devicePort: await device.start(), mqttPort, scanMs: 50 });
    const first = await runAgent(config);
    await first.end('SIGKILL');
    // The outbox that was filled above becomes the agent's, and something else takes the rest of the disk.
    await rm(join(disk, 'data/outbox'), { recursive: true });
    await rename(join(disk, 'outbox'), join(disk, 'data/outbox'));
    await expect(writeFile(join(disk, 'filler'), new Uint8Array(2_000_000))).rejects.toMatchObject({ code: 'ENOSPC' });
    const agent = await runAgent(config);
    try {
      expect(agent.process.exitCode).toBeNull();
      await broker.start(mqttPort);
      await until('what waited is there', () => ledger.records.filter((r) => r.key.epoch === 1).length >= records);
      await rm(join(disk, 'filler'));
      const served = device.served;
      await until('new samples come too', () => ledger.values.some((value) => value >= served));
    } finally {
      await agent.end('SIGTERM');
      device.stop();
      await broker.stop();
    }
  });

  it('starts on a full disk and gives what it holds', async () => {
    const killed = await open(1);
    await acceptMany(killed, 1500);
    const held = (await waiting(killed)).length;
    const restarted = await open(2);
    expect((await waiting(restarted)).length).toBeGreaterThanOrEqual(held);
    await killed.close().catch(() => undefined);
  });
});
