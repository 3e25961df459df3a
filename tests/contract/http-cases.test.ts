import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { CaseRow, CaseView } from '@kuluma/shared/model/views/case.ts';
import type { DayView } from '@kuluma/shared/model/views/visit.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';
import { bareJpegBytes, jpegWith, photoForm } from './photo-form.ts';

let world: World;
let ours: Tenant;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

let visitors = 0;
beforeEach(async () => {
  world.time.nowMs = startMs;
  visitors++;
  ours = await world.tenant({ machines: 2, technicians: 1 });
});

/** A browser at an address of its own, which names its origin as browsers do. */
const headers = (cookie = '') => ({
  cookie,
  host: 'service.example',
  origin: 'https://service.example',
  'content-type': 'application/x-www-form-urlencoded',
});
const from = () => ({ remoteAddress: `10.9.0.${visitors}` });
const open = (url: string, cookie = '') => world.app.inject({ ...from(), method: 'GET', url, headers: { cookie } });
const send = (url: string, fields: Record<string, string>, cookie = '') =>
  world.app.inject({
    ...from(),
    method: 'POST',
    url,
    payload: new URLSearchParams({ idempotencyKey: 'a-key-of-its-own', ...fields }).toString(),
    headers: headers(cookie),
  });

const report = { text: 'It rattles and smells', urgency: 'disturbed', reachAt: '+358 40 555 0000' };
const reportUrl = () => `/report/${ours.machineIds[0]}`;
const rows = async (caller = ours.planner) => (await caller.get(apiPaths.cases(ours.organisationId))).body as CaseRow[];
const threadOf = async (caseId: string) =>
  (await ours.planner.get(apiPaths.case(ours.organisationId, caseId))).body as CaseView;

describe('the code on a machine', () => {
  it('opens a form that tells the name and the place of the machine, and nothing else of it', async () => {
    const { statusCode, body } = await open(reportUrl());
    expect(statusCode).toBe(200);
    expect(body).toContain('P-0');
    expect(body).toContain('First site');
    for (const secret of ['S0', 'First Contact', 'bearing', 'Technician', 'pump']) expect(body).not.toContain(secret);
    expect(body).not.toContain('<script');
  });

  it('makes a case for the planner, with a link by which the reporter follows it', async () => {
    const reply = await send(reportUrl(), report);
    expect(reply.statusCode).toBe(303);
    const link = String(reply.headers.location);
    expect(link).toMatch(/^\/case\/[\w-]{43}\?received=1$/);
    expect((await send(reportUrl(), report)).statusCode).toBe(303);
    const [row, ...more] = await rows();
    expect(more).toEqual([]);
    expect(row).toMatchObject({ origin: 'faultReport', urgency: 'disturbed', turn: 'company', lastText: report.text });
    const view = await threadOf(row?.caseId ?? '');
    expect(view.reachAt).toEqual([report.reachAt]);
    expect((await open(link)).body).toContain('It rattles and smells');
    const answer = { idempotencyKey: 'answer-12345', text: 'We come on Tuesday' };
    const said = await ours.planner.post(apiPaths.caseMessages(ours.organisationId, view.caseId), answer);
    expect(said.body).toMatchObject({ turn: 'owner', messages: [{ voice: 'owner' }, { voice: 'planner' }] });
    const page = await open(link.replace('received=1', 'lang=en'));
    expect(page.body).toContain('We come on Tuesday');
    expect(page.body).toContain('Paula Planner');
    expect((await send(link.split('?')[0] ?? '', { text: ' Good ' })).statusCode).toBe(303);
    expect((await threadOf(view.caseId)).messages.map(({ text }) => text)).toEqual([
      report.text,
      'We come on Tuesday',
      'Good',
    ]);
  });

  it('stays in the language that the reporter chose on it', async () => {
    const { body } = await open(`${reportUrl()}?lang=sv`);
    const action = /<form method="post"[^>]* action="([^"]+)"/.exec(body)?.[1] ?? '';
    const reply = await send(action, report);
    const [row] = await rows();
    expect((await threadOf(row?.caseId ?? '')).language).toBe('sv');
    const link = String(reply.headers.location).split('?')[0] ?? '';
    const said = await send(`${link}?lang=en`, { text: 'Still' });
    expect(said.headers.location).toBe(`${link}?lang=en`);
  });

  describe('with a photo', () => {
    const sendWith = (photo: Uint8Array, name?: string) => {
      const { payload, type } = photoForm({ idempotencyKey: 'a-key-of-its-own', ...report }, photo, name);
      const to = { ...from(), method: 'POST', url: `${reportUrl()}?lang=en`, payload } as const;
      return world.app.inject({ ...to, headers: { ...headers(), 'content-type': type } });
    };

    it('shows it to the planner without what the camera wrote, once however often it is sent, and to no other owner', async () => {
      for (let n = 0; n < 2; n++) expect((await sendWith(jpegWith('GPS 61.5'))).statusCode).toBe(303);
      const [row, ...more] = await rows();
      expect(more).toEqual([]);
      const { caseId, messages } = await threadOf(row?.caseId ?? '');
      const url = apiPaths.casePhoto(ours.organisationId, caseId, messages[0]?.photoId ?? '');
      const shown = await open(url, ours.planner.cookie);
      expect([shown.statusCode, shown.headers['content-type']]).toEqual([200, 'image/jpeg']);
      expect([...shown.rawPayload]).toEqual(bareJpegBytes);
      expect((await open(url, ours.owners[0]?.cookie)).statusCode).toBe(200);
      expect((await open(url, ours.owners[1]?.cookie)).statusCode).toBe(404);
      expect((await open(url)).statusCode).toBe(401);
    });

    it('goes without one where the field was left empty', async () => {
      expect((await sendWith(new Uint8Array(), '')).statusCode).toBe(303);
      const [row] = await rows();
      expect((await threadOf(row?.caseId ?? '')).messages[0]).not.toHaveProperty('photoId');
    });

    it.each([
      ['a PDF', Buffer.from('%PDF-1.7 not a picture %%EOF'), 415, 'not a whole JPEG'],
      ['40 MB', Buffer.alloc(40 * 1024 * 1024, 0xff), 413, 'at most 15 MB'],
    ])('is told why %s cannot be taken, and keeps what was written', async (_, photo, status, why) => {
      const reply = await sendWith(photo);
      expect(reply.statusCode).toBe(status);
      expect(reply.body).toContain(why);
      expect(reply.body).toContain(report.text);
      expect(reply.body).toContain(report.reachAt);
      expect(await rows()).toEqual([]);
    });
  });

  it('counts the end of a line as one sign, as the browser does', async () => {
    const text = `${'x\r\n'.repeat(999)}xx`;
    expect((await send(reportUrl(), { ...report, text })).statusCode).toBe(303);
    expect((await rows())[0]?.lastText).toBe(text.replaceAll('\r\n', '\n'));
  });

  it('takes forms alone, and says what is missing where nothing came', async () => {
    const to = { ...from(), method: 'POST', url: reportUrl() } as const;
    const asJson = { ...headers(), 'content-type': 'application/json' };
    expect((await world.app.inject({ ...to, headers: asJson, payload: { text: 5 } })).statusCode).toBe(415);
    const { origin, host } = headers();
    expect((await world.app.inject({ ...to, headers: { origin, host } })).statusCode).toBe(400);
  });

  it('knows a contact of the owner by the number or the address that they leave', async () => {
    const contact = await world.records.get('contact', ours.organisationId, ours.contactIds[0] ?? '');
    if (!contact) throw new Error('no contact');
    await world.records.transact((tx) => tx.update('contact', { ...contact, phone: '+358405550000' }));
    await send(reportUrl(), report);
    expect((await rows())[0]?.personName).toBe('First Contact');
  });

  it('keeps out what is incomplete, what a robot fills in and a flood, each with a clear answer', async () => {
    for (const wrong of [{ text: '  ' }, { urgency: 'nonsense' }, { reachAt: '' }, { text: 'x'.repeat(2001) }]) {
      const reply = await send(reportUrl(), { ...report, ...wrong });
      expect(reply.statusCode).toBe(400);
      expect(reply.body).toContain('role="alert"');
    }
    expect((await send(reportUrl(), { ...report, website: 'https://spam.example' })).statusCode).toBe(200);
    expect(await rows()).toEqual([]);
    for (let n = 0; n < 6; n++) {
      visitors++;
      expect((await send(reportUrl(), { ...report, idempotencyKey: `report-${n}-1234` })).statusCode).toBe(303);
    }
    visitors++;
    const flood = await send(reportUrl(), { ...report, idempotencyKey: 'report-7-1234' });
    expect(flood.statusCode).toBe(429);
    expect(flood.body).toContain('role="alert"');
    world.time.nowMs += 2 * hourMs;
    expect((await send(reportUrl(), { ...report, idempotencyKey: 'report-8-1234' })).statusCode).toBe(303);
    expect(await rows()).toHaveLength(7);
  });

  it('that is forged, unknown or of a machine out of use says so, and another site cannot send its form', async () => {
    const machine = await world.records.get('machine', ours.organisationId, ours.machineIds[1] ?? '');
    if (!machine) throw new Error('no machine');
    await world.records.transact((tx) => tx.update('machine', { ...machine, endedAtMs: startMs }));
    for (const code of ['nonsense', `mch_${'0'.repeat(26)}`, machine.id]) {
      const page = await open(`/report/${code}?lang=en`);
      expect(page.statusCode).toBe(404);
      expect(page.body).toContain('No machine was found by this code.');
      expect((await send(`/report/${code}`, report)).statusCode).toBe(404);
    }
    const foreign = await world.app.inject({
      ...from(),
      method: 'POST',
      url: reportUrl(),
      payload: new URLSearchParams({ idempotencyKey: 'a-key-of-its-own', ...report }).toString(),
      headers: { ...headers(), origin: 'https://elsewhere.example' },
    });
    expect(foreign.statusCode).toBe(403);
    expect(await rows()).toEqual([]);
  });
});

describe('the label of a machine', () => {
  it('shows the code of its report to whoever may see the machine', async () => {
    const url = `/label/${ours.machineIds[0]}`;
    for (const cookie of [ours.planner.cookie, ours.owners[0]?.cookie ?? '']) {
      const { statusCode, body } = await open(url, cookie);
      expect(statusCode).toBe(200);
      expect(body).toContain('<svg');
      expect(body).toContain(`/report/${ours.machineIds[0]}"`);
    }
    expect((await open(url, ours.owners[1]?.cookie)).statusCode).toBe(404);
    expect((await open(url)).statusCode).toBe(401);
  });
});

describe('a case', () => {
  const write = async (owner = 0): Promise<string> => {
    const reply = await send(
      '/owner/write',
      { text: 'When do you come?', urgency: 'canWait', machineId: ours.machineIds[owner] ?? '' },
      ours.owners[owner]?.cookie,
    );
    expect(reply.statusCode).toBe(303);
    return /\/owner\/cases\/(\w+)/.exec(String(reply.headers.location))?.[1] ?? '';
  };

  it('is one thread of owner, planner and technician; the owner reads it on a page, and answers there', async () => {
    const caseId = await write();
    await ours.planner.post(apiPaths.caseMessages(ours.organisationId, caseId), {
      idempotencyKey: 'planner-1234',
      text: 'On Tuesday <b>morning</b>',
    });
    const cookie = ours.owners[0]?.cookie;
    const { body, headers: got } = await open(`/owner/cases/${caseId}?lang=en`, cookie);
    expect(body).toContain('On Tuesday &lt;b&gt;morning&lt;/b&gt;');
    expect(got['content-security-policy']).toMatch(/script-src 'sha256-[^']+';connect-src 'self'$/);
    expect((await send(`/owner/cases/${caseId}`, { text: 'Thanks' }, cookie)).statusCode).toBe(303);
    expect((await send(`/owner/cases/${caseId}`, { text: ' ', idempotencyKey: 'empty-1234' }, cookie)).statusCode).toBe(
      400,
    );
    expect((await rows())[0]).toMatchObject({ turn: 'company', lastText: 'Thanks' });
  });

  it('takes nothing that says nothing, whichever way it comes', async () => {
    const url = apiPaths.caseMessages(ours.organisationId, await write());
    const blank = { idempotencyKey: 'blank-12345', text: ' \n ' };
    for (const caller of [ours.planner, ours.owners[0]]) expect((await caller?.post(url, blank))?.status).toBe(400);
  });

  it('stays in the language and with the machine that it was begun in', async () => {
    const cookie = ours.owners[0]?.cookie;
    const { body: list } = await open('/owner/?lang=sv', cookie);
    expect(list).toContain(`href="/owner/machines/${ours.machineIds[0]}?lang=sv"`);
    const { body: machine } = await open(`/owner/machines/${ours.machineIds[0]}?lang=sv`, cookie);
    const write = `/owner/write?machine=${ours.machineIds[0]}&amp;lang=sv`;
    expect(machine).toContain(`href="/owner/?lang=sv"`);
    expect(machine).toContain(`href="${write}"`);
    const { body: form } = await open(write.replace('&amp;', '&'), cookie);
    expect(form).toContain(`action="${write}"`);
    expect(form).toContain(`href="${write.replace('sv', 'en')}"`);
  });

  it('keeps how bad it is where the words were missing', async () => {
    const fields = { text: ' ', urgency: 'stopped' };
    const { statusCode, body } = await send('/owner/write', fields, ours.owners[0]?.cookie);
    expect(statusCode).toBe(400);
    expect(body).toContain('value="stopped" required checked');
  });

  it('is closed by the planner who has read it, and opens again when its owner writes', async () => {
    const caseId = await write();
    const url = apiPaths.caseClose(ours.organisationId, caseId);
    const close = (version: number) =>
      ours.planner.post(url, { idempotencyKey: `close-${version}-1234` }, { 'if-match': `"${version}"` });
    const { version } = await threadOf(caseId);
    expect((await close(version - 1 || 7)).status).toBe(409);
    expect((await close(version)).body).toMatchObject({ state: 'closed' });
    expect((await ours.owners[0]?.post(url, { idempotencyKey: 'close-own-1234' }, { 'if-match': '"2"' }))?.status).toBe(
      403,
    );
    await send(`/owner/cases/${caseId}`, { text: 'It is back' }, ours.owners[0]?.cookie);
    expect(await threadOf(caseId)).toMatchObject({ state: 'open', turn: 'company' });
  });

  it('is seen by its own owner and by technicians who visit the machine, by no other', async () => {
    const caseId = await write();
    const url = apiPaths.case(ours.organisationId, caseId);
    expect((await ours.owners[0]?.get(url))?.status).toBe(200);
    expect((await ours.owners[1]?.get(url))?.status).toBe(404);
    expect((await open(`/owner/cases/${caseId}`, ours.owners[1]?.cookie)).statusCode).toBe(404);
    expect((await ours.technician.get(url)).status).toBe(404);
    expect(await rows(ours.technician)).toEqual([]);
    expect(await rows(ours.owners[1])).toEqual([]);
    const foreign = { text: 'Hello', urgency: 'canWait', machineId: ours.machineIds[0] ?? '' };
    expect((await send('/owner/write', foreign, ours.owners[1]?.cookie)).statusCode).toBe(404);
  });

  it('goes along with the technician who visits the machine, and takes an answer from there', async () => {
    const caseId = await write();
    await approveOffer(ours);
    const [offer] = await world.records.list('offer', ours.organisationId);
    const yes = { idempotencyKey: 'accept-12345', answer: 'accept', slotId: offer?.slots[0]?.id };
    await ours.owners[0]?.post(apiPaths.offerAnswer(ours.organisationId, offer?.id ?? ''), yes, { 'if-match': '"1"' });
    const { visits } = (await ours.technician.get(apiPaths.day(ours.organisationId))).body as DayView;
    expect(visits[0]?.cases).toMatchObject([{ caseId, messages: [{ voice: 'owner', text: 'When do you come?' }] }]);
    const said = { idempotencyKey: 'technician-12345', text: 'I bring a new seal along' };
    const reply = await ours.technician.post(apiPaths.caseMessages(ours.organisationId, caseId), said);
    expect(reply.body).toMatchObject({ turn: 'company', messages: [{}, { voice: 'technician' }] });
  });

  it('by a link that is forged, over or of another kind stays shut', async () => {
    const reply = await send(reportUrl(), report);
    const link = String(reply.headers.location).split('?')[0] ?? '';
    const who = { organisationId: ours.organisationId, personId: null, contactId: ours.contactIds[0] ?? null };
    const signIn = await createSignInLink(world.deps, { ...who, roles: ['owner'] }, dayMs);
    for (const secret of ['x'.repeat(43), signIn]) expect((await open(`/case/${secret}`)).statusCode).toBe(410);
    world.time.wallMs += 181 * dayMs;
    expect((await open(link)).statusCode).toBe(410);
    expect((await send(link, { text: 'x' })).statusCode).toBe(410);
    world.time.wallMs -= 181 * dayMs;
  });
});

describe('the machines of an owner', () => {
  it('stand in one list, each with its condition in words and a page of its own', async () => {
    const cookie = ours.owners[0]?.cookie;
    const list = await open('/owner/?lang=en', cookie);
    expect(list.statusCode).toBe(200);
    expect(list.body).toContain('P-0');
    expect(list.body).not.toContain('P-1');
    expect(list.body).toContain('Service is needed');
    const page = await open(`/owner/machines/${ours.machineIds[0]}?lang=en`, cookie);
    expect(page.body).toContain('bearing');
    expect(page.body).toContain('No visits are booked.');
    expect(page.body).not.toMatch(/0[.,]7|70\s?%/);
    expect((await open(`/owner/machines/${ours.machineIds[1]}`, cookie)).statusCode).toBe(404);
  });

  it('say what is agreed for them: the warranty, and the contract of this owner with VAT', async () => {
    const cookie = ours.owners[0]?.cookie;
    const [machineId] = ours.machineIds;
    const [ownerId, otherId] = ours.ownerIds;
    if (!machineId || !ownerId || !otherId) throw new Error('no machine');
    const url = `/owner/machines/${machineId}?lang=en`;
    expect((await open(url, cookie)).body).toContain('has no warranty and no service contract');
    const span = { fromOn: '2026-01-01', untilOn: '2027-12-31', terms: '' };
    const contract = { ...span, machineId, number: 'SC-7', covers: [], monthlyCents: 4_000, visitCents: 0 };
    await world.add(ours.organisationId, 'warranty', { ...span, machineId, covers: ['labour', 'callOut'] });
    await world.add(ours.organisationId, 'serviceContract', { ...contract, ownerId: otherId, number: 'SC-other' });
    await world.add(ours.organisationId, 'serviceContract', { ...contract, ownerId, untilOn: null });
    const { body } = await open(url, cookie);
    expect(body).toMatch(/Valid until 31 Dec 2027\. Covers: work, call-out fee\./);
    expect(body).toContain('Service contract SC-7');
    expect(body).toContain('€50.20 a month (incl. VAT)');
    expect(body).not.toContain('SC-other');
    world.time.nowMs += 365 * dayMs;
    expect((await open(url, cookie)).body).toContain('Ended on 31 Dec 2027');
  });

  it('whose measurements are old are not known to be well', async () => {
    world.time.nowMs += 8 * dayMs;
    const { body } = await open('/owner/?lang=en', ours.owners[0]?.cookie);
    expect(body).toContain('No information');
    expect(body).not.toContain('Service is needed');
  });

  it('are shown to nobody who is not signed in, and the page says what to do', async () => {
    const { statusCode, body } = await open('/owner/?lang=en');
    expect(statusCode).toBe(401);
    expect(body).toContain('Open the link of our newest message');
  });
});
