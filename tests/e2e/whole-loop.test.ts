import { rmSync } from 'node:fs';
import { createSmtpMail } from '@kuluma/cloud/adapters/mail-smtp/smtp-mail.ts';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import { letterLinks } from '@kuluma/cloud/http/letter-links.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { printedReportOf } from '@kuluma/cloud/http/views/printed-report.ts';
import { queueDueMessages } from '@kuluma/cloud/pipelines/queue-due-messages.ts';
import { type MessageDeps, sendMessages } from '@kuluma/cloud/pipelines/send-messages.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../built-pages.ts';
import { createWorld, type Tenant, type World } from '../contract/http-world.ts';
import { theVisitOf } from '../contract/offer-visitor.ts';
import { freePort } from '../free-port.ts';
import { needs, serviceAt } from '../services.ts';
import { SmtpInbox } from '../smtp-inbox.ts';
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
    // Ten in the morning, so that no letter waits for the day.
    world.time.nowMs += 2 * hourMs;
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    const { deps } = world;
    const mail = createSmtpMail({ url: inbox.url(), from: 'service@example.com', timeoutMs: 5_000 });
    letters = {
      ...{ records: deps.records, clock: deps.clock, random: deps.random, log: deps.log, rules: deps.messageRules },
      ...{ mail, homeCountry: '+358', publicUrl: base, links: letterLinks(deps) },
      printReport: async (lookup, visit, language) => deps.printReport(await printedReportOf(lookup, visit, language)),
    };
    service = await buildApp(deps);
    await service.listen({ host: '127.0.0.1', port });
    browser = await chromium.launch({
      executablePath: serviceAt('chromium') ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    });
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
  const newestLetter = () => inbox.mails.at(-1)?.body ?? '';

  it('goes from the forecast over a letter and a day without signal to what was found', async () => {
    const planner = await (await phone()).newPage();
    await planner.goto(await signInLink(await personOf('planner')));
    await planner.locator('.desk main h1').waitFor();
    await planner.goto(`${base}/planner/#/decisions/${tenant.recommendationIds[0]}`);
    await planner.getByRole('button', { name: /^Hyväksy ja tarjoa/ }).click();
    await planner.getByText(/Paula Planner hyväksyi/).waitFor();

    await send();
    const link = new RegExp(`${base}/offer/[\\w-]+`).exec(newestLetter())?.[0] ?? '';
    const ownersPhone = await phone();
    const owner = await ownersPhone.newPage();
    await owner.goto(link);
    await owner.getByRole('radio').first().check();
    await owner.getByRole('button', { name: /^Tilaa valittuna aikana/ }).click();
    await owner.getByText('Kiitos, huolto on varattu.').waitFor();
    const booked = await theVisitOf(world, tenant);
    expect(booked.state).toBe('booked');

    // On the morning of the visit the phone is opened once where there is a signal.
    world.time.nowMs = booked.slot.arrivalFromMs - 2 * hourMs;
    const technicians = await phone();
    const technician = await technicians.newPage();
    await technician.goto(await signInLink(await personOf('technician')));
    await technician.getByRole('link', { name: /P-0/ }).waitFor();
    await technician.evaluate(async () => void (await navigator.serviceWorker.ready));
    await technicians.setOffline(true);
    world.time.nowMs = booked.slot.arrivalFromMs + 3 * hourMs;
    await workVisit(() => technician);
    await allWaiting(technician);
    expect((await theVisitOf(world, tenant)).state).toBe('booked');
    await technicians.setOffline(false);
    await technician.getByText('Kaikki on lähetetty').waitFor({ timeout: 30_000 });
    expect((await theVisitOf(world, tenant)).state).toBe('done');

    await send();
    const report = newestLetter();
    expect(report).toContain('Content-Type: application/pdf');
    await owner.reload();
    await owner
      .getByText(/Huolto on tehty/)
      .first()
      .waitFor();

    await planner.goto(`${base}/planner/#/decisions/${tenant.recommendationIds[0]}`);
    await planner.getByText('Ennustettu vika löytyi').first().waitFor();
    const machine = `${base}/planner/#/machines/${tenant.machineIds[0]}?tab=visits`;
    await planner.goto(machine);
    await planner.getByText(/Todettiin: vika vahvistui/).waitFor();
    const [outcome] = await world.records.list('outcome', tenant.organisationId);
    expect(outcome?.findingVerdict).toBe('confirmed');
  }, 180_000);
});
