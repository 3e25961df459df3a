import type { Page } from 'playwright-core';

/** One pixel. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const noPicture = Buffer.from('%PDF-1.7');

/** What a technician presses in a visit with one photo, step by step. */
const presses: readonly ((page: Page) => Promise<void>)[] = [
  (page) => page.getByRole('button', { name: 'Olen perillä' }).click(),
  (page) => page.getByRole('button', { name: 'Turvallista: aloita työ' }).click(),
  async (page) => {
    const camera = page.getByLabel('Ota kuva');
    await camera.setInputFiles({ name: 'ohje.pdf', mimeType: 'application/pdf', buffer: noPicture });
    await page.getByText('Tiedostosta ohje.pdf ei saa kuvaa auki.').waitFor();
    await camera.setInputFiles({ name: 'laakeri.png', mimeType: 'image/png', buffer: picture });
    await page.getByRole('button', { name: 'Käytä kuvaa' }).dblclick();
    await page.getByRole('img', { name: 'Kuva 1' }).waitFor();
    await page.getByRole('radio').first().check({ force: true });
    await page.getByRole('button', { name: 'Tallenna löydös' }).click();
  },
  (page) => page.getByRole('button', { name: 'Työ on tehty' }).click(),
  (page) => page.getByRole('button', { name: 'Osat on kirjattu' }).click(),
  async (page) => {
    await page.getByLabel('Allekirjoittajan nimi').fill('Outi Omistaja');
    await sign(page);
    await page.getByRole('button', { name: 'Kuittaa' }).click();
  },
  (page) => page.getByRole('button', { name: 'Lähetä raportti' }).dblclick(),
];

/** A finger draws a line on the pad of the step that is open. */
export const sign = async (page: Page): Promise<void> => {
  const pad = page.getByRole('img', { name: 'Allekirjoita tähän' });
  await pad.scrollIntoViewIfNeeded();
  await pad.dragTo(pad, { sourcePosition: { x: 40, y: 40 }, targetPosition: { x: 200, y: 60 } });
  await page.getByRole('img', { name: 'Allekirjoitettu' }).waitFor();
};

/** How many changes a visit leaves on a phone without signal, and how many photos beside them. */
export const leftWaiting = { changes: 10, photos: 1 };

/**
 * From the day to the sent report; each step waits until the phone has kept the one before.
 * @param pageNow the page, which may be another after `between`
 * @param between what happens after each step
 * @param steps how many of them; all, if not given
 */
export const workVisit = async (
  pageNow: () => Page,
  between: () => Promise<void> = async () => undefined,
  steps = presses.length,
): Promise<void> => {
  await pageNow().getByRole('link', { name: /P-0/ }).click();
  await pageNow().getByRole('link', { name: 'Lähde matkaan' }).click();
  for (const press of presses.slice(0, steps)) {
    const page = pageNow();
    const open = await page.locator('.step.open h2').innerText();
    await press(page);
    await page.waitForFunction(
      (before) =>
        document.querySelector('.visit-done') !== null ||
        document.querySelector<HTMLElement>('.step.open h2')?.innerText !== before,
      open,
    );
    await between();
  }
};

/** Until the page says how many changes wait for a signal. */
export const allWaiting = (page: Page): Promise<void> =>
  page.getByText(`${leftWaiting.changes} muutosta odottaa lähetystä`).waitFor();
