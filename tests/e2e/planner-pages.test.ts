import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createFixtureServer } from '@kuluma/web/fixtures/serve.ts';
import { createWorld } from '@kuluma/web/fixtures/world.ts';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../built-pages.ts';
import { deskRoutes, unvisited } from '../desk-routes.ts';
import { needs } from '../services.ts';
import { brokenTimesOn, sidewaysOn, startBrowser, violationsOn } from '../start-browser.ts';

const { skip, title } = needs('chromium', 'the pages of the desk');

/** Colours go wrong with the theme, names and widths with the language: every place in each of both, not each with each. */
const looks = [
  { theme: 'light', language: 'fi' },
  { theme: 'dark', language: 'sv' },
  { theme: 'contrast', language: 'en' },
] as const;

describe.skipIf(skip)(title, () => {
  let pagesDir = '';
  let server: ReturnType<typeof createFixtureServer>;
  let browser: Browser;
  let context: BrowserContext;
  let world: ReturnType<typeof createWorld>;
  let base = '';
  const faults: string[] = [];

  const open = async (
    path: string,
    { theme = 'light', language = 'fi', width = 1280 }: { theme?: string; language?: string; width?: number } = {},
  ): Promise<Page> => {
    const page = await context.newPage();
    await page.setViewportSize({ width, height: 900 });
    page.on('pageerror', (error) => faults.push(`${path}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`${path}: ${message.text()}`);
    });
    await page.addInitScript(
      ([chosen, spoken]) => {
        localStorage.setItem('kuluma.theme', chosen);
        localStorage.setItem('kuluma.language', spoken);
      },
      [theme, language] as const,
    );
    await go(page, path);
    return page;
  };
  /** To an address of an open page, or of a new one; resolves when its data stand. */
  const go = async (page: Page, path: string): Promise<void> => {
    await page.goto(`${base}/planner/#${path}`);
    await page.locator('.desk main h1').waitFor();
    await page.waitForFunction(() => document.querySelector('main .skeleton') === null);
  };

  beforeAll(async () => {
    pagesDir = buildPages();
    world = createWorld(Date.now());
    server = createFixtureServer(world, pagesDir);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await startBrowser();
    context = await browser.newContext({
      locale: 'fi-FI',
      timezoneId: 'Europe/Helsinki',
      bypassCSP: true,
      reducedMotion: 'reduce',
    });
    await context.addCookies([{ name: 'role', value: 'planner', url: base }]);
  }, 120_000);
  afterEach(async () => {
    for (const page of context.pages()) await page.close();
    expect(faults.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    await new Promise((done) => server.close(done));
    rmSync(pagesDir, { recursive: true, force: true });
  });

  /** Presses a key once the button that names it can be pressed: some wait for the clock of the service. */
  const pressShown = async (page: Page, key: string): Promise<void> => {
    await page.locator(`[aria-keyshortcuts="${key}"]:enabled`).first().waitFor();
    await page.keyboard.press(key);
  };
  /** Until the focus stands in what has opened: until then a key would go to what was left. */
  const focusIn = (page: Page, selector: string) =>
    page.waitForFunction((opened) => document.querySelector(opened)?.contains(document.activeElement), selector);
  const machinePath = (search = '') => `/machines/${world.fleet.machines[0]?.machine.machineId}${search}`;
  /** The window that the address names, once the time line stands still in it, finely drawn. */
  const shownWindow = async (page: Page, before = ''): Promise<{ fromMs: number; toMs: number }> => {
    await page.waitForURL((url) => /from=/.test(url.hash) && url.href !== before);
    await page.locator('.time-line[aria-busy="false"]').waitFor();
    const search = new URLSearchParams(page.url().split('?')[1]);
    return { fromMs: Date.parse(search.get('from') ?? ''), toMs: Date.parse(search.get('to') ?? '') };
  };
  const lengthMs = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => toMs - fromMs;

  const places = () => [
    '/today',
    '/decisions',
    '/cases',
    `/decisions/${world.decisions[0]?.recommendationId}`,
    `/cases/${world.cases[0]?.caseId}`,
    `/incidents/${world.decisions[0]?.recommendationId}`,
    '/fleet',
    '/fleet?grade=act&text=konepaja',
    machinePath(),
    machinePath('?tab=signals&span=year'),
    machinePath('?tab=data'),
    machinePath('?tab=visits&compare=model'),
    machinePath('?tab=parts'),
    machinePath('?tab=documents'),
    machinePath('?tab=agreements'),
    '/contracts',
    '/board',
    '/models',
    `/models/${world.models[0]?.machineModelId}`,
    '/fleet?columns=%5B%22serialNumber%22%2C%22life%22%2C%22measured%22%2C%22state%22%5D',
    '/status',
    `/gateways/${world.status.gateways[0]?.gatewayId}`,
    `/gateways/${world.status.gateways[1]?.gatewayId}`,
    '/nowhere',
  ];

  it('are all of the desk, beside those of its set-up', () => {
    const routes = deskRoutes().filter((route) => !route.startsWith('/set-up'));
    expect(unvisited(routes, places())).toEqual([]);
  });

  it.each(looks)('break no rule of WCAG 2.2 AA that axe can see, $theme, $language', async (look) => {
    const page = await open('/today', look);
    for (const path of places()) {
      await go(page, path);
      expect(await violationsOn(page), path).toEqual([]);
    }
  });

  it('are looked at by an axe that cuts', async () => {
    const page = await open('/today');
    await page.evaluate(() => document.querySelector('main')?.append(document.createElement('img')));
    expect((await violationsOn(page)).map((line) => line.split(':')[0])).toEqual(['image-alt']);
  });

  it('break none with a dialog, a search or a menu open', async () => {
    const decision = await open(`/decisions/${world.decisions[0]?.recommendationId}`);
    for (const key of ['e', 'w', 'r']) {
      await pressShown(decision, key);
      await decision.getByRole('dialog').waitFor();
      expect(await violationsOn(decision), key).toEqual([]);
      await decision.keyboard.press('Escape');
      await decision.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await decision.keyboard.press('?');
    await decision.getByRole('dialog').waitFor();
    expect(await violationsOn(decision), '?').toEqual([]);
    await decision.keyboard.press('Escape');
    await decision.getByRole('dialog').waitFor({ state: 'detached' });
    await decision.keyboard.press('/');
    await focusIn(decision, 'search');
    await decision.keyboard.type('P-0');
    await decision.getByRole('option').first().waitFor();
    expect(await violationsOn(decision)).toEqual([]);
    const phone = await open('/fleet', { width: 320 });
    await phone.getByRole('button', { name: 'Valikko' }).click();
    await phone.getByRole('link', { name: 'Päätökset' }).waitFor();
    expect(await violationsOn(phone)).toEqual([]);
  });

  it('choose on the board who comes along to work of two, by keyboard, and see why others cannot', async () => {
    const page = await open('/board');
    const enter = async (target: Locator) => {
      await target.focus();
      await page.keyboard.press('Enter');
    };
    await enter(page.locator('.board-card').nth(1));
    await enter(page.getByRole('button', { name: 'Siirrä …' }));
    await focusIn(page, '[role=dialog]');
    const second = page.getByLabel('Mukaan tuleva asentaja');
    const cheapest = await second.inputValue();
    await second.press('ArrowDown');
    await expect.poll(() => second.inputValue()).not.toBe(cheapest);
    const chosen = await second.inputValue();
    await enter(page.getByText(/ei pääse mukaan/));
    await page.locator('.board-unable li').first().waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await enter(page.getByRole('button', { name: 'Siirrä tähän' }));
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/steps'));
    const offer = page.getByRole('button', { name: 'Lähetä tarjous' });
    await offer.waitFor();
    await focusIn(page, '[role=dialog]');
    await enter(offer);
    expect((await sent).postDataJSON().change).toMatchObject({ kind: 'place', secondTechnicianId: chosen });
  });

  it('draw in the dark where something can be chosen as clearly as where something can be typed', async () => {
    const page = await open('/board', { theme: 'dark' });
    const borderOf = (target: Locator) => target.evaluate((element) => getComputedStyle(element).borderTopColor);
    await page.locator('.board-filters select').first().waitFor();
    expect(await borderOf(page.locator('.board-filters select').first())).toBe(
      await borderOf(page.locator('.search input')),
    );
  });

  it('never need sideways scrolling nor break a time of day, at 320 px, with text of 200 %, or with both', async () => {
    const narrow = await open('/today', { width: 320 });
    const large = await open('/today');
    const both = await open('/today', { width: 320 });
    for (const page of [large, both]) await page.addStyleTag({ content: ':root { font-size: 200% }' });
    const wide: string[] = [];
    for (const path of places())
      for (const [name, page] of Object.entries({ narrow, large, both })) {
        await go(page, path);
        if (path === machinePath()) await page.locator('.reliability-table').first().waitFor();
        const by = await sidewaysOn(page);
        if (by > 0) wide.push(`${path} ${name}: ${by} px`);
        for (const time of await brokenTimesOn(page)) wide.push(`${path} ${name}: ${time} is broken`);
      }
    expect(wide).toEqual([]);
  });

  it('are walked by keyboard alone: today, a decision, the fleet, a machine', async () => {
    const page = await open('/today');
    await pressShown(page, 'n');
    await page.waitForURL(/#\/incidents\/rec_/);
    await page.getByRole('list', { name: 'Koneet' }).getByRole('link').first().press('Enter');
    await page.waitForURL(/#\/decisions\/rec_/);
    await page
      .locator('.decision')
      .getByRole('button', { name: /Hyväksy ja tarjoa/ })
      .waitFor();
    await pressShown(page, 'w');
    await focusIn(page, '[role=dialog], dialog[open]');
    await page.getByRole('button', { name: 'Odota', exact: true }).last().press('Enter');
    await page.getByText(/siirsi/).waitFor();
    await pressShown(page, 'u');
    await page.getByRole('button', { name: /Hyväksy ja tarjoa/ }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await page.locator('.fleet tbody tr').nth(1).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/machines\/mch_/);
    await page.locator('canvas').first().waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL(/#\/fleet/);
    await page.keyboard.press('/');
    await focusIn(page, 'search');
    await page.keyboard.type('P-07');
    await page.getByRole('option', { name: /P-07/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/machines\/mch_/);
  });

  it('zoom and move the time line of a machine by wheel and by drag, and its address says where', async () => {
    const page = await open(machinePath('?span=year'));
    const box = await page.locator('.time-charts').boundingBox();
    if (!box) throw new Error('the machine has no time line');
    const [x, y] = [box.x + box.width / 2, box.y + 120];
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -100);
    expect(page.url()).toMatch(/span=year$/);
    await page.mouse.click(x, y);
    await page.mouse.wheel(0, -200);
    const nearer = await shownWindow(page);
    for (let i = 0; i < 7; i++) await page.mouse.wheel(0, -200);
    // None of the seven is lost, however slowly they are taken in.
    await expect
      .poll(async () => lengthMs(await shownWindow(page)) / lengthMs(nearer))
      .toBeCloseTo(Math.exp(-7 * 200 * 0.0022), 3);
    const near = await shownWindow(page);
    expect(lengthMs(near)).toBeLessThan(40 * 86_400_000);
    const before = page.url();
    await page.mouse.down();
    await page.mouse.move(x + 200, y, { steps: 4 });
    await page.mouse.up();
    const earlier = await shownWindow(page, before);
    expect(earlier.fromMs).toBeLessThan(near.fromMs);
    expect(Math.abs(lengthMs(earlier) - lengthMs(near))).toBeLessThan(10);
    await page.reload();
    await page.locator('.time-line[aria-busy="false"]').waitFor();
    expect(await page.locator('.time-tools button[aria-pressed="true"]').count()).toBe(0);
    await page.getByRole('button', { name: 'Viikko' }).click();
    await page.waitForURL(/span=week$/);
  });

  it('walk a machine by keyboard: zoom, move, its numbers, its tabs', async () => {
    const page = await open(machinePath());
    await page.keyboard.press('+');
    const near = await shownWindow(page);
    const before = page.url();
    await page.keyboard.press('ArrowLeft');
    const earlier = await shownWindow(page, before);
    expect(earlier.fromMs).toBeLessThan(near.fromMs);
    await page.keyboard.press('t');
    await page.locator('.readings tbody tr').first().waitFor();
    await page.keyboard.press('t');
    await page.locator('.time-charts canvas').first().waitFor();
    await page.getByRole('tab', { name: 'Kunto' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/tab=signals/);
    await page.getByRole('tab', { name: 'Mittaukset', selected: true }).waitFor();
    await page.locator('.signal-spark').first().waitFor();
    for (const text of [/Todettiin: vika vahvistui/, /Urakuulalaakeri/, /rasvaus muuttuu/, /elina@example.com/]) {
      await page.keyboard.press('ArrowRight');
      await page.getByRole('tabpanel').getByText(text).first().waitFor();
    }
    expect(page.url()).toContain(`from=`);
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Lähennä aikajanaa').waitFor();
  });

  it('set a machine beside others of its model, and the address says beside which', async () => {
    const page = await open(machinePath());
    await page.locator('.compare input').first().click();
    await page.getByRole('option', { name: /Muut samanmalliset/ }).click();
    await page.waitForURL(/compare=model/);
    await page.getByText(/Harmaa alue/).waitFor();
    await page.locator('.mantine-MultiSelect-option').nth(1).click();
    await page.waitForURL(/compare=model%2Cmch_|compare=model,mch_/);
  });

  it('open what was typed and entered at once, as by a hand scanner, and not what was found before', async () => {
    const [first, wanted] = world.fleet.machines.map(({ machine }) => machine);
    const page = await open('/today');
    await page.keyboard.press('/');
    await focusIn(page, 'search');
    await page.keyboard.type(first?.tag ?? '');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.type(wanted?.tag ?? '');
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/machines/${wanted?.machineId}`));
  });

  it('keep their keys to themselves while somebody types, and when they are switched off', async () => {
    const page = await open('/today');
    await page.keyboard.press('/');
    await focusIn(page, 'search');
    await page.keyboard.type('gf?');
    expect(page.url()).toMatch(/#\/today$/);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('switch').press('Space');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    expect(page.url()).toMatch(/#\/today$/);
  });

  it('have the columns of the fleet that were chosen, by keyboard, and keep them in the address', async () => {
    const page = await open('/fleet', { language: 'en' });
    await page.getByRole('button', { name: 'Columns' }).focus();
    await page.keyboard.press('Enter');
    await focusIn(page, '.fleet-column-list');
    await page.getByRole('checkbox', { name: 'Serial number' }).press('Space');
    await page.getByRole('columnheader', { name: 'Serial number' }).waitFor();
    await page.getByRole('checkbox', { name: 'Remaining life' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Remaining life' }).waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('columnheader', { name: 'Serial number' }).waitFor();
    expect(await page.getByRole('columnheader', { name: 'Remaining life' }).count()).toBe(0);
    // A filter leaves the columns as they are.
    await page.getByRole('button', { name: /^Act/ }).click();
    await page.waitForURL(/grade=act/);
    await page.getByRole('columnheader', { name: 'Serial number' }).waitFor();
  });

  it('open a machine by the code on its label, typed or read by a camera', async () => {
    const machineId = world.fleet.machines[1]?.machine.machineId ?? '';
    const tag = world.fleet.machines[1]?.machine.tag ?? '';
    const label = `https://service.example.com/report/${machineId}`;
    const page = await open('/today', { language: 'en' });
    expect(await page.getByRole('button', { name: /QR code/ }).count()).toBe(0);
    await page.getByRole('combobox', { name: /^Find a machine/ }).focus();
    await page.keyboard.insertText(label);
    await page.getByRole('heading', { level: 1, name: tag }).waitFor();
    await page.addInitScript((read) => {
      Object.assign(globalThis, {
        BarcodeDetector: class {
          async detect() {
            return [{ rawValue: read }];
          }
        },
      });
      navigator.mediaDevices.getUserMedia = async () => {
        const canvas = document.createElement('canvas');
        const pen = canvas.getContext('2d');
        setInterval(() => pen?.fillRect(0, 0, 9, 9), 50);
        return canvas.captureStream(20);
      };
    }, label);
    await go(page, '/fleet');
    await page.reload();
    await page.getByRole('button', { name: /QR code/ }).click();
    await page.getByRole('heading', { level: 1, name: tag }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('open every address that was ever sent, and say so where there is nothing', async () => {
    const page = await open('');
    await page.waitForURL(/#\/today$/);
    const filtered = await open('/fleet?grade=unknown');
    await expect.poll(() => filtered.locator('tbody tr').count()).toBe(1);
    const nowhere = await open('/nowhere');
    await nowhere
      .locator('main')
      .getByText(/ei ole mitään/)
      .waitFor();
  });

  it('load at most 250 kB of script, packed, before the first use', async () => {
    const page = await context.newPage();
    const { gzipSync } = await import('node:zlib');
    const bodies: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) bodies.push(response.body());
    });
    await page.goto(`${base}/planner/#/today`);
    await page.locator('.today-list').first().waitFor();
    // The stream of events never ends, so the network is never idle: what else loads with the page has come by then.
    await page.waitForTimeout(1000);
    const bytes = (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body).length, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(250_000);
  });
});
