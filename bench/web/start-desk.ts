import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from 'playwright-core';
import { buildPages } from '../../tests/built-pages.ts';
import { serviceAt } from '../../tests/services.ts';

const root = resolve(import.meta.dirname, '../..');

export interface Desk {
  readonly open: (place: string, size: { width: number; height: number }) => Promise<Page>;
  readonly stop: () => Promise<void>;
}

/** The planner's pages as they are built now, over made-up answers, in Chromium. */
export const startDesk = async (): Promise<Desk> => {
  const executablePath = serviceAt('chromium');
  if (!executablePath) throw new Error('chromium is not installed: run "npm run services"');
  const pages = buildPages();
  const server = spawn(process.execPath, [join(root, 'cloud/web/fixtures/serve.ts'), '0', pages], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await createInterface({ input: server.stdout })
    [Symbol.asyncIterator]()
    .next()
    .then(({ value }) => [String(value)]);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  return {
    open: async (place, viewport) => {
      const page = await browser.newPage({ viewport, locale: 'fi-FI', timezoneId: 'Europe/Helsinki' });
      await page.goto(url ?? '');
      await page.waitForURL(({ pathname }) => pathname.startsWith('/planner'));
      // Before it stands the page goes to its first place by itself.
      await page.locator('.desk main h1').waitFor();
      await page.evaluate((hash) => {
        window.location.hash = hash;
      }, `#/${place}`);
      return page;
    },
    stop: async () => {
      await browser.close();
      server.kill();
      rmSync(pages, { recursive: true, force: true });
    },
  };
};
