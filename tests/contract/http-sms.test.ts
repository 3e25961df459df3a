import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { createHttpSms } from '@kuluma/cloud/adapters/sms-http/http-sms.ts';
import type { Sms } from '@kuluma/cloud/channel-ports.ts';
import { expireOffers } from '@kuluma/cloud/pipelines/answer-offers.ts';
import { enterDelivery } from '@kuluma/cloud/pipelines/answer-sms.ts';
import { type MessageDeps, sendMessages } from '@kuluma/cloud/pipelines/send-messages.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';

/** An SMS gateway as docs/sms-gateway.md has it. */
const gateway = { sent: [] as Sms[], tokens: [] as string[], answer: 202 as number | 'cut' };
const server: Server = createServer((request: IncomingMessage, response) => {
  json(request).then((body) => {
    gateway.tokens.push(request.headers.authorization ?? '');
    gateway.sent.push(body as Sms);
    if (gateway.answer === 'cut') request.socket.destroy();
    else response.writeHead(gateway.answer).end();
  }, response.destroy.bind(response));
});

let world: World;
let tenant: Tenant;
let deps: MessageDeps;
const phone = '+358401234567';
const morningMs = startMs - (startMs % dayMs) + 8 * hourMs;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world = await createWorld();
});
afterAll(async () => {
  await world.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(async () => {
  world.time.nowMs = morningMs;
  Object.assign(gateway, { sent: [], tokens: [], answer: 202 });
  tenant = await world.tenant({ machines: 4, technicians: 2 });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`;
  const { records, clock, random, log, messageRules: rules, homeCountry } = world.deps;
  deps = {
    ...{ records, clock, random, log, rules, homeCountry, publicUrl: '' },
    sms: createHttpSms({ url, token: 'our-token-at-the-gateway', timeoutMs: 20_000 }),
    links: () => Promise.reject(new Error('a text message has no link')),
  };
  const contact = await records.get('contact', tenant.organisationId, tenant.contactIds[0] ?? '');
  const organisationIds = await records.organisationIds();
  await records.transact(async (tx) => {
    // One who shares the number of the contacts of earlier tests would get their answers.
    for (const organisationId of organisationIds)
      for (const one of await tx.list('contact', organisationId))
        if (one.phone === phone) await tx.update('contact', { ...one, phone: '' });
    if (contact) await tx.update('contact', { ...contact, phone, email: '' });
  });
});

const send = () => sendMessages(deps, tenant.organisationId);
const approve = (n = 0) => approveOffer(tenant, n);
const authorization = 'Bearer token-of-the-sms-gateway';
const inbound = async (text: string, id: string = randomUUID(), from = '040 123 4567') => {
  const payload = { id, from, text, receivedAt: '2026-11-23T10:00:00+02:00' };
  const reply = await world.app.inject({
    method: 'POST',
    url: apiPaths.smsInbound(),
    payload,
    headers: { authorization },
  });
  expect(reply.statusCode).toBe(200);
  return (reply.json() as { reply: string }).reply;
};
const offers = () => world.records.list('offer', tenant.organisationId);
const visits = () => world.records.list('visit', tenant.organisationId);

describe('an offer by text message', () => {
  it('is handed over once with its id, number and token, and its number answers it', async () => {
    await approve();
    expect(await send()).toBe(1);
    expect(await send()).toBe(0);
    expect(gateway.sent).toMatchObject([{ to: phone, text: expect.stringContaining('1: ') }]);
    expect(gateway.tokens).toEqual(['Bearer our-token-at-the-gateway']);
    expect(await inbound('2')).toMatch(/^Kiitos, varattu: /);
    expect((await visits()).map(({ slot }) => slot.id)).toEqual([(await offers())[0]?.slots[1]?.id]);
  });

  it('is answered once: the same message again gets the same answer, another one hears that it was answered', async () => {
    await approve();
    await send();
    const first = await inbound('1', 'sms-1');
    expect(await inbound('1', 'sms-1')).toBe(first);
    expect(await inbound('2', 'sms-2')).toMatch(/^Tähän on jo vastattu/);
    expect(await visits()).toHaveLength(1);
  });

  it.each([
    ['0', 'declined', /emme tee mitään/],
    ['SOITA', 'callRequested', /^Soitamme teille/],
    ['huomenna?', 'sent', /^Emme ymmärtäneet. Vastaa 1, 2, 3/],
  ])('hears "%s" and is %s', async (text, state, reply) => {
    await approve();
    await send();
    expect(await inbound(text)).toMatch(reply);
    expect(await offers()).toMatchObject([{ state }]);
  });

  it('that has ended books nothing and says so', async () => {
    await approve();
    await send();
    world.time.nowMs += 4 * dayMs;
    await expireOffers(deps, tenant.organisationId);
    expect(await inbound('1')).toMatch(/ei ole enää voimassa/);
    expect(await visits()).toEqual([]);
  });

  it('is alone on its number: the next waits until it is answered', async () => {
    const owners = await Promise.all(
      tenant.machineIds.map((machineId) =>
        world.records.list('machineOwnership', tenant.organisationId, { where: { machineId } }),
      ),
    );
    const mine = owners.flatMap(([one], n) => (one?.ownerId === tenant.ownerIds[0] ? [n] : []));
    for (const n of mine) await approve(n);
    expect(await send()).toBe(1);
    world.time.nowMs += dayMs;
    expect(await send()).toBe(0);
    await inbound('0');
    expect(await send()).toBe(1);
    expect(new Set(gateway.sent.map(({ id }) => id)).size).toBe(2);
  });

  it('is the last one after LOPETA', async () => {
    await approve();
    await send();
    expect(await inbound('Lopeta')).toMatch(/^Emme lähetä enää/);
    await world.records.transact(async (tx) => {
      const [message] = await tx.list('message', tenant.organisationId);
      const base =
        message && freshBase('message', { ...message, nowMs: message.createdAtMs, random: world.deps.random });
      if (message) await tx.insert('message', { ...message, ...base, state: 'waiting', letterId: null, channel: null });
    });
    world.time.nowMs += dayMs;
    await send();
    expect((await world.records.list('message', tenant.organisationId)).at(-1)).toMatchObject({
      state: 'cancelled',
      reason: 'stopped',
    });
  });
});

describe('a number of contacts at two service companies', () => {
  let other: Tenant;
  beforeEach(async () => {
    other = await world.tenant({ machines: 1, technicians: 1 });
    await world.records.transact(async (tx) => {
      const contact = await tx.get('contact', other.organisationId, other.contactIds[0] ?? '');
      if (contact) await tx.update('contact', { ...contact, phone, email: '' });
    });
    await approve();
    await send();
    world.time.nowMs += minuteMs;
    await approveOffer(other);
    await sendMessages(deps, other.organisationId);
  });
  const allVisits = async () => [...(await visits()), ...(await world.records.list('visit', other.organisationId))];

  it('books one time for one message, however often and however fast it is handed over', async () => {
    const [first, ...again] = await Promise.all([inbound('1', 'sms-twice'), inbound('1', 'sms-twice')]);
    expect(first).toMatch(/^Kiitos, varattu: /);
    expect([...again, await inbound('1', 'sms-twice')]).toEqual([first, first]);
    expect(await allVisits()).toHaveLength(1);
    await inbound('1', 'sms-other');
    expect(await allVisits()).toHaveLength(2);
  });

  it('hears no more of either after STOP', async () => {
    expect(await inbound('STOP')).toMatch(/^Emme lähetä enää/);
    for (const [organisationId, contactId = ''] of [
      [tenant.organisationId, tenant.contactIds[0]],
      [other.organisationId, other.contactIds[0]],
    ] as const) {
      const preferences = await world.records.list('messagePreference', organisationId, { where: { contactId } });
      expect(preferences.map(({ purpose }) => purpose)).toContain('offers');
      expect(preferences.every(({ stoppedFromMs }) => stoppedFromMs !== null)).toBe(true);
    }
  });
});

describe('a text message that does not arrive', () => {
  const message = async () => (await world.records.list('message', tenant.organisationId))[0];
  const events = () => world.records.list('webhookEvent', tenant.organisationId);
  const report = async (state: string) => {
    const payload = { id: gateway.sent[0]?.id, state };
    const url = apiPaths.smsDelivery();
    return (await world.app.inject({ method: 'POST', url, payload, headers: { authorization } })).statusCode;
  };
  const withEmail = async () => {
    await world.records.transact(async (tx) => {
      const contact = await tx.get('contact', tenant.organisationId, tenant.contactIds[0] ?? '');
      if (contact) await tx.update('contact', { ...contact, email: 'contact@example.com' });
      const base = { organisationId: tenant.organisationId, nowMs: 0, random: world.deps.random } as const;
      if (contact)
        await tx.insert('messagePreference', {
          ...freshBase('messagePreference', { ...base, createdBy: { kind: 'contact', contactId: contact.id } }),
          ...{ contactId: contact.id, messageClass: 'serviceNotice', channel: 'sms', stoppedFromMs: null },
        });
    });
    const mails: string[] = [];
    deps = {
      ...deps,
      mail: { send: async ({ id }) => void mails.push(id) },
      links: () => Promise.resolve({ open: 'open', stop: 'stop' }),
    };
    return mails;
  };

  it('has failed for good, and the integrator hears it, where there is no e-mail', async () => {
    await approve();
    await send();
    expect(await report('failed')).toBe(204);
    expect(await report('failed')).toBe(204);
    expect(await message()).toMatchObject({ state: 'failed', reason: 'NOT_DELIVERED' });
    expect(await events()).toMatchObject([{ type: 'message.failed', data: { reason: 'NOT_DELIVERED' } }]);
  });

  it.each(['the network', 'the gateway'])('goes by e-mail when %s says so', async (who) => {
    const mails = await withEmail();
    await approve();
    if (who === 'the gateway') gateway.answer = 400;
    expect(await send()).toBe(who === 'the gateway' ? 0 : 1);
    if (who === 'the network')
      await enterDelivery({ ...world.deps, mails: true }, { id: gateway.sent[0]?.id ?? '', delivered: false });
    expect(await send()).toBe(1);
    expect(mails).toHaveLength(1);
    expect(await message()).toMatchObject({ state: 'sent', channel: 'email', attempts: 1 });
  });

  it('is reported before it was handed over: the gateway is asked to repeat that', async () => {
    await approve();
    await send();
    const sent = await message();
    if (sent) await world.records.transact((tx) => tx.update('message', { ...sent, state: 'sending', sentAtMs: null }));
    expect(await report('failed')).toBe(409);
    expect(await message()).toMatchObject({ state: 'sending' });
  });
});

describe('the SMS gateway', () => {
  it.each([
    [400, 'failed', 'MESSAGE_REFUSED', false],
    [503, 'waiting', 'MESSAGE_UNAVAILABLE', false],
    [401, 'waiting', 'MESSAGE_UNAVAILABLE', false],
    ['cut', 'waiting', 'MESSAGE_UNKNOWN', true],
  ] as const)('that answers %s leaves the message %s', async (answer, state, reason, isAmbiguous) => {
    await approve();
    gateway.answer = answer;
    expect(await send()).toBe(0);
    expect(await world.records.list('message', tenant.organisationId)).toMatchObject([{ state, reason, isAmbiguous }]);
  });

  it('tells what became of a message, and nobody else does', async () => {
    await approve();
    await send();
    const id = gateway.sent[0]?.id;
    const payload = { id, state: 'delivered' };
    const url = apiPaths.smsDelivery();
    expect((await world.app.inject({ method: 'POST', url, payload })).statusCode).toBe(401);
    const forged = { authorization: 'Bearer guess' };
    expect((await world.app.inject({ method: 'POST', url, payload, headers: forged })).statusCode).toBe(401);
    for (const one of [payload, payload, { id: 'msg_of_somebody_else', state: 'failed' }])
      expect(
        (await world.app.inject({ method: 'POST', url, payload: one, headers: { authorization } })).statusCode,
      ).toBe(204);
    expect(await world.records.list('message', tenant.organisationId)).toMatchObject([
      { deliveredAtMs: world.time.nowMs },
    ]);
  });

  it('may hand over what nobody can place: it is answered and harms nothing', async () => {
    expect(await inbound('1', randomUUID(), '+46701234567')).toMatch(/^Emme tunne tätä numeroa/);
    expect(await inbound('1')).toMatch(/^Teille ei ole avointa tarjousta/);
    expect(await inbound('SOITA')).toMatch(/^Soittakaa meille: 1/);
    expect(await visits()).toEqual([]);
  });
});
