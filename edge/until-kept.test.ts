import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { encodeLetter } from '@kuluma/shared/wire/letter.ts';
import { encodeRecord, type RecordKey } from '@kuluma/shared/wire/record.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DownMessage, Uplink } from './ports.ts';
import { untilKept } from './until-kept.ts';

const gatewayId = newId('gateway', () => 0.5);
const letterOf = (seq: number, of: RecordKey['class'] = 'live', epoch = 1): Uint8Array => {
  const gap = { pointIds: [], fromMs: 0, toMs: 1, samples: null, reason: 'restart' as const };
  const record = encodeRecord({ key: { gatewayId, epoch, class: of, seq }, kind: 'gap', gap });
  return encodeLetter({ record, tables: [], restampMs: null });
};
const messageOf = (value: unknown): DownMessage => ({
  channel: 'kept',
  payload: Buffer.from(JSON.stringify(value)),
  isRetained: false,
});
const kept = (first: number, last: number, over: object = {}) =>
  messageOf({ v: 1, ranges: [{ epoch: 1, class: 'live', first, last, ...over }] });

/** A session with a broker that acknowledges at once and forgets it. */
const setUp = async (acknowledge: () => Promise<void> = async () => undefined) => {
  const { promise: closed, resolve: lose } = Promise.withResolvers<void>();
  let tell: (message: DownMessage) => void = () => undefined;
  const broker: Uplink = {
    async connect(_will, _signal, onMessage) {
      tell = onMessage;
      return { closed, send: acknowledge, end: async () => lose() };
    },
  };
  const others: DownMessage[] = [];
  const uplink = untilKept(broker, 1000);
  const session = await uplink.connect(new Uint8Array(), new AbortController().signal, (m) => void others.push(m));
  const fates: string[] = [];
  const depart = (...what: Parameters<typeof letterOf>): void => {
    const n = fates.push('waits') - 1;
    session.send('live', letterOf(...what)).then(
      () => {
        fates[n] = 'kept';
      },
      (error: unknown) => {
        fates[n] = asAppError(error).code;
      },
    );
  };
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return { session, depart, fates, others, tell: (message: DownMessage) => tell(message), lose, settle };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('acknowledges exactly the records of which the cloud says that it has them', async () => {
  const { depart, fates, tell, settle } = await setUp();
  for (const seq of [1, 2, 3]) depart(seq);
  depart(2, 'alarm');
  depart(2, 'live', 2);
  await settle();
  expect(fates).toEqual(['waits', 'waits', 'waits', 'waits', 'waits']);
  tell(kept(0, 2));
  await settle();
  expect(fates).toEqual(['kept', 'kept', 'waits', 'waits', 'waits']);
  tell(kept(2, 2, { class: 'alarm' }));
  tell(kept(2, 2, { epoch: 2 }));
  await settle();
  expect(fates).toEqual(['kept', 'kept', 'waits', 'kept', 'kept']);
});

it('acknowledges a record that went twice in both places', async () => {
  const { depart, fates, tell, settle } = await setUp();
  depart(1);
  depart(1);
  tell(kept(1, 1));
  await settle();
  expect(fates).toEqual(['kept', 'kept']);
});

it('takes what is no list of kept records for nothing', async () => {
  const { depart, fates, tell, settle } = await setUp();
  depart(1);
  for (const value of ['', {}, { v: 1, ranges: [{ epoch: 1, class: 'live' }] }]) tell(messageOf(value));
  tell({ channel: 'kept', payload: Buffer.from('{'), isRetained: false });
  await settle();
  expect(fates).toEqual(['waits']);
});

it('ends the session, for one reason, when the cloud is silent', async () => {
  const { session, depart, fates, settle } = await setUp();
  depart(1);
  depart(2);
  await vi.advanceTimersByTimeAsync(999);
  expect(fates).toEqual(['waits', 'waits']);
  await vi.advanceTimersByTimeAsync(1);
  await session.closed;
  await settle();
  expect(fates).toEqual(['LINK_TIMEOUT', 'LINK_DOWN']);
});

it('leaves it to the uplink when a broker that does not acknowledge is given up', async () => {
  const { depart, fates, lose, settle } = await setUp(() => new Promise<void>(() => undefined));
  depart(1);
  await vi.advanceTimersByTimeAsync(5000);
  expect(fates).toEqual(['waits']);
  lose();
  await settle();
  expect(fates).toEqual(['LINK_DOWN']);
});

it('gives up what waits when the session ends, and what the broker refuses', async () => {
  const lost = await setUp();
  lost.depart(1);
  lost.lose();
  await lost.settle();
  expect(lost.fates).toEqual(['LINK_DOWN']);
  const refused = await setUp(() => Promise.reject(new AppError('LINK_DOWN', 'nobody listens')));
  refused.depart(1);
  await refused.settle();
  expect(refused.fates).toEqual(['LINK_DOWN']);
});

it('leaves states to the broker, and other messages to who asked', async () => {
  const { session, others, tell } = await setUp();
  await session.send('state', new Uint8Array(), { retain: true });
  const pace: DownMessage = { channel: 'pace', payload: new Uint8Array(), isRetained: false };
  tell(pace);
  expect(others).toEqual([pace]);
});
