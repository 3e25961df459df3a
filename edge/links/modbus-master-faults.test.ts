import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { expect, it } from 'vitest';
import { crc16, rtuFraming, tcpFraming } from '../core/modbus-frame.ts';
import { wallTimer } from '../wall-timer.ts';
import { ModbusMaster } from './modbus-master.ts';
import { tcpLink } from './tcp-link.ts';

const timeoutMs = 25;
/** A late reply takes twice the time-out; what the machine adds under load must not pass for one of the next request. */
const silenceMs = 100;
const exchanges = 100;

/** Replies to a request for two registers: its own address and that again, so that a value tells what was asked. */
const tcpReply = (request: Buffer): Buffer => {
  const address = request.subarray(8, 10);
  return Buffer.concat([
    request.subarray(0, 4),
    Buffer.of(0, 7),
    request.subarray(6, 8),
    Buffer.of(4),
    address,
    address,
  ]);
};
const rtuReply = (request: Buffer): Buffer => {
  const address = request.subarray(2, 4);
  const body = Buffer.concat([request.subarray(0, 2), Buffer.of(4), address, address]);
  const crc = crc16(body);
  return Buffer.concat([body, Buffer.of(crc & 255, crc >> 8)]);
};

/** What a bad line does to a reply. */
const spoil = (socket: Socket, reply: Buffer, hasChecksum: boolean, random: () => number): void => {
  const after = (ms: number, bytes: Buffer) => setTimeout(() => socket.destroyed || socket.write(bytes), ms);
  const at = 1 + Math.floor(random() * (reply.length - 1));
  const flipped = Buffer.from(reply);
  flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
  const acts = [
    () => after(timeoutMs * (1 + random()), reply),
    () => undefined,
    () => socket.write(Buffer.concat([reply, reply])),
    () => {
      socket.write(reply.subarray(0, at));
      after(2, reply.subarray(at));
    },
    () => socket.write(reply.subarray(0, at)),
    () => socket.destroy(),
    () => socket.write(hasChecksum ? flipped : reply),
  ];
  acts[Math.floor(random() * acts.length)]?.();
};

it.each([
  ['TCP', tcpFraming, tcpReply, { gapMs: 0, silenceMs: 0 }],
  ['RTU over TCP', rtuFraming, rtuReply, { gapMs: 1, silenceMs }],
])('never hands over a wrong value on a bad %s line, and good ones in between', async (_, framing, replyTo, quiet) => {
  const random = seededRandom(7);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (request) => {
      const reply = replyTo(request);
      if (random() < 0.5) socket.write(reply);
      else spoil(socket, reply, framing === rtuFraming, random);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const link = tcpLink({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, timeoutMs: 1000 });
  const master = new ModbusMaster({ link, framing, timer: wallTimer, timeoutMs, ...quiet, dropOnFailure: true });
  let good = 0;
  for (let address = 0; address < exchanges; address++) {
    const reply = await master.read({ unit: 1, function: 'holding', address, count: 2 }).catch(() => undefined);
    if (reply?.kind !== 'data') continue;
    expect([...reply.data]).toEqual([0, address, 0, address]);
    good++;
  }
  expect(good).toBeGreaterThan(exchanges / 4);
  await master.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});
