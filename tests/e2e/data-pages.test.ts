import { rmSync } from 'node:fs';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { languages } from '@kuluma/shared/model/base.ts';
import { privacyPaths } from '@kuluma/shared/model/privacy-paths.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../built-pages.ts';
import { freshFactor } from '../contract/fresh-factor.ts';
import { approveOffer, type Caller, createWorld, type Tenant, type World } from '../contract/http-world.ts';
import { needs } from '../services.ts';
import { sidewaysOn, startBrowser, violationsOn } from '../start-browser.ts';

const { skip, title } = needs('chromium', 'pages of data, privacy and audit');

describe.skipIf(skip)(title, () => {
  let world: World;
  let ours: Tenant;
  let staff: Caller;
  let browser: Browser;
  let pagesDir = '';
  let url = '';

  beforeAll(async () => {
    pagesDir = buildPages();
    world = await createWorld(undefined, pagesDir);
    ours = await world.tenant({ machines: 1, technicians: 1 });
    await approveOffer(ours, 0);
    const { organisationId } = ours;
    const roles = ['admin', 'auditor'] as const;
    const person = { name: 'Anna Auditor', email: 'anna@example.com', phone: '', language: 'en' as const };
    const personId = await world.add(organisationId, 'person', { ...person, roles: [...roles] });
    const who = { organisationId, personId, contactId: null, roles: [...roles] };
    staff = await world.signIn(await createSignInLink(world.deps, who, hourMs));
    await freshFactor(world, organisationId, personId);
    url = await world.app.listen({ host: '127.0.0.1', port: 0 });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    rmSync(pagesDir, { recursive: true, force: true });
  });

  const openAs = async (caller: Caller | undefined, path: string): Promise<Page> => {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 390, height: 844 } });
    const [name = '', value = ''] = (caller?.cookie ?? '').split('=');
    await context.addCookies([{ name, value, url }]);
    const page = await context.newPage();
    await page.goto(url + path);
    return page;
  };
  const findNothing = async (page: Page): Promise<void> => {
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      expect(await sidewaysOn(page)).toBeLessThanOrEqual(0);
    }
    expect(await violationsOn(page)).toEqual([]);
  };

  const modelOf = async (): Promise<string> => {
    const [machine] = await world.records.list('machine', ours.organisationId);
    return machine?.machineModelId ?? '';
  };

  it('an owner shares the data of a machine by a form, and the third party takes its key', async () => {
    const page = await openAs(ours.owners[0], `/owner/machines/${ours.machineIds[0]}/data?lang=en`);
    await findNothing(page);
    await page.getByLabel('Who gets the data (company)').fill('Analytics Oy');
    await page.getByLabel('What for; they may use them for this only').fill('Advice on energy');
    await page.getByLabel('every value').check();
    await page.getByLabel('Valid until').fill('2027-06-01');
    await page.getByLabel('They are no gatekeeper').check();
    await page.getByRole('button', { name: 'Make the link' }).click();
    const link = (await page.locator('.share-key').first().textContent()) ?? '';
    await findNothing(page);
    const other = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
    await other.goto(`${link}?lang=en`);
    await findNothing(other);
    await other.getByRole('button', { name: 'Show the key' }).click();
    await other.getByText('Authorization: Bearer').waitFor();
    await findNothing(other);
    await page.reload();
    await page.getByRole('button', { name: 'End the sharing with Analytics Oy' }).click();
    await page.getByText(/^Ended on/).waitFor();
  });

  it('an owner reads in three languages and both themes what data the machine makes, reached by keyboard', async () => {
    const page = await openAs(ours.owners[0], `/owner/machines/${ours.machineIds[0]}/data?lang=en`);
    await page.getByRole('link', { name: 'What data the machine makes, and how you get at them' }).press('Enter');
    await page.getByRole('heading', { name: /^Data sheet: / }).waitFor();
    const path = new URL(page.url()).pathname;
    for (const language of languages) {
      await page.goto(`${url}${path}?lang=${language}`);
      expect(await page.locator('section').count()).toBe(4);
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        await findNothing(page);
      }
    }
    const model = await openAs(ours.planner, `/data-sheets/${await modelOf()}?lang=fi`);
    await findNothing(model);
    const fromKeyboard = model.getByRole('link', { name: 'English' });
    await fromKeyboard.press('Enter');
    await model.getByRole('heading', { name: /^Data sheet: / }).waitFor();
    // On paper there is nothing to press.
    await model.emulateMedia({ media: 'print' });
    expect(await fromKeyboard.isVisible()).toBe(false);
  });

  it('a contact asks to be erased, an administrator does it', async () => {
    const page = await openAs(ours.owners[1], '/owner/data?lang=en');
    await findNothing(page);
    await page.getByLabel('I want my data to be erased.').check();
    await page.getByRole('button', { name: 'Ask for erasure of my data' }).click();
    await page.getByText('Your request for erasure has arrived').waitFor();
    const admin = await openAs(staff, '/admin/');
    await admin.getByRole('button', { name: 'Erase Second Contact' }).click();
    await findNothing(admin);
    await admin.getByRole('button', { name: 'Erase for good' }).click();
    await admin.getByText(/^Erased on/).waitFor();
    expect((await ours.owners[1]?.get(privacyPaths.own()))?.status).toBe(401);
  });

  it('an auditor verifies the chain and has a decision asked again', async () => {
    const page = await openAs(staff, '/audit/');
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText(/^Whole: /).waitFor();
    await page.getByLabel('Kind of record').selectOption('approval');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText(/approval apr_/).waitFor();
    await findNothing(page);
    await page.getByRole('button', { name: /^The whole decision/ }).click();
    await page.getByText('The rule says the same again.').waitFor();
    await findNothing(page);
    const account = await openAs(staff, '/account/');
    await account.getByRole('heading', { name: 'My own data' }).waitFor();
    await findNothing(account);
  });
});
