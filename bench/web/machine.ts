import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { seededRandom } from '@kuluma/shared/clock.ts';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { serviceAt } from '../../tests/services.ts';
import type { Bench, Row } from '../bench.ts';
import { type Answer, answerOf, settled, watchDraws } from './draws.ts';
import { percentile } from './frames.ts';
import { type StoredYear, storeYear } from './machine-year.ts';
import { freshContext, signIn } from './signed-in.ts';
import { startService } from './start-service.ts';

const root = resolve(import.meta.dirname, '../..');
const opens = 5;
const mostOpenMs = 1500;
const mostAnswerMs = 150;
const peers = 24;

/** From the address to a page with the year of the chosen point, and of all eight below it, drawn; in ms. */
const openMs = async (context: BrowserContext, address: string): Promise<number> => {
  const page = await context.newPage();
  await page.goto(address);
  return page.evaluate(
    () =>
      new Promise<number>((done) => {
        const look = () => {
          const isFine = document.querySelector('.time-line')?.getAttribute('aria-busy') === 'false';
          const isDrawn = document.querySelectorAll('.signal-spark path').length >= 16;
          requestAnimationFrame(isFine && isDrawn ? () => done(performance.now()) : look);
        };
        look();
      }),
  );
};

/** Goes in from the year to single minutes and back out, at places of the year that were not looked at before. */
const zooms = async (page: Page, rounds: number): Promise<Answer[]> => {
  const random = seededRandom(5);
  const box = await page.locator('.time-charts').boundingBox();
  if (!box) throw new Error('the page shows no time line');
  const answers: Answer[] = [];
  for (let round = 0; round < rounds; round++) {
    await page.getByRole('button', { name: 'Vuosi' }).click();
    await settled(page);
    const [x, y] = [box.x + box.width * (0.15 + 0.6 * random()), box.y + 150];
    await page.mouse.click(x, y);
    for (const notches of [-6, -6, -6, -6, 12]) {
      await page.mouse.wheel(0, notches * 100);
      answers.push(await answerOf(page));
    }
  }
  return answers;
};

/** Drags to the past by half of what is in sight, from a week to single minutes at a time. */
const pans = async (page: Page, rounds: number): Promise<Answer[]> => {
  const box = await page.locator('.time-charts').boundingBox();
  if (!box) throw new Error('the page shows no time line');
  const answers: Answer[] = [];
  for (let round = 0; round < rounds; round++) {
    await page.getByRole('button', { name: round % 2 === 0 ? 'Viikko' : 'Vuorokausi' }).click();
    await settled(page);
    for (let drag = 0; drag < 5; drag++) {
      await page.mouse.move(box.x + 200, box.y + 150);
      await page.mouse.down();
      await page.mouse.move(box.x + 200 + box.width * 0.5, box.y + 150);
      answers.push(await answerOf(page));
      await page.mouse.up();
    }
  }
  return answers;
};

const openRow = (times: readonly number[], { samples }: StoredYear): Row => {
  const median = percentile(times, 0.5);
  return {
    what: 'machine page with a year of one-minute data for 8 points, cold',
    toReach: '1.5 s',
    measured: `${(median / 1000).toFixed(2)} s (median of ${times.length}, first ${((times[0] ?? 0) / 1000).toFixed(2)} s)`,
    met: median <= mostOpenMs,
    figures: { medianMs: median, firstMs: times[0] ?? 0, mostMs: Math.max(...times), samplesStored: samples },
  };
};

const answerRow = (what: string, answers: readonly Answer[]): Row => {
  const fine = answers.map(({ fineMs }) => fineMs);
  const drawn = answers.map(({ drawnMs }) => drawnMs);
  const [p95FineMs, p95DrawnMs] = [percentile(fine, 0.95), percentile(drawn, 0.95)];
  return {
    what,
    toReach: 'answered in 150 ms',
    measured: `p95 ${p95FineMs.toFixed(0)} ms to the finest data drawn, ${p95DrawnMs.toFixed(0)} ms to the first drawing`,
    met: p95FineMs <= mostAnswerMs,
    figures: {
      p50FineMs: percentile(fine, 0.5),
      p95FineMs,
      mostFineMs: Math.max(...fine),
      p50DrawnMs: percentile(drawn, 0.5),
      p95DrawnMs,
      gestures: answers.length,
    },
  };
};

/** The page of a machine with a year of samples behind it, from a service process of its own with DuckDB. */
export const machine: Bench = async ({ full }) => {
  const executablePath = serviceAt('chromium');
  if (!executablePath) throw new Error('chromium is not installed: run "npm run services"');
  execFileSync('npm', ['run', 'build:web'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const dataDir = mkdtempSync(join(tmpdir(), 'kuluma-machine-'));
  try {
    const stored = await storeYear(dataDir, { machines: full ? 20 : 1, peers });
    const service = await startService(dataDir);
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const cookies = await signIn(browser, service.url, stored.secret);
      const address = `${service.url}/planner/#/machines/${stored.machineId}?tab=signals&span=year`;
      const times: number[] = [];
      for (let i = 0; i < opens; i++) {
        const context = await freshContext(browser, cookies);
        times.push(await openMs(context, address));
        await context.close();
      }
      const context = await freshContext(browser, cookies);
      const page = await context.newPage();
      await watchDraws(page);
      await page.goto(address);
      await settled(page);
      const rounds = full ? 20 : 6;
      return [
        openRow(times, stored),
        answerRow('machine page: zoom over a year of samples', await zooms(page, rounds)),
        answerRow('machine page: pan over a year of samples', await pans(page, rounds)),
      ];
    } finally {
      await browser.close();
      await service.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};
