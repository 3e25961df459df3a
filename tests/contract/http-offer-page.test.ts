import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { expireOffers } from '@kuluma/cloud/pipelines/answer-offers.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';
import { linksTo, openOffer, theVisitOf } from './offer-visitor.ts';
import { jpegOf } from './photo-form.ts';
import { uploadDocument } from './upload-document.ts';

let world: World;
let tenant: Tenant;
let secret: string;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const offers = () => world.records.list('offer', tenant.organisationId);
const theOffer = async () => {
  const [offer] = await offers();
  if (!offer) throw new Error('no offer was made');
  return offer;
};
const holds = async () =>
  (await world.records.list('slotHold', tenant.organisationId, { where: { state: 'held' } })).length;

const expireAll = () => expireOffers(world.deps, tenant.organisationId);

beforeEach(async () => {
  tenant = await world.tenant({ machines: 2, technicians: 2 });
  await approveOffer(tenant);
  secret = (await linksTo(world, await theOffer())).open;
});

describe('the page of an offer', () => {
  it('opens by its link alone, as often as one likes, and changes nothing', async () => {
    const before = await theOffer();
    const page = await openOffer(world, secret);
    await openOffer(world, secret, '?lang=sv');
    expect(page.status).toBe(200);
    expect(page.slotIds).toHaveLength(before.slots.length);
    expect(page.html).toContain(`lang="fi"`);
    expect(await theOffer()).toEqual(before);
    expect((await openOffer(world, secret, '?lang=en')).html).toContain('What happens if you wait');
  });

  it('needs no script, loads nothing, is kept by no cache and stays far below sixty kilobytes', async () => {
    const { html, headers } = await openOffer(world, secret);
    expect(html).not.toMatch(/<script|src=|<link(?! rel="icon" href="data:)/);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(html.length).toBeLessThan(30_000);
  });

  it('books the chosen time, then shows the booking, its steps and a calendar entry', async () => {
    const page = await openOffer(world, secret);
    expect((await page.submit('accept', { slotId: page.slotIds[0] ?? '' })).status).toBe(303);
    const [visit] = await world.records.list('visit', tenant.organisationId);
    expect(visit?.slot.id).toBe(page.slotIds[0]);
    const after = await openOffer(world, secret);
    expect(after.slotIds).toEqual([]);
    expect(after.html).toContain('Huollon vaiheet');
    // What comes after the name of the machine begins no line with a comma.
    expect(after.html).toMatch(/<h1>[^<]*<span class="nowrap">[^<]+,<\/span> /);
    const entry = await world.app.inject({ method: 'GET', url: `/offer/${secret}/visit.ics` });
    expect(entry.headers['content-type']).toContain('text/calendar');
    expect(entry.body).toContain(`UID:${visit?.id}`);
  });

  it('books once, however often the form is sent', async () => {
    const page = await openOffer(world, secret);
    const slotId = page.slotIds[0] ?? '';
    expect((await page.submit('accept', { slotId })).status).toBe(303);
    expect((await page.submit('accept', { slotId })).status).toBe(303);
    const late = await page.submit('accept', { slotId, idempotencyKey: 'another-key' });
    expect(late.status).toBe(409);
    expect(late.html).toContain('role="alert"');
    expect(await world.records.list('visit', tenant.organisationId)).toHaveLength(1);
  });

  it('says what is missing and keeps the offer as it was', async () => {
    const page = await openOffer(world, secret);
    for (const fields of [{}, { slotId: 'nonsense' }, { slotId: page.slotIds[0] ?? '', version: '-1' }]) {
      const reply = await page.submit('accept', fields);
      expect([400, 409]).toContain(reply.status);
      expect(reply.html).toContain('role="alert"');
    }
    expect((await page.submit('nonsense')).status).toBe(400);
    expect((await theOffer()).state).toBe('sent');
  });

  it('takes a no with its reason, and a call with its time, which the planner sees', async () => {
    const page = await openOffer(world, secret);
    expect((await page.submit('callMe', { when: 'morning' })).status).toBe(303);
    expect(await theOffer()).toMatchObject({ state: 'callRequested', callWish: 'morning' });
    expect((await openOffer(world, secret, '?lang=en')).html).toContain('Your wish: “Next working morning”.');
    expect((await page.submit('decline', { reason: 'too dear' })).status).toBe(409);
    const id = tenant.recommendationIds[0] ?? '';
    const { offer } = (await tenant.planner.get(apiPaths.decision(tenant.organisationId, id))).body as DecisionView;
    expect(offer?.callWish).toBe('morning');
  });
});

describe('the steps of a service', () => {
  const next = async (): Promise<string> => {
    const { html } = await openOffer(world, secret, '?lang=en');
    return /<li class="next">.*?<span class="tracker-due">([^<]*)</s.exec(html)?.[1] ?? '';
  };
  const goOn = async (state: 'onTheWay' | 'working') => {
    const visit = await theVisitOf(world, tenant);
    await world.records.transact((tx) => tx.update('visit', { ...visit, state }));
  };

  it('say of the next one who takes it and when', async () => {
    const page = await openOffer(world, secret);
    await page.submit('accept', { slotId: page.slotIds[0] ?? '' });
    const { slot } = await theVisitOf(world, tenant);
    const { html } = await openOffer(world, secret, '?lang=en');
    const name = /Technician ([^<]+)</.exec(html)?.[1] ?? '';
    const day = new Date(slot.arrivalFromMs).getUTCDate();
    expect(await next()).toMatch(new RegExp(`^${name}, arrives .*\\b${day}\\b.*, .*\\d\\u2060–\\u2060\\d`));
    await goOn('onTheWay');
    expect(await next()).toMatch(new RegExp(`^${name}, arrives `));
    await goOn('working');
    expect(await next()).toBe(`${name}, at work now`);
  });

  it('name the company for parts that a supplier still brings', async () => {
    const page = await openOffer(world, secret);
    await page.submit('accept', { slotId: page.slotIds[0] ?? '' });
    const visit = await theVisitOf(world, tenant);
    const parts = visit.slot.parts.map((part) => ({ ...part, from: 'supplier' as const }));
    await world.records.transact((tx) => tx.update('visit', { ...visit, slot: { ...visit.slot, parts } }));
    const { name } = (await world.records.get('organisation', tenant.organisationId, tenant.organisationId)) ?? {};
    expect(await next()).toMatch(new RegExp(`^${name}, before the visit on `));
  });
});

describe('what an agreement covers', () => {
  const covered = async (machine: number) => {
    const machineId = tenant.machineIds[machine];
    const ownership = (await world.records.list('machineOwnership', tenant.organisationId)).find(
      (one) => one.machineId === machineId,
    );
    if (!machineId || !ownership) throw new Error('no machine');
    const span = { fromOn: '2026-01-01', untilOn: '2027-12-31', machineId, terms: '' };
    const asked = { number: 'SC-7', monthlyCents: 4_000, visitCents: 0 };
    await world.add(tenant.organisationId, 'warranty', { ...span, covers: ['labour'] });
    await world.add(tenant.organisationId, 'serviceContract', {
      ...{ ...span, ...asked, ownerId: ownership.ownerId, covers: ['labour', 'part'] },
    });
  };
  it('costs its owner nothing, with the reason on the page, and the planner sees the same before', async () => {
    await covered(1);
    const id = tenant.recommendationIds[1] ?? '';
    const { lines, total } = (await tenant.planner.get(apiPaths.decision(tenant.organisationId, id)))
      .body as DecisionView;
    await approveOffer(tenant, 1);
    const offer = (await offers()).find(({ recommendationId }) => recommendationId === id);
    if (!offer) throw new Error('no offer was made');
    expect(offer).toMatchObject({ lines, total });
    expect(lines.map(({ kind, netCents, coveredBy }) => [kind, netCents, coveredBy])).toEqual([
      ['labour', 0, 'warranty'],
      ['part', 0, 'serviceContract'],
    ]);
    const { html } = await openOffer(world, (await linksTo(world, offer)).open, '?lang=en');
    expect(html).toMatch(/Labour, 120\smin \(covered by the warranty\).*€0\.00/);
    expect(html).toMatch(/pcs \(included in the service contract\).*€0\.00/);
    expect(html).toMatch(/Total incl\. VAT.*€0\.00/);
  });

  it('leaves an offer as it was sent', async () => {
    const before = await theOffer();
    await covered(0);
    expect((await openOffer(world, secret, '?lang=en')).html).not.toContain('warranty');
    expect(await theOffer()).toEqual(before);
  });
});

describe('other times', () => {
  it('take the place of those that were held, at the price that was offered', async () => {
    const before = await theOffer();
    const page = await openOffer(world, secret);
    expect((await page.submit('newTimes')).status).toBe(303);
    const after = await theOffer();
    const startsOf = ({ slots }: typeof after) =>
      slots.map(({ technicianId, startMs }) => `${technicianId} ${startMs}`);
    expect(startsOf(after).filter((one) => startsOf(before).includes(one))).toEqual([]);
    expect(after.total).toEqual(before.total);
    expect(await holds()).toBe(after.slots.length);
    const again = await openOffer(world, secret);
    expect((await again.submit('accept', { slotId: again.slotIds[0] ?? '' })).status).toBe(303);
    expect(await holds()).toBe(0);
  });

  it('are given for an offer that has ended, unless the planner has decided otherwise', async () => {
    world.time.nowMs += 4 * dayMs;
    await expireAll();
    const page = await openOffer(world, secret);
    expect(page.slotIds).toEqual([]);
    expect((await page.submit('newTimes')).status).toBe(303);
    expect(await theOffer()).toMatchObject({ state: 'sent' });
    expect((await openOffer(world, secret)).slotIds.length).toBeGreaterThan(0);
    world.time.nowMs += 4 * dayMs;
    await expireAll();
    const [recommendation] = await world.records.list('recommendation', tenant.organisationId);
    await world.records.transact(async (tx) => {
      if (recommendation) await tx.update('recommendation', { ...recommendation, state: 'rejected' });
    });
    const late = await openOffer(world, secret);
    expect((await late.submit('newTimes')).status).toBe(409);
    world.time.nowMs -= 8 * dayMs;
  });
});

describe('the picture of the machine', () => {
  const bytes = jpegOf(640, 400);
  const show = async (more: object = {}) => {
    const { machineId } = await theOffer();
    const { fileId } = await uploadDocument(tenant, bytes);
    const subject = { machineModelId: null, machineId, componentCode: null, page: null };
    return world.add(tenant.organisationId, 'document', {
      ...{ title: 'Picture', number: '', kind: 'picture', language: null, audience: 'owner', subjects: [subject] },
      ...{ editions: [{ fileId, validFromOn: '2026-01-01' }], ...more },
    });
  };
  const get = (url: string, cookie = '') => world.app.inject({ method: 'GET', url, headers: { cookie } });
  const urlOf = (of: string) => `/offer/${of}/picture.jpg`;

  it('stands on the page of the offer, named and measured, and comes from there alone', async () => {
    await show();
    const { html, headers } = await openOffer(world, secret, '?lang=en');
    expect(html).toMatch(
      new RegExp(`<img [^>]*src="${urlOf(secret)}" width="640" height="400" alt="[^"]+" loading="lazy">`),
    );
    expect(headers['content-security-policy']).toContain("img-src 'self' data:");
    const reply = await get(urlOf(secret));
    expect(reply.headers).toMatchObject({ 'content-type': 'image/jpeg', 'cache-control': 'private, no-cache' });
    expect(reply.rawPayload.equals(bytes)).toBe(true);
  });

  it('is left out where there is none, or none for owners', async () => {
    await show({ audience: 'internal' });
    expect((await openOffer(world, secret)).html).not.toContain('<img');
    expect((await get(urlOf(secret))).statusCode).toBe(404);
  });

  it('is opened by no other link, by none that is over, and by no other owner', async () => {
    await show();
    const { id, contactId } = await theOffer();
    await approveOffer(tenant, 1);
    const other = (await offers()).find((one) => one.id !== id);
    if (!other) throw new Error('no second offer was made');
    expect((await get(urlOf((await linksTo(world, other)).open))).statusCode).toBe(404);
    for (const foreign of ['x'.repeat(43), await signInSecret()])
      expect((await get(urlOf(foreign))).statusCode).toBe(410);
    const own = tenant.owners[tenant.contactIds.indexOf(contactId)];
    const stranger = tenant.owners.find((one) => one !== own);
    const signedIn = `/owner/offers/${id}/picture.jpg`;
    expect((await get(signedIn, own?.cookie)).statusCode).toBe(200);
    expect((await get(signedIn, stranger?.cookie)).statusCode).toBe(404);
    world.time.wallMs += 91 * dayMs;
    expect((await get(urlOf(secret))).statusCode).toBe(410);
    world.time.wallMs -= 91 * dayMs;
  });

  it('is not seen any more once the machine is another owner’s', async () => {
    await show();
    const { machineId } = await theOffer();
    const [ownership] = await world.records.list('machineOwnership', tenant.organisationId, { where: { machineId } });
    if (!ownership) throw new Error('the machine is nobody’s');
    await world.records.transact(async (tx) => {
      const period = { ...ownership.period, toMs: world.time.nowMs };
      await tx.update('machineOwnership', { ...ownership, period });
    });
    expect((await openOffer(world, secret)).html).not.toContain('<img');
    expect((await get(urlOf(secret))).statusCode).toBe(404);
  });
});

const signInSecret = () => {
  const who = { organisationId: tenant.organisationId, personId: null, contactId: tenant.contactIds[0] ?? null };
  return createSignInLink(world.deps, { ...who, roles: ['owner'] }, dayMs);
};

describe('a link', () => {
  it('that is unknown, over or of another kind opens nothing and says what to do', async () => {
    for (const other of ['x'.repeat(43), await signInSecret()]) {
      const page = await openOffer(world, other, '?lang=en');
      expect(page.status).toBe(410);
      expect(page.html).toContain('not valid any more');
    }
    world.time.wallMs += 91 * dayMs;
    const over = await openOffer(world, secret);
    expect(over.status).toBe(410);
    // Whoever comes too late finds somebody to ask.
    expect(over.html).toMatch(/Paula Planner.*href="tel:1"/s);
    world.time.wallMs -= 91 * dayMs;
  });

  it('to one offer signs nobody in', async () => {
    await expect(world.signIn(secret)).rejects.toThrow('NOT_SIGNED_IN');
  });
});

describe('a signed-in owner', () => {
  it('has the same page, whose forms another site cannot send', async () => {
    const { id, contactId } = await theOffer();
    const owner = tenant.owners[tenant.contactIds.indexOf(contactId)];
    const url = `/owner/offers/${id}`;
    const headers = { cookie: owner?.cookie ?? '' };
    const page = await world.app.inject({ method: 'GET', url, headers });
    expect(page.statusCode).toBe(200);
    const payload = 'answer=callMe&version=1&idempotencyKey=0123456789';
    const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    const foreign = { ...form, origin: 'https://elsewhere.example' };
    expect((await world.app.inject({ method: 'POST', url, payload, headers: foreign })).statusCode).toBe(403);
    expect((await world.app.inject({ method: 'POST', url, payload, headers: form })).statusCode).toBe(403);
    const ours = { ...form, host: 'service.example', origin: 'https://service.example' };
    expect((await world.app.inject({ method: 'POST', url, payload, headers: ours })).statusCode).toBe(303);
    const stranger = tenant.owners.find((one) => one !== owner);
    const foreignOwner = { cookie: stranger?.cookie ?? '' };
    expect((await world.app.inject({ method: 'GET', url, headers: foreignOwner })).statusCode).toBe(404);
  });
});
