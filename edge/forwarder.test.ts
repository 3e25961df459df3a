import { AppError } from '@kuluma/shared/errors.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { type SampleClass, sampleClasses } from '@kuluma/shared/model/topics.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { decodeLetter, type Letter, tableIdOf } from '@kuluma/shared/wire/letter.ts';
import type { Pace } from '@kuluma/shared/wire/pace.ts';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Forwarder, type ForwarderDeps } from './forwarder.ts';
import type { DownMessage, Outbox, StoredRecord, Uplink, UplinkSession, WallTimer } from './ports.ts';

const pointIds = [newId('measurementPoint', () => 0.5)];
const tableId = tableIdOf(pointIds);

/** An outbox in memory: record n of a class is the byte n, of 10 samples, on a table where `tabled`. */
const memoryOutbox = (counts: Partial<Record<SampleClass, number>>, over: Partial<StoredRecord> = {}) => {
  const ends = { alarm: 0, live: 0, history: 0, ...counts };
  const acked = { alarm: new Set<number>(), live: new Set<number>(), history: new Set<number>() };
  let stored: () => void = () => undefined;
  const waiting = (of: SampleClass) => Array.from({ length: ends[of] }, (_, n) => n).filter((n) => !acked[of].has(n));
  const outbox: Outbox = {
    epoch: 1,
    dropped: { restart: 0, outboxFull: 0, diskFault: 0, aged: 0, damaged: 0 },
    accept: () => undefined,
    acceptAlarms: () => undefined,
    acceptWaveform: () => undefined,
    flush: async () => undefined,
    read: async (of, from, limit) =>
      waiting(of)
        .filter((n) => n >= from)
        .slice(0, limit)
        .map((position) => {
          const bytes = Uint8Array.of(position);
          return { class: of, position, bytes, samples: 10, tableId: null, provisionalEpoch: null, ...over };
        }),
    ack: (of, position) => void acked[of].add(position),
    table: (id) => (id === tableId ? pointIds : undefined),
    onStored: (listener) => {
      stored = listener;
    },
    queue: (of) => {
      const [cursor = ends[of]] = waiting(of);
      return { cursor, end: ends[of], records: waiting(of).length, bytes: 0, oldestMs: null };
    },
    close: async () => undefined,
  };
  const add = (of: SampleClass = 'live', count = 1) => {
    ends[of] += count;
    stored();
  };
  return { outbox, acked, add };
};

interface Sent {
  readonly channel: string;
  readonly n: number;
  readonly letter: Letter;
  ack(): void;
}

/** An uplink whose sessions end when the test says so; state messages are acknowledged at once. */
const fakeUplink = () => {
  const sessions: { sent: Sent[]; states: GatewayState[]; lose(): void; tell(message: DownMessage): void }[] = [];
  const uplink: Uplink = {
    async connect(_will, _signal, tell) {
      const { promise: closed, resolve: lose } = Promise.withResolvers<void>();
      const session = { sent: [] as Sent[], states: [] as GatewayState[], lose, tell };
      sessions.push(session);
      return {
        closed,
        send: (channel, payload) => {
          if (channel === 'state') {
            session.states.push(JSON.parse(new TextDecoder().decode(payload)));
            return Promise.resolve();
          }
          return new Promise((resolve, reject) => {
            const letter = decodeLetter(payload);
            session.sent.push({ channel, n: letter.record[0] as number, letter, ack: resolve });
            void closed.then(() => reject(new AppError('LINK_DOWN', 'lost')));
          });
        },
        end: async () => lose(),
      } satisfies UplinkSession;
    },
  };
  return { uplink, sessions };
};

/** Sleeps end at the next turn unless they wait for an event; `pass` moves the time. */
const fakeTimer = () => {
  let nowMs = 0;
  const timer: WallTimer = {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const untilMs = nowMs + ms;
        const look = () => {
          if (ms < 1000 || nowMs >= untilMs || signal?.aborted) resolve();
          else setImmediate(look);
        };
        setImmediate(look);
      }),
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { timer, pass };
};
const settle = async () => {
  for (let i = 0; i < 60; i++) await new Promise((resolve) => setImmediate(resolve));
};

const setUp = async (box: ReturnType<typeof memoryOutbox>, over: Partial<ForwarderDeps> = {}) => {
  const link = fakeUplink();
  const clock = fakeTimer();
  const forwarder = new Forwarder({
    outbox: box.outbox,
    uplink: link.uplink,
    timer: clock.timer,
    time: { restampOf: () => null, hearCloud: () => undefined },
    random: () => 0,
    log: pino({ level: 'silent' }),
    state: (online) => ({ online }) as GatewayState,
    onMessage: () => undefined,
    ...over,
  });
  await forwarder.start();
  await settle();
  return { ...box, ...link, ...clock, forwarder };
};
const upTo = (to: number, from = 0) => Array.from({ length: to - from }, (_, i) => from + i);
const numbers = (session: { sent: Sent[] } | undefined, channel: string) =>
  session?.sent.filter((s) => s.channel === channel).map((s) => s.n);
const setPace = (pace: Pace, isRetained = false): DownMessage => ({
  channel: 'pace',
  payload: Buffer.from(JSON.stringify(pace)),
  isRetained,
});

it('sends alarms first, then what waits by the history lane, and what is new by the live lane at once', async () => {
  const { sessions, add, forwarder } = await setUp(memoryOutbox({ alarm: 2, live: 200, history: 1 }));
  const [session] = sessions;
  expect(session?.sent.slice(0, 2).map((s) => s.channel)).toEqual(['alarm', 'alarm']);
  expect(numbers(session, 'history')).toEqual([0, ...upTo(63)]);
  expect(numbers(session, 'live')).toEqual([]);
  add();
  await settle();
  expect(numbers(session, 'live')).toEqual([200]);
  session?.lose();
  await forwarder.stop();
});

it('has a bounded number of records under way in each lane', async () => {
  const { sessions, add, forwarder } = await setUp(memoryOutbox({}));
  add('live', 40);
  await settle();
  expect(numbers(sessions[0], 'live')).toEqual(upTo(16));
  for (const sent of sessions[0]?.sent.slice(0, 8) ?? []) sent.ack();
  await settle();
  expect(numbers(sessions[0], 'live')).toEqual(upTo(24));
  sessions[0]?.lose();
  await forwarder.stop();
});

it('sends again after a lost connection exactly what was not acknowledged', async () => {
  const { sessions, add, acked, forwarder } = await setUp(memoryOutbox({}));
  add('live', 5);
  await settle();
  sessions[0]?.sent[1]?.ack();
  sessions[0]?.sent[3]?.ack();
  await settle();
  expect([...acked.live]).toEqual([1, 3]);
  expect(forwarder.ackedSamples).toBe(20);
  sessions[0]?.lose();
  await settle();
  expect(sessions[1]?.sent.map(({ channel, n }) => `${channel} ${n}`)).toEqual(['history 0', 'history 2', 'history 4']);
  sessions[1]?.lose();
  await forwarder.stop();
});

it('turns live records that lag too far into backlog', async () => {
  const { sessions, add, forwarder } = await setUp(memoryOutbox({}));
  add('live', 100);
  await settle();
  expect(numbers(sessions[0], 'live')).toEqual([]);
  add();
  await settle();
  expect(numbers(sessions[0], 'live')).toEqual([100]);
  expect(numbers(sessions[0], 'history')).toEqual(upTo(64));
  sessions[0]?.lose();
  await forwarder.stop();
});

it('sends the history no faster than the cloud asks, and the rest unhindered', async () => {
  const { sessions, add, pass, forwarder } = await setUp(memoryOutbox({}));
  const [session] = sessions;
  session?.tell(setPace({ historySamplesPerS: 20 }));
  add('history', 50);
  await settle();
  // A second's worth at once.
  expect(numbers(session, 'history')).toEqual([0, 1]);
  for (let second = 1; second <= 5; second++) {
    pass(1000);
    add();
    await settle();
    expect(numbers(session, 'history')).toHaveLength(2 + 2 * second);
    expect(numbers(session, 'live')).toHaveLength(second);
  }
  session?.tell(setPace({ historySamplesPerS: null }));
  pass(1000);
  await settle();
  expect(numbers(session, 'history')).toEqual(upTo(50));
  session?.lose();
  await forwarder.stop();
});

it('puts the table into letters until one with it was acknowledged, and again after a while', async () => {
  const { sessions, add, pass, forwarder } = await setUp(memoryOutbox({}, { tableId }));
  const [session] = sessions;
  const tables = () => session?.sent.map(({ letter }) => letter.tables.length);
  add('live', 2);
  await settle();
  expect(session?.sent[0]?.letter.tables).toEqual([{ tableId, pointIds }]);
  session?.sent[0]?.ack();
  await settle();
  add();
  await settle();
  expect(tables()).toEqual([1, 1, 0]);
  pass(600_000);
  add();
  await settle();
  expect(tables()).toEqual([1, 1, 0, 1]);
  session?.lose();
  await forwarder.stop();
});

it('sends the table with one record of the backlog and waits for it', async () => {
  const { sessions, forwarder } = await setUp(memoryOutbox({ live: 5 }, { tableId }));
  expect(numbers(sessions[0], 'history')).toEqual([0]);
  sessions[0]?.sent[0]?.ack();
  await settle();
  expect(sessions[0]?.sent.map(({ letter }) => letter.tables.length)).toEqual([1, 0, 0, 0, 0]);
  sessions[0]?.lose();
  await forwarder.stop();
});

it('holds records of untrusted time until it hears the time, and then sends the correction along', async () => {
  let restampMs: number | undefined;
  const heard: number[] = [];
  const time = { restampOf: () => restampMs, hearCloud: (ms: number) => void heard.push(ms) };
  const { sessions, forwarder } = await setUp(memoryOutbox({ live: 2 }, { provisionalEpoch: 1 }), { time });
  expect(sessions[0]?.sent).toEqual([]);
  sessions[0]?.tell(setPace({ historySamplesPerS: null, nowMs: 5 }, true));
  expect(heard).toEqual([]);
  restampMs = 3_600_000;
  sessions[0]?.tell(setPace({ historySamplesPerS: null, nowMs: 7 }));
  await settle();
  expect(heard).toEqual([7]);
  expect(sessions[0]?.sent.map(({ letter }) => letter.restampMs)).toEqual([3_600_000, 3_600_000]);
  sessions[0]?.lose();
  await forwarder.stop();
});

it('sends records of untrusted time as uncertain where nobody tells the time', async () => {
  const time = { restampOf: () => undefined, hearCloud: () => undefined };
  const { sessions, pass, forwarder } = await setUp(memoryOutbox({ alarm: 1 }, { provisionalEpoch: 1 }), { time });
  expect(sessions[0]?.sent).toEqual([]);
  pass(10_000);
  await settle();
  expect(sessions[0]?.sent.map(({ letter }) => letter.restampMs)).toEqual([0]);
  sessions[0]?.lose();
  await forwarder.stop();
});

it('hands on what it does not understand, and takes no pace that is none', async () => {
  const others: DownMessage[] = [];
  const { sessions, forwarder } = await setUp(memoryOutbox({}), { onMessage: (m) => void others.push(m) });
  const config: DownMessage = { channel: 'config', payload: new Uint8Array(), isRetained: true };
  sessions[0]?.tell(config);
  for (const text of ['{', '{"historySamplesPerS":0}'])
    sessions[0]?.tell({ channel: 'pace', payload: Buffer.from(text), isRetained: false });
  expect(others).toEqual([config]);
  sessions[0]?.lose();
  await forwarder.stop();
});

it('drains before it stops and says goodbye', async () => {
  const { sessions, outbox, forwarder } = await setUp(memoryOutbox({ live: 2 }));
  const stopped = forwarder.stop();
  await settle();
  for (const sent of sessions[0]?.sent ?? []) sent.ack();
  await stopped;
  expect(sampleClasses.map((of) => outbox.queue(of).records)).toEqual([0, 0, 0]);
  expect(sessions[0]?.states.at(0)?.online).toBe(true);
  expect(sessions[0]?.states.at(-1)?.online).toBe(false);
});

it('stops although the connection came about at the same moment', async () => {
  const link = fakeUplink();
  const arrived = Promise.withResolvers<void>();
  const uplink: Uplink = {
    connect: async (...args) => {
      await arrived.promise;
      return link.uplink.connect(...args);
    },
  };
  const { forwarder } = await setUp(memoryOutbox({ live: 1 }), { uplink });
  const stopped = forwarder.stop();
  await settle();
  arrived.resolve();
  await stopped;
  expect(link.sessions[0]?.sent).toEqual([]);
});

it('gives up the session in which the outbox could not be read, and sends all in the next', async () => {
  const box = memoryOutbox({ live: 2 });
  const link = fakeUplink();
  let failures = 1;
  const read: Outbox['read'] = (...args) =>
    failures-- > 0 ? Promise.reject(new Error('EIO')) : box.outbox.read(...args);
  const ended: number[] = [];
  const uplink: Uplink = {
    connect: async (...args) => {
      const session = await link.uplink.connect(...args);
      const n = link.sessions.length - 1;
      void session.closed.then(() => ended.push(n));
      return session;
    },
  };
  const { forwarder } = await setUp(box, { outbox: { ...box.outbox, read }, uplink });
  expect(ended).toEqual([0]);
  expect(numbers(link.sessions[1], 'history')).toEqual([0, 1]);
  link.sessions[1]?.lose();
  await forwarder.stop();
});

it('stops although the broker no longer acknowledges anything', async () => {
  const link = fakeUplink();
  const uplink: Uplink = {
    connect: async (...args) => {
      const session = await link.uplink.connect(...args);
      return { ...session, send: () => new Promise((_, reject) => void session.closed.then(reject)) };
    },
  };
  const { forwarder, pass } = await setUp(memoryOutbox({}), { uplink });
  const stopped = forwarder.stop();
  await settle();
  pass(2000);
  await stopped;
  expect(link.sessions).toHaveLength(1);
});
