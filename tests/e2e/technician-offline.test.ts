import { resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type World } from '../contract/http-world.ts';
import { smallPdf, uploadDocument } from '../contract/upload-document.ts';
import { isReady, phoneLook } from '../pocket-phone.ts';
import { needs } from '../services.ts';
import { startBrowser } from '../start-browser.ts';
import { createVisitService, type VisitService } from '../visit-service.ts';
import { allWaiting, leftWaiting, workVisit } from './visit-steps.ts';

const { skip, title } = needs('chromium', 'a technician without signal');
const pages = resolve(import.meta.dirname, '../../cloud/web/dist');

describe.skipIf(skip)(title, () => {
  let browser: Browser;
  let world: World;
  let service: VisitService;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    browser = await startBrowser();
    world = await createWorld(undefined, pages);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  });

  beforeEach(async () => {
    service = await createVisitService(world);
    await service.start();
    context = await browser.newContext(phoneLook);
    page = await context.newPage();
    await page.goto(service.door);
    await isReady(page);
  });
  afterEach(async () => {
    await context?.close();
    await service?.stop();
  });

  /** A whole visit on the phone, with no service to ask. */
  const work = async () => {
    await workVisit(() => page);
    await allWaiting(page);
  };

  it('starts, works and reports with the service gone; all of it arrives once, also after the phone died', async () => {
    await service.stop();
    await page.reload();
    await work();
    await page.close();
    page = await context.newPage();
    await page.goto(service.home);
    await allWaiting(page);
    await page.getByText('Ei yhteyttä.').waitFor();
    expect(await service.outcomes()).toEqual([]);
    await service.start();
    await page.getByText('Kaikki on lähetetty').waitFor({ timeout: 30_000 });
    expect((await service.visit()).state).toBe('done');
    expect(await service.outcomes()).toHaveLength(1);
  });

  it('loses nothing when the phone dies after each step', async () => {
    await service.stop();
    const revive = async () => {
      const url = page.url();
      await page.locator('.steps, .visit-done').waitFor();
      await page.close();
      page = await context.newPage();
      await page.goto(url);
      await page.locator('.steps, .visit-done').waitFor();
    };
    await workVisit(() => page, revive);
    await allWaiting(page);
    await service.start();
    await page.getByText('Kaikki on lähetetty').waitFor({ timeout: 30_000 });
    expect((await service.visit()).state).toBe('done');
    const { organisationId, id } = await service.visit();
    const stated = await service.stated();
    expect(stated.filter(({ value }) => value.kind === 'step')).toHaveLength(6);
    const [photo] = await world.records.list('visitFile', organisationId, { where: { visitId: id } });
    expect(stated.map(({ value }) => value)).toContainEqual(
      expect.objectContaining({ kind: 'photo', fileId: photo?.id }),
    );
    const jpeg = await world.deps.files.get(photo?.sha256 ?? '');
    expect([...jpeg.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    expect(await service.outcomes()).toHaveLength(1);
  });

  it('hears of a change made meanwhile, and decides', async () => {
    await service.stop();
    await work();
    const visit = await service.visit();
    await world.records.transact(async (tx) => void (await tx.update('visit', visit)));
    await service.start();
    await page.getByText('Tämä muutos ei mennyt läpi').waitFor({ timeout: 30_000 });
    expect((await service.visit()).state).toBe('booked');
    await page.getByRole('button', { name: 'Lähetä uudelleen' }).click();
    await page.getByText('Kaikki on lähetetty').waitFor();
    expect((await service.visit()).state).toBe('done');
    expect(await service.outcomes()).toHaveLength(1);
  });

  it('has the manuals of the visit with the service gone, and says which one it does not have', async () => {
    const { tenant } = service;
    const bytes = smallPdf('manual');
    const { fileId } = await uploadDocument(tenant, bytes, 'manual.pdf');
    const [machine] = await world.records.list('machine', tenant.organisationId);
    const about = { machineId: null, componentCode: 'bearing', page: 1 };
    const manual = {
      ...{ title: 'Laakerin vaihto', number: 'K-12', kind: 'manual', language: 'fi', audience: 'internal' },
      ...{ subjects: [{ ...about, machineModelId: machine?.machineModelId ?? null }] },
      editions: [{ fileId, validFromOn: '2027-01-01' }],
    } as unknown as Parameters<typeof world.add<'document'>>[2];
    await world.add(tenant.organisationId, 'document', manual);
    const large = await world.add(tenant.organisationId, 'documentFile', {
      ...{ name: 'large.pdf', mediaType: 'application/pdf', bytes: 32 * 1024 * 1024, sha256: 'c'.repeat(64) },
    });
    const drawing = { ...manual, title: 'Kokoonpano', editions: [{ fileId: large, validFromOn: '2027-01-01' }] };
    await world.add(tenant.organisationId, 'document', drawing);
    await page.reload();
    await page.getByRole('link', { name: /P-0/ }).click();
    await page.getByText('Puhelimessa, aukeaa ilman verkkoa').waitFor();
    await page.getByText('Ei puhelimessa, aukeaa vain verkossa').waitFor();
    await service.stop();
    await page.reload();
    await page.getByText('Puhelimessa, aukeaa ilman verkkoa').waitFor();
    const opened = page.waitForEvent('popup');
    await page.getByRole('button', { name: /Laakerin vaihto/ }).click();
    await expect.poll(async () => (await opened).url()).toMatch(/^blob:.*#page=1$/);
    const read = await page.evaluate(async (id) => {
      const done = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const db = await done(indexedDB.open('kuluma-technician'));
      const file = await done<{ bytes: ArrayBuffer }>(db.transaction('files').objectStore('files').get(id));
      db.close();
      return [...new Uint8Array(file.bytes)];
    }, fileId);
    expect(Buffer.from(read).equals(bytes)).toBe(true);
  });

  it('leaves nothing on the phone when it signs out, and warns before anything is lost', async () => {
    await service.stop();
    await work();
    await page.goto(service.home);
    await page.getByRole('button', { name: 'Kirjaudu ulos' }).click();
    await page.getByText(`${leftWaiting.changes + leftWaiting.photos} muutosta on lähettämättä`).waitFor();
    await page.getByRole('button', { name: 'Pysy kirjautuneena' }).click();
    await service.start();
    await page.getByText('Kaikki on lähetetty').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Kirjaudu ulos' }).click();
    await page.waitForURL((url) => url.pathname === '/');
    const left = await page.evaluate(async () => ({
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    }));
    expect(left).toEqual({ databases: 0, caches: 0, workers: 0 });
    expect(await service.outcomes()).toHaveLength(1);
  });
});
