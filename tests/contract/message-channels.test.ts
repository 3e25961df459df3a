import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createSmtpMail } from '@kuluma/cloud/adapters/mail-smtp/smtp-mail.ts';
import { createHttpSms } from '@kuluma/cloud/adapters/sms-http/http-sms.ts';
import { createWebPush } from '@kuluma/cloud/adapters/web-push/web-push.ts';
import { createSignedWebhook } from '@kuluma/cloud/adapters/webhook-http/signed-webhook.ts';
import { letterLinks } from '@kuluma/cloud/http/letter-links.ts';
import { type MessageDeps, sendMessages } from '@kuluma/cloud/pipelines/send-messages.ts';
import { sendWebhooks } from '@kuluma/cloud/pipelines/send-webhooks.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PushBrowser } from '../push-browser.ts';
import { SmtpInbox } from '../smtp-inbox.ts';
import { startMs } from './http-tenant.ts';
import { approveOffer, createWorld, type World } from './http-world.ts';

/** What the other side does with what it is handed. */
type Manner = 'take' | 'refuse' | 'busy' | 'dieHolding';

/** The other side of a channel, real and on loopback. */
interface OtherSide {
  manner(manner: Manner): void;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ids of what was handed over, whatever became of it. */
  ids(): string[];
  send(id: string): Promise<void>;
}

const timeoutMs = 20_000;

/** A server that keeps what is posted to it. */
const createPosted = () => {
  const state = { manner: 'take' as Manner, got: [] as { headers: IncomingHttpHeaders; body: string }[], port: 0 };
  const statusOf = { take: 202, refuse: 400, busy: 503 } as const;
  const server = createServer((request, response) => {
    text(request).then((body) => {
      state.got.push({ headers: request.headers, body });
      if (state.manner === 'dieHolding') request.socket.destroy();
      else response.writeHead(statusOf[state.manner]).end();
    }, response.destroy.bind(response));
  });
  return {
    state,
    manner: (manner: Manner) => {
      state.manner = manner;
    },
    url: () => `http://127.0.0.1:${state.port}/hook`,
    start: async () => {
      await new Promise<void>((resolve) => server.listen(state.port, '127.0.0.1', resolve));
      state.port = (server.address() as AddressInfo).port;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G';
const wallNowMs = Date.parse('2027-03-01T06:00:00.000Z');

const letters = (): OtherSide => {
  const inbox = new SmtpInbox();
  return {
    start: () => inbox.start(),
    stop: () => inbox.stop(),
    manner: (manner) => {
      if (manner === 'take') inbox.manner = 'take';
      else if (manner === 'dieHolding') inbox.manner = 'dieAfterData';
      else inbox.manner = { refuse: manner === 'refuse' ? 550 : 451, at: 'recipient' };
    },
    ids: () => inbox.mails.map(({ headers }) => /<(.*)@/.exec(headers.get('message-id') ?? '')?.[1] ?? ''),
    send: async (id) => {
      const mail = createSmtpMail({ url: inbox.url(), from: 'service@example.com', timeoutMs });
      const letter = {
        to: 'essi@example.com',
        subject: 's',
        text: 't',
        html: '<p>t</p>',
        stopUrl: 'https://example.com',
      };
      try {
        await mail.send({ id, ...letter });
      } finally {
        await mail.stop();
      }
    },
  };
};

const textMessages = (): OtherSide => {
  const { state, url, ...posted } = createPosted();
  return {
    ...posted,
    ids: () => state.got.map(({ body }) => (JSON.parse(body) as { id: string }).id),
    send: (id) => createHttpSms({ url: url(), token: 'token', timeoutMs }).send({ id, to: '+358401234567', text: 't' }),
  };
};

const webhooks = (): OtherSide => {
  const { state, url, ...posted } = createPosted();
  const hook = () => createSignedWebhook({ url: url(), secret, wallNow: () => wallNowMs, timeoutMs });
  return {
    ...posted,
    ids: () => state.got.map(({ headers }) => String(headers['webhook-id'])),
    send: (id) => hook().send({ id, type: 'message.sent', atMs: wallNowMs, data: {} }),
  };
};

const notes = (): OtherSide => {
  const browser = new PushBrowser();
  const dir = mkdtempSync(join(tmpdir(), 'kuluma-push-'));
  return {
    start: () => browser.start(),
    stop: async () => {
      await browser.stop();
      rmSync(dir, { recursive: true, force: true });
    },
    manner: (manner) => {
      browser.answer = manner === 'dieHolding' ? 'hangUp' : { take: 201, refuse: 410, busy: 503 }[manner];
    },
    ids: () => browser.got.map((_, n) => browser.opened(n)),
    send: (id) =>
      createWebPush({ dir, subject: 'https://example.com', services: [], timeoutMs }).send({
        ...{ to: browser.address, text: id, topic: 'day', keepForMs: hourMs },
      }),
  };
};

describe.each([
  ['e-mail', letters],
  ['text messages', textMessages],
  ['webhooks', webhooks],
  ['web push', notes],
])('the channel of %s', (_, open) => {
  let side: OtherSide;
  beforeEach(async () => {
    side = open();
    await side.start();
    return () => side.stop();
  });

  it('hands over once what is taken', async () => {
    await side.send('msg_1');
    expect(side.ids()).toEqual(['msg_1']);
  });

  it.each([
    ['refuse', 'MESSAGE_REFUSED'],
    ['busy', 'MESSAGE_UNAVAILABLE'],
    ['dieHolding', 'MESSAGE_UNKNOWN'],
  ] as const)('tells of a side that does %s: %s', async (manner, code) => {
    side.manner(manner);
    await expect(side.send('msg_1')).rejects.toMatchObject({ code });
  });

  it('tells of a side that is away, and reaches it under the same id when it is back', async () => {
    side.manner('dieHolding');
    await expect(side.send('msg_1')).rejects.toThrow();
    await side.stop();
    await expect(side.send('msg_1')).rejects.toMatchObject({ code: 'MESSAGE_UNAVAILABLE' });
    side.manner('take');
    await side.start();
    await side.send('msg_1');
    expect(side.ids()).toEqual(['msg_1', 'msg_1']);
  });
});

describe('what an integrator hears', () => {
  const posted = createPosted();
  let world: World;
  beforeAll(async () => {
    await posted.start();
    world = await createWorld();
    world.time.nowMs = startMs - (startMs % dayMs) + 8 * hourMs;
  });
  afterAll(async () => {
    await world.stop();
    await posted.stop();
  });

  it('is signed over id, time and body, and repeated until it is taken', async () => {
    const tenant = await world.tenant({ machines: 1, technicians: 1 });
    await approveOffer(tenant);
    const { records, clock, random, log, messageRules: rules, homeCountry } = world.deps;
    const messages: MessageDeps = {
      ...{ records, clock, random, log, rules, homeCountry, publicUrl: '', links: letterLinks(world.deps) },
      ...{ mail: { send: () => Promise.resolve() }, tellsIntegrator: true },
    };
    await sendMessages(messages, tenant.organisationId);
    const webhook = createSignedWebhook({ url: posted.url(), secret, wallNow: () => wallNowMs, timeoutMs });
    const send = () => sendWebhooks({ records, clock, log, webhook }, tenant.organisationId);
    posted.manner('busy');
    expect(await send()).toBe(0);
    expect(await send()).toBe(0);
    posted.manner('take');
    world.time.nowMs += minuteMs;
    expect([await send(), await send()]).toEqual([1, 0]);
    const [first, second, ...others] = posted.state.got;
    expect(others).toEqual([]);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    const [message] = await records.list('message', tenant.organisationId);
    const body = JSON.parse(second?.body ?? '') as { type: string; data: { messageId: string } };
    expect([body.type, body.data.messageId]).toEqual(['message.sent', message?.id]);
    // As a receiver checks it, from the headers and the raw body alone.
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = second?.headers ?? {};
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const expected = createHmac('sha256', key).update(`${id}.${time}.${second?.body}`).digest();
    expect(timingSafeEqual(Buffer.from(String(signature).slice('v1,'.length), 'base64'), expected)).toBe(true);
    expect(Number(time) * 1000).toBe(wallNowMs);
    expect(second?.body).not.toContain('@');
  });

  it('is not repeated to who refuses it', async () => {
    const tenant = await world.tenant({ machines: 2, technicians: 1 });
    const { records, clock, random, log, messageRules: rules, homeCountry } = world.deps;
    const messages: MessageDeps = {
      ...{ records, clock, random, log, rules, homeCountry, publicUrl: '', links: letterLinks(world.deps) },
      ...{ mail: { send: () => Promise.resolve() }, tellsIntegrator: true },
    };
    await approveOffer(tenant, 0);
    await approveOffer(tenant, 1);
    await sendMessages(messages, tenant.organisationId);
    const webhook = createSignedWebhook({ url: posted.url(), secret, wallNow: () => wallNowMs, timeoutMs });
    const send = () => sendWebhooks({ records, clock, log, webhook }, tenant.organisationId);
    const states = async () =>
      (await records.list('webhookEvent', tenant.organisationId)).map(({ state, reason }) => `${state} ${reason}`);
    // Nobody waits for the answer to each event in turn while there is none.
    posted.manner('dieHolding');
    await send();
    expect(await states()).toEqual(['waiting MESSAGE_UNKNOWN', 'waiting null']);
    posted.manner('busy');
    world.time.nowMs += minuteMs;
    await send();
    expect(await states()).toEqual(['waiting MESSAGE_UNAVAILABLE', 'waiting null']);
    posted.manner('refuse');
    world.time.nowMs += 5 * minuteMs;
    await send();
    expect(await states()).toEqual(['failed MESSAGE_REFUSED', 'failed MESSAGE_REFUSED']);
    posted.manner('take');
    expect(await send()).toBe(0);
  });
});
