import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WallTimer } from './ports.ts';
import { type ReadyConfig, RemoteConfig } from './remote-config.ts';
import { StagedConfigFile } from './staged-config-file.ts';

const log = createLogger('test', 'silent');
const pointId = newId('measurementPoint', seededRandom(1));
const sample = (quality: Sample['quality']): Sample => ({ pointId, sampledAtMs: 1, value: 1, quality });

let dir = '';
/** Names of the configurations in the order in which they were put in force. */
let applied: string[];
let watch: ((samples: readonly Sample[]) => void) | undefined;
/** Ends the probation that runs. */
let endProbation: () => void;
let onProbation: () => void;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-remote-'));
  applied = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const timer: WallTimer = {
  now: () => 0,
  sleep: (_, signal) =>
    new Promise((resolve) => {
      endProbation = resolve;
      signal?.addEventListener('abort', () => resolve());
      onProbation();
    }),
};
const ready = (name: string): ReadyConfig => ({
  devices: [{ name: 'pump', pointIds: [pointId], scanMs: 1000 }],
  apply: async (see) => {
    applied.push(name);
    watch = see;
  },
  kept: () => undefined,
});

const start = async (options: { accept?: boolean } = {}) => {
  const file = await StagedConfigFile.open(dir, log);
  const remote = new RemoteConfig({
    file,
    running: ready('before'),
    check: async (yaml) => {
      if (yaml === 'bad')
        throw new AppError('CONFIG_INVALID', 'it has 1 fault', { faults: [{ path: '/buses', message: 'is missing' }] });
      return ready(yaml);
    },
    wellDevices: () => new Set(['pump']),
    accept: true,
    probationMs: 1000,
    rate: 1,
    timer,
    log,
    ...options,
  });
  await remote.start();
  return { file, remote };
};
const offer = (remote: RemoteConfig, revision: number, yaml: string) =>
  remote.offer(new TextEncoder().encode(JSON.stringify({ v: 1, revision, yaml })));
/** Offers it and returns once its probation runs. */
const tryOut = async (remote: RemoteConfig, revision: number, yaml: string) => {
  const begun = new Promise<void>((resolve) => (onProbation = resolve));
  offer(remote, revision, yaml);
  await begun;
};
const verdict = async (remote: RemoteConfig, revision: number) => {
  for (;;) {
    const report = remote.state.reports.find((r) => r.revision === revision);
    if (report && report.state !== 'trial') return report;
    await new Promise(setImmediate);
  }
};

it('keeps a configuration whose devices give good samples, over a restart too', async () => {
  const { remote } = await start();
  await tryOut(remote, 1, 'first');
  expect(remote.state).toMatchObject({ running: 1, reports: [{ state: 'trial' }] });
  watch?.([sample('good')]);
  endProbation();
  expect(await verdict(remote, 1)).toMatchObject({ state: 'applied' });
  await remote.stop();
  const again = await start();
  expect(again.file.staged.kept).toEqual({ revision: 1, yaml: 'first' });
  offer(again.remote, 1, 'first');
  await again.remote.stop();
  expect(applied).toEqual(['first']);
});

it('goes back to what ran before when a device that gave samples gives none, or none that are good', async () => {
  const { remote } = await start();
  await tryOut(remote, 1, 'first');
  watch?.([sample('bad')]);
  endProbation();
  expect(await verdict(remote, 1)).toMatchObject({ state: 'rolledBack', message: expect.stringContaining('pump') });
  offer(remote, 1, 'first');
  await remote.stop();
  expect(applied).toEqual(['first', 'before']);
  expect(remote.state.running).toBeNull();
});

it('refuses what is not valid, with every fault, and goes on', async () => {
  const { remote } = await start();
  offer(remote, 1, 'bad');
  expect(await verdict(remote, 1)).toMatchObject({ state: 'refused', message: 'it has 1 fault\n/buses: is missing' });
  remote.offer(new Uint8Array());
  remote.offer(new TextEncoder().encode('{"v":2}'));
  await tryOut(remote, 2, 'second');
  await remote.stop();
  expect(applied).toEqual(['second']);
});

it('takes the newest of what came during a trial once that is over', async () => {
  const { remote } = await start();
  await tryOut(remote, 1, 'first');
  offer(remote, 2, 'second');
  const begun = new Promise<void>((resolve) => (onProbation = resolve));
  offer(remote, 3, 'third');
  watch?.([sample('uncertain')]);
  endProbation();
  await begun;
  await remote.stop();
  expect(applied).toEqual(['first', 'third']);
});

it('rolls back at the start after a death in the probation, and tries again after an end in good order', async () => {
  const dead = await start();
  await tryOut(dead.remote, 1, 'first');
  const onDisk = await readFile(join(dir, 'remote-config.json'), 'utf8');
  await dead.remote.stop();
  expect((await StagedConfigFile.open(dir, log)).staged).toEqual({ kept: null, trial: null, reports: [] });
  await writeFile(join(dir, 'remote-config.json'), onDisk);
  const next = await start();
  expect(next.remote.state).toMatchObject({ running: null, reports: [{ revision: 1, state: 'rolledBack' }] });
  await next.remote.stop();
});

it('sets a damaged file aside and starts', async () => {
  await writeFile(join(dir, 'remote-config.json'), '{"kept":');
  const { remote } = await start();
  expect(remote.state).toEqual({ running: null, reports: [] });
  await remote.stop();
  expect(await readFile(join(dir, 'remote-config.json.damaged'), 'utf8')).toBe('{"kept":');
});

it('takes nothing where the gateway is told to take nothing', async () => {
  const { remote } = await start({ accept: false });
  offer(remote, 1, 'first');
  expect(await verdict(remote, 1)).toMatchObject({ state: 'refused' });
  await remote.stop();
  expect(applied).toEqual([]);
});

it('tries nothing that it cannot mark on the disk first', async () => {
  const { remote } = await start();
  await rm(dir, { recursive: true });
  offer(remote, 1, 'first');
  expect(await verdict(remote, 1)).toMatchObject({ state: 'refused' });
  await remote.stop();
  expect(applied).toEqual([]);
});
