import { wishTextVersion } from '@kuluma/cloud/core/messages/wishes-page/words.ts';
import { createLink } from '@kuluma/cloud/http/principal.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let tenant: Tenant;
let url: string;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());
beforeEach(async () => {
  tenant = await world.tenant({ machines: 1, technicians: 1 });
  const [contactId = null] = tenant.contactIds;
  const who = { organisationId: tenant.organisationId, personId: null, contactId, roles: [] };
  url = `/wishes/${await createLink(world.deps, 'stopLink', who, dayMs)}`;
});

const form = {
  ...{ offers: 'email', visits: 'email', results: 'email', contracts: 'no', digest: 'asItComes' },
  ...{ pausedUntil: '', from: '08:00', to: '16:00', timeZone: 'Europe/Helsinki' },
};
const contentType = { 'content-type': 'application/x-www-form-urlencoded' };
const post = (changes: Record<string, string>, to = url, headers: Record<string, string> = {}) =>
  world.app.inject({
    method: 'POST',
    url: to,
    payload: new URLSearchParams({ ...form, ...changes }).toString(),
    headers: { ...contentType, ...headers },
  });
const entries = async () =>
  (await world.records.list('consentEntry', tenant.organisationId)).map(({ subject, after }) => `${subject}: ${after}`);

describe('the page of wishes', () => {
  it('opens by the link of a letter and changes nothing when it is looked at', async () => {
    const page = await world.app.inject({ method: 'GET', url });
    expect(page.statusCode).toBe(200);
    expect(page.headers['referrer-policy']).toBe('same-origin');
    expect(page.body).toContain('Mistä saamme kirjoittaa teille?');
    // Nobody could be reached by text message: the contact of the test has no number that is one.
    expect(page.body).not.toContain('value="sms"');
    expect(await entries()).toEqual([]);
    expect((await world.app.inject({ method: 'GET', url: `${url}?lang=sv` })).body).toContain('Vad får vi skriva');
  });

  it('keeps what was asked for, once, with who said it, how and after reading what', async () => {
    const said = { contracts: 'email', results: 'no', pausedUntil: '2027-04-01', learnsTiming: 'yes' };
    const reply = await post(said);
    expect([reply.statusCode, reply.headers.location]).toEqual([303, `${url}?saved=1`]);
    await post(said);
    expect(await entries()).toEqual([
      'results: no',
      'contracts: email',
      'pause: 2027-03-31T21:00:00.000Z',
      'timing: yes',
    ]);
    const [entry] = await world.records.list('consentEntry', tenant.organisationId);
    const [contactId] = tenant.contactIds;
    expect(entry).toMatchObject({
      via: 'preferencePage',
      textVersion: wishTextVersion,
      createdBy: { kind: 'contact', contactId },
    });
    const page = await world.app.inject({ method: 'GET', url: `${url}?saved=1` });
    expect(page.body).toContain('Tallennettu.');
    expect(page.body).toContain('value="2027-04-01"');
    const consents = await world.records.list('consent', tenant.organisationId, {
      where: { contactId: contactId ?? '' },
    });
    expect(consents.map(({ messageClass, legalBasis }) => [messageClass, legalBasis])).toEqual([
      ['serviceNotice', 'contract'],
      ['marketingOffer', 'consent'],
    ]);
  });

  it('says what is wrong and keeps nothing of it', async () => {
    for (const wrong of [{ offers: 'fax' }, { timeZone: 'Mars/Base' }, { weekday: '1', from: '17:00' }]) {
      const reply = await post(wrong as unknown as Record<string, string>);
      expect(reply.statusCode).toBe(400);
      expect(reply.body).toContain('role="alert"');
    }
    expect(await entries()).toEqual([]);
  });

  it('is for the contact of the link alone, and closes with it', async () => {
    expect((await world.app.inject({ method: 'GET', url: `${url}x` })).statusCode).toBe(410);
    world.time.wallMs += 2 * dayMs;
    expect((await post({ nothing: 'yes' })).statusCode).toBe(410);
    world.time.wallMs -= 2 * dayMs;
    expect(await entries()).toEqual([]);
  });

  it('opens for a signed-in contact too, whose form comes from our own page', async () => {
    const [owner] = tenant.owners;
    const cookie = owner?.cookie ?? '';
    const headers = { cookie, host: 'service.example.com' };
    const page = await world.app.inject({ method: 'GET', url: '/owner/wishes', headers });
    expect(page.statusCode).toBe(200);
    expect((await post({ nothing: 'yes' }, '/owner/wishes', headers)).statusCode).toBe(403);
    const origin = 'https://service.example.com';
    expect((await post({ nothing: 'yes' }, '/owner/wishes', { ...headers, origin })).statusCode).toBe(303);
    expect(await entries()).toEqual(['offers: no', 'visits: no', 'results: no']);
    expect((await world.app.inject({ method: 'GET', url: '/owner/wishes', headers: { host: 'x' } })).statusCode).toBe(
      401,
    );
    world.time.nowMs += hourMs;
  });
});
