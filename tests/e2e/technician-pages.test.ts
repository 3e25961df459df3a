import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createFixtureServer } from '@kuluma/web/fixtures/serve.ts';
import { createWorld } from '@kuluma/web/fixtures/world.ts';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../built-pages.ts';
import { needs, serviceAt } from '../services.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { skip, title } = needs('chromium', 'the pages of the technician');

/** Theme that is chosen, and what the phone itself prefers. */
const themes = [
  ['light', 'light'],
  ['dark', 'dark'],
  ['contrast', 'light'],
  ['contrast', 'dark'],
] as const;
const stepCount = 7;

interface Violation {
  readonly id: string;
  readonly nodes: { readonly html: string; readonly failureSummary: string }[];
}

describe.skipIf(skip)(title, () => {
  let pagesDir = '';
  let server: ReturnType<typeof createFixtureServer>;
  let browser: Browser;
  let base = '';

  beforeAll(async () => {
    pagesDir = buildPages();
    server = createFixtureServer(createWorld(Date.now()), pagesDir);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({
      executablePath: serviceAt('chromium') ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    await new Promise((done) => server.close(done));
    rmSync(pagesDir, { recursive: true, force: true });
  });

  /** What axe finds wrong by WCAG 2.2 A and AA, and how far the page runs out of the phone. */
  const faultsOf = async (page: Page, place: string): Promise<string[]> => {
    const found = (await page.evaluate(
      'axe.run(document, { runOnly: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa"] }).then((r) => r.violations)',
    )) as Violation[];
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    return [
      ...found.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${place} ${id}: ${html} ${failureSummary}`),
      ),
      ...(sideways > 0 ? [`${place} runs ${sideways} px out of the phone`] : []),
    ];
  };

  it.each(themes)(
    'are for everybody at 320 px and twice the text, theme %s on a %s phone',
    async (theme, colorScheme) => {
      const context = await browser.newContext({
        ...{ locale: 'fi-FI', timezoneId: 'Europe/Helsinki', bypassCSP: true, reducedMotion: 'reduce', colorScheme },
        viewport: { width: 320, height: 720 },
        serviceWorkers: 'block',
      });
      await context.addCookies([{ name: 'role', value: 'technician', url: base }]);
      const page = await context.newPage();
      await page.addInitScript(axeSource);
      await page.addInitScript((chosen) => {
        localStorage.setItem('kuluma.theme', chosen);
        localStorage.setItem('kuluma.language', 'fi');
      }, theme);
      await page.goto(`${base}/technician/`);
      const card = page.locator('.visit-card').first();
      await card.waitFor();
      await page.addStyleTag({ content: 'html { font-size: 200%; }' });
      const faults = await faultsOf(page, 'day');
      await card.click();
      for (let step = 0; step < stepCount; step++) {
        await page.locator('.step h2 button').nth(step).click();
        await page.locator('.step').nth(step).locator('.step-content').waitFor();
        faults.push(...(await faultsOf(page, `step ${step + 1}`)));
      }
      await context.close();
      expect(faults).toEqual([]);
    },
  );
});
