import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createFixtureServer } from '@kuluma/web/fixtures/serve.ts';
import { createWorld } from '@kuluma/web/fixtures/world.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../built-pages.ts';
import { needs } from '../services.ts';
import { sidewaysOn, startBrowser, violationsOn } from '../start-browser.ts';

const { skip, title } = needs('chromium', 'the pages of the technician');

/** Theme that is chosen, and what the phone itself prefers. */
const themes = [
  ['light', 'light'],
  ['dark', 'dark'],
  ['contrast', 'light'],
  ['contrast', 'dark'],
] as const;
const stepCount = 7;

describe.skipIf(skip)(title, () => {
  const world = createWorld(Date.now());
  let pagesDir = '';
  let server: ReturnType<typeof createFixtureServer>;
  let browser: Browser;
  let base = '';

  beforeAll(async () => {
    pagesDir = buildPages();
    server = createFixtureServer(world, pagesDir);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await startBrowser('--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    await new Promise((done) => server.close(done));
    rmSync(pagesDir, { recursive: true, force: true });
  });

  /** What axe finds wrong by WCAG 2.2 A and AA, and how far the page runs out of the phone. */
  const faultsOf = async (page: Page, place: string): Promise<string[]> => {
    const found = await violationsOn(page);
    const sideways = await sidewaysOn(page);
    return [
      ...found.map((line) => `${place} ${line}`),
      ...(sideways > 0 ? [`${place} runs ${sideways} px out of the phone`] : []),
    ];
  };

  /** The day on a narrow phone with twice the text. */
  const openDay = async (theme: string, colorScheme: 'light' | 'dark', prepare?: (page: Page) => Promise<unknown>) => {
    const context = await browser.newContext({
      ...{ locale: 'fi-FI', timezoneId: 'Europe/Helsinki', bypassCSP: true, reducedMotion: 'reduce', colorScheme },
      viewport: { width: 320, height: 720 },
      serviceWorkers: 'block',
    });
    await context.addCookies([{ name: 'role', value: 'technician', url: base }]);
    const page = await context.newPage();
    await page.addInitScript((chosen) => {
      localStorage.setItem('kuluma.theme', chosen);
      localStorage.setItem('kuluma.language', 'fi');
    }, theme);
    await prepare?.(page);
    await page.goto(`${base}/technician/`);
    const card = page.locator('.visit-card').first();
    await card.waitFor();
    await page.addStyleTag({ content: 'html { font-size: 200%; }' });
    return { context, page, card };
  };
  const openStep = async (page: Page, step: number): Promise<void> => {
    await page.locator('.step h2 button').nth(step).click();
    await page.locator('.step').nth(step).locator('.step-content').waitFor();
  };

  it.each(themes)(
    'are for everybody at 320 px and twice the text, theme %s on a %s phone',
    async (theme, colorScheme) => {
      const { context, page, card } = await openDay(theme, colorScheme);
      const faults = await faultsOf(page, 'day');
      await card.click();
      for (let step = 0; step < stepCount; step++) {
        await openStep(page, step);
        faults.push(...(await faultsOf(page, `step ${step + 1}`)));
      }
      await context.close();
      expect(faults).toEqual([]);
    },
  );

  it('keep what visits like these found, and show it when the service gives it no more', async () => {
    const { context, page, card } = await openDay('light', 'light');
    const found = page.getByText('Ulkokehällä kuoriutumaa');
    await card.click();
    await openStep(page, 2);
    await found.waitFor();
    const faults = await faultsOf(page, 'cases');
    await context.route('**/past-cases', (route) => route.abort());
    await page.reload();
    await openStep(page, 2);
    await found.waitFor();
    await context.close();
    expect(faults).toEqual([]);
  });

  it('read the code of the machine and of a part, warn of a wrong machine and stop nobody', async () => {
    const { context, page, card } = await openDay('light', 'light', (blank) =>
      blank.addInitScript(() => {
        // What a phone's browser has and this one lacks: it sees the code that the test holds before the camera.
        class BarcodeDetector {
          async detect() {
            const rawValue = document.documentElement.getAttribute('data-shown');
            return rawValue ? [{ rawValue }] : [];
          }
        }
        Object.assign(globalThis, { BarcodeDetector });
      }),
    );
    const hold = (code: string) =>
      page.evaluate((shown) => document.documentElement.setAttribute('data-shown', shown), code);
    const [visit] = world.day.visits;
    const [carried] = world.day.van ?? [];
    if (!visit || !carried) throw new Error('the day has no visit, or its van no part');
    const { tag, machineId } = visit.machine;
    await card.click();
    await openStep(page, 1);
    await page.getByLabel(`Koodi koneesta ${tag}`).fill('X-99');
    await page.getByText(`Tämä koodi ei ole koneesta ${tag}`).waitFor();
    expect(await page.getByRole('button', { name: 'Turvallista: aloita työ' }).isEnabled()).toBe(true);
    await page.getByRole('button', { name: 'Lue koodi kameralla' }).click();
    await page.getByText('Pidä koodi kameran edessä.').waitFor();
    const faults = await faultsOf(page, 'camera');
    await hold(`${base}/report/${machineId}`);
    await page.getByText(`Oikea kone: ${tag}`).waitFor();
    await expect.poll(() => page.locator('video').count()).toBe(0);
    await hold('');
    await openStep(page, 4);
    await page.getByRole('button', { name: 'Muu osa autostani' }).click();
    await page.locator('.van-parts').getByRole('button', { name: 'Lue koodi kameralla' }).click();
    await hold(carried.number);
    const part = page.getByRole('button', { name: new RegExp(`^${carried.number} `) });
    await part.waitFor();
    await expect.poll(() => page.locator('.van-parts .button').count()).toBe(3);
    faults.push(...(await faultsOf(page, 'part')));
    await part.click();
    await page.getByText(carried.name.fi, { exact: true }).waitFor();
    await context.close();
    expect(faults).toEqual([]);
  });

  it('ask the planner for a part by its number and how many', async () => {
    const { context, page, card } = await openDay('light', 'light');
    await card.click();
    await page.getByRole('button', { name: 'Tarvitsen varaosan' }).click();
    const send = page.getByRole('button', { name: 'Pyydä osa' });
    expect(await send.isEnabled()).toBe(false);
    await page.getByLabel('Osan numero').fill('SKF-6308');
    const faults = await faultsOf(page, 'part wanted');
    const asked = page.waitForRequest((request) => request.url().endsWith('/part-requests'));
    await send.click();
    expect((await asked).postDataJSON()).toMatchObject({ kind: 'wanted', number: 'SKF-6308', quantity: 1, text: '' });
    await page.getByText('1 × SKF-6308').waitFor();
    await page.getByRole('button', { name: 'En tarvitse enää: SKF-6308' }).click();
    await page.getByText('Ei tarvita enää.').waitFor();
    faults.push(...(await faultsOf(page, 'part asked for')));
    await context.close();
    expect(faults).toEqual([]);
  });
});
