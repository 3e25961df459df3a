import { seededRandom } from '@kuluma/shared/clock.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Bus } from './bus.ts';
import type { Scan, WallTimer } from './ports.ts';

const pointId = newId('measurementPoint', seededRandom(1));
const wanted = new Map([['p', { pointId, min: -Infinity, max: Infinity }]]);
const log = pino({ level: 'silent' });

/** Time that passes only while somebody sleeps; after `endMs` it stands still. */
const fakeTimer = (endMs: number): WallTimer & { ended: Promise<void>; pass(ms: number): void } => {
  let nowMs = 0;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  return {
    ended,
    now: () => nowMs,
    pass(ms) {
      nowMs += ms;
    },
    async sleep(ms, signal) {
      await Promise.resolve();
      if (nowMs + ms < endMs) nowMs += Math.max(0, ms);
      else {
        resolve();
        await new Promise<void>((stop) => signal?.addEventListener('abort', () => stop()));
      }
    },
  };
};

const runBus = async (devices: Record<string, (atMs: number, pass: (ms: number) => void) => Scan>, endMs: number) => {
  const timer = fakeTimer(endMs);
  const delivered: Sample[] = [];
  const scans: Record<string, number[]> = {};
  let closed = false;
  const close = async () => {
    closed = true;
  };
  const bus = new Bus(
    'bus',
    { device: () => ({ scan: async () => ({ readings: [], rowsRefused: 0 }) }), close },
    Object.entries(devices).map(([name, scan], i, all) => {
      const scanned = {
        scan: async () => {
          scans[name] = [...(scans[name] ?? []), timer.now()];
          return scan(timer.now(), timer.pass);
        },
      };
      return { name, wanted, scans: [{ intervalMs: 1000, phase: i / all.length, scanned }] };
    }),
    { timer, random: () => 0.999, log, deliver: (samples) => void delivered.push(...samples) },
  );
  await bus.start();
  await timer.ended;
  await bus.stop();
  return { bus, delivered, scans, closed };
};
const answers = (atMs: number): Scan => ({ readings: [{ sampledAtMs: atMs, values: [['p', 1]] }], rowsRefused: 0 });
const fails = (code: 'LINK_TIMEOUT' | 'LINK_DOWN') => (): Scan => ({
  readings: [],
  rowsRefused: 0,
  failure: new AppError(code, 'no reply'),
});

it('scans each device on its own deadlines, spread over the interval', async () => {
  const { scans, closed } = await runBus({ a: answers, b: answers }, 3001);
  expect(scans).toEqual({ a: [0, 1000, 2000, 3000], b: [500, 1500, 2500] });
  expect(closed).toBe(true);
});

it('leaves a silent device alone for longer and longer while the others keep their pace', async () => {
  const { bus, scans, delivered } = await runBus({ dead: fails('LINK_TIMEOUT'), alive: answers }, 60_000);
  expect(scans['alive']).toHaveLength(60);
  expect(scans['dead']).toEqual([0, 1000, 3000, 7000, 15_000, 31_000]);
  expect(bus.devices).toMatchObject([
    { name: 'dead', quality: 'bad', read: 0, timeouts: 6, lastReadAtMs: null, skippedScans: 0 },
    { name: 'alive', quality: 'good', read: 60, timeouts: 0 },
  ]);
  expect(delivered).toHaveLength(60);
});

it('spends at most a twentieth of its time on a device that does not answer', async () => {
  const timeoutMs = 500;
  let spentMs = 0;
  const endMs = 600_000;
  const { scans } = await runBus(
    {
      dead: (_, pass) => {
        spentMs += timeoutMs;
        pass(timeoutMs);
        return fails('LINK_TIMEOUT')();
      },
      alive: answers,
    },
    endMs,
  );
  // The silence after a time-out costs as much again on a serial line.
  expect(2 * spentMs).toBeLessThan(0.05 * endMs);
  expect(scans['alive']?.length).toBeGreaterThan(570);
});

it('gives no values, old or new, for a device that stopped answering, and its real times once it is back', async () => {
  const { bus, delivered } = await runBus(
    { d: (at) => (at >= 2000 && at < 9000 ? fails('LINK_TIMEOUT')() : answers(at)) },
    12_500,
  );
  expect(delivered.map((s) => s.sampledAtMs)).toEqual([0, 1000, 9000, 10_000, 11_000, 12_000]);
  expect(bus.devices).toMatchObject([{ quality: 'good', lastReadAtMs: 12_000 }]);
});

it('reads on at its pace what a device gives beside registers that it refuses', async () => {
  const refused = new AppError('REPLY_MISMATCH', 'exception 2');
  const { bus, delivered } = await runBus(
    { d: (at) => ({ ...answers(at), failure: refused, refusedPoints: 3 }) },
    9500,
  );
  expect(delivered).toHaveLength(10);
  expect(bus.devices).toMatchObject([{ quality: 'good', read: 10, errors: 10, refusedPoints: 3 }]);
});

it('pauses the whole bus while its line is down', async () => {
  const { scans } = await runBus({ a: fails('LINK_DOWN'), b: fails('LINK_DOWN') }, 20_000);
  expect(Object.values(scans).flat().length).toBeLessThan(8);
});

it('counts what is no number and what a row guard refused', async () => {
  const { bus, delivered } = await runBus(
    { d: (at) => ({ readings: [{ sampledAtMs: at, values: [['p', Number.NaN]] }], rowsRefused: 2 }) },
    2500,
  );
  expect(bus.devices).toMatchObject([{ notFinite: 3, rowsRefused: 6, read: 0 }]);
  expect(delivered).toEqual([]);
});

it('takes it for no failure that stopping closes a line on which a device talks', async () => {
  const scanning = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const scan = async () => {
    scanning.resolve();
    await closed.promise;
    return fails('LINK_DOWN')();
  };
  const scanned = { scan, rest: () => answers(7) };
  const bus = new Bus(
    'bus',
    { device: () => scanned, close: async () => closed.resolve() },
    [{ name: 'd', wanted, scans: [{ intervalMs: 1000, phase: 0, scanned }] }],
    { timer: fakeTimer(1000), random: () => 0, log, deliver: () => undefined },
  );
  await bus.start();
  await scanning.promise;
  await bus.stop();
  expect(bus.devices).toMatchObject([{ quality: 'good', timeouts: 0, read: 1, lastReadAtMs: 7 }]);
});
