import { randomUUID } from 'node:crypto';
import { createSmtpMail } from '@kuluma/cloud/adapters/mail-smtp/smtp-mail.ts';
import { letterLinks } from '@kuluma/cloud/http/letter-links.ts';
import { queueDueMessages } from '@kuluma/cloud/pipelines/queue-due-messages.ts';
import { queueMessage } from '@kuluma/cloud/pipelines/queue-message.ts';
import { type MessageDeps, sendMessages } from '@kuluma/cloud/pipelines/send-messages.ts';
import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SmtpInbox } from '../smtp-inbox.ts';
import { startMs } from './http-tenant.ts';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';
import { linksTo, openOffer } from './offer-visitor.ts';

let world: World;
let tenant: Tenant;
let deps: MessageDeps;
const inbox = new SmtpInbox();
/** Ten in the morning, so that nothing waits for the day. */
const morningMs = startMs - (startMs % dayMs) + 8 * hourMs;

beforeAll(async () => {
  await inbox.start();
  world = await createWorld();
});
afterAll(async () => {
  await world.stop();
  await inbox.stop();
});
beforeEach(async () => {
  world.time.nowMs = morningMs;
  inbox.mails.length = 0;
  inbox.manner = 'take';
  tenant = await world.tenant({ machines: 4, technicians: 2 });
  const mail = createSmtpMail({ url: inbox.url(), from: 'service@example.com', timeoutMs: 20_000 });
  const { records, clock, random, log, messageRules: rules } = world.deps;
  deps = {
    ...{ records, clock, random, log, rules, mail },
    homeCountry: '+358',
    publicUrl: 'https://service.example.com',
    links: letterLinks(world.deps),
  };
  return () => mail.stop();
});

const send = () => sendMessages(deps, tenant.organisationId);
const messages = () => world.records.list('message', tenant.organisationId);

const approve = (n = 0) => approveOffer(tenant, n);

const linkIn = (body: string, path: string): string =>
  new RegExp(`https://service\\.example\\.com${path}([\\w-]+)`).exec(body)?.[1] ?? '';

describe('an approved offer', () => {
  it('reaches its contact as one letter, whose link opens the offer and books it; the booking is confirmed at once', async () => {
    await approve(0);
    expect(inbox.mails).toHaveLength(0);
    expect(await send()).toBe(1);
    expect(await send()).toBe(0);
    const [letter] = inbox.mails;
    const contact = await world.records.get('contact', tenant.organisationId, tenant.contactIds[0] ?? '');
    expect(letter?.to).toBe(contact?.email);
    const page = await openOffer(world, linkIn(letter?.body ?? '', '/offer/'));
    expect((await page.submit('accept', { slotId: page.slotIds[0] ?? '' })).status).toBe(303);
    expect(await send()).toBe(1);
    expect((await messages()).map(({ template, state }) => [template, state])).toEqual([
      ['offer', 'sent'],
      ['booked', 'sent'],
    ]);
  });

  it('goes with the others of the day in one letter', async () => {
    const owners = await Promise.all(
      tenant.machineIds.map((machineId) =>
        world.records.list('machineOwnership', tenant.organisationId, { where: { machineId } }),
      ),
    );
    const mine = owners.flatMap(([one], n) => (one?.ownerId === tenant.ownerIds[0] ? [n] : []));
    for (const n of mine) await approve(n);
    expect(mine.length).toBeGreaterThan(1);
    expect(await send()).toBe(1);
    expect(new Set((await messages()).map(({ letterId }) => letterId)).size).toBe(1);
  });

  it('that was answered or has ended before its letter left is not written about', async () => {
    await approve(0);
    const [offer] = await world.records.list('offer', tenant.organisationId);
    await world.records.transact(async (tx) => {
      if (offer) await tx.update('offer', { ...offer, state: 'expired' });
    });
    expect(await send()).toBe(0);
    expect(await messages()).toMatchObject([{ state: 'cancelled', reason: 'overtaken' }]);
  });
});

describe('a booked visit', () => {
  const book = async () => {
    await approve(0);
    await send();
    const page = await openOffer(world, linkIn(inbox.mails.at(-1)?.body ?? '', '/offer/'));
    await page.submit('accept', { slotId: page.slotIds.at(-1) ?? '' });
    await send();
    const [visit] = await world.records.list('visit', tenant.organisationId);
    if (!visit) throw new Error('nothing was booked');
    // Far enough ahead, and at ten in the morning, so that no night comes between.
    const arrivalFromMs = morningMs + 8 * dayMs;
    const slot = { ...visit.slot, arrivalFromMs, arrivalToMs: arrivalFromMs + hourMs, travelMin: 25 };
    return world.records.transact((tx) => tx.update('visit', { ...visit, slot }));
  };
  const queued = async () => {
    await queueDueMessages(deps, tenant.organisationId);
    await send();
    return (await messages()).map(({ template, state, passReason }) => [template, state, passReason].join(' '));
  };

  it('is reminded of twice, and its contact hears when the technician sets out and will be there', async () => {
    const visit = await book();
    const soFar = ['offer sent ', 'booked sent answer'];
    world.time.nowMs = visit.slot.arrivalFromMs - 49 * hourMs;
    expect(await queued()).toEqual(soFar);
    world.time.nowMs += hourMs;
    expect(await queued()).toEqual([...soFar, 'dayReminder sent appointment']);
    expect(await queued()).toHaveLength(3);
    world.time.nowMs = visit.slot.arrivalFromMs - 2 * hourMs;
    expect((await queued()).slice(3)).toEqual(['hourReminder sent appointment']);
    await world.records.transact((tx) => tx.update('visit', { ...visit, state: 'onTheWay' }));
    expect((await queued()).slice(4)).toEqual(['onTheWay sent onTheWay']);
    expect(inbox.mails.at(-1)?.body).toContain('Arvioitu saapumisaika on klo 8.25');
    const [offer] = await world.records.list('offer', tenant.organisationId);
    const link = offer && (await linksTo(world, offer)).open;
    expect((await openOffer(world, link ?? '')).html).toContain('perillä noin klo\u00a08.25');
  });

  it('that is done is told of with its report', async () => {
    const visit = await book();
    const [offer] = await world.records.list('offer', tenant.organisationId);
    const [recommendation] = await world.records.list('recommendation', tenant.organisationId);
    if (!offer || !recommendation) throw new Error('nothing was offered');
    const nowMs = world.time.nowMs;
    const origin = { organisationId: tenant.organisationId, createdBy: offer.createdBy, nowMs, random: deps.random };
    await world.records.transact(async (tx) => {
      await tx.update('visit', { ...visit, state: 'done' });
      await tx.insert('outcome', {
        ...freshBase('outcome', origin),
        ...{ visitId: visit.id, recommendationId: recommendation.id, forecastId: recommendation.forecastId },
        ...{ findingVerdict: 'confirmed', finding: '', minutes: 95, partsUsed: [], componentReplaced: false },
        ...{ costCents: 0, closedAtMs: nowMs },
        counterfactual: { failureExpectedAtMs: null, failureCostCents: null, basis: 'unknown' },
      });
      await queueMessage(tx, deps.rules, origin, { template: 'done', offer, visitId: visit.id });
    });
    const printed: string[] = [];
    const printReport: MessageDeps['printReport'] = async (_, { id }, language) => {
      printed.push(`${id} ${language}`);
      return Buffer.from('%PDF-1.7\n');
    };
    await sendMessages({ ...deps, printReport }, tenant.organisationId);
    expect(printed).toEqual([`${visit.id} fi`]);
    const letter = inbox.mails.at(-1)?.body ?? '';
    expect(letter).toContain('Raportti on tämän viestin liitteenä.');
    expect(letter).toContain(Buffer.from('%PDF-1.7\n').toString('base64'));
    expect(letter).toContain('filename=P-0.pdf');
  });

  it('that is cancelled meanwhile is not reminded of', async () => {
    const visit = await book();
    world.time.nowMs = visit.slot.arrivalFromMs - 48 * hourMs;
    await queueDueMessages(deps, tenant.organisationId);
    await world.records.transact((tx) => tx.update('visit', { ...visit, state: 'cancelled' }));
    expect((await queued()).at(-1)).toBe('dayReminder cancelled ');
  });
});

it('an offer that nobody answers is reminded of once', async () => {
  await approve(0);
  await send();
  for (let hour = 0; hour < 70; hour++) {
    world.time.nowMs += hourMs;
    await queueDueMessages(deps, tenant.organisationId);
    await send();
  }
  expect((await messages()).map(({ template, state }) => [template, state])).toEqual([
    ['offer', 'sent'],
    ['offerReminder', 'sent'],
  ]);
});

describe('a contact who lets us learn when they answer', () => {
  /** Mondays at ten they never answered, Mondays at two always. */
  const lived = async (learnsTiming: boolean) => {
    await approve(0);
    const {
      records,
      deps: { random },
    } = world;
    const { organisationId } = tenant;
    const [offer] = await records.list('offer', organisationId);
    const [message] = await records.list('message', organisationId);
    if (!offer || !message) throw new Error('no offer was made');
    const { contactId } = message;
    const origin = { organisationId, createdBy: offer.createdBy, nowMs: offer.createdAtMs, random };
    const reach = { timeZone: null, pausedUntilMs: null, digest: 'asItComes', hours: null } as const;
    await records.transact(async (tx) => {
      await tx.insert('reachPreference', {
        ...freshBase('reachPreference', origin),
        contactId,
        ...reach,
        learnsTiming,
      });
      for (let week = 1; week <= 12; week++)
        for (const isAfternoon of [false, true]) {
          const sentAtMs = morningMs - week * 7 * dayMs + (isAfternoon ? 4 * hourMs : 0);
          const answeredAtMs = isAfternoon ? sentAtMs + hourMs : null;
          const past = { ...offer, ...freshBase('offer', origin), state: 'declined' as const, answeredAtMs };
          await tx.insert('offer', past);
          const sent = { state: 'sent', channel: 'email', sentAtMs, letterId: `past-${week}-${isAfternoon}` } as const;
          await tx.insert('message', { ...message, ...freshBase('message', origin), ...sent, offerId: past.id });
        }
    });
    const [said] = await records.list('reachPreference', organisationId);
    return { said, now: async () => (await records.get('message', organisationId, message.id))?.state };
  };

  it('gets an offer in the part of the day in which they tend to answer', async () => {
    const { now } = await lived(true);
    for (const hour of [0, 2]) {
      world.time.nowMs = morningMs + hour * hourMs;
      await send();
      expect(await now()).toBe('waiting');
    }
    world.time.nowMs = morningMs + 3 * hourMs;
    await send();
    expect(await now()).toBe('sent');
  });

  it('gets it at once when they never allowed it', async () => {
    expect((await lived(false)).said?.learnsTiming).toBe(false);
    expect(await send()).toBe(1);
  });

  it('is written to at once when they take it back', async () => {
    const { said, now } = await lived(true);
    expect(await send()).toBe(0);
    if (said) await world.records.transact((tx) => tx.update('reachPreference', { ...said, learnsTiming: false }));
    expect(await send()).toBe(1);
    expect(await now()).toBe('sent');
  });
});

describe('an answer in a case', () => {
  const headers = { host: 'service.example', origin: 'https://service.example' };
  const form = 'application/x-www-form-urlencoded';
  const write = async (): Promise<string> => {
    const fields = { idempotencyKey: randomUUID(), text: 'When do you come?', urgency: 'canWait' };
    const reply = await world.app.inject({
      ...{ method: 'POST', url: '/owner/write', payload: new URLSearchParams(fields).toString() },
      headers: { ...headers, 'content-type': form, cookie: tenant.owners[0]?.cookie ?? '' },
    });
    return /\/owner\/cases\/(\w+)/.exec(String(reply.headers.location))?.[1] ?? '';
  };
  const say = (caller: Tenant['planner'] | undefined, caseId: string, text: string) =>
    caller?.post(apiPaths.caseMessages(tenant.organisationId, caseId), { idempotencyKey: randomUUID(), text });

  it('reaches its owner as one letter, whose link opens the thread and takes their reply', async () => {
    const caseId = await write();
    await say(tenant.planner, caseId, 'On Monday');
    await say(tenant.planner, caseId, 'No, on Tuesday <morning>');
    expect(await send()).toBe(1);
    const [letter, ...more] = inbox.mails;
    expect(more).toEqual([]);
    expect(letter?.body).toContain('No, on Tuesday <morning>');
    const url = `/case/${linkIn(letter?.body ?? '', '/case/')}`;
    expect((await world.app.inject({ method: 'GET', url })).body).toContain('No, on Tuesday &lt;morning&gt;');
    const payload = new URLSearchParams({ idempotencyKey: randomUUID(), text: 'Good' }).toString();
    const reply = await world.app.inject({
      ...{ method: 'POST', url, payload },
      headers: { ...headers, 'content-type': form },
    });
    expect(reply.statusCode).toBe(303);
    await say(tenant.planner, caseId, 'See you');
    expect(await send()).toBe(0);
    world.time.nowMs += 15 * minuteMs;
    expect(await send()).toBe(1);
  });

  it('sends nothing to who has written since, or who may not be written to', async () => {
    const caseId = await write();
    await say(tenant.planner, caseId, 'On Monday');
    await say(tenant.owners[0], caseId, 'I have read it');
    expect(await send()).toBe(0);
    expect(await messages()).toMatchObject([{ template: 'caseAnswer', state: 'cancelled', reason: 'overtaken' }]);
    await world.records.transact(async (tx) => {
      for (const consent of await tx.list('consent', tenant.organisationId))
        await tx.update('consent', { ...consent, period: { ...consent.period, toMs: world.time.nowMs } });
    });
    await say(tenant.planner, caseId, 'On Tuesday');
    expect(await messages()).toHaveLength(1);
  });
});

describe('a mail server', () => {
  it('that is away delays a letter and loses none', async () => {
    await approve(0);
    await inbox.stop();
    expect(await send()).toBe(0);
    expect(await messages()).toMatchObject([{ state: 'waiting', reason: 'MESSAGE_UNAVAILABLE', isAmbiguous: false }]);
    await inbox.start();
    world.time.nowMs += minuteMs;
    expect(await send()).toBe(1);
    expect(inbox.mails).toHaveLength(1);
  });

  it('that says nothing is asked for one letter of a run: the others keep their attempts', async () => {
    await approve(0);
    await approve(1);
    let asked = 0;
    deps = {
      ...deps,
      mail: {
        send: async () => {
          asked++;
          throw new AppError('MESSAGE_UNKNOWN', 'the server says nothing');
        },
      },
    };
    expect(await send()).toBe(0);
    expect(asked).toBe(1);
    expect((await messages()).map(({ attempts }) => attempts).sort()).toEqual([0, 1]);
  });

  it('gets a letter that names the legal basis of today, not that of the day it was made', async () => {
    await approve(0);
    const [contactId = ''] = tenant.contactIds;
    await world.records.transact(async (tx) => {
      for (const consent of await tx.list('consent', tenant.organisationId, { where: { contactId } }))
        await tx.update('consent', { ...consent, legalBasis: 'consent' });
    });
    expect(await send()).toBe(1);
    expect(inbox.mails[0]?.body).toContain('olette antaneet siihen suostumuksen');
    expect(await messages()).toMatchObject([{ state: 'sent', legalBasis: 'consent' }]);
  });

  it('of two processes gets a letter once: what one has cancelled meanwhile stops nobody', async () => {
    await approve(0);
    await approve(1);
    const { records } = deps;
    const [first] = await messages();
    let isFirst = true;
    const racing = Object.assign(Object.create(records) as typeof records, {
      transact: async (work: Parameters<typeof records.transact>[0]) => {
        if (isFirst && first) {
          isFirst = false;
          await records.transact((tx) => tx.update('message', { ...first, state: 'cancelled', reason: 'elsewhere' }));
        }
        return records.transact(work);
      },
    });
    deps = { ...deps, records: racing };
    await send();
    expect((await messages()).map(({ state }) => state).sort()).toEqual(['cancelled', 'sent']);
  });

  it('whose answer is lost gets the letter again under the same Message-ID, and that is on record', async () => {
    await approve(0);
    inbox.manner = 'dieAfterData';
    expect(await send()).toBe(0);
    inbox.manner = 'take';
    await inbox.start();
    world.time.nowMs += minuteMs;
    expect(await send()).toBe(1);
    const [first, second] = inbox.mails.map(({ headers }) => headers.get('message-id'));
    expect(first).toBe(second);
    expect(await messages()).toMatchObject([{ state: 'sent', isAmbiguous: true, attempts: 2 }]);
  });

  it('that refuses a letter for ever is not asked again', async () => {
    await approve(0);
    inbox.manner = { refuse: 550, at: 'recipient' };
    expect(await send()).toBe(0);
    world.time.nowMs += hourMs;
    expect(await send()).toBe(0);
    expect(await messages()).toMatchObject([{ state: 'failed', reason: 'MESSAGE_REFUSED', attempts: 1 }]);
  });

  it('may have taken a letter whose sender died: it goes again, marked', async () => {
    await approve(0);
    const [message] = await messages();
    await world.records.transact(async (tx) => {
      if (message)
        await tx.update('message', {
          ...message,
          state: 'sending',
          attempts: 1,
          letterId: message.id,
          attemptedAtMs: world.time.nowMs,
        });
    });
    expect(await send()).toBe(0);
    world.time.nowMs += hourMs;
    await send();
    world.time.nowMs += minuteMs;
    await send();
    expect(await messages()).toMatchObject([{ state: 'sent', isAmbiguous: true, letterId: message?.id }]);
  });
});

describe('the link that stops letters', () => {
  const stopUrl = async (): Promise<string> => {
    await approve(0);
    await send();
    return `/stop/${linkIn(inbox.mails.at(-1)?.body ?? '', '/stop/')}`;
  };

  it('changes nothing when it is opened, and stops the next letter when its button is pressed', async () => {
    const url = await stopUrl();
    const page = await world.app.inject({ method: 'GET', url });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('<form method="post">');
    expect(await world.records.list('messagePreference', tenant.organisationId)).toEqual([]);
    // As a mail reader posts it (RFC 8058): from elsewhere, without a cookie or a header of ours.
    const payload = 'List-Unsubscribe=One-Click';
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://mail.example' };
    expect((await world.app.inject({ method: 'POST', url, payload, headers })).statusCode).toBe(200);
    expect((await world.app.inject({ method: 'POST', url, payload, headers })).statusCode).toBe(200);
    expect(await world.records.list('messagePreference', tenant.organisationId)).toHaveLength(3);
    const entries = await world.records.list('consentEntry', tenant.organisationId);
    expect(entries.map(({ subject, before, after, via }) => [subject, before, after, via])).toEqual(
      ['offers', 'visits', 'results'].map((purpose) => [purpose, 'email', 'no', 'stopLink']),
    );
    world.time.nowMs += dayMs;
    const [offer] = await world.records.list('offer', tenant.organisationId);
    await world.records.transact(async (tx) => {
      const [message] = await tx.list('message', tenant.organisationId);
      if (message && offer)
        await tx.update('message', { ...message, state: 'waiting', letterId: null, sentAtMs: null });
    });
    expect(await send()).toBe(0);
    expect(await messages()).toMatchObject([{ state: 'cancelled', reason: 'stopped' }]);
  });

  it('says so when it is unknown or over, and opens nothing else', async () => {
    const url = await stopUrl();
    expect((await world.app.inject({ method: 'GET', url: `${url}x` })).statusCode).toBe(410);
    await expect(world.signIn(url.slice('/stop/'.length))).rejects.toThrow();
    world.time.wallMs += 366 * dayMs;
    expect((await world.app.inject({ method: 'POST', url })).statusCode).toBe(410);
    world.time.wallMs -= 366 * dayMs;
  });
});
