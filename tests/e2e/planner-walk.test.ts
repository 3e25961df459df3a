import { join, resolve } from 'node:path';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approveOffer, createWorld, type Tenant, type World } from '../contract/http-world.ts';
import { needs } from '../services.ts';
import { startBrowser } from '../start-browser.ts';

const { skip, title } = needs('chromium', 'every place of the desk over a real service');
const pagesDir = join(resolve(import.meta.dirname, '../..'), 'cloud/web/dist');

/** Somebody at the desk, with one hand on the mouse or both on the keys. */
type Use = (page: Page, target: Locator) => Promise<void>;
const hands: Readonly<Record<'mouse' | 'keyboard', Use>> = {
  mouse: (_page, target) => target.click(),
  keyboard: async (page, target) => {
    for (let steps = 0; steps < 250; steps++) {
      if (await target.evaluate((element) => element === document.activeElement)) {
        await page.keyboard.press('Enter');
        return;
      }
      await page.keyboard.press('Tab');
    }
    throw new Error(`${target} is not reached by Tab`);
  },
};

/** What the place is called, by the language of its reader. */
const rail = {
  fi: ['Tänään', 'Päätökset', 'Asiat', 'Työtaulu', 'Konekanta', 'Ennustemallit', 'Perustiedot', 'Järjestelmän tila'],
  en: ['Today', 'Decisions', 'Cases', 'Board', 'Fleet', 'Forecast models', 'Set-up', 'System status'],
} as const;

describe.skipIf(skip)(title, () => {
  let world: World;
  let tenant: Tenant;
  let app: App;
  let browser: Browser;
  let url = '';

  beforeAll(async () => {
    world = await createWorld();
    tenant = await world.tenant({ machines: 4, technicians: 2 });
    await approveOffer(tenant, 0);
    app = await buildApp({ ...world.deps, pagesDir });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await startBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await world?.stop();
  });

  const open = async (language: string, faults: string[]): Promise<Page> => {
    const context = await browser.newContext({
      ...{ locale: 'fi-FI', timezoneId: 'Europe/Helsinki', viewport: { width: 1280, height: 900 } },
      reducedMotion: 'reduce',
    });
    const [name = '', value = ''] = tenant.planner.cookie.split('=');
    await context.addCookies([{ name, value, url }]);
    await context.addInitScript((spoken) => localStorage.setItem('kuluma.language', spoken), language);
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('response', (response) => {
      if (response.status() >= 400) faults.push(`${response.status()} ${new URL(response.url()).pathname}`);
    });
    await page.goto(`${url}/planner/#/today`);
    return page;
  };
  const settled = async (page: Page): Promise<string> => {
    await page.locator('.desk main h1').first().waitFor();
    await page.waitForFunction(() => document.querySelector('main .skeleton') === null);
    return page.locator('.desk main h1').first().innerText();
  };
  const hashOf = (link: Locator): Promise<string> => link.evaluate((element) => (element as HTMLAnchorElement).hash);
  const addressOf = (page: Page): string => new URL(page.url()).hash.split('?')[0] ?? '';

  for (const language of ['fi', 'en'] as const)
    for (const [hand, use] of Object.entries(hands)) {
      it(`leads to each by ${hand}, in the language ${language}`, async () => {
        const faults: string[] = [];
        const page = await open(language, faults);
        await settled(page);
        const links = page.locator('nav.rail a');
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
        expect((await links.allInnerTexts()).map((text) => text.split('\n')[0])).toEqual(rail[language]);
        const seen: string[] = [];
        for (let n = 0; n < rail[language].length; n++) {
          const to = await hashOf(links.nth(n));
          await use(page, links.nth(n));
          await page.waitForURL((at) => at.hash.startsWith(to));
          await settled(page);
          seen.push(addressOf(page));
        }
        expect(new Set(seen).size).toBe(rail[language].length);

        const deeper = async (place: string, link: string): Promise<void> => {
          await use(page, page.locator(`nav.rail a[href$="#${place}"]`));
          await page.waitForURL((at) => at.hash.startsWith(`#${place}`));
          await settled(page);
          const target = page.locator(link).first();
          await target.waitFor();
          const to = await hashOf(target);
          await use(page, target);
          await page.waitForURL((at) => at.hash.startsWith(to));
          expect(await settled(page)).not.toBe('');
        };
        await deeper('/decisions', 'main a[href*="#/decisions/rec_"]');
        await deeper('/fleet', 'main a[href*="#/machines/mch_"]');
        const tabs = page.getByRole('tab');
        for (let n = 1; n < (await tabs.count()); n++) {
          if (hand === 'mouse') await tabs.nth(n).click();
          else {
            await tabs.nth(n - 1).focus();
            await page.keyboard.press('ArrowRight');
          }
          await expect.poll(() => tabs.nth(n).getAttribute('aria-selected')).toBe('true');
          await page.locator('[role="tabpanel"]:visible').waitFor();
        }
        await deeper('/models', 'main a[href*="#/models/mmd_"]');

        await use(page, page.locator('nav.rail a[href$="#/set-up"]'));
        await page.locator('.set-up-kinds').waitFor();
        const kinds = await page
          .locator('.set-up-kinds a')
          .evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).hash));
        for (const kind of kinds) {
          await use(page, page.locator('nav.rail a[href$="#/set-up"]'));
          await use(page, page.locator(`.set-up-kinds a[href$="${kind}"]`));
          await page.waitForURL((at) => at.hash.startsWith(kind));
          await settled(page);
          const make = page.locator(`main a[href$="${kind}/new"]`);
          if ((await make.count()) === 0) continue;
          await use(page, make);
          await page.waitForURL((at) => at.hash.startsWith(`${kind}/new`));
          expect(await settled(page)).not.toBe('');
          await page.locator('main form').waitFor();
        }
        expect(kinds.length).toBeGreaterThan(10);
        expect(faults).toEqual([]);
        await page.context().close();
      });
    }
});
