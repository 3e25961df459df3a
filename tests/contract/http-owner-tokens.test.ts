import { buildApp } from '@kuluma/cloud/http/app.ts';
import { caseLinkSecret, createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { openCaseFor } from '@kuluma/cloud/pipelines/cases.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Logger } from '@kuluma/shared/node/logger.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';

import { linksTo } from './offer-visitor.ts';

let world: World;
let ours: Tenant;
let theirs: Tenant;
let app: World['app'];
const lines: Record<string, unknown>[] = [];
const links = { ourOffer: '', theirOffer: '', stop: '', signIn: '', ourCase: '' };

/** A logger that keeps what it is told from `info` on. */
const keeping = (): Logger => {
  const keep = (facts: object, msg: string) => void lines.push({ ...facts, msg });
  const leave = () => undefined;
  const log = { level: 'info', child: () => log, info: keep, warn: keep, error: keep, fatal: keep, debug: leave };
  return { ...log, trace: leave, silent: leave } as unknown as Logger;
};

const offerLinks = async (tenant: Tenant) => {
  await approveOffer(tenant);
  const [offer] = await world.records.list('offer', tenant.organisationId);
  if (!offer) throw new Error('nothing was offered');
  return linksTo(world, offer);
};

beforeAll(async () => {
  world = await createWorld();
  app = await buildApp({ ...world.deps, log: keeping() });
  ours = await world.tenant({ machines: 2, technicians: 1 });
  theirs = await world.tenant({ machines: 2, technicians: 1 });
  const own = await offerLinks(ours);
  links.ourOffer = own.open;
  links.stop = own.stop;
  links.theirOffer = (await offerLinks(theirs)).open;
  const { organisationId, contactIds } = ours;
  const who = { organisationId, personId: null, contactId: contactIds[0] ?? null, roles: ['owner' as const] };
  links.signIn = await createSignInLink(world.deps, who, dayMs);
  const subject = await world.records.transact((tx) =>
    openCaseFor(
      world.deps,
      tx,
      { organisationId, by: { kind: 'policy', name: 'test' } },
      { origin: 'question', urgency: 'canWait', machineId: null, language: 'en', text: 'Hello' },
    ),
  );
  links.ourCase = await caseLinkSecret(world.deps, { organisationId, caseId: subject.id });
});
afterAll(async () => {
  await app.close();
  await world.stop();
});
beforeEach(() => lines.splice(0));

const open = (url: string, cookie = '') => app.inject({ method: 'GET', url: `${url}?lang=en`, headers: { cookie } });
const post = (url: string, fields: Record<string, string>) =>
  app.inject({
    method: 'POST',
    url,
    payload: new URLSearchParams({ idempotencyKey: 'a-key-of-its-own', ...fields }).toString(),
    headers: {
      host: 'service.example',
      origin: 'https://service.example',
      'content-type': 'application/x-www-form-urlencoded',
    },
  });

describe('a link', () => {
  it('that is forged, or of another kind, opens nothing: the page says what to do, the log that it came', async () => {
    const wrong = [
      ...['x'.repeat(43), links.signIn, links.stop, links.ourCase].map((secret) => `/offer/${secret}`),
      ...['x'.repeat(43), links.signIn, links.stop, links.ourOffer].map((secret) => `/case/${secret}`),
      ...['x'.repeat(43), links.signIn, links.stop, links.ourOffer, links.ourCase].map(
        (secret) => `/contract/${secret}`,
      ),
    ];
    for (const url of wrong) {
      const { statusCode, body } = await open(url);
      expect(statusCode, url).toBe(410);
      expect(body).toContain('not valid any more');
      expect((await post(url, { answer: 'newTimes', version: '1', text: 'x' })).statusCode).toBe(410);
    }
    const told = lines.filter(({ msg }) => msg === 'a page was refused');
    expect(told).toHaveLength(2 * wrong.length);
    expect(told[0]).toMatchObject({ code: 'EXPIRED', status: 410, at: '/offer/:secret' });
    for (const secret of Object.values(links)) expect(JSON.stringify(lines)).not.toContain(secret);
  });

  it('that is over opens nothing any more, and one that is not yet still does', async () => {
    world.time.wallMs += 91 * dayMs;
    expect((await open(`/offer/${links.ourOffer}`)).statusCode).toBe(410);
    expect((await open(`/case/${links.ourCase}`)).statusCode).toBe(200);
    world.time.wallMs -= 91 * dayMs;
    expect(lines).toMatchObject([{ msg: 'a page was refused', code: 'EXPIRED' }]);
  });

  it('opens its own offer alone, whatever the form names', async () => {
    const [foreign] = await world.records.list('offer', theirs.organisationId);
    const form = { answer: 'accept', version: '1', slotId: foreign?.slots[0]?.id ?? '' };
    const reply = await post(`/offer/${links.ourOffer}`, form);
    expect(reply.statusCode).toBe(404);
    expect(reply.body).toContain('role="alert"');
    expect(await world.records.list('visit', theirs.organisationId)).toEqual([]);
    expect(await world.records.list('visit', ours.organisationId)).toEqual([]);
    expect(lines).toMatchObject([{ msg: 'an answer was refused', code: 'NOT_FOUND' }]);
  });

  it('used again after the answer shows what came of it, and books nothing more', async () => {
    const [offer] = await world.records.list('offer', ours.organisationId);
    const form = { answer: 'accept', version: '1', slotId: offer?.slots[0]?.id ?? '' };
    expect((await post(`/offer/${links.ourOffer}`, { ...form, idempotencyKey: 'first-12345' })).statusCode).toBe(303);
    expect((await post(`/offer/${links.ourOffer}`, { ...form, idempotencyKey: 'again-12345' })).statusCode).toBe(409);
    expect((await open(`/offer/${links.ourOffer}`)).body).toContain('the service is booked');
    expect(await world.records.list('visit', ours.organisationId)).toHaveLength(1);
  });
});

describe('a text message from a number that nobody here has', () => {
  it.each(['1', '0', 'SOITA', 'STOP'])(
    'that says %s is answered and logged without the number, and does nothing',
    async (text) => {
      const sms = { id: `sms-${text}`, from: '+46 70 123 45 67', text, receivedAt: new Date(0).toISOString() };
      const headers = { authorization: `Bearer ${world.deps.smsInboundToken}` };
      const reply = await app.inject({ method: 'POST', url: apiPaths.smsInbound(), payload: sms, headers });
      expect([reply.statusCode, reply.json()]).toEqual([
        200,
        { reply: expect.stringMatching(/^Emme tunne tätä numeroa/) },
      ]);
      expect(lines).toMatchObject([{ msg: 'a text message came from an unknown number', smsId: sms.id }]);
      expect(JSON.stringify(lines)).not.toMatch(/46 ?70/);
      for (const { organisationId } of [ours, theirs])
        expect(await world.records.list('inboundSms', organisationId)).toEqual([]);
    },
  );
});

describe('a session', () => {
  it("of another company's owner or of staff opens no page of ours", async () => {
    const [offer] = await world.records.list('offer', ours.organisationId);
    const pages = [`/owner/offers/${offer?.id}`, `/owner/machines/${ours.machineIds[0]}`];
    for (const url of pages) {
      expect((await open(url, theirs.owners[0]?.cookie)).statusCode).toBe(404);
      expect((await open(url, ours.planner.cookie)).statusCode).toBe(401);
      expect((await open(url)).statusCode).toBe(401);
    }
    expect(lines.filter(({ msg }) => msg === 'a page was refused')).toHaveLength(6);
  });
});
