import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { StatusView } from '@kuluma/shared/model/views/status.ts';
import { type Browser, chromium, type Page } from 'playwright-core';
import { serviceAt } from '../../tests/services.ts';
import type { Bench, Row } from '../bench.ts';
import { fleetSize, storeFleet } from './fleet-store.ts';
import { percentile } from './frames.ts';
import { type Cookies, freshContext, signIn } from './signed-in.ts';
import { startService } from './start-service.ts';

const opens = 5;
const mostScriptKb = 250;

/** Resolves when the jobs that run at the start have run: a service has been up for longer when its planner comes in. */
const jobsRan = async (browser: Browser, cookies: Cookies, url: string): Promise<void> => {
  const context = await freshContext(browser, cookies);
  const me = (await (await context.request.get(url + apiPaths.me())).json()) as MeView;
  for (;;) {
    const { jobs } = (await (
      await context.request.get(url + apiPaths.status(me.organisationId), { timeout: 120_000 })
    ).json()) as StatusView;
    if (['forecast', 'data-quality'].every((name) => jobs.find((job) => job.name === name)?.lastOk)) break;
    await new Promise((done) => setTimeout(done, 1000));
  }
  await context.close();
};

/** ms from the address to a frame in which `selector` is there. */
const readyMs = async (page: Page, address: string, selector: string): Promise<number> => {
  await page.goto(address);
  return page.evaluate(
    (wanted) =>
      new Promise<number>((done, fail) => {
        setTimeout(() => fail(new Error(`the page never showed ${wanted}`)), 30_000);
        const look = () => requestAnimationFrame(document.querySelector(wanted) ? () => done(performance.now()) : look);
        look();
      }),
    selector,
  );
};

const coldAndWarm = async (browser: Browser, cookies: Cookies, address: string, selector: string) => {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let n = 0; n < opens; n++) {
    const context = await freshContext(browser, cookies);
    for (const times of [cold, warm]) {
      const page = await context.newPage();
      times.push(await readyMs(page, address, selector));
      await page.close();
    }
    await context.close();
  }
  return { cold, warm };
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

const rowOf = (what: string, toReachMs: number, times: readonly number[]): Row => {
  const median = percentile(times, 0.5);
  return {
    what,
    toReach: toReachMs >= 500 ? `${toReachMs / 1000} s` : `${toReachMs} ms`,
    measured: `${toReachMs >= 500 ? seconds(median) : `${median.toFixed(0)} ms`} (median of ${times.length})`,
    met: median <= toReachMs,
    figures: { medianMs: median, mostMs: Math.max(...times), n: times.length, ...fleetSize },
  };
};

/** ms from an act to the first frame in which the count of the list says what it left. */
const answerMs = (page: Page, act: () => Promise<void>, total: string): Promise<number> =>
  page
    .evaluate((wanted) => {
      const begun = performance.now();
      Object.assign(window, {
        answered: new Promise<number>((done) => {
          const look = () => {
            const shown = document.querySelector('.list-pages [role=status]')?.textContent ?? '';
            requestAnimationFrame(shown === wanted ? look : () => done(performance.now() - begun));
          };
          look();
        }),
      });
    }, total)
    .then(act)
    .then(() => page.evaluate(() => (window as unknown as { answered: Promise<number> }).answered));

const shownCount = async (page: Page): Promise<string> =>
  (await page.locator('.list-pages [role=status]').textContent()) ?? '';

const filters = async (browser: Browser, cookies: Cookies, url: string, rounds: number): Promise<number[]> => {
  const context = await freshContext(browser, cookies);
  const page = await context.newPage();
  await page.goto(`${url}/planner/#/fleet`);
  await page.locator('.fleet tbody tr').first().waitFor();
  const chips = page.locator('.fleet-grades .chip');
  const times: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const chip = chips.nth(n % 2 === 0 ? 2 + (n % 4) : 0);
    times.push(await answerMs(page, () => chip.click(), await shownCount(page)));
    await page.waitForTimeout(200);
  }
  await context.close();
  return times;
};

const searches = async (browser: Browser, cookies: Cookies, url: string, rounds: number): Promise<number[]> => {
  const context = await freshContext(browser, cookies);
  const page = await context.newPage();
  await page.goto(`${url}/planner/#/today`);
  await page.locator('.today-list').first().waitFor();
  const times: number[] = [];
  for (let n = 0; n < rounds; n++) {
    await page.keyboard.press('/');
    const text = [`SN-${100_000 + n * 37}`, `Owner ${n * 8}`, `+3584000${10_000 + n * 8}`][n % 3] ?? '';
    const begun = performance.now();
    await page.keyboard.insertText(text);
    await page.locator('[role=option]').first().waitFor();
    times.push(performance.now() - begun);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.reload();
    await page.locator('.today-list').first().waitFor();
  }
  await context.close();
  return times;
};

/** What a browser loads of JavaScript before Today can be used. */
const scripts = async (browser: Browser, cookies: Cookies, url: string): Promise<Row> => {
  const context = await freshContext(browser, cookies);
  const page = await context.newPage();
  await readyMs(page, `${url}/planner/#/today`, '.today-list');
  const names = await page.evaluate(() =>
    performance.getEntriesByType('resource').flatMap(({ name }) => (name.endsWith('.js') ? [name] : [])),
  );
  let bytes = 0;
  for (const name of new Set(names)) bytes += gzipSync(Buffer.from(await (await fetch(name)).arrayBuffer())).length;
  await context.close();
  const kb = bytes / 1000;
  return {
    what: 'JavaScript before first use, gzipped',
    toReach: `at most ${mostScriptKb} kB`,
    measured: `${kb.toFixed(1)} kB`,
    met: kb <= mostScriptKb,
    figures: { kb, files: new Set(names).size },
  };
};

/** Today and the fleet of a service company with thousands of machines, over the real service. */
export const desk: Bench = async ({ full }) => {
  const executablePath = serviceAt('chromium');
  if (!executablePath) throw new Error('chromium is not installed: run "npm run services"');
  const dataDir = mkdtempSync(join(tmpdir(), 'kuluma-desk-'));
  try {
    const secret = await storeFleet(dataDir);
    const service = await startService(dataDir);
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const cookies = await signIn(browser, service.url, secret);
      await jobsRan(browser, cookies, service.url);
      const rounds = full ? 60 : 20;
      const today = await coldAndWarm(browser, cookies, `${service.url}/planner/#/today`, '.today-list li');
      const fleet = await coldAndWarm(browser, cookies, `${service.url}/planner/#/fleet`, '.fleet tbody tr');
      return [
        rowOf('Today ready to use, cold', 1500, today.cold),
        rowOf('Today ready to use, warm cache', 500, today.warm),
        rowOf('fleet list of 5,000: first rows, cold', 700, fleet.cold),
        rowOf('fleet list of 5,000: first rows, warm cache', 700, fleet.warm),
        rowOf('fleet list of 5,000: filter', 100, await filters(browser, cookies, service.url, rounds)),
        rowOf(
          'search of a machine by serial number, owner or phone',
          1000,
          await searches(browser, cookies, service.url, rounds),
        ),
        await scripts(browser, cookies, service.url),
      ];
    } finally {
      await browser.close();
      await service.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};
