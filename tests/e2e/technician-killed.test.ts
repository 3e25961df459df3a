import { rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { fieldOf } from '@kuluma/shared/model/merged-work.ts';
import { pieceBytes } from '@kuluma/shared/model/visit-files.ts';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildPages } from '../built-pages.ts';
import { createWorld, type World } from '../contract/http-world.ts';
import { PocketPhone, putAside } from '../pocket-phone.ts';
import { needs } from '../services.ts';
import { createVisitService, type VisitService } from '../visit-service.ts';
import { allWaiting, sign, workVisit } from './visit-steps.ts';

const { skip, title } = needs('chromium', 'a phone whose power goes');

/** A picture (BMP) of noise, which no JPEG makes small: it leaves the phone in several pieces. */
const noise = (): Buffer => {
  const [width, height, random] = [1600, 1200, seededRandom(1)];
  const head = Buffer.alloc(54);
  head.write('BM');
  head.writeUInt32LE(head.length + width * height * 3, 2);
  head.writeUInt32LE(head.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(24, 28);
  return Buffer.concat([head, Buffer.from(Array.from({ length: width * height * 3 }, () => random() * 256))]);
};

const isAct = ({ method, url }: IncomingMessage): boolean =>
  method === 'POST' && /\/visits\/\w+\/(?!files\/)/.test(url ?? '');
const isPiece = ({ method, url }: IncomingMessage): boolean => method === 'POST' && /\/files\//.test(url ?? '');

/** As an older page would have kept what was filled in. */
const keepOlder = (page: Page, visitId: string, draft: object): Promise<void> =>
  page.evaluate(
    (row) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('kuluma-technician');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const turn = opening.result.transaction('drafts', 'readwrite');
          turn.objectStore('drafts').put(row);
          turn.onabort = () => reject(turn.error);
          turn.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
    { visitId, draft },
  );

describe.skipIf(skip)(title, () => {
  let pagesDir = '';
  let world: World;
  let service: VisitService;
  let phone: PocketPhone;
  let page: Page;

  beforeAll(async () => {
    pagesDir = buildPages();
    world = await createWorld(undefined, pagesDir);
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(pagesDir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    service = await createVisitService(world);
    await service.start();
    phone = new PocketPhone();
    await phone.meet(service);
    await service.stop();
    await wake();
  });
  afterEach(async () => {
    await phone?.throwAway();
    await service?.stop();
  });

  const wake = async () => {
    page = await phone.start();
    await page.goto(service.home);
    await page.getByRole('link', { name: /P-0/ }).waitFor();
  };
  const press = (name: string) => page.getByRole('button', { name }).click();
  /** The service comes back, and the power goes with the n-th request of a kind, before its answer is heard. */
  const backAndGoneAt = async (nth: number, isMeant: (request: IncomingMessage) => boolean) => {
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    let seen = 0;
    await service.start((request) => {
      if (isMeant(request) && ++seen === nth) resolve(phone.die());
    });
    await gone;
    return { seen: () => seen };
  };
  const allIsSent = async () => {
    await expect.poll(async () => (await service.visit()).state, { timeout: 30_000 }).toBe('done');
    await page.getByText('Kaikki on lähetetty').waitFor({ timeout: 30_000 });
    expect(await service.outcomes()).toHaveLength(1);
    const stated = await service.stated();
    expect(new Set(stated.map(({ value }) => fieldOf(value))).size).toBe(stated.length);
    expect(stated.filter(({ value }) => value.kind === 'step')).toHaveLength(6);
    return stated.map(({ value }) => value);
  };

  it('has kept what was filled in and not confirmed: half a form, and a signature', async () => {
    await workVisit(() => page, undefined, 2);
    await page.getByRole('radio').nth(1).check({ force: true });
    await page.getByLabel('Huomautus (vapaaehtoinen)').fill('Tiiviste vuotaa, laakeri on eh');
    await putAside(page, 'drafts');
    await phone.die();
    await wake();
    await page.getByRole('link', { name: /P-0/ }).click();
    expect(await page.getByRole('radio').nth(1).isChecked()).toBe(true);
    const note = page.getByLabel('Huomautus (vapaaehtoinen)');
    expect(await note.inputValue()).toBe('Tiiviste vuotaa, laakeri on eh');
    await note.fill('Tiiviste vuotaa, laakeri on ehjä');
    for (const name of ['Tallenna löydös', 'Työ on tehty', 'Osat on kirjattu']) await press(name);
    await page.getByLabel('Allekirjoittajan nimi').fill('Outi Omistaja');
    await sign(page);
    await putAside(page, 'drafts');
    await phone.die();
    await wake();
    await page.getByRole('link', { name: /P-0/ }).click();
    await page.getByRole('img', { name: 'Allekirjoitettu' }).waitFor();
    expect(await page.getByLabel('Allekirjoittajan nimi').inputValue()).toBe('Outi Omistaja');
    await press('Kuittaa');
    await press('Lähetä raportti');
    await page.locator('.visit-done').waitFor();
    await service.start();
    const values = await allIsSent();
    const text = 'Tiiviste vuotaa, laakeri on ehjä';
    expect(values).toContainEqual({ kind: 'finding', verdict: 'otherFault', text });
    expect(values).toContainEqual(expect.objectContaining({ kind: 'signature', name: 'Outi Omistaja' }));
  });

  it('goes on with what an older page kept, and says what it can not read', async () => {
    await workVisit(() => page, undefined, 2);
    const { id } = await service.visit();
    const older = {
      verdict: 'otherFault',
      finding: 'Tiiviste vuotaa',
      minutes: 80,
      componentReplaced: false,
      used: {},
    };
    await keepOlder(page, id, { ...older, remarks: ['Kysy pidempi letku'], checks: 'kaikki kunnossa' });
    const again = async () => {
      await phone.switchOff();
      await wake();
      await page.getByRole('link', { name: /P-0/ }).click();
    };
    await again();
    expect(await page.getByRole('radio').nth(1).isChecked()).toBe(true);
    expect(await page.getByLabel('Huomautus (vapaaehtoinen)').inputValue()).toBe('Tiiviste vuotaa');
    const told = () => page.getByRole('alert').getByRole('listitem');
    expect(await told().allInnerTexts()).toEqual(['Kysy pidempi letku', 'kaikki kunnossa']);
    await page.getByLabel('Huomautus (vapaaehtoinen)').fill('Tiiviste vuotaa. Pidempi letku');
    await putAside(page, 'drafts');
    await again();
    expect(await told().count()).toBe(2);
    await press('Olen käynyt ne läpi');
    await told().first().waitFor({ state: 'detached' });
    await putAside(page, 'drafts');
    await again();
    expect(await page.getByLabel('Huomautus (vapaaehtoinen)').inputValue()).toBe('Tiiviste vuotaa. Pidempi letku');
    expect(await told().count()).toBe(0);
    await press('Tallenna löydös');
    await press('Työ on tehty');
    await press('Osat on kirjattu');
    await page.getByLabel('Allekirjoittajan nimi').waitFor();
  });

  it('sends a photo on from the piece with which it died', async () => {
    await workVisit(() => page, undefined, 2);
    await page.getByLabel('Ota kuva').setInputFiles({ name: 'laakeri.bmp', mimeType: 'image/bmp', buffer: noise() });
    await press('Käytä kuvaa');
    await page.getByRole('img', { name: 'Kuva 1' }).waitFor();
    const pieces = await backAndGoneAt(3, isPiece);
    const { organisationId } = service.tenant;
    const photos = () => world.records.list('visitFile', organisationId);
    expect(await photos()).toEqual([]);
    await wake();
    await expect.poll(photos, { timeout: 30_000 }).toHaveLength(1);
    const [photo] = await photos();
    const jpeg = await world.deps.files.get(photo?.sha256 ?? '');
    expect([...jpeg.subarray(0, 3), ...jpeg.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xff, 0xd9]);
    expect(jpeg.length).toBeGreaterThan(4 * pieceBytes);
    // The first again, which asks where it stands, and at most the one whose answer was lost.
    expect(pieces.seen()).toBeLessThanOrEqual(Math.ceil(jpeg.length / pieceBytes) + 2);
    await page.getByRole('link', { name: /P-0/ }).click();
    await page.getByText('Kuva 1 on lähetetty').waitFor();
    expect(await page.locator('.photo-strip li').count()).toBe(1);
  });

  it('does once what had begun to go to the service, and the rest of it', async () => {
    await workVisit(() => page);
    await allWaiting(page);
    await backAndGoneAt(5, isAct);
    expect(await service.outcomes()).toEqual([]);
    expect((await service.stated()).length).toBeGreaterThan(0);
    await wake();
    await allIsSent();
    const ledger = await world.records.list('stockMovement', service.tenant.organisationId);
    const used = ledger.filter(({ reason }) => reason === 'use').map(({ quantity }) => quantity);
    expect(used).toEqual([-2]);
  });
});
