import { rmSync } from 'node:fs';
import { createSmtpMail } from '@kuluma/cloud/adapters/mail-smtp/smtp-mail.ts';
import { readPagesInThread } from '@kuluma/cloud/adapters/reading-thread/reading-thread.ts';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { printPages } from '@kuluma/cloud/demo/documents.ts';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import { letterLinks } from '@kuluma/cloud/http/letter-links.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { printedReportOf } from '@kuluma/cloud/http/views/printed-report.ts';
import { queueDueMessages } from '@kuluma/cloud/pipelines/queue-due-messages.ts';
import { type MessageDeps, sendMessages } from '@kuluma/cloud/pipelines/send-messages.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../built-pages.ts';
import { createWorld, type Tenant, type World } from '../contract/http-world.ts';
import { theVisitOf } from '../contract/offer-visitor.ts';
import { uploadDocument } from '../contract/upload-document.ts';
import { freePort } from '../free-port.ts';
import { isReady } from '../pocket-phone.ts';
import { needs } from '../services.ts';
import { SmtpInbox } from '../smtp-inbox.ts';
import { sidewaysOn, startBrowser, violationsOn } from '../start-browser.ts';
import { allWaiting, workVisit } from './visit-steps.ts';

const { skip, title } = needs('chromium', 'the whole loop on three phones');

describe.skipIf(skip)(title, () => {
  const inbox = new SmtpInbox();
  let world: World;
  let tenant: Tenant;
  let service: App;
  let base: string;
  let browser: Browser;
  let pagesDir = '';
  let letters: MessageDeps;

  beforeAll(async () => {
    pagesDir = buildPages();
    await inbox.start();
    world = await createWorld(pgliteDatabase(), pagesDir);
    tenant = await world.tenant({ machines: 1, technicians: 1 });
    await addManual();
    // Ten in the morning, so that no letter waits for the day.
    world.time.nowMs += 2 * hourMs;
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    const { deps } = world;
    const mail = createSmtpMail({ url: inbox.url(), from: 'service@example.com', timeoutMs: 20_000 });
    letters = {
      ...{ records: deps.records, clock: deps.clock, random: deps.random, log: deps.log, rules: deps.messageRules },
      ...{ mail, homeCountry: '+358', publicUrl: base, links: letterLinks(deps) },
      printReport: async (lookup, visit, language) => deps.printReport(await printedReportOf(lookup, visit, language)),
    };
    service = await buildApp(deps);
    await service.listen({ host: '127.0.0.1', port });
    browser = await startBrowser();
    return () => mail.stop();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await service?.close();
    await world?.stop();
    await inbox.stop();
    if (pagesDir) rmSync(pagesDir, { recursive: true, force: true });
  });

  const phone = (): Promise<BrowserContext> =>
    browser.newContext({
      locale: 'fi-FI',
      timezoneId: 'Europe/Helsinki',
      viewport: { width: 390, height: 844 },
    });
  const signInLink = async (who: Pick<RecordOf<'session'>, 'personId' | 'roles'>): Promise<string> => {
    const { organisationId } = tenant;
    return `${base}/sign-in/#${await createSignInLink(world.deps, { organisationId, contactId: null, ...who }, dayMs)}`;
  };
  const personOf = async (role: 'planner' | 'technician') => {
    const persons = await world.records.list('person', tenant.organisationId);
    return { personId: persons.find(({ roles }) => roles.includes(role))?.id ?? null, roles: [role] };
  };
  const send = async (): Promise<void> => {
    await queueDueMessages(letters, tenant.organisationId);
    await sendMessages(letters, tenant.organisationId);
  };
  /** Until the phone keeps so many files and texts of documents. */
  const keptAreAtLeast = async (page: Page, count: number): Promise<void> => {
    await page.waitForFunction(
      (least) =>
        new Promise<boolean>((resolve, reject) => {
          const opening = indexedDB.open('kuluma-technician');
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const asked = opening.result.transaction('files').objectStore('files').count();
            asked.onerror = () => reject(asked.error);
            asked.onsuccess = () => {
              opening.result.close();
              resolve(asked.result >= least);
            };
          };
        }),
      count,
    );
  };
  /** What the PDF of a letter says. */
  const printed = async (letter: string): Promise<string> => {
    const [, part = ''] = letter.split('Content-Type: application/pdf');
    const base64 = part.slice(part.indexOf('\r\n\r\n')).split('\r\n--')[0] ?? '';
    const pages = await readPagesInThread(Buffer.from(base64, 'base64'), new AbortController().signal);
    return pages?.join('\n') ?? '';
  };
  /** A manual of the machine's model, as the set-up takes it. */
  const addManual = async (): Promise<void> => {
    const { planner, organisationId } = tenant;
    const pages = [
      { title: 'Pumppu', lines: ['Turvallisuus'] },
      { title: 'Laakeri', lines: ['Rasvaa 2 000 tunnin välein.'] },
    ];
    const { fileId } = await uploadDocument(tenant, await printPages('Pumppu', pages));
    const [model] = await world.records.list('machineModel', organisationId);
    const entry = {
      ...{ title: 'Pumpun ohje', number: '', kind: 'manual', language: 'fi', audience: 'internal', fileId },
      ...{ validFromOn: '2027-01-01' },
      subjects: [{ machineModelId: model?.id, machineId: null, componentCode: null, page: null }],
    };
    const reply = await planner.post(setUpPaths.list(organisationId, 'documents'), {
      ...{ idempotencyKey: 'manual-of-the-pump', entry },
    });
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  };
  /** What is wrong on a page as it is now. */
  const faults: string[] = [];
  const look = async (page: Page, place: string): Promise<void> => {
    const sideways = await sidewaysOn(page);
    faults.push(...(await violationsOn(page)).map((fault) => `${place}: ${fault}`));
    if (sideways > 0) faults.push(`${place}: runs ${sideways} px out of the phone`);
  };
  const newestLetter = () => inbox.mails.at(-1)?.body ?? '';

  it('goes from the forecast over a letter and a day without signal to what was found', async () => {
    const planner = await (await phone()).newPage();
    await planner.goto(await signInLink(await personOf('planner')));
    await planner.locator('.desk main h1').waitFor();
    await planner.goto(`${base}/planner/#/decisions/${tenant.recommendationIds[0]}`);
    await planner.getByRole('button', { name: /^Hyväksy ja tarjoa/ }).click();
    await planner.getByText(/Paula Planner hyväksyi/).waitFor();

    await send();
    const owner = await (await phone()).newPage();
    // As a mail program shows the letter.
    await owner.setContent(/<!doctype html>.*?<\/html>/is.exec(newestLetter())?.[0] ?? '');
    await look(owner, 'letter');
    await owner.locator(`a[href^="${base}/offer/"]`).first().click();
    await owner.waitForURL('**/offer/*');
    await look(owner, 'offer');
    await owner.getByRole('radio').first().check();
    await owner.getByRole('button', { name: /^Tilaa valittuna aikana/ }).click();
    await owner.getByText('Kiitos, huolto on varattu.').waitFor();
    await look(owner, 'booked');
    const booked = await theVisitOf(world, tenant);
    expect(booked.state).toBe('booked');

    // On the morning of the visit the phone is opened once where there is a signal.
    world.time.nowMs = booked.slot.arrivalFromMs - 2 * hourMs;
    const technicians = await phone();
    const technician = await technicians.newPage();
    await technician.goto(await signInLink(await personOf('technician')));
    await isReady(technician);
    await keptAreAtLeast(technician, 2);
    await technicians.setOffline(true);
    await technician.reload();
    world.time.nowMs = booked.slot.arrivalFromMs + 3 * hourMs;
    await technician.getByRole('link', { name: /P-0/ }).click();
    await technician.getByLabel('Hae asiakirjoista').fill('rasva');
    await technician.getByRole('button', { name: 'Pumpun ohje, sivu 2' }).waitFor();
    await look(technician, 'manual without signal');
    await technician.getByRole('link', { name: 'Päiväni' }).click();
    await workVisit(
      () => technician,
      async () => {
        const lessSeals = technician.locator('.part-used').getByRole('button', { name: /: vähennä$/ });
        if (await lessSeals.isVisible()) await lessSeals.click();
      },
    );
    await allWaiting(technician);
    await look(technician, 'report that waits');
    expect((await theVisitOf(world, tenant)).state).toBe('booked');
    await technicians.setOffline(false);
    await technician.getByText('Kaikki on lähetetty').waitFor({ timeout: 30_000 });
    expect((await theVisitOf(world, tenant)).state).toBe('done');
    const [photo] = await world.records.list('visitFile', tenant.organisationId);
    expect(photo?.visitId).toBe(booked.id);
    const used = (await world.records.list('stockMovement', tenant.organisationId)).filter(
      ({ reason }) => reason === 'use',
    );
    expect(used.map(({ quantity }) => quantity)).toEqual([-1]);

    await send();
    const report = await printed(newestLetter());
    expect(report).toMatch(/Outi Omistaja/);
    await owner.reload();
    await owner
      .getByText(/Huolto on tehty/)
      .first()
      .waitFor();

    await look(owner, 'done');

    await planner.goto(`${base}/planner/#/decisions/${tenant.recommendationIds[0]}`);
    await planner.getByText('Ennustettu vika löytyi').first().waitFor();
    const machine = `${base}/planner/#/machines/${tenant.machineIds[0]}?tab=visits`;
    await planner.goto(machine);
    await planner.getByText(/Todettiin: vika vahvistui/).waitFor();
    const [outcome] = await world.records.list('outcome', tenant.organisationId);
    expect(outcome?.findingVerdict).toBe('confirmed');
    await look(planner, 'outcome');
    expect(faults).toEqual([]);
  });
});
