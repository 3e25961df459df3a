import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { launchOptions } from './start-browser.ts';

/** How a technician's phone is held, and where. */
export const phoneLook = {
  locale: 'fi-FI',
  timezoneId: 'Europe/Helsinki',
  viewport: { width: 390, height: 844 },
} as const;

/** Until what a page keeps so far is on the phone: a turn at the store comes after those that were asked for before it. */
export const putAside = (page: Page, store: 'drafts' | 'views'): Promise<void> =>
  page.evaluate(
    (kept) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('kuluma-technician');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const turn = opening.result.transaction(kept, 'readwrite');
          turn.onabort = () => reject(turn.error);
          turn.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
    store,
  );

/** Until the phone can do without the service: it has the day, and the pages that show it. */
export const isReady = async (page: Page): Promise<void> => {
  await page.getByRole('link', { name: /P-0/ }).waitFor();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await putAside(page, 'views');
};

/** A phone: a browser whose memory outlives it, and whose power can go at any moment. */
export class PocketPhone {
  readonly #profile = mkdtempSync(join(tmpdir(), 'kuluma-phone-'));
  #context: BrowserContext | undefined;

  async start(): Promise<Page> {
    this.#context = await chromium.launchPersistentContext(this.#profile, {
      ...launchOptions(),
      ...phoneLook,
    });
    return this.#context.newPage();
  }

  /** Signs in, sees the day, and is switched off as it should be: from then on it can do without the service. */
  async meet({ door }: { readonly door: string }): Promise<void> {
    const page = await this.start();
    await page.goto(door);
    await isReady(page);
    await this.switchOff();
  }

  /** Its power goes: at once, before anything more is done. */
  async die(): Promise<void> {
    const gone = this.#context?.waitForEvent('close');
    // Chromium names its process on its profile: "host-pid".
    const pid = Number(readlinkSync(join(this.#profile, 'SingletonLock')).split('-').at(-1));
    process.kill(pid, 'SIGKILL');
    await gone;
    this.#context = undefined;
  }

  async switchOff(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
  }

  async throwAway(): Promise<void> {
    await this.switchOff();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}
