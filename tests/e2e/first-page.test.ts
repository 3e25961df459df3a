import { rmSync } from 'node:fs';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import { FirstCode } from '@kuluma/cloud/http/first-code.ts';
import { languages } from '@kuluma/shared/model/base.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../built-pages.ts';
import { createWorld, type World } from '../contract/http-world.ts';
import { needs } from '../services.ts';
import { sidewaysOn, startBrowser, violationsOn } from '../start-browser.ts';

const { skip, title } = needs('chromium', 'the page of the first run');

const labels = {
  fi: { code: 'Koodi', name: 'Nimesi', email: 'Sähköpostiosoitteesi', nameFault: 'Kirjoita nimesi.' },
  sv: { code: 'Kod', name: 'Ditt namn', email: 'Din e-postadress', nameFault: 'Skriv ditt namn.' },
  en: { code: 'Code', name: 'Your name', email: 'Your e-mail address', nameFault: 'Write your name.' },
} as const;

describe.skipIf(skip)(title, () => {
  let world: World;
  let code: FirstCode;
  let app: App;
  let browser: Browser;
  let pagesDir = '';
  let url = '';

  beforeAll(async () => {
    pagesDir = buildPages();
    world = await createWorld();
    code = new FirstCode(world.deps.wallNow);
    app = await buildApp({ ...world.deps, pagesDir, firstCode: code });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await world?.stop();
    rmSync(pagesDir, { recursive: true, force: true });
  });

  const open = async (locale: string, path = '/first'): Promise<Page> => {
    const page = await (
      await browser.newContext({ locale, reducedMotion: 'reduce', viewport: { width: 390, height: 844 } })
    ).newPage();
    await page.goto(url + path);
    return page;
  };
  /** In both themes, on a phone and on the smallest one. */
  const findNothing = async (page: Page): Promise<void> => {
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      expect(await sidewaysOn(page)).toBeLessThanOrEqual(0);
    }
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violationsOn(page)).toEqual([]);
    }
  };
  /** Of the field that has the focus: its name, whether it is marked as wrong, and what is said of it. */
  const focused = (page: Page): Promise<{ name: string; isWrong: boolean; said: string }> =>
    page.evaluate<{ name: string; isWrong: boolean; said: string }>(`(() => {
      const field = document.activeElement;
      const ids = (field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean);
      const said = ids.map((id) => document.getElementById(id).textContent).join(' ');
      return { name: field.name ?? '', isWrong: field.getAttribute('aria-invalid') === 'true', said };
    })()`);

  it('opens in the language of the browser, and in another one by a click', async () => {
    for (const [locale, language] of [
      ['en-GB', 'en'],
      ['sv-FI', 'sv'],
      ['de-DE', 'fi'],
    ]) {
      const page = await open(locale ?? '');
      expect(await page.getAttribute('html', 'lang')).toBe(language);
      await page.context().close();
    }
    const page = await open('en-GB');
    await page.getByRole('link', { name: 'Suomi' }).click();
    await page.getByLabel('Koodi', { exact: true }).waitFor();
    await page.context().close();
  });

  for (const language of languages) {
    const { code: codeLabel, name, email, nameFault } = labels[language];
    it(`says in ${language} what is wrong at the field that it is about, where the reader goes on`, async () => {
      const page = await open('en-GB', `/first?lang=${language}`);
      await findNothing(page);
      const right = code.issue();
      await page.getByLabel(codeLabel, { exact: true }).fill('aaaa-bbbb-cccc-dddd');
      await page.locator('[name=organisation]').fill('Huolto & Kunto Oy');
      await page.getByLabel(name, { exact: true }).fill('Paula Planner');
      await page.getByLabel(email, { exact: true }).fill('paula@example.com');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      expect(await focused(page)).toMatchObject({ name: 'code', isWrong: true });
      await findNothing(page);
      await page.getByLabel(codeLabel, { exact: true }).fill(right);
      // A blank is something to the browser, and no name to us.
      await page.getByLabel(name, { exact: true }).fill(' ');
      await page.keyboard.press('Enter');
      await page.getByText(nameFault).waitFor();
      expect(await focused(page)).toEqual({ name: 'name', isWrong: true, said: nameFault });
      expect(await page.locator('[aria-invalid]').count()).toBe(1);
      expect(await page.locator('[name=organisation]').inputValue()).toBe('Huolto & Kunto Oy');
      await findNothing(page);
      await page.context().close();
    });
  }

  it('is filled in by keyboard alone, signs in, and is gone then, with the way to the sign-in page', async () => {
    const page = await open('en-GB');
    await page.getByRole('link', { name: 'Svenska' }).focus();
    await page.keyboard.press('Tab');
    expect((await focused(page)).said).toContain('spaces, hyphens');
    for (const text of [code.issue(), 'Huolto & Kunto Oy', 'Paula Planner', 'paula@example.com', 'English']) {
      await page.keyboard.type(text);
      await page.keyboard.press('Tab');
    }
    expect((await focused(page)).name).toBe('timeZone');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${url}/`);
    for (const language of languages) {
      await page.goto(`${url}/first?lang=${language}`);
      expect(await page.locator('form').count()).toBe(0);
      await findNothing(page);
    }
    await page.getByRole('link', { name: 'Go to the sign-in page' }).press('Enter');
    await page.waitForURL('**/sign-in/');
    await page.context().close();
  });
});
