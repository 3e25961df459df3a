import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { CaseRow, CaseView } from '@kuluma/shared/model/views/case.ts';
import { mostPhotoBytes } from '@kuluma/shared/model/visit-files.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';
import { bareJpegBytes, jpegWith, photoForm } from './photo-form.ts';

let world: World;
let ours: Tenant;
let link: string;
let caseId: string;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

let visitors = 0;
const open = (url: string, cookie = '') => world.app.inject({ method: 'GET', url, headers: { cookie } });
const send = (url: string, fields: Record<string, string>, photo: Uint8Array = new Uint8Array(), cookie = '') => {
  const { payload, type } = photoForm(fields, photo, photo.length === 0 ? '' : 'a.jpg');
  return world.app.inject({
    ...{ method: 'POST', url, payload, remoteAddress: `10.8.0.${visitors}` },
    headers: { cookie, host: 'service.example', origin: 'https://service.example', 'content-type': type },
  });
};
const thread = async () => (await ours.planner.get(apiPaths.case(ours.organisationId, caseId))).body as CaseView;

beforeEach(async () => {
  visitors++;
  ours = await world.tenant({ machines: 2, technicians: 1 });
  const report = { text: 'It rattles', urgency: 'disturbed', reachAt: '+358 40 555 0000' };
  const reply = await send(`/report/${ours.machineIds[0]}`, { idempotencyKey: 'report-12345', ...report });
  link = String(reply.headers.location).split('?')[0] ?? '';
  const rows = (await ours.planner.get(apiPaths.cases(ours.organisationId))).body as CaseRow[];
  caseId = rows[0]?.caseId ?? '';
});

const more = { idempotencyKey: 'more-1234567', text: 'And now it leaks' };
const ways = {
  'by its link': { url: () => link, cookie: () => '' },
  'signed in': { url: () => `/owner/cases/${caseId}`, cookie: () => ours.owners[0]?.cookie ?? '' },
} as const;

describe.each(Object.entries(ways))('an owner who goes on in a thread %s', (_, { url, cookie }) => {
  it('adds a photo, which all who see the thread can open, without what the camera wrote', async () => {
    for (let n = 0; n < 2; n++) expect((await send(url(), more, jpegWith('GPS 61.5'), cookie())).statusCode).toBe(303);
    const { messages } = await thread();
    expect(messages.map(({ text }) => text)).toEqual(['It rattles', more.text]);
    const photoId = messages[1]?.photoId ?? '';
    const page = await open(`${url()}?lang=en`, cookie());
    const href = `${url()}/photos/${photoId}`;
    expect(page.body).toContain(`href="${href}"`);
    const shown = await open(href, cookie());
    expect([shown.statusCode, shown.headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect([...shown.rawPayload]).toEqual(bareJpegBytes);
    const forPlanner = apiPaths.casePhoto(ours.organisationId, caseId, photoId);
    expect((await open(forPlanner, ours.planner.cookie)).statusCode).toBe(200);
    expect((await open(`/owner/cases/${caseId}/photos/${photoId}`, ours.owners[1]?.cookie)).statusCode).toBe(404);
    expect((await open(`${url()}/photos/${photoId.slice(0, -1)}`, cookie())).statusCode).not.toBe(200);
  });

  it.each([
    ['a PDF', () => Buffer.from('%PDF-1.7 not a picture %%EOF'), 415, 'not a whole JPEG'],
    ['40 MB', () => Buffer.alloc(40 * 1024 * 1024, 0xff), 413, 'at most 15 MB'],
  ])('hears why %s cannot be taken, and their words stay', async (__, photo, status, why) => {
    const reply = await send(`${url()}?lang=en`, more, photo(), cookie());
    expect(reply.statusCode).toBe(status);
    expect(reply.body).toContain(why);
    expect(reply.body).toContain(more.text);
    expect((await thread()).messages).toHaveLength(1);
  });

  it('says something without a photo, and nothing by an empty form', async () => {
    expect((await send(url(), more, undefined, cookie())).statusCode).toBe(303);
    expect((await thread()).messages[1]).not.toHaveProperty('photoId');
    const empty = await send(url(), { idempotencyKey: 'empty-12345', text: ' ' }, jpegWith('GPS'), cookie());
    expect(empty.statusCode).toBe(400);
    expect((await thread()).messages).toHaveLength(2);
  });
});

it('a signed-in owner begins a matter with a photo', async () => {
  const fields = { idempotencyKey: 'begin-12345', text: 'Look at this', urgency: 'canWait' };
  const cookie = ours.owners[0]?.cookie ?? '';
  const wrong = await send('/owner/write?lang=en', fields, Buffer.from('%PDF-1.7'), cookie);
  expect(wrong.statusCode).toBe(415);
  expect(wrong.body).toContain('Look at this');
  const reply = await send('/owner/write', fields, jpegWith('GPS'), cookie);
  caseId = /cases\/(\w+)/.exec(String(reply.headers.location))?.[1] ?? '';
  expect((await thread()).messages[0]).toHaveProperty('photoId');
});

describe('a technician in the thread of a machine that they visit', () => {
  const say = (photo: Buffer | undefined, idempotencyKey = 'seen-1234567') =>
    ours.technician.post(apiPaths.caseMessages(ours.organisationId, caseId), {
      ...{ idempotencyKey, text: 'This bearing is worn' },
      ...(photo && { photoBase64: photo.toString('base64') }),
    });

  it('adds a photo without what the camera wrote; what is none, or too large, is refused with a reason', async () => {
    expect((await say(jpegWith('GPS'))).status).toBe(404);
    await approveOffer(ours);
    const [offer] = await world.records.list('offer', ours.organisationId);
    const yes = { idempotencyKey: 'accept-12345', answer: 'accept', slotId: offer?.slots[0]?.id };
    await ours.owners[0]?.post(apiPaths.offerAnswer(ours.organisationId, offer?.id ?? ''), yes, { 'if-match': '"1"' });
    expect(await say(Buffer.from('%PDF-1.7 no picture'))).toMatchObject({ status: 400 });
    expect(await say(Buffer.alloc(mostPhotoBytes + 3, 0xff))).toMatchObject({ status: 400 });
    expect(await say(Buffer.alloc(2 * mostPhotoBytes, 0xff))).toMatchObject({ status: 413 });
    for (let n = 0; n < 2; n++) expect((await say(jpegWith('GPS'))).status).toBe(200);
    const { messages } = await thread();
    expect(messages).toHaveLength(2);
    const url = apiPaths.casePhoto(ours.organisationId, caseId, messages[1]?.photoId ?? '');
    expect([...(await open(url, ours.owners[0]?.cookie)).rawPayload]).toEqual(bareJpegBytes);
  });
});
