import { printPages } from '@kuluma/cloud/demo/documents.ts';
import { unreadFiles } from '@kuluma/cloud/pipelines/read-document.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { DocumentHit, DocumentView } from '@kuluma/shared/model/views/documents.ts';
import type { SetUpDone, SetUpRow } from '@kuluma/shared/model/views/set-up.ts';
import { pieceBytes } from '@kuluma/shared/model/visit-files.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { createWorld, type Tenant, type World } from './http-world.ts';
import { jpegOf, jpegWith } from './photo-form.ts';
import { smallPdf, uploadDocument } from './upload-document.ts';

let world: World;
let ours: Tenant;
let theirs: Tenant;
let keys = 0;

beforeAll(async () => {
  world = await createWorld();
  theirs = await world.tenant({ machines: 1, technicians: 1 });
});
beforeEach(async () => {
  world.time.nowMs = startMs;
  ours = await world.tenant({ machines: 2, technicians: 1 });
});
afterAll(() => world.stop());

const key = () => ({ idempotencyKey: `document-${String(keys++).padStart(8, '0')}` });
const modelOf = async ({ planner, organisationId }: Tenant): Promise<string> => {
  const [model] = (await planner.get(setUpPaths.list(organisationId, 'machine-models'))).body as SetUpRow[];
  return model?.id ?? '';
};
const entryOf = async (tenant: Tenant, fileId: string, more: object = {}) => ({
  ...{ title: 'Manual', number: '', kind: 'manual', language: 'fi', audience: 'internal', fileId },
  ...{ validFromOn: '2027-01-01', ...more },
  subjects: [{ machineModelId: await modelOf(tenant), machineId: null, componentCode: null, page: null }],
});
const put = async (entry: object): Promise<SetUpDone> => {
  const reply = await ours.planner.post(setUpPaths.list(ours.organisationId, 'documents'), { ...key(), entry });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return reply.body as SetUpDone;
};
const putWrong = async (entry: object): Promise<{ status: number; faults: unknown }> => {
  const reply = await ours.planner.post(setUpPaths.list(ours.organisationId, 'documents'), { ...key(), entry });
  return { status: reply.status, faults: (reply.body as { faults: unknown }).faults };
};
const machineOf = (tenant: Tenant, n = 0): string => tenant.machineIds[n] ?? '';
const listed = async (caller: Tenant['planner'], n = 0) =>
  caller.get(apiPaths.machineDocuments(ours.organisationId, machineOf(ours, n)));
const titles = (body: unknown) => (body as DocumentView[]).map(({ title }) => title);
const pagesAsPdf = (texts: readonly string[]) =>
  printPages(
    'Manual',
    texts.map((title) => ({ title, lines: [] })),
  );
const bytesOf = (caller: Tenant['planner'], url: string, headers = {}) =>
  world.app.inject({ method: 'GET', url, headers: { cookie: caller.cookie, ...headers } });

describe('a file of documents', () => {
  it('comes in pieces and goes out as it came, under its own name', async () => {
    const bytes = Buffer.concat([smallPdf('long'), Buffer.alloc(2 * pieceBytes, 32), smallPdf('end')]);
    const { fileId, reply } = await uploadDocument(ours, bytes, 'Käsikirja "A".pdf');
    expect(reply).toMatchObject({ status: 200, body: { receivedBytes: bytes.length, isComplete: true } });
    const content = await bytesOf(ours.planner, setUpPaths.documentContent(ours.organisationId, fileId));
    expect(content.rawPayload.equals(bytes)).toBe(true);
    expect(content.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': "inline; filename*=UTF-8''K%C3%A4sikirja%20%22A%22.pdf",
      'x-content-type-options': 'nosniff',
    });
    const head = await ours.planner.get(setUpPaths.documentFile(ours.organisationId, fileId));
    expect(head.body).toEqual({ fileId, name: 'Käsikirja "A".pdf', mediaType: 'application/pdf', bytes: bytes.length });
  });

  it('is refused when it is something else than it is called, and leaves nothing', async () => {
    const { fileId, reply } = await uploadDocument(ours, Buffer.from('<script>alert(1)</script>'), 'manual.pdf');
    expect(reply.status).toBe(400);
    expect((await ours.planner.get(setUpPaths.documentFile(ours.organisationId, fileId))).status).toBe(404);
  });

  it('of another company can be named by nobody else', async () => {
    const { fileId } = await uploadDocument(theirs, smallPdf('secret'));
    const entry = await entryOf(ours, fileId);
    const reply = await ours.planner.post(setUpPaths.list(ours.organisationId, 'documents'), { ...key(), entry });
    expect(reply.status).toBe(400);
    expect((await ours.planner.get(setUpPaths.documentContent(ours.organisationId, fileId))).status).toBe(404);
  });
});

describe('documents of a machine', () => {
  it('are read by its planner, its owner where it is for owners, and by no other technician', async () => {
    const { fileId } = await uploadDocument(ours, smallPdf('inside'));
    await put(await entryOf(ours, fileId, { title: 'Inside' }));
    const open = (await uploadDocument(ours, smallPdf('open'))).fileId;
    await put(await entryOf(ours, open, { title: 'Open', audience: 'owner' }));
    expect(titles((await listed(ours.planner)).body)).toEqual(['Inside', 'Open']);
    const [owner, other] = ours.owners;
    expect(titles((await listed(owner as Tenant['planner'])).body)).toEqual(['Open']);
    expect((await listed(other as Tenant['planner'])).status).toBe(404);
    expect((await listed(ours.technician)).status).toBe(404);
    const file = (id: string) => apiPaths.machineDocument(ours.organisationId, machineOf(ours), id);
    expect((await bytesOf(owner as Tenant['planner'], file(open))).statusCode).toBe(200);
    expect((await bytesOf(owner as Tenant['planner'], file(fileId))).statusCode).toBe(404);
    expect((await bytesOf(other as Tenant['planner'], file(open))).statusCode).toBe(404);
    const page = await bytesOf(owner as Tenant['planner'], `/owner/machines/${machineOf(ours)}`);
    expect(page.body).toContain('Open');
    expect(page.body).not.toContain('Inside');
    const own = `/owner/machines/${machineOf(ours)}/documents/`;
    expect((await bytesOf(owner as Tenant['planner'], `${own}${open}`)).rawPayload.equals(smallPdf('open'))).toBe(true);
    expect((await bytesOf(owner as Tenant['planner'], `${own}${fileId}`)).statusCode).toBe(404);
  });

  it('are sent once and asked for after that', async () => {
    const { fileId } = await uploadDocument(ours, smallPdf('once'));
    await put(await entryOf(ours, fileId));
    const url = apiPaths.machineDocument(ours.organisationId, machineOf(ours), fileId);
    const { headers } = await bytesOf(ours.planner, url);
    expect((await bytesOf(ours.planner, url, { 'if-none-match': headers['etag'] })).statusCode).toBe(304);
  });

  it('change with the day of their next edition, and go when they are retired', async () => {
    const [first, second] = [await uploadDocument(ours, smallPdf('1')), await uploadDocument(ours, smallPdf('2'))];
    const { id, version } = await put(await entryOf(ours, first.fileId));
    const url = setUpPaths.entry(ours.organisationId, 'documents', id);
    const entry = await entryOf(ours, second.fileId, { validFromOn: '2027-03-03' });
    const changed = await ours.planner.post(url, { ...key(), entry }, { 'if-match': `"${version}"` });
    expect(changed.status).toBe(200);
    const today = async () => ((await listed(ours.planner)).body as DocumentView[])[0];
    expect(await today()).toMatchObject({ fileId: first.fileId, nextOn: '2027-03-03' });
    world.time.nowMs = startMs + 2 * dayMs;
    expect(await today()).toMatchObject({ fileId: second.fileId, nextOn: null });
    const gone = apiPaths.machineDocument(ours.organisationId, machineOf(ours), first.fileId);
    expect((await ours.planner.get(gone)).status).toBe(404);
    const end = setUpPaths.end(ours.organisationId, 'documents', id);
    const seen = { 'if-match': `"${(changed.body as SetUpDone).version}"` };
    expect((await ours.planner.post(end, key(), seen)).status).toBe(200);
    expect((await listed(ours.planner)).body).toEqual([]);
  });
});

describe('the picture of a machine', () => {
  const picture = { title: 'Picture', kind: 'picture', language: null, audience: 'owner' };

  it('is a small JPEG without what its camera wrote into it; any other is refused at its file', async () => {
    const { fileId } = await uploadDocument(ours, jpegOf(640, 480));
    await put(await entryOf(ours, fileId, picture));
    const camera = [0xff, 0xe1, 0, 6, ...Buffer.from('GPS ')];
    const noise = Buffer.alloc(26 * 1024, 7);
    const heavy = Buffer.concat([jpegOf(640, 480).subarray(0, -2), noise, Buffer.from([0xff, 0xd9])]);
    const others = [jpegOf(641, 480), jpegOf(640, 480, camera), jpegWith('place'), heavy, smallPdf('no picture')];
    for (const bytes of others) {
      const upload = await uploadDocument(ours, bytes);
      expect(upload.reply.status).toBe(200);
      expect(await putWrong(await entryOf(ours, upload.fileId, picture))).toMatchObject({
        status: 400,
        faults: [{ path: '/body/entry/fileId', code: 'noPicture' }],
      });
    }
  });

  it('stands on its owner’s page and not among the documents; the machine’s own before that of its model', async () => {
    const [owner] = ours.owners as [Tenant['planner']];
    const page = async () => (await bytesOf(owner, `/owner/machines/${machineOf(ours)}?lang=sv`)).body;
    expect(await page()).not.toContain('<img');
    const ofModel = (await uploadDocument(ours, jpegOf(640, 480))).fileId;
    await put(await entryOf(ours, ofModel, picture));
    const urlOf = (fileId: string) => `/owner/machines/${machineOf(ours)}/documents/${fileId}`;
    const shown = await page();
    expect(shown).toMatch(new RegExp(`<img [^>]*src="${urlOf(ofModel)}" width="640" height="480" alt="[^"]+"`));
    expect(shown).not.toContain(`href="${urlOf(ofModel)}"`);
    const bytes = jpegOf(320, 200);
    const own = (await uploadDocument(ours, bytes)).fileId;
    const subjects = [{ machineModelId: null, machineId: machineOf(ours), componentCode: null, page: null }];
    await put({ ...(await entryOf(ours, own, picture)), subjects });
    expect(await page()).toContain(`src="${urlOf(own)}" width="320" height="200"`);
    expect((await bytesOf(owner, urlOf(own))).rawPayload.equals(bytes)).toBe(true);
    const inside = (await uploadDocument(ours, jpegOf(100, 100))).fileId;
    await put({ ...(await entryOf(ours, inside, { ...picture, audience: 'internal' })), subjects });
    expect(await page()).toContain(`src="${urlOf(own)}"`);
  });
});

describe('the text of documents', () => {
  const searched = async (caller: Tenant['planner'], text: string, n = 0) =>
    caller.get(
      `${apiPaths.machineDocumentSearch(ours.organisationId, machineOf(ours, n))}?text=${encodeURIComponent(text)}`,
    );
  const textUrl = (id: string) => apiPaths.machineDocumentText(ours.organisationId, machineOf(ours), id);

  it('is read when the file is whole, and found by its page, by its owner only where it is for owners', async () => {
    const pages = ['Sisällysluettelo', 'Pallolaakerin rasvaus ja tiivis-\nteen vaihto'];
    const { fileId } = await uploadDocument(ours, await pagesAsPdf(pages));
    await put(await entryOf(ours, fileId, { title: 'Inside' }));
    const open = (await uploadDocument(ours, await pagesAsPdf(['Ohje omistajalle: laakeri']))).fileId;
    await put(await entryOf(ours, open, { title: 'Open', audience: 'owner' }));
    const [owner, other] = ours.owners as [Tenant['planner'], Tenant['planner']];
    const hits = async (caller: Tenant['planner'], text: string) =>
      ((await searched(caller, text)).body as DocumentHit[]).map((hit) => [hit.fileId, hit.page]);
    expect(await hits(ours.planner, 'LAAKERI')).toEqual([
      [open, 1],
      [fileId, 2],
    ]);
    expect(await hits(ours.planner, 'tiivisteen')).toEqual([[fileId, 2]]);
    expect(await hits(owner, 'laakeri')).toEqual([[open, 1]]);
    expect((await searched(other, 'laakeri')).status).toBe(404);
    expect((await searched(ours.technician, 'laakeri')).status).toBe(404);
    expect((await searched(ours.planner, '')).status).toBe(400);
    const views = (await listed(ours.planner)).body as DocumentView[];
    const read = views.map(({ title, search, text }) => ({ title, search, textId: text?.textId ?? '' }));
    expect(read.map(({ search }) => search)).toEqual(['read', 'read']);
    const inside = read.find(({ title }) => title === 'Inside')?.textId ?? '';
    expect((await ours.planner.get(textUrl(inside))).body).toEqual([
      'Sisällysluettelo',
      'Pallolaakerin rasvaus ja tiivisteen vaihto',
    ]);
    expect((await owner.get(textUrl(inside))).status).toBe(404);
    expect((await theirs.planner.get(textUrl(inside))).status).toBe(404);
  });

  it('is said to be missing where a PDF has none, where it is broken, and where nobody has read it yet', async () => {
    const searchOf = async (bytes: Buffer) => {
      const { fileId } = await uploadDocument(ours, bytes);
      await put(await entryOf(ours, fileId));
      return ((await listed(ours.planner)).body as DocumentView[]).find((one) => one.fileId === fileId)?.search;
    };
    expect(await searchOf(await pagesAsPdf(['']))).toBe('noText');
    expect(await searchOf(smallPdf('broken'))).toBe('unreadable');
    expect(await searchOf(Buffer.from([0xff, 0xd8, 0xff, 0xe0]))).toBe('noText');
    expect(await unreadFiles(world.records, ours.organisationId)).toEqual([]);
    const late = await world.add(ours.organisationId, 'documentFile', {
      ...{ name: 'late.pdf', mediaType: 'application/pdf', bytes: 1, sha256: '0'.repeat(64) },
    });
    await put(await entryOf(ours, late));
    expect(((await listed(ours.planner)).body as DocumentView[]).find((one) => one.fileId === late)?.search).toBe(
      'waiting',
    );
    expect(await unreadFiles(world.records, ours.organisationId)).toEqual([late]);
  });

  it('is read once, however often somebody asks for that', async () => {
    const { fileId } = await uploadDocument(ours, await pagesAsPdf(['laakeri']));
    await world.deps.orderReading(ours.organisationId, fileId);
    expect(await world.records.list('documentText', ours.organisationId, { where: { fileId } })).toHaveLength(1);
  });
});
