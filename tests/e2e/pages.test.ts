import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../services.ts';
import { sidewaysOn, startBrowser } from '../start-browser.ts';

const root = resolve(import.meta.dirname, '../..');
const { skip, title } = needs('chromium', 'the three pages of the demo');

/** What a person would click: names of the people with their sign-in links, as the demo prints them. */
interface Demo {
  readonly process: ChildProcess;
  readonly links: ReadonlyMap<string, string>;
}

const startDemo = async (): Promise<Demo> => {
  const process = spawn('node_modules/.bin/kuluma', ['demo', '--port', '0'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const links = new Map<string, string>();
  for await (const line of createInterface({ input: process.stdout })) {
    const [, name, link] = /^\s+(\S.*?)\s+(http\S+)$/.exec(line) ?? [];
    if (name && link) links.set(name, link);
    if (line.startsWith('Open the planner first')) return { process, links };
  }
  throw new Error('the demo ended before it stood');
};

describe.skipIf(skip)(title, () => {
  let demo: Demo;
  let browser: Browser;
  /** One for all: whoever tries the demo opens its pages side by side. */
  let context: BrowserContext;
  const faults: string[] = [];

  const open = async (person: string, width: number): Promise<Page> => {
    const page = await context.newPage();
    await page.setViewportSize({ width, height: 900 });
    page.on('pageerror', (error) => faults.push(`${person}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`${person}: ${message.text()}`);
    });
    await page.goto(demo.links.get(person) ?? '');
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    return page;
  };
  /** Somebody of the demo who is named in the text. */
  const namedIn = (text: string): string => [...demo.links.keys()].find((name) => text.includes(name)) ?? '';

  beforeAll(async () => {
    demo = await startDemo();
    browser = await startBrowser();
    context = await browser.newContext({ locale: 'fi-FI', timezoneId: 'Europe/Helsinki' });
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    demo?.process.kill('SIGTERM');
    await new Promise((done) => demo?.process.once('exit', done));
  });

  it("walks from the planner's yes over the owner's yes to the technician's day", async () => {
    const planner = await open('Aino Esimerkki', 1280);
    await planner.getByRole('link', { name: /Päätökset/ }).click();
    const approve = planner.getByRole('button', { name: /Hyväksy ja tarjoa|Tarjoa tarkastusta/ });
    await approve.waitFor({ timeout: 120_000 });
    const card = planner.locator('main');
    const tag = /[A-Z]-\d+/.exec(await card.getByRole('heading', { level: 2 }).last().innerText())?.[0] ?? '';
    const contact = namedIn(await card.innerText());
    expect(tag).not.toBe('');
    expect(await sidewaysOn(planner)).toBeLessThanOrEqual(0);
    await approve.click();
    await planner
      .getByText(/Tarjous on (lähetetty|valmis)/)
      .first()
      .waitFor();

    const owner = await open(contact, 390);
    await owner
      .getByRole('link', { name: new RegExp(tag) })
      .first()
      .click();
    await owner.getByRole('radio').first().waitFor();
    expect(await owner.locator('main').innerText()).toContain(tag);
    expect(await sidewaysOn(owner)).toBeLessThanOrEqual(0);
    await owner.getByRole('radio').first().check({ force: true });
    await owner.locator('button[type=submit]').first().click();
    await owner.getByText(/huolto on varattu/).waitFor();
    const technicianName = namedIn(/Asentaja (.*)/.exec(await owner.locator('main').innerText())?.[1] ?? '');

    await planner
      .getByText(/Käynti on varattu/)
      .first()
      .waitFor();
    const technician = await open(technicianName, 390);
    await technician.getByRole('link', { name: new RegExp(tag) }).waitFor();
    expect(await sidewaysOn(technician)).toBeLessThanOrEqual(0);
    expect(faults).toEqual([]);
  });

  it('shows the fleet worst first and a machine with its signal and its forecast', async () => {
    const planner = await open('Aino Esimerkki', 1280);
    await planner.getByRole('link', { name: 'Konekanta' }).click();
    const rows = planner.locator('.fleet tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBeGreaterThanOrEqual(12);
    await planner.keyboard.press('j');
    await planner.keyboard.press('Enter');
    await planner.waitForURL(/#\/machines\//);
    await planner.locator('canvas').first().waitFor();
    await expect.poll(() => planner.locator('main').innerText()).toMatch(/nyt|Jäljellä/);
    expect(faults).toEqual([]);
  });
});
