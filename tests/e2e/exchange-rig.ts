import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc16, type Framing, rtuFraming, tcpFraming } from '@kuluma/edge/core/modbus-frame.ts';
import type { ByteLink } from '@kuluma/edge/links/byte-link.ts';
import { ModbusMaster } from '@kuluma/edge/links/modbus-master.ts';
import { serialLink } from '@kuluma/edge/links/serial-link.ts';
import { tcpLink } from '@kuluma/edge/links/tcp-link.ts';
import { wallTimer } from '@kuluma/edge/wall-timer.ts';
import { type Random, seededRandom } from '@kuluma/shared/clock.ts';
import { until } from './edge-harness.ts';

export const exchangeKinds = ['modbus-tcp', 'modbus-rtu', 'modbus-rtu-over-tcp'] as const;
export type ExchangeKind = (typeof exchangeKinds)[number];

/** Registers of every read: alike, so that only care can tell the replies apart. */
const count = 6;
const faultShare = 0.08;
/** The bad line delays by half a time-out; what the machine adds under load must not pass for a later reply. */
const silenceMs = 400;

/** What register `i` of a reply holds; every reply of a device is different, and so is every address. */
const wordOf = (address: number, served: number, i: number): number => {
  if (i < 2) return i === 0 ? served >>> 16 : served & 0xffff;
  let hash = Math.imul(address + 1, 0x9e3779b1) ^ Math.imul(served + i, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) & 0xffff;
};

const isRtu = (kind: ExchangeKind): boolean => kind !== 'modbus-tcp';

/** A device on a TCP port of its own that answers each request at once, in the framing of `kind`. */
class Device {
  served = 0;
  readonly #kind: ExchangeKind;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(kind: ExchangeKind) {
    this.#kind = kind;
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
      socket.on('data', (request) => socket.write(this.#reply(request)));
    });
  }

  #reply(request: Buffer): Buffer {
    const pdu = isRtu(this.#kind) ? request.subarray(0, 6) : request.subarray(6);
    const served = ++this.served;
    const reply = Buffer.alloc(3 + 2 * count);
    reply.set([pdu.readUInt8(0), pdu.readUInt8(1), 2 * count]);
    for (let i = 0; i < count; i++) reply.writeUInt16BE(wordOf(pdu.readUInt16BE(2), served, i), 3 + 2 * i);
    if (!isRtu(this.#kind)) return Buffer.concat([request.subarray(0, 4), Buffer.of(0, reply.length), reply]);
    const crc = crc16(reply);
    return Buffer.concat([reply, Buffer.of(crc & 255, crc >> 8)]);
  }

  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** One side of the proxy: where it hears requests and sends what it makes of the replies. */
interface NearSide {
  write(bytes: Uint8Array): void;
}

/** What a bad line does to the replies that pass over it. */
class FaultyLine {
  readonly faults = new Map<string, number>();
  readonly #kind: ExchangeKind;
  readonly #random: Random;
  readonly #timeoutMs: number;
  #last: Buffer = Buffer.alloc(0);

  constructor(kind: ExchangeKind, random: Random, timeoutMs: number) {
    this.#kind = kind;
    this.#random = random;
    this.#timeoutMs = timeoutMs;
  }

  pass(reply: Buffer, near: NearSide): void {
    const before = this.#last;
    this.#last = reply;
    if (this.#random() >= faultShare) {
      near.write(reply);
      return;
    }
    const acts = this.#acts(reply, before, near);
    const names = Object.keys(acts);
    const name = names[Math.floor(this.#random() * names.length)] ?? '';
    this.faults.set(name, (this.faults.get(name) ?? 0) + 1);
    acts[name]?.();
  }

  #acts(reply: Buffer, before: Buffer, near: NearSide): Record<string, () => unknown> {
    const later = (ms: number, bytes: Buffer) => setTimeout(() => near.write(bytes), ms);
    const cut = 1 + Math.floor(this.#random() * (reply.length - 1));
    const spoilt = isRtu(this.#kind) ? this.#flipped(reply) : this.#badHeader(reply);
    return {
      delayed: () => later(this.#timeoutMs * (1.05 + this.#random() / 2), reply),
      dropped: () => undefined,
      doubled: () => near.write(Buffer.concat([reply, reply])),
      // On RTU nothing but the silence between frames tells a reply from one to the same question before.
      ...(isRtu(this.#kind) ? {} : { doubledLater: () => [near.write(reply), later(this.#random() * 3, reply)] }),
      split: () => {
        near.write(reply.subarray(0, cut));
        later(1 + this.#random() * 3, reply.subarray(cut));
      },
      torn: () => near.write(reply.subarray(0, cut)),
      merged: () => near.write(Buffer.concat([before, reply])),
      overtaken: () => near.write(Buffer.concat([reply, before])),
      spoilt: () => near.write(spoilt),
    };
  }

  /** One to three bits turned over, anywhere. */
  #flipped(reply: Buffer): Buffer {
    const bytes = Buffer.from(reply);
    const bits = new Set<number>();
    const wanted = 1 + Math.floor(this.#random() * 3);
    while (bits.size < wanted) bits.add(Math.floor(this.#random() * bytes.length * 8));
    for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    return bytes;
  }

  /** A byte of the header or the function code that is another; TCP guards the rest. */
  #badHeader(reply: Buffer): Buffer {
    const bytes = Buffer.from(reply);
    const at = Math.floor(this.#random() * 8);
    bytes[at] = (bytes[at] as number) ^ (1 + Math.floor(this.#random() * 255));
    return bytes;
  }
}

/** The proxy's TCP listener: every connection gets one of its own to the device. */
const listen = async (line: FaultyLine, devicePort: number) => {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer({ noDelay: true }, (near) => {
    const far = keep(connect({ port: devicePort, host: '127.0.0.1', noDelay: true }));
    keep(near).on('data', (request) => far.write(request));
    near.on('close', () => far.destroy());
    far.on('data', (reply) => line.pass(reply, { write: (bytes) => near.writable && near.write(bytes) }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, stop };
};

/** The proxy on the far end of a pty pair. */
const attach = async (line: FaultyLine, devicePort: number, dir: string) => {
  const [ours, theirs] = [join(dir, 'master'), join(dir, 'proxy')];
  const socat: ChildProcess = spawn(
    '/usr/bin/socat',
    [`pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`],
    { stdio: 'ignore' },
  );
  await until('the pty pair is there', () => existsSync(ours) && existsSync(theirs));
  const near = serialLink({ path: theirs, baudRate: 115_200, parity: 'none' });
  await near.open();
  const far = connect({ port: devicePort, host: '127.0.0.1', noDelay: true });
  far.on('error', () => undefined);
  near.onData((request) => void far.write(request));
  far.on('data', (reply) => line.pass(reply, near));
  const stop = async () => {
    far.destroy();
    await near.drop();
    const exited = once(socat, 'exit');
    socat.kill();
    await exited;
  };
  return { path: ours, stop };
};

const masterOn = (kind: ExchangeKind, link: ByteLink, timeoutMs: number): ModbusMaster => {
  const framing: Framing = isRtu(kind) ? rtuFraming : tcpFraming;
  const quiet = isRtu(kind) ? { gapMs: 1.75, silenceMs } : { gapMs: 0, silenceMs: 0 };
  return new ModbusMaster({
    link,
    framing,
    timer: wallTimer,
    timeoutMs,
    ...quiet,
    dropOnFailure: kind !== 'modbus-rtu',
  });
};

export interface ExchangeTally {
  exchanges: number;
  /** Values handed over. */
  good: number;
  /** Exchanges that gave an error and no value. */
  failed: number;
  /** Values of another request, another time, or with wrong bits. */
  wrong: number;
  readonly faults: Map<string, number>;
}

/** One master, one proxy, one device: `exchanges` reads one after another, each value checked. */
const runLane = async (
  kind: ExchangeKind,
  options: { exchanges: number; timeoutMs: number; seed: number },
  tally: ExchangeTally,
): Promise<void> => {
  const { exchanges, timeoutMs, seed } = options;
  const random = seededRandom(seed);
  const dir = await mkdtemp(join(tmpdir(), 'kuluma-exchange-'));
  const device = new Device(kind);
  const line = new FaultyLine(kind, random, timeoutMs);
  const devicePort = await device.start();
  const proxy = kind === 'modbus-rtu' ? await attach(line, devicePort, dir) : await listen(line, devicePort);
  const link =
    'path' in proxy
      ? serialLink({ path: proxy.path, baudRate: 115_200, parity: 'none' })
      : tcpLink({ host: '127.0.0.1', port: proxy.port, timeoutMs: 5000 });
  const master = masterOn(kind, link, timeoutMs);
  for (let i = 0; i < exchanges; i++) {
    const address = Math.floor(random() * 8);
    const before = device.served;
    const reply = await master.read({ unit: 1, function: 'holding', address, count }).catch(() => undefined);
    tally.exchanges++;
    if (reply?.kind !== 'data') {
      tally.failed++;
      continue;
    }
    const view = new DataView(reply.data.buffer, reply.data.byteOffset, reply.data.length);
    const served = view.getUint32(0);
    const isRight =
      served > before &&
      Array.from({ length: count }, (_, w) => w).every((w) => view.getUint16(2 * w) === wordOf(address, served, w));
    if (isRight) tally.good++;
    else tally.wrong++;
  }
  await master.close();
  await proxy.stop();
  device.stop();
  await rm(dir, { recursive: true });
  for (const [name, n] of line.faults) tally.faults.set(name, (tally.faults.get(name) ?? 0) + n);
};

/** `exchanges` reads through faulty lines, on `lanes` lines beside each other. */
export const runExchanges = async (
  kind: ExchangeKind,
  { exchanges, lanes, timeoutMs }: { exchanges: number; lanes: number; timeoutMs: number },
): Promise<ExchangeTally> => {
  const tally: ExchangeTally = { exchanges: 0, good: 0, failed: 0, wrong: 0, faults: new Map() };
  const each = Math.ceil(exchanges / lanes);
  await Promise.all(
    Array.from({ length: lanes }, (_, seed) => runLane(kind, { exchanges: each, timeoutMs, seed: seed + 1 }, tally)),
  );
  return tally;
};
