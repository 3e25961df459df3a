import { expect, it } from 'vitest';
import { PrimaryHost } from './primary-host.ts';

const state = (online: boolean, timestamp: number) => new TextEncoder().encode(JSON.stringify({ online, timestamp }));
const never = new AbortController().signal;

it('is there for a node that needs none', async () => {
  const host = new PrimaryHost(false);
  await host.untilOnline(never);
  expect(host.isOnline).toBe(true);
});

it('is waited for', async () => {
  const host = new PrimaryHost(true);
  let isThere = false;
  const waiting = host.untilOnline(never).then(() => {
    isThere = true;
  });
  for (const payload of [state(false, 1), new TextEncoder().encode('ONLINE'), new Uint8Array()]) host.take(payload);
  await Promise.resolve();
  expect(isThere).toBe(false);
  host.take(state(true, 2));
  await waiting;
  expect(host.isOnline).toBe(true);
});

it('is not waited for any longer than the session lasts', async () => {
  const session = new AbortController();
  const host = new PrimaryHost(true);
  const waiting = host.untilOnline(session.signal);
  session.abort();
  await waiting;
  expect(host.isOnline).toBe(false);
});

it('does not leave by the will of an earlier connection', () => {
  const host = new PrimaryHost(true);
  host.take(state(true, 10));
  host.take(state(false, 9));
  expect(host.isOnline).toBe(true);
  host.take(state(false, 10));
  expect(host.isOnline).toBe(false);
});
