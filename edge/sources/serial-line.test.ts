import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Source } from '../ports.ts';
import { wallTimer } from '../wall-timer.ts';
import { source as definition } from './serial-line.ts';

let server: Server;
let source: Source | undefined;
const sockets: Socket[] = [];
let nowMs = 0;
let chunks = 0;

beforeEach(async () => {
  nowMs = 1000;
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

/** Asked once for each chunk that arrives. */
const now = () => {
  chunks++;
  return nowMs;
};

const open = (over: object = {}) => {
  const { port } = server.address() as AddressInfo;
  const config = { kind: 'serial-line', host: '127.0.0.1', port, timeoutMs: 1000, delimiter: ',', ...over };
  source = definition.open(config, { clock: { now, rate: 1 }, timer: wallTimer });
  return source;
};
const point = (name: string, field: number, scale = 1) => {
  return { name, field, scale, offset: 0, unit: '1', role: 'sensor' as const };
};
const profile = { profile: 'line', points: [point('a', 1), point('b', 2, 0.1), point('unwanted', 0)] };
const spec = { name: 'device', unit: 1, profile, wanted: new Set(['a', 'b']) };
/** Writes to the connection number `n` once it is there, and returns when the bytes have been read. */
const say = async (n: number, text: string) => {
  while (!sockets[n]) await once(server, 'connection');
  const before = chunks;
  sockets[n].write(text);
  while (chunks === before) await wallTimer.sleep(1);
};

it('gives every line since the last scan with its own time', async () => {
  const device = open().device(spec);
  const first = device.scan();
  await say(0, '9,9,9\nx,1,20\n');
  expect(await first).toEqual({
    readings: [
      {
        sampledAtMs: 1000,
        values: [
          ['a', 1],
          ['b', 2],
        ],
      },
    ],
    rowsRefused: 0,
    linesDropped: 0,
  });
  nowMs = 2000;
  await say(0, 'x,2,30\nx,3,');
  nowMs = 3000;
  await say(0, '40\n');
  expect((await device.scan()).readings).toEqual([
    {
      sampledAtMs: 2000,
      values: [
        ['a', 2],
        ['b', 3],
      ],
    },
    {
      sampledAtMs: 3000,
      values: [
        ['a', 3],
        ['b', 4],
      ],
    },
  ]);
});

it('gives lines that arrive in one piece times of their own, and follows a clock that is set back', async () => {
  const device = open({ checksum: 'nmea' }).device({ ...spec, wanted: new Set(['a']) });
  const first = device.scan();
  await say(0, '$K,1*56\n$K,2*55\n');
  nowMs = 1001;
  await say(0, '$K,3*54\n');
  nowMs = 1;
  await say(0, '$K,4*53\n');
  const { readings } = await first;
  const all = [...readings, ...(await device.scan()).readings];
  expect(all.map((r) => [r.sampledAtMs, r.values[0]?.[1]])).toEqual([
    [1000, 1],
    [1001, 2],
    [1002, 3],
    [1, 4],
  ]);
});

it('takes the first line too where a checksum tells that it is whole', async () => {
  const device = open({ checksum: 'nmea' }).device(spec);
  const scan = device.scan();
  await say(0, '$KUL,1,2*51\r\n');
  const { readings, failure } = await scan;
  expect(failure).toBeUndefined();
  expect(readings.map((r) => r.values)).toEqual([
    [
      ['a', 1],
      ['b', 0.2],
    ],
  ]);
});

it('reports lines that do not have the format and keeps the others', async () => {
  const device = open().device(spec);
  const scan = device.scan();
  await say(0, '\nx,1\nx,5,60\n');
  const { readings, failure, linesDropped } = await scan;
  expect(linesDropped).toBe(1);
  expect(failure).toMatchObject({ code: 'REPLY_MISMATCH', message: expect.stringContaining('1 of 2') });
  expect(readings.map((r) => r.values)).toEqual([
    [
      ['a', 5],
      ['b', 6],
    ],
  ]);
});

it('says that a silent device does not answer, connects again, and goes on', async () => {
  const device = open().device(spec);
  expect((await device.scan()).failure).toMatchObject({ code: 'LINK_TIMEOUT' });
  const again = device.scan();
  await say(1, '\nx,7,70\n');
  expect((await again).readings).toMatchObject([
    {
      values: [
        ['a', 7],
        ['b', 7],
      ],
    },
  ]);
});

it('gives what came last when polling has stopped', async () => {
  const device = open().device(spec);
  const scan = device.scan();
  await say(0, '\nx,1,10\n');
  await scan;
  await say(0, 'x,2,20\n');
  await source?.close();
  expect(device.rest?.().readings).toMatchObject([
    {
      values: [
        ['a', 2],
        ['b', 2],
      ],
    },
  ]);
});

it('carries one device only', () => {
  const line = open();
  line.device(spec);
  expect(() => line.device(spec)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
