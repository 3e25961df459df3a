import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../built-pages.ts';
import { approveOffer, createWorld, type Tenant, type World } from '../contract/http-world.ts';
import { linksTo, openOffer } from '../contract/offer-visitor.ts';
import { needs } from '../services.ts';
import { sidewaysOn, startBrowser, violationsOn } from '../start-browser.ts';

const { skip, title } = needs('chromium', 'the pages of owners');
/** What Finnish makes of a pump: it has to fit all the same. */
const longTag = 'Kiertovesipumppu-12';

describe.skipIf(skip)(title, () => {
  let world: World;
  let tenant: Tenant;
  let browser: Browser;
  let pagesDir: string;
  let base: string;
  let paths: string[];

  const tagged = async (n: number, tag: string) => {
    const machine = await world.records.get('machine', tenant.organisationId, tenant.machineIds[n] ?? '');
    if (machine) await world.records.transact((tx) => tx.update('machine', { ...machine, tag }));
  };
  /** A contract that is offered for a machine of the owner who is signed in. */
  const offeredContract = async (n: number) => {
    const { organisationId, machineIds, ownerIds, contactIds } = tenant;
    const [machineId, ownerId, contactId] = [machineIds[n], ownerIds[0], contactIds[0]];
    const [person] = (await world.records.list('person', organisationId)).filter(({ roles }) =>
      roles.includes('planner'),
    );
    if (!machineId || !ownerId || !contactId || !person) throw new Error('nobody to offer a contract to');
    const around = (meanCents: number) => ({ meanCents, p10Cents: meanCents / 2, p90Cents: meanCents * 2 });
    return world.add(organisationId, 'contractOffer', {
      ...{ machineId, ownerId, contactId, personId: person.id, legalBasis: 'consent' },
      ...{ warrantyUntilOn: '2027-04-30', fromOn: '2027-05-01', untilOn: '2028-04-30' },
      ...{ covers: ['labour', 'callOut', 'travel', 'part'], monthlyCents: 4_900, visitCents: 3_100 },
      ...{ terms: 'Vuosihuolto sisältyy.', vatRatePermille: 255, state: 'sent', declineReason: null },
      worth: {
        ...{ verdict: 'worth', visits: 1.4, savingProbability: 0.71, breakEvenMonthlyCents: 9_870 },
        ...{ without: around(184_000), with: around(96_000), saving: around(88_000) },
        basis: { ownEvents: 3, ownYears: 4.2, otherEvents: 11, otherYears: 18.5, forecasts: 2 },
      },
      ...{ validUntilMs: Date.parse('2027-04-30T21:00:00Z'), answeredAtMs: null },
    });
  };
  const send = async (path: string, fields: Record<string, string>): Promise<string> => {
    const reply = await fetch(`${base}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: base, cookie: tenant.owners[0]?.cookie ?? '' },
      body: new URLSearchParams({ idempotencyKey: 'a-key-of-its-own', ...fields }),
    });
    return reply.headers.get('location') ?? '';
  };

  beforeAll(async () => {
    pagesDir = buildPages();
    world = await createWorld(pgliteDatabase(), pagesDir);
    tenant = await world.tenant({ machines: 4, technicians: 2 });
    await tagged(2, longTag);
    for (const n of [0, 2, 1]) await approveOffer(tenant, n);
    const offers = await world.records.list('offer', tenant.organisationId);
    const [booked = '', open = '', expired = ''] = await Promise.all(
      offers.map(async (offer) => (await linksTo(world, offer)).open),
    );
    const [, asked, late] = offers;
    if (!asked || !late) throw new Error('not all was offered');
    const { stop } = await linksTo(world, asked);
    await world.records.transact((tx) => tx.update('offer', { ...late, state: 'expired' }));
    const page = await openOffer(world, booked);
    await page.submit('accept', { slotId: page.slotIds.at(-1) ?? '' });
    await world.app.listen({ port: 0, host: '127.0.0.1' });
    base = `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}`;
    const report = { text: 'It rattles', urgency: 'stopped', reachAt: '+358 40 555 0000' };
    const thread = await send(`/report/${tenant.machineIds[2]}`, report);
    paths = [
      ...['/owner/', `/owner/machines/${tenant.machineIds[2]}`, `/owner/write?machine=${tenant.machineIds[2]}`],
      ...[`/report/${tenant.machineIds[2]}`, '/report/nonsense', thread],
      ...[`/offer/${open}`, `/offer/${booked}`, `/offer/${booked}?show=times`, `/label/${tenant.machineIds[0]}`],
    ];
    paths.push(
      ...[`/offer/${expired}`, `/owner/offers/${asked.id}`],
      ...[`/stop/${stop}`, '/owner/wishes', '/owner/data', `/owner/machines/${tenant.machineIds[2]}/data`],
      ...['offer', 'stop', 'wishes', 'contract'].map((page) => `/${page}/nonsense`),
    );
    const [offered, accepted] = [await offeredContract(0), await offeredContract(2)];
    paths.push(
      `/owner/contracts/${offered}`,
      `/owner/contracts/${offered}?lang=sv`,
      `/owner/contracts/${accepted}?lang=en`,
    );
    await send(`/owner/contracts/${accepted}`, { version: '1', answer: 'accept' });
    browser = await startBrowser();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    if (pagesDir) rmSync(pagesDir, { recursive: true, force: true });
  });

  const openAt = async (path: string, look: { width: number; dark?: boolean; scripts?: boolean }): Promise<Page> => {
    const { width, dark = false, scripts = true } = look;
    const context = await browser.newContext({
      viewport: { width, height: 844 },
      colorScheme: dark ? 'dark' : 'light',
      javaScriptEnabled: scripts,
      locale: 'fi-FI',
    });
    const [name = '', ...value] = (tenant.owners[0]?.cookie ?? '').split('=');
    await context.addCookies([{ name, value: value.join('='), url: base }]);
    const page = await context.newPage();
    await page.goto(`${base}${path}`);
    return page;
  };

  it.each([false, true])(
    'break no rule that axe can see and fit a phone of 320 px, with text of twice the size too, dark: %s',
    async (dark) => {
      for (const path of paths) {
        const page = await openAt(path, { width: 320, dark });
        expect(await violationsOn(page), path).toEqual([]);
        expect(await sidewaysOn(page), path).toBeLessThanOrEqual(0);
        await page.evaluate(() => {
          document.documentElement.style.fontSize = '200%';
        });
        expect(await sidewaysOn(page), `${path}, large`).toBeLessThanOrEqual(0);
        await page.context().close();
      }
    },
  );

  it('report a fault without scripts, and bring an answer to the thread by themselves with them', async () => {
    const form = await openAt(`/report/${tenant.machineIds[0]}`, { width: 390, scripts: false });
    await form.locator('textarea').fill('The pump is loud');
    await form.locator('input[value=disturbed]').check({ force: true });
    await form.locator('input[name=reachAt]').fill('somebody@example.com');
    await form.locator('button[type=submit]').click();
    await form.getByText('The pump is loud').waitFor();
    const path = new URL(form.url()).pathname;
    await form.context().close();

    const thread = await openAt(path, { width: 390 });
    await thread.locator('textarea').fill('And it ');
    const [subject] = (await world.records.list('case', tenant.organisationId)).filter(
      ({ reachAt }) => reachAt === 'somebody@example.com',
    );
    const said = { idempotencyKey: 'answer-12345', text: 'We are on our way' };
    const url = `/api/v1/organisations/${tenant.organisationId}/cases/${subject?.id}/messages`;
    expect((await tenant.planner.post(url, said)).status).toBe(200);
    await thread.getByText('We are on our way').waitFor({ timeout: 30_000 });
    expect(await thread.locator('textarea').inputValue()).toBe('And it ');
    await thread.context().close();
  });
});
