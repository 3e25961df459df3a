import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { crc16, rtuFraming, tcpFraming } from '../core/modbus-frame.ts';
import { wallTimer } from '../wall-timer.ts';
import { ModbusMaster } from './modbus-master.ts';
import { tcpLink } from './tcp-link.ts';

let server: Server | undefined;
let master: ModbusMaster | undefined;
const sockets = new Set<Socket>();
afterEach(async () => {
  await master?.close();
  for (const socket of sockets.values()) socket.destroy();
  sockets.clear();
  const ended = server;
  server = undefined;
  if (ended) await new Promise((resolve) => ended.close(resolve));
});

/** A device that does with the n-th request (from 0, over all connections) what `behave` says. */
const device = async (behave: (n: number, request: Buffer, socket: Socket) => void): Promise<number> => {
  let count = 0;
  const fresh = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (request) => behave(count++, request, socket));
  });
  server = fresh;
  await new Promise<void>((resolve) => fresh.listen(0, '127.0.0.1', resolve));
  return (fresh.address() as AddressInfo).port;
};

/** The reply to a Modbus TCP request for one register: its own address as value. */
const tcpReply = (request: Buffer, unit = request.readUInt8(6)): Buffer =>
  Buffer.of(...request.subarray(0, 4), 0, 5, unit, request.readUInt8(7), 2, ...request.subarray(8, 10));
const rtuReply = (request: Buffer): Buffer => {
  const body = Buffer.of(request.readUInt8(0), request.readUInt8(1), 2, ...request.subarray(2, 4));
  return Buffer.of(...body, crc16(body) & 255, crc16(body) >> 8);
};

/** How long a reply may take, and how long a late one takes. Long beside what a busy machine adds. */
const [waitMs, lateMs] = [300, 450];
const open = (port: number, framing = tcpFraming, timeoutMs = waitMs) => {
  master = new ModbusMaster({
    link: tcpLink({ host: '127.0.0.1', port, timeoutMs: 1000 }),
    framing,
    timer: wallTimer,
    timeoutMs,
    gapMs: framing === rtuFraming ? 2 : 0,
    silenceMs: framing === rtuFraming ? timeoutMs : 0,
    dropOnFailure: framing === tcpFraming,
  });
  return master;
};
const one = (address: number) => ({ unit: 1, function: 'holding', address, count: 1 }) as const;
const registerOf = (reply: { kind: string; data?: Uint8Array }) =>
  reply.data ? ((reply.data[0] as number) << 8) | (reply.data[1] as number) : reply.kind;

it('asks one thing at a time, however many ask', async () => {
  let open1 = 0;
  let most = 0;
  const port = await device((_, request, socket) => {
    most = Math.max(most, ++open1);
    setTimeout(() => {
      open1--;
      socket.write(tcpReply(request));
    }, 3);
  });
  const bus = open(port);
  const replies = await Promise.all([5, 6, 7, 8].map((address) => bus.read(one(address))));
  expect(replies.map(registerOf)).toEqual([5, 6, 7, 8]);
  expect(most).toBe(1);
});

it('drops the TCP connection after a time-out, so that a late reply reaches nobody, and connects again', async () => {
  const port = await device((n, request, socket) => {
    setTimeout(() => socket.write(tcpReply(request)), n === 0 ? lateMs : 0);
  });
  const bus = open(port);
  await expect(bus.read(one(1000))).rejects.toMatchObject({ code: 'LINK_TIMEOUT' });
  expect(registerOf(await bus.read(one(2000)))).toBe(2000);
  await wallTimer.sleep(lateMs - waitMs);
  expect(registerOf(await bus.read(one(3000)))).toBe(3000);
  expect(sockets.size).toBe(2);
});

it('stays silent on an RTU line until a late reply has passed', async () => {
  const port = await device((n, request, socket) => {
    setTimeout(() => socket.write(rtuReply(request)), n === 0 ? lateMs : 0);
  });
  const bus = open(port, rtuFraming);
  await expect(bus.read(one(1000))).rejects.toMatchObject({ code: 'LINK_TIMEOUT' });
  expect(registerOf(await bus.read(one(2000)))).toBe(2000);
});

it('does not give a doubled RTU reply to the next request', async () => {
  const port = await device((n, request, socket) => {
    socket.write(rtuReply(request));
    if (n === 0) setImmediate(() => socket.write(rtuReply(request)));
  });
  const bus = open(port, rtuFraming);
  const first = await bus.read(one(1)).then(registerOf, (error: { code: string }) => error.code);
  expect([1, 'REPLY_MISMATCH']).toContain(first);
  expect(registerOf(await bus.read(one(2)))).toBe(2);
});

it('takes a whole RTU reply after which the line ends at once', async () => {
  const port = await device((_, request, socket) => socket.end(rtuReply(request)));
  expect(registerOf(await open(port, rtuFraming).read(one(7)))).toBe(7);
});

it('refuses the reply of another unit, and goes on', async () => {
  const port = await device((n, request, socket) => socket.write(tcpReply(request, n === 0 ? 9 : 1)));
  const bus = open(port);
  await expect(bus.read(one(1))).rejects.toMatchObject({ code: 'REPLY_MISMATCH' });
  expect(registerOf(await bus.read(one(2)))).toBe(2);
});

it('says LINK_DOWN when the connection ends in the middle of a request, and when nobody listens', async () => {
  const port = await device((_, __, socket) => socket.destroy());
  const bus = open(port, tcpFraming, 5000);
  await expect(bus.read(one(1))).rejects.toMatchObject({ code: 'LINK_DOWN' });
  server?.close();
  await expect(bus.read(one(1))).rejects.toMatchObject({ code: 'LINK_DOWN' });
});

it('opens a line anew when nothing on it answers any more', async () => {
  const port = await device((n, request, socket) => {
    if (n >= 5) socket.write(rtuReply(request));
  });
  const bus = open(port, rtuFraming, 100);
  for (let i = 0; i < 5; i++) await expect(bus.read(one(i))).rejects.toMatchObject({ code: 'LINK_TIMEOUT' });
  expect(sockets.size).toBe(1);
  expect(registerOf(await bus.read(one(5)))).toBe(5);
  expect(sockets.size).toBe(2);
});
