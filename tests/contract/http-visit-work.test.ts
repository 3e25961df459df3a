import { randomUUID } from 'node:crypto';
import { acceptAs } from '@kuluma/cloud/pipelines/answer-offers.ts';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { mergedWork } from '@kuluma/shared/model/merged-work.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { SetUpDone } from '@kuluma/shared/model/views/set-up.ts';
import type { DayView, FollowUpView, VisitPastCase, VisitView } from '@kuluma/shared/model/views/visit.ts';
import type { WorkEntry, WorkValue } from '@kuluma/shared/model/visit-work.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { approveOffer, type Caller, createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let tenant: Tenant;
const random = seededRandom(9);

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());
const book = async (n: number) => {
  await approveOffer(tenant, n);
  await world.records.transact(async (tx) => {
    const [offer] = await tx.list('offer', tenant.organisationId, { where: { state: 'sent' } });
    const slotId = offer?.slots[0]?.id;
    if (!offer || !slotId) throw new Error('no offer was made');
    await acceptAs(world.deps, tx, offer, { slotId, by: { kind: 'contact', contactId: offer.contactId } });
  });
};
beforeEach(async () => {
  world.time.nowMs = startMs;
  tenant = await world.tenant({ machines: 2, technicians: 1 });
  await book(0);
});

const key = () => ({ idempotencyKey: randomUUID() });
const o = () => tenant.organisationId;
const visitNow = async (): Promise<VisitView> => {
  const { visits } = (await tenant.technician.get(apiPaths.day(o()))).body as DayView;
  const [visit] = visits;
  if (!visit) throw new Error('there is no visit');
  return visit;
};
const at = (ms: number) => new Date(ms).toISOString();
const stated = (value: WorkValue, ...replaces: WorkEntry[]): WorkEntry => ({
  entryId: newId('visitEntry', random),
  value,
  replaces: replaces.map(({ entryId }) => entryId),
});
const state = async (entries: WorkEntry[], actedAt = at(world.time.nowMs), clock = {}) => {
  const { visitId } = await visitNow();
  return tenant.technician.post(apiPaths.visitWork(o(), visitId), { ...key(), actedAt, ...clock, entries });
};
const post = async (path: (o: string, id: string) => string, body: object) => {
  const { visitId, version } = await visitNow();
  return tenant.technician.post(path(o(), visitId), { ...key(), ...body }, { 'if-match': `"${version}"` });
};
const followUps = async () => (await tenant.planner.get(apiPaths.followUps(o()))).body as FollowUpView[];
const report = { findingVerdict: 'confirmed', finding: '', minutes: 20, componentReplaced: false, partsUsed: [] };

describe('what earlier visits found', () => {
  const casesOf = (visitId: string) => tenant.technician.get(apiPaths.visitPastCases(o(), visitId));

  it('is told to who goes to the same component of the same model next, and not of the visit itself', async () => {
    const first = await visitNow();
    expect((await casesOf(first.visitId)).body).toEqual([]);
    const [part] = first.parts;
    if (!part) throw new Error('the visit needs no part');
    const { partId, number, name } = part;
    const found = { findingVerdict: 'confirmed', finding: 'pitted outer ring', minutes: 20, componentReplaced: true };
    await post(apiPaths.visitReport, { ...found, partsUsed: [{ partId, quantity: 1 }] });
    expect((await casesOf(first.visitId)).body).toEqual([]);
    await book(1);
    const { visits } = (await tenant.technician.get(apiPaths.day(o()))).body as DayView;
    const next = visits.find(({ state }) => state === 'booked');
    expect((await casesOf(next?.visitId ?? '')).body as VisitPastCase[]).toEqual([
      { ...found, closedAt: at(world.time.nowMs), parts: [{ number, name, quantity: 1 }] },
    ]);
  });

  it("is nothing of another technician's visit", async () => {
    const [visit] = await world.records.list('visit', o());
    if (!visit) throw new Error('there is no visit');
    await world.records.transact(
      async (tx) => void (await tx.update('visit', { ...visit, technicianId: newId('technician', random) })),
    );
    const { status, body } = await casesOf(visit.id);
    expect([status, (body as ProblemView).code]).toEqual([404, 'NOT_FOUND']);
  });
});

describe('the work of a visit', () => {
  it('is kept as it was stated, once, and leaves the version of the visit alone', async () => {
    const before = await visitNow();
    const entry = stated({ kind: 'minutes', minutes: 45 });
    expect((await state([entry])).status).toBe(200);
    expect((await state([entry])).status).toBe(200);
    const after = await visitNow();
    expect(after.work).toEqual([entry]);
    expect(after.version).toBe(before.version);
  });

  it('of two phones of the same technician stands side by side until one of them decides', async () => {
    const [here, there] = [stated({ kind: 'minutes', minutes: 45 }), stated({ kind: 'minutes', minutes: 60 })];
    await state([here]);
    await state([there]);
    expect(mergedWork((await visitNow()).work).get('minutes')?.others).toHaveLength(1);
    await state([stated({ kind: 'minutes', minutes: 60 }, here, there)]);
    expect(mergedWork((await visitNow()).work).get('minutes')).toMatchObject({ value: { minutes: 60 }, others: [] });
  });

  it('was not done in the future, whatever the clock of the phone says', async () => {
    await state([stated({ kind: 'minutes', minutes: 45 })], at(world.time.nowMs + hourMs));
    const [entry] = await world.records.list('visitEntry', o());
    expect(entry?.actedAtMs).toBe(world.time.nowMs);
  });

  it('says where the phone had nothing but its own clock to tell its time by', async () => {
    await state([stated({ kind: 'minutes', minutes: 45 })]);
    await state([stated({ kind: 'replaced', replaced: true })], at(world.time.nowMs), { isTimeDoubtful: true });
    const entries = await world.records.list('visitEntry', o());
    expect(entries.map(({ isTimeDoubtful }) => isTimeDoubtful)).toEqual([undefined, true]);
  });

  it('is taken after the report too, as a phone without signal sends it, but not for a cancelled visit', async () => {
    await post(apiPaths.visitReport, report);
    expect((await state([stated({ kind: 'minutes', minutes: 45 })])).status).toBe(200);
    const [visit] = await world.records.list('visit', o());
    if (!visit) throw new Error('there is no visit');
    await world.records.transact(async (tx) => void (await tx.update('visit', { ...visit, state: 'cancelled' })));
    const { status, body } = await tenant.technician.post(apiPaths.visitWork(o(), visit.id), {
      ...key(),
      actedAt: at(world.time.nowMs),
      entries: [stated({ kind: 'minutes', minutes: 1 })],
    });
    expect([status, (body as ProblemView).code]).toEqual([409, 'CONFLICT']);
  });

  it('has an end: a phone that went wrong fills no disk', async () => {
    const many = () => Array.from({ length: 200 }, () => stated({ kind: 'minutes', minutes: 1 }));
    for (let sent = 0; sent < 5; sent++) expect((await state(many())).status).toBe(200);
    expect((await state(many().slice(0, 1))).body).toMatchObject({ code: 'CONFLICT', hint: 'call the planner' });
  });

  it('of another visit is not touched by an id that comes twice', async () => {
    const entry = stated({ kind: 'minutes', minutes: 45 });
    await state([entry]);
    const [visit] = await world.records.list('visit', o());
    if (!visit) throw new Error('there is no visit');
    const other = newId('visit', random);
    await world.records.transact((tx) => tx.insert('visit', { ...visit, id: other }));
    const reply = await tenant.technician.post(apiPaths.visitWork(o(), other), {
      ...key(),
      actedAt: at(world.time.nowMs),
      entries: [entry],
    });
    expect((reply.body as ProblemView).code).toBe('CONFLICT');
  });
});

describe('the report of a visit', () => {
  const signature: WorkValue = { kind: 'signature', name: 'Otto Owner', strokes: [[10, 10, 500, 300]] };
  const read = async (caller: Caller, visitId: string, lang = '') =>
    world.app.inject({ url: `${apiPaths.visitPdf(o(), visitId)}${lang}`, headers: { cookie: caller.cookie } });

  it('is a PDF for the planner, the technician and the owner of the machine, and for nobody else', async () => {
    const { visitId } = await visitNow();
    await state([stated({ kind: 'finding', verdict: 'confirmed', text: 'Kulunut' }), stated(signature)]);
    expect((await read(tenant.planner, visitId)).statusCode).toBe(404);
    await post(apiPaths.visitReport, report);
    const [owner, other] = tenant.owners;
    if (!owner || !other) throw new Error('there are two owners');
    for (const caller of [tenant.planner, tenant.technician, owner]) {
      const reply = await read(caller, visitId);
      expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, 'application/pdf']);
      expect(reply.body.startsWith('%PDF-')).toBe(true);
    }
    expect((await read(other, visitId)).statusCode).toBe(404);
    expect((await read(owner, visitId, '?lang=xx')).statusCode).toBe(400);
  });
});

describe('what the field needs of the planner', () => {
  it('is seen by the planner, who deals with it once', async () => {
    expect((await post(apiPaths.visitAsk, { kind: 'help', text: 'The shaft is bent' })).status).toBe(200);
    expect((await visitNow()).followUps).toEqual([{ kind: 'help', text: 'The shaft is bent', state: 'open' }]);
    const [asked] = await followUps();
    if (!asked) throw new Error('nothing was asked');
    const handle = () =>
      tenant.planner.post(apiPaths.followUpHandled(o(), asked.followUpId), key(), {
        'if-match': `"${asked.version}"`,
      });
    expect([(await handle()).status, (await handle()).status]).toEqual([200, 409]);
    expect(await followUps()).toEqual([]);
  });

  it('is a part that is not there, or a count where more was used than the ledger knows of', async () => {
    await post(apiPaths.visitAsk, { kind: 'partWanted', text: 'Seal 6310, two' });
    const count = (quantity: number) =>
      post(apiPaths.visitReport, { ...report, partsUsed: [{ partId: tenant.partId, quantity }] });
    expect((await count(500)).status).toBe(200);
    expect(await followUps()).toMatchObject([
      { kind: 'partWanted', text: 'Seal 6310, two' },
      { kind: 'stockShort', text: expect.stringMatching(/^K-1 · -\d+$/) },
    ]);
  });

  it('is more time: the plan gives it where the day bears it', async () => {
    await post(apiPaths.visitProgress, { state: 'working' });
    const { endAt } = await visitNow();
    const { status, body } = await post(apiPaths.visitAsk, { kind: 'moreTime', minutes: 30, text: '' });
    expect(status).toBe(200);
    expect(Date.parse((body as VisitView).endAt)).toBe(Date.parse(endAt) + 30 * 60_000);
    expect((await visitNow()).followUps).toMatchObject([{ kind: 'moreTime', state: 'handled' }]);
    expect(await followUps()).toEqual([]);
  });

  it('is more time that the day does not bear: the planner finds the wish', async () => {
    await book(1);
    await post(apiPaths.visitProgress, { state: 'working' });
    const { endAt } = await visitNow();
    const { status, body } = await post(apiPaths.visitAsk, { kind: 'moreTime', minutes: 720, text: 'stuck' });
    expect(status).toBe(200);
    expect((body as VisitView).endAt).toBe(endAt);
    expect(await followUps()).toMatchObject([{ kind: 'moreTime', text: '+720 min: stuck' }]);
  });

  it('is work that cannot be finished: the label is kept, the owner hears nothing, the matter is open again', async () => {
    await post(apiPaths.visitReport, { ...report, unfinished: 'The valve could not be closed' });
    expect(await followUps()).toMatchObject([{ kind: 'cannotFinish', text: 'The valve could not be closed' }]);
    expect(await world.records.list('outcome', o())).toMatchObject([{ findingVerdict: 'confirmed' }]);
    const again = await world.records.get('recommendation', o(), tenant.recommendationIds[0] ?? '');
    expect(again?.state).toBe('open');
    const letters = await world.records.list('message', o());
    expect(letters.some(({ template }) => template === 'done')).toBe(false);
  });

  it('is no business of a technician or an owner to deal with', async () => {
    for (const caller of [tenant.technician, ...tenant.owners])
      expect((await caller.get(apiPaths.followUps(o()))).status).toBe(403);
  });
});

describe('the parts of a visit', () => {
  const ledger = async (place: string) =>
    (await world.records.list('stockMovement', o(), { where: { place } }))
      .filter(({ partId }) => partId === tenant.partId)
      .reduce((sum, { quantity }) => sum + quantity, 0);

  it('that were fetched from the depot and not used are in the van, where the technician says so', async () => {
    const { visitId } = await visitNow();
    const visit = await world.records.get('visit', o(), visitId);
    if (!visit) throw new Error('there is no visit');
    const depotId = await world.add(o(), 'depot', {
      name: 'D',
      location: { latitude: 61, longitude: 24 },
      timeZone: 'UTC',
    });
    const count = { reason: 'count' as const, causeId: null, atMs: startMs };
    const { partId } = tenant;
    await world.add(o(), 'stockMovement', { ...count, partId, place: depotId, quantity: 5 });
    const parts = [{ partId, placeId: depotId, from: 'depot' as const, quantity: 3 }];
    await world.records.transact(
      async (tx) => void (await tx.update('visit', { ...visit, slot: { ...visit.slot, parts } })),
    );
    const van = await ledger(visit.technicianId);
    const partsUsed = [{ partId, quantity: 1 }];
    expect((await post(apiPaths.visitReport, { ...report, partsUsed, partsInVan: [partId] })).status).toBe(200);
    expect([await ledger(depotId), (await ledger(visit.technicianId)) - van]).toEqual([2, 2]);
  });

  it('are offered from the van, and taken out of it when they are used beyond the plan', async () => {
    const day = async () => (await tenant.technician.get(apiPaths.day(o()))).body as DayView;
    const { technicianId } = (await world.records.list('visit', o()))[0] ?? {};
    const partId = await world.add(o(), 'part', {
      number: 'X-9',
      name: text('Tiiviste'),
      priceCents: 5,
      supplierLeadTimeDays: 1,
    });
    const count = { reason: 'count' as const, causeId: null, atMs: startMs };
    await world.add(o(), 'stockMovement', { ...count, partId, place: technicianId ?? '', quantity: 4 } as never);
    expect((await day()).van).toContainEqual({ partId, number: 'X-9', name: text('Tiiviste'), quantity: 4 });
    await post(apiPaths.visitReport, { ...report, partsUsed: [{ partId, quantity: 4 }] });
    expect((await day()).van?.some((part) => part.partId === partId)).toBe(false);
    expect((await state([stated({ kind: 'part', partId, used: 4 })])).status).toBe(200);
    // What was used has its name on every phone, whatever is left of it and whose van it came from.
    expect((await day()).van).toContainEqual({ partId, number: 'X-9', name: text('Tiiviste'), quantity: 0 });
  });
});

const text = (fi: string) => ({ fi, sv: fi, en: fi });

describe('a checklist', () => {
  const put = async (items: object[], id?: string, version = 1) => {
    const url = id ? setUpPaths.entry(o(), 'checklists', id) : setUpPaths.list(o(), 'checklists');
    const entry = { code: 'round', name: text('Kierros'), machineModelId: null, failureModeCode: null, items };
    const reply = await tenant.planner.post(url, { ...key(), entry }, id ? { 'if-match': `"${version}"` } : {});
    expect(reply.status).toBe(200);
    return reply.body as SetUpDone;
  };
  const guard = { kind: 'yesNo', label: text('Suoja'), unit: '', min: null, max: null, photo: false };
  const speed = { ...guard, kind: 'value', label: text('Nopeus'), unit: 'mm/s', max: 7.1 };

  it('is asked as it stood when it was answered; what failed reaches the planner with the report', async () => {
    const { id, version } = await put([guard, speed]);
    const [asked] = (await visitNow()).checklists ?? [];
    if (!asked) throw new Error('nothing is asked');
    const { editionId } = asked;
    const answers = [
      stated({ kind: 'check', editionId, item: 0, answer: true, note: '' }),
      stated({ kind: 'check', editionId, item: 1, answer: 8.2, note: 'uneven' }),
    ];
    expect((await state(answers)).status).toBe(200);
    await put([guard], id, version);
    expect((await visitNow()).checklists).toEqual([asked]);
    expect(await followUps()).toEqual([]);
    await post(apiPaths.visitReport, report);
    expect(await followUps()).toMatchObject([{ kind: 'checkFailed', text: 'Nopeus · 8.2 mm/s · uneven' }]);
  });

  it('takes no answer to what it does not ask', async () => {
    await put([guard]);
    const editionId = (await visitNow()).checklists?.[0]?.editionId ?? newId('checklistEdition', random);
    const say = async (item: number, answer: boolean | number) =>
      (await state([stated({ kind: 'check', editionId, item, answer, note: '' })])).status;
    expect([await say(0, 3), await say(1, true), await say(0, true)]).toEqual([400, 400, 200]);
  });
});

describe('a photo of a visit', () => {
  const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(200_000, 7)]);
  const send = async (fileId: string, bytes: Buffer, offset: number, until = bytes.length) => {
    const { visitId } = await visitNow();
    const base64 = bytes.subarray(offset, until).toString('base64');
    return tenant.technician.post(apiPaths.visitFile(o(), visitId, fileId), { offset, size: bytes.length, base64 });
  };

  it('comes in pieces, each once, and is read by who may see the machine', async () => {
    const fileId = newId('visitFile', random);
    const { visitId } = await visitNow();
    expect((await send(fileId, jpeg, 0, 100_000)).body).toEqual({ receivedBytes: 100_000, isComplete: false });
    expect((await send(fileId, jpeg, 0, 100_000)).body).toEqual({ receivedBytes: 100_000, isComplete: false });
    expect((await send(fileId, jpeg, 150_000)).body).toEqual({ receivedBytes: 100_000, isComplete: false });
    const whole = { receivedBytes: jpeg.length, isComplete: true };
    expect((await send(fileId, jpeg, 100_000)).body).toEqual(whole);
    expect((await send(fileId, jpeg, 100_000)).body).toEqual(whole);
    const url = apiPaths.visitFile(o(), visitId, fileId);
    const read = ({ cookie }: Caller) => world.app.inject({ url, headers: { cookie } });
    const [owner, other] = tenant.owners;
    if (!owner || !other) throw new Error('there are two owners');
    expect((await read(tenant.planner)).rawPayload).toEqual(jpeg);
    expect((await read(owner)).headers['content-type']).toBe('image/jpeg');
    expect((await read(other)).statusCode).toBe(404);
  });

  it('is sent once to who looks again, and to nobody once the technician has removed it', async () => {
    const fileId = newId('visitFile', random);
    const { visitId } = await visitNow();
    const small = jpeg.subarray(0, 1000);
    await send(fileId, small, 0);
    const kept = stated({ kind: 'photo', fileId, step: 'do', state: 'kept' });
    await state([kept]);
    const url = apiPaths.visitFile(o(), visitId, fileId);
    const read = (tag = '') =>
      world.app.inject({ url, headers: { cookie: tenant.planner.cookie, 'if-none-match': tag } });
    const first = await read();
    expect([first.statusCode, first.headers['cache-control']]).toEqual([200, 'private, no-cache']);
    expect((await read(String(first.headers.etag))).statusCode).toBe(304);
    await state([stated({ kind: 'photo', fileId, step: 'do', state: 'removed' }, kept)]);
    expect((await read(String(first.headers.etag))).statusCode).toBe(404);
  });

  it('is refused when it is a PDF, larger than a photo can be, or not of this technician', async () => {
    const fileId = newId('visitFile', random);
    const pdf = Buffer.from('%PDF-1.7 and so on');
    expect((await send(fileId, pdf, 0)).body).toMatchObject({ code: 'INPUT_INVALID', message: 'the file is no JPEG' });
    expect((await send(fileId, jpeg, 0, 100_000)).body).toMatchObject({ receivedBytes: 100_000 });
    const { visitId } = await visitNow();
    const url = apiPaths.visitFile(o(), visitId, fileId);
    const huge = { offset: 0, size: 40 * 1024 * 1024, base64: '' };
    expect((await tenant.technician.post(url, huge)).status).toBe(400);
    expect((await tenant.planner.post(url, { offset: 0, size: 4, base64: '/9j/' })).status).toBe(403);
  });
});
