import { AppError } from '@kuluma/shared/errors.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Forwarder } from './forwarder.ts';
import type { Outbox, StoredBatch, Uplink, UplinkSession, WallTimer } from './ports.ts';

/** An outbox in memory: batch n is the byte n. */
const memoryOutbox = (count: number) => {
  const depth = { cursor: 0, end: count, bytes: 0, droppedSamples: 0 };
  let stored: () => void = () => undefined;
  const outbox: Outbox = {
    epoch: 1,
    depth,
    accept: () => undefined,
    flush: async () => undefined,
    read: async (from, limit) =>
      Array.from({ length: Math.min(limit, depth.end - from) }, (_, i): StoredBatch => {
        return { position: from + i, payload: Uint8Array.of(from + i), sampleCount: 10 };
      }),
    ack: async (position) => {
      depth.cursor = Math.max(depth.cursor, position + 1);
    },
    onStored: (listener) => {
      stored = listener;
    },
    close: async () => undefined,
  };
  const add = () => {
    depth.end++;
    stored();
  };
  return { outbox, depth, add };
};

interface Sent {
  readonly n: number;
  ack(): void;
}

/** An uplink whose sessions end when the test says so; state messages are acknowledged at once. */
const fakeUplink = () => {
  const sessions: { sent: Sent[]; states: GatewayState[]; lose(): void }[] = [];
  const uplink: Uplink = {
    async connect() {
      const { promise: closed, resolve: lose } = Promise.withResolvers<void>();
      const session = { sent: [] as Sent[], states: [] as GatewayState[], lose };
      sessions.push(session);
      return {
        closed,
        send: (channel, payload) => {
          if (channel === 'state') {
            session.states.push(JSON.parse(new TextDecoder().decode(payload)));
            return Promise.resolve();
          }
          return new Promise((resolve, reject) => {
            session.sent.push({ n: payload[0] as number, ack: resolve });
            void closed.then(() => reject(new AppError('LINK_DOWN', 'lost')));
          });
        },
        end: async () => lose(),
      } satisfies UplinkSession;
    },
  };
  return { uplink, sessions };
};

const timer: WallTimer = {
  now: () => performance.now(),
  sleep: (_, signal) =>
    new Promise((resolve) => {
      setImmediate(resolve);
      signal?.addEventListener('abort', () => resolve());
    }),
};
const settle = async () => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

const setUp = async (count: number) => {
  const box = memoryOutbox(count);
  const link = fakeUplink();
  const state = (online: boolean) => ({ online }) as GatewayState;
  const log = pino({ level: 'silent' });
  const forwarder = new Forwarder({ outbox: box.outbox, uplink: link.uplink, timer, random: () => 0, log, state });
  await forwarder.start();
  await settle();
  return { ...box, ...link, forwarder };
};

it('has at most 16 batches in flight, in order', async () => {
  const { sessions, forwarder } = await setUp(40);
  expect(sessions[0]?.sent.map((s) => s.n)).toEqual(Array.from({ length: 16 }, (_, i) => i));
  for (const sent of sessions[0]?.sent.slice(0, 8) ?? []) sent.ack();
  await settle();
  expect(sessions[0]?.sent.map((s) => s.n)).toEqual(Array.from({ length: 24 }, (_, i) => i));
  sessions[0]?.lose();
  await forwarder.stop();
});

it('lets a batch leave the outbox only when all before it were acknowledged too', async () => {
  const { sessions, depth, forwarder } = await setUp(3);
  sessions[0]?.sent[2]?.ack();
  sessions[0]?.sent[1]?.ack();
  await settle();
  expect(depth.cursor).toBe(0);
  sessions[0]?.sent[0]?.ack();
  await settle();
  expect(depth.cursor).toBe(3);
  expect(forwarder.ackedSamples).toBe(30);
  await forwarder.stop();
});

it('sends again after a lost connection what was not acknowledged, from the first on', async () => {
  const { sessions, forwarder } = await setUp(5);
  sessions[0]?.sent[0]?.ack();
  sessions[0]?.sent[3]?.ack();
  await settle();
  sessions[0]?.lose();
  await settle();
  expect(sessions[1]?.sent.map((s) => s.n)).toEqual([1, 2, 3, 4]);
  sessions[1]?.lose();
  await forwarder.stop();
});

it('sends what comes later as it comes', async () => {
  const { sessions, add, forwarder } = await setUp(0);
  expect(sessions[0]?.sent).toEqual([]);
  add();
  await settle();
  expect(sessions[0]?.sent.map((s) => s.n)).toEqual([0]);
  sessions[0]?.sent[0]?.ack();
  await forwarder.stop();
});

it('drains before it stops and says goodbye', async () => {
  const { sessions, depth, forwarder } = await setUp(2);
  const stopped = forwarder.stop();
  await settle();
  for (const sent of sessions[0]?.sent ?? []) sent.ack();
  await stopped;
  expect(depth.cursor).toBe(2);
  expect(sessions[0]?.states.at(0)?.online).toBe(true);
  expect(sessions[0]?.states.at(-1)?.online).toBe(false);
});

it('stops although the connection came about at the same moment', async () => {
  const box = memoryOutbox(1);
  const link = fakeUplink();
  const arrived = Promise.withResolvers<void>();
  const uplink: Uplink = {
    connect: async (will, signal) => {
      await arrived.promise;
      return link.uplink.connect(will, signal);
    },
  };
  const state = (online: boolean) => ({ online }) as GatewayState;
  const log = pino({ level: 'silent' });
  const forwarder = new Forwarder({ outbox: box.outbox, uplink, timer, random: () => 0, log, state });
  await forwarder.start();
  const stopped = forwarder.stop();
  await settle();
  arrived.resolve();
  await stopped;
  expect(link.sessions[0]?.sent).toEqual([]);
});

it('gives up the session in which the outbox could not be read, and sends all in the next', async () => {
  const box = memoryOutbox(2);
  const link = fakeUplink();
  let failures = 1;
  const read: Outbox['read'] = (from, limit) =>
    failures-- > 0 ? Promise.reject(new Error('EIO')) : box.outbox.read(from, limit);
  const outbox: Outbox = { ...box.outbox, depth: box.depth, read };
  const ended: number[] = [];
  const uplink: Uplink = {
    connect: async (will, signal) => {
      const session = await link.uplink.connect(will, signal);
      const n = link.sessions.length - 1;
      void session.closed.then(() => ended.push(n));
      return session;
    },
  };
  const state = (online: boolean) => ({ online }) as GatewayState;
  const log = pino({ level: 'silent' });
  const forwarder = new Forwarder({ outbox, uplink, timer, random: () => 0, log, state });
  await forwarder.start();
  await settle();
  expect(ended).toEqual([0]);
  expect(link.sessions[1]?.sent.map((s) => s.n)).toEqual([0, 1]);
  link.sessions[1]?.lose();
  await forwarder.stop();
});

it('stops although the broker no longer acknowledges anything', async () => {
  const box = memoryOutbox(0);
  const link = fakeUplink();
  const uplink: Uplink = {
    connect: async (will, signal) => {
      const session = await link.uplink.connect(will, signal);
      return { ...session, send: () => new Promise((_, reject) => void session.closed.then(reject)) };
    },
  };
  const state = (online: boolean) => ({ online }) as GatewayState;
  const log = pino({ level: 'silent' });
  const forwarder = new Forwarder({ outbox: box.outbox, uplink, timer, random: () => 0, log, state });
  await forwarder.start();
  await settle();
  await forwarder.stop();
  expect(link.sessions).toHaveLength(1);
});
