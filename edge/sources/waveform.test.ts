import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { crc32c } from '@kuluma/shared/log/crc32c.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Source } from '../ports.ts';
import { wallTimer } from '../wall-timer.ts';
import { source as definition } from './waveform.ts';

let server: Server;
let source: Source | undefined;
const sockets: Socket[] = [];

beforeEach(async () => {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await source?.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

/** 1 kHz in counts of 0.01 g; windows of 20 ms. */
const profile = {
  profile: 'test',
  windowMs: 20,
  tolerancePercent: 2,
  channels: [0, 1].map((channel) => ({ channel, unit: 'g', scale: 0.01 })),
  points: [0, 1].map((channel) => ({
    name: `peak${channel}`,
    channel,
    feature: 'peak',
    unit: 'g' as const,
    scale: 1,
    offset: 0,
    harmonics: 1,
    role: 'sensor' as const,
  })),
};
const open = (over: object = {}) => {
  const { port } = server.address() as AddressInfo;
  const config = {
    kind: 'waveform',
    host: '127.0.0.1',
    port,
    baudRate: 19_200,
    timeoutMs: 800,
    snapshotMs: 30,
    ...over,
  };
  source = definition.open(config, { clock: { now: () => 100_000, rate: 1 }, timer: wallTimer });
  return source.device({ name: 'sensor', unit: 1, profile, wanted: new Set(['peak0', 'peak1']) });
};

/** A square wave of `counts`: as many values above as below its mean of 0, so its peak is `counts`. */
const frame = (channel: number, firstSample: number, count: number, counts: number) => {
  const bytes = Buffer.alloc(24 + 2 * count + 4);
  bytes.set([0x4b, 0x57, 0xa5, 0x5a, 1, channel, 1, 0]);
  bytes.writeUInt32LE(1_000_000, 8);
  bytes.writeBigUInt64LE(BigInt(firstSample), 12);
  bytes.writeUInt16LE(count, 20);
  for (let i = 0; i < count; i++) bytes.writeInt16LE(i % 2 === 0 ? counts : -counts, 24 + 2 * i);
  bytes.writeUInt32LE(crc32c(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
};
const say = async (n: number, ...frames: Buffer[]) => {
  while (!sockets[n]) await once(server, 'connection');
  sockets[n].write(Buffer.concat(frames));
};

it('gives the features of each window with the time of its end', async () => {
  const device = open();
  const scan = device.scan();
  await say(0, frame(0, 0, 20, 100), frame(1, 0, 20, 50), frame(0, 20, 20, 300));
  expect((await scan).readings).toEqual([
    { sampledAtMs: 100_000, values: [['peak0', expect.closeTo(1)]] },
    { sampledAtMs: 100_000, values: [['peak1', expect.closeTo(0.5)]] },
    { sampledAtMs: 100_000, values: [['peak0', expect.closeTo(3)]] },
  ]);
});

it('says what was lost and damaged, and glues nothing over it', async () => {
  const device = open();
  const scan = device.scan();
  await say(0, frame(0, 0, 10, 100), Buffer.from('noise'), frame(0, 15, 20, 200));
  const { readings, failure } = await scan;
  expect(readings).toMatchObject([{ values: [['peak0', expect.closeTo(2)]] }]);
  expect(failure).toMatchObject({
    code: 'REPLY_MISMATCH',
    message: '1 damaged places, 5 values lost, 0 windows not looked at',
  });
  const next = device.scan();
  await say(0, frame(0, 35, 20, 100));
  expect((await next).failure).toBeUndefined();
});

it('keeps the last stretch of raw signal of each channel', async () => {
  const device = open();
  expect(device.waveform?.('peak0')).toBeUndefined();
  const scan = device.scan();
  await say(0, frame(1, 0, 20, 70), frame(1, 20, 20, 70));
  await scan;
  const kept = device.waveform?.('peak1');
  expect(kept).toMatchObject({ unit: 'g', sampleRateHz: 1000, sampledAtMs: 100_000 - 29 });
  expect(kept?.values.length).toBe(30);
  expect(kept?.values[0]).toBeCloseTo(0.7);
  expect(device.waveform?.('nothing')).toBeUndefined();
});

it('says that a silent device does not answer, connects again, and goes on', async () => {
  const device = open();
  expect((await device.scan()).failure).toMatchObject({ code: 'LINK_TIMEOUT' });
  const again = device.scan();
  await say(1, frame(0, 500, 20, 100));
  expect((await again).readings.length).toBe(1);
});

it('does not wait for ever where holes leave no window whole, or where only others talk', async () => {
  const device = open();
  const scan = device.scan();
  const isOver = scan.then(() => true);
  for (let first = 0; !(await Promise.race([isOver, wallTimer.sleep(5)])); first += 30)
    await say(0, frame(0, first, 10, 100));
  expect(await scan).toMatchObject({ readings: [], failure: { code: 'REPLY_MISMATCH' } });
  const next = device.scan();
  await say(0, frame(7, 0, 20, 100));
  expect((await next).failure).toMatchObject({ code: 'LINK_TIMEOUT' });
});

it('says that the line ended', async () => {
  const device = open();
  const scan = device.scan();
  while (!sockets[0]) await once(server, 'connection');
  sockets[0].destroy();
  expect((await scan).failure).toMatchObject({ code: 'LINK_DOWN' });
});

it('gives what came last when polling has stopped', async () => {
  const device = open();
  const scan = device.scan();
  await say(0, frame(0, 0, 20, 100));
  await scan;
  await say(0, frame(0, 20, 20, 400));
  while (!device.waveform?.('peak0') || (device.waveform('peak0')?.values.length ?? 0) < 30) await wallTimer.sleep(1);
  await source?.close();
  expect(device.rest?.().readings).toMatchObject([{ values: [['peak0', expect.closeTo(4)]] }]);
});

it('carries one device, whose profile holds together', () => {
  const line = definition.open(
    { kind: 'waveform', path: '/dev/null', baudRate: 9600, timeoutMs: 1, snapshotMs: 30 },
    { clock: { now: () => 0, rate: 1 }, timer: wallTimer },
  );
  const spec = { name: 'sensor', unit: 1, profile, wanted: new Set(['peak0']) };
  const faulty = { ...profile, everyMs: 10, channels: profile.channels.slice(1) };
  const faults = ['everyMs is below windowMs', 'peak0: the profile has no channel 0'].map((message) => {
    return { path: 'profile test', message };
  });
  expect(() => line.device({ ...spec, profile: faulty })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', faults }),
  );
  line.device(spec);
  expect(() => line.device(spec)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
