import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../built-pages.ts';
import { approveOffer, createWorld, type Tenant, type World } from '../contract/http-world.ts';
import { linksTo, openOffer } from '../contract/offer-visitor.ts';
import { needs, serviceAt } from '../services.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
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
    for (const n of [0, 2]) await approveOffer(tenant, n);
    const links: string[] = [];
    for (const offer of await world.records.list('offer', tenant.organisationId))
      links.push((await linksTo(world, offer)).open);
    const [booked = '', open = ''] = links;
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
    browser = await chromium.launch({
      executablePath: serviceAt('chromium') ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    });
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
  const sideways = (page: Page): Promise<boolean> =>
    page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  /** What axe finds wrong by WCAG 2.2 A and AA, one line each. */
  const faultsOn = async (page: Page): Promise<string[]> => {
    await page.evaluate(axeSource);
    const found = (await page.evaluate(
      'axe.run(document, { runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa"] }).then((r) => r.violations)',
    )) as { id: string; nodes: { target: string[] }[] }[];
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  };

  it.each([false, true])(
    'break no rule that axe can see and fit a phone of 320 px, dark: %s',
    async (dark) => {
      for (const path of paths) {
        const page = await openAt(path, { width: 320, dark });
        expect(await faultsOn(page), path).toEqual([]);
        expect(await sideways(page), path).toBe(false);
        await page.context().close();
      }
    },
    120_000,
  );

  it('fit 320 px with text of twice the size', async () => {
    for (const path of paths) {
      const page = await openAt(path, { width: 320 });
      await page.evaluate(() => {
        document.documentElement.style.fontSize = '200%';
      });
      expect(await sideways(page), path).toBe(false);
      await page.context().close();
    }
  }, 120_000);

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
  }, 90_000);
});
