import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { BoardChangedView, BoardPlacesView, BoardStepView, BoardView } from '@kuluma/shared/model/views/board.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../built-pages.ts';
import { startMs } from '../contract/http-tenant.ts';
import { approveOffer, createWorld, type Tenant, type World } from '../contract/http-world.ts';
import { needs } from '../services.ts';
import { sidewaysOn, startBrowser, violationsOn } from '../start-browser.ts';

const { skip, title } = needs('chromium', 'the planning board over a real service');

describe.skipIf(skip)(title, () => {
  let world: World;
  let ours: Tenant;
  let browser: Browser;
  let pagesDir: string;
  let address: string;
  let app: Awaited<ReturnType<typeof buildApp>>;
  const faults: string[] = [];

  /** The owner of the n-th machine takes the first time of the offer. */
  const book = async (n: number): Promise<void> => {
    await approveOffer(ours, n);
    const owner = ours.owners[n % 2];
    const offers = (await owner?.get(apiPaths.offers(ours.organisationId)))?.body as OfferView[];
    const offer = offers.find(({ state }) => state === 'sent');
    const reply = await owner?.post(
      apiPaths.offerAnswer(ours.organisationId, offer?.offerId ?? ''),
      { idempotencyKey: `board-walk-${n}`, answer: 'accept', slotId: offer?.slots[0]?.slotId },
      { 'if-match': `"${offer?.version}"` },
    );
    if (reply?.status !== 200) throw new Error(JSON.stringify(reply?.body));
  };
  const iso = (ms: number) => new Date(ms).toISOString();
  const boardNow = async (): Promise<BoardView> => {
    const query = `fromAt=${iso(startMs)}&toAt=${iso(startMs + 14 * dayMs)}`;
    return (await ours.planner.get(`${apiPaths.board(ours.organisationId)}?${query}`)).body as BoardView;
  };
  const booked = async () => (await boardNow()).visits.filter(({ state }) => state === 'booked');

  /** The board of a planner, two weeks of it. */
  const open = async (width: number, language = 'fi'): Promise<Page> => {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      locale: 'fi-FI',
      timezoneId: 'Europe/Helsinki',
    });
    const [name = '', value = ''] = ours.planner.cookie.split('=');
    await context.addCookies([{ name, value, url: address }]);
    const page = await context.newPage();
    await page.addInitScript(`localStorage.setItem('kuluma.language', '${language}')`);
    page.on('pageerror', (error) => faults.push(error.message));
    const events = page.waitForResponse((response) =>
      response.url().endsWith(apiPaths.deskEvents(ours.organisationId)),
    );
    const fortnight = (response: Response): boolean => {
      const { pathname, searchParams } = new URL(response.url());
      const [from, to] = ['fromAt', 'toAt'].map((name) => Date.parse(searchParams.get(name) ?? ''));
      return pathname === apiPaths.board(ours.organisationId) && (to ?? 0) - (from ?? 0) > 13 * dayMs;
    };
    await page.goto(`${address}/planner/#/board`);
    // From then on it hears what others do.
    await events;
    if (width > 760) {
      const told = page.waitForResponse(fortnight);
      await page.getByText(language === 'fi' ? '2 viikkoa' : '2 weeks').click();
      await (await told).finished();
      // Until then the week before it is shown, in other places.
      await page.waitForFunction((days) => document.querySelectorAll('.board-day').length >= days, 10);
      await page.locator('.board-bar').first().waitFor();
    }
    return page;
  };
  /** The button that takes a step back, once it names that step and nothing is on its way: a key before it would do nothing. */
  const undoOf = async (page: Page, step: RegExp) => {
    const button = page.getByRole('button', { name: step, disabled: false });
    await button.waitFor();
    return button;
  };

  beforeAll(async () => {
    pagesDir = buildPages();
    world = await createWorld();
    ours = await world.tenant({ machines: 6, technicians: 3 });
    for (const n of [0, 1, 2]) await book(n);
    app = await buildApp({ ...world.deps, pagesDir });
    await app.listen({ host: '127.0.0.1', port: 0 });
    address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    browser = await startBrowser();
  }, 240_000);
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await world?.stop();
    if (pagesDir) rmSync(pagesDir, { recursive: true, force: true });
  });

  it('moves a visit with the mouse, says first what its owner will be told, and undoes it by key', async () => {
    const page = await open(1280);
    const [visit] = await booked();
    if (!visit) throw new Error('nothing is booked');
    const entry = page.locator(`[data-entry="${visit.entryId}"]`);
    await entry.hover({ position: { x: 4, y: 12 } });
    await page.mouse.down();
    const bar = await entry.boundingBox();
    if (!bar) throw new Error('the visit is not on the board');
    await page.mouse.move(bar.x + 20, bar.y + 20, { steps: 3 });
    const shade = page.locator('.board-shade').nth(4);
    await shade.waitFor();
    const at = await shade.boundingBox();
    await page.mouse.move((at?.x ?? 0) + 6, (at?.y ?? 0) + 20, { steps: 5 });
    await page
      .locator('.board-price')
      .getByText(/[+−±]\d+\s€/)
      .waitFor();
    await page.mouse.up();
    const tell = page.getByRole('button', { name: 'Siirrä ja kerro omistajalle' });
    await tell.waitFor();
    expect(await page.getByRole('dialog').innerText()).toMatch(/saa viestin: uusi aika/);
    await tell.click();
    await expect.poll(async () => (await booked()).some((one) => one.startAt === visit.startAt)).toBe(false);

    await undoOf(page, /^Kumoa: .* siirsi käynnin/);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.locator('.board-scroll').focus();
    await page.keyboard.press('Control+z');
    await expect
      .poll(async () => (await booked()).find(({ entryId }) => entryId === visit.entryId)?.startAt)
      .toBe(visit.startAt);
    expect(faults).toEqual([]);
  });

  it('moves the same by keyboard alone, and gives it back with Escape', async () => {
    const page = await open(1280);
    const before = await booked();
    const [visit] = before;
    await page.locator(`[data-entry="${visit?.entryId}"]`).focus();
    await page.keyboard.press(' ');
    await page.locator('.board-shade').first().waitFor();
    const said = page.locator('.board-status [aria-live]');
    const first = await said.innerText();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => said.innerText()).not.toBe(first);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.board-shade').count()).toBe(0);
    expect((await booked()).map(({ startAt }) => startAt)).toEqual(before.map(({ startAt }) => startAt));

    await page.keyboard.press('p');
    await expect.poll(async () => (await booked()).filter(({ pinned }) => pinned).length).toBe(1);
    await undoOf(page, /^Kumoa: .* lukitsi käynnin/);
    await page.keyboard.press('m');
    await page.getByRole('dialog').getByRole('button', { name: 'Siirrä tähän' }).click();
    await page.keyboard.press('Escape');
    expect(faults).toEqual([]);
  });

  it('shows at once what a colleague changes, and by whom', async () => {
    const page = await open(1280);
    const visit = (await booked()).find(({ pinned }) => !pinned);
    if (!visit) throw new Error('all is pinned');
    const { mark } = await boardNow();
    const personId = await world.add(ours.organisationId, 'person', {
      name: 'Kaisa Kollega',
      email: 'kaisa@example.com',
      phone: '3',
      language: 'fi',
      roles: ['planner'],
    });
    const link = { organisationId: ours.organisationId, personId, contactId: null, roles: ['planner' as const] };
    const colleague = await world.signIn(await createSignInLink(world.deps, link, hourMs));
    const pin = { kind: 'pin', visitId: visit.entryId, pinned: true };
    const body = { idempotencyKey: 'a-colleague-pins', mark, change: pin, confirmed: false };
    const reply = await colleague.post(apiPaths.boardSteps(ours.organisationId), body);
    expect((reply.body as BoardChangedView).mark).toBe(mark + 1);
    await page.getByText(/Kaisa Kollega lukitsi käynnin/).waitFor();
    await page.locator(`[data-entry="${visit.entryId}"][aria-label*="lukittu"]`).waitFor();
    expect(faults).toEqual([]);
  });

  it('proposes a plan without a technician who is ill, and changes nothing until it is taken', async () => {
    const page = await open(1280);
    const before = await boardNow();
    await page.getByRole('button', { name: 'Muuta' }).click();
    await page.getByRole('menuitem', { name: 'Asentaja sairaana' }).click();
    await page.getByRole('button', { name: 'Näytä ehdotus' }).click();
    const refuse = page.getByRole('button', { name: 'Hylkää' });
    await refuse.waitFor();
    await page.getByText(/käynti muuttuu|käyntiä muuttuu|Mikään käynti ei muutu/).waitFor();
    expect(await violationsOn(page)).toEqual([]);
    expect((await boardNow()).mark).toBe(before.mark);
    await refuse.click();
    await expect.poll(() => page.getByText('Taulu näyttää kopion').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('places open work from the tray, agreed by phone', async () => {
    const page = await open(1280, 'en');
    const open1 = (await boardNow()).unplanned.length;
    expect(open1).toBeGreaterThan(0);
    await page.locator('.board-card').first().click();
    await page.getByRole('button', { name: 'Move to …' }).click();
    await page.getByRole('button', { name: 'Move here' }).click();
    await page.getByRole('radio', { name: /Already agreed by phone/ }).click();
    await page.getByRole('button', { name: 'Book' }).click();
    await expect.poll(async () => (await boardNow()).unplanned.length).toBe(open1 - 1);
    expect(faults).toEqual([]);
  });

  it('records by keyboard that work ends earlier, and cancels a visit with a reason, each to be undone', async () => {
    const page = await open(1280);
    const visit = (await booked()).find(({ fixedBecause }) => fixedBecause === null);
    if (!visit) throw new Error('nothing is booked');
    await page.locator(`[data-entry="${visit.entryId}"]`).click();
    const choose = async (item: string) => {
      await page.getByRole('button', { name: 'Kirjaa tapahtuma' }).press('Enter');
      await page.getByRole('menuitem', { name: item }).press('Enter');
      await page.getByRole('dialog').waitFor();
      await expect.poll(() => page.locator('[role=menu]').count()).toBe(0);
      // What is typed goes where the focus is, which the closing menu takes along for a moment.
      await page.waitForFunction(() => document.querySelector('[role=dialog]')?.contains(document.activeElement));
    };
    await choose('Päättyy toiseen aikaan');
    expect(await violationsOn(page)).toEqual([]);
    const endMs = Date.parse(visit.endAt) - hourMs / 2;
    await page.getByLabel('Päättyy', { exact: true }).selectOption(String(endMs));
    await page.getByRole('button', { name: 'Kirjaa', exact: true }).press('Enter');
    const now = async () => (await boardNow()).visits.find(({ entryId }) => entryId === visit.entryId);
    await expect.poll(async () => (await now())?.endAt).toBe(iso(endMs));
    await (await undoOf(page, /^Kumoa: .* päättymisaikaa/)).press('Enter');
    await expect.poll(async () => (await now())?.endAt).toBe(visit.endAt);

    await choose('Peru käynti');
    const cancel = page.getByRole('dialog').getByRole('button', { name: 'Peru käynti' });
    expect(await cancel.isDisabled()).toBe(true);
    await page.keyboard.type('linja seisoo');
    await cancel.press('Enter');
    await expect.poll(now).toBeUndefined();
    const steps = (await ours.planner.get(apiPaths.boardSteps(ours.organisationId))).body as BoardStepView[];
    expect(steps[0]?.changes).toEqual([{ kind: 'cancel', visitId: visit.entryId, reason: 'linja seisoo' }]);
    await (await undoOf(page, /^Kumoa: .* perui käynnin/)).press('Enter');
    await expect.poll(async () => (await now())?.startAt).toBe(visit.startAt);
    expect(faults).toEqual([]);
  });

  it('tries things in a copy and undoes them there, the plan itself untouched', async () => {
    const page = await open(1280, 'en');
    const { mark } = await boardNow();
    const visit = (await booked()).find(({ fixedBecause, pinned }) => fixedBecause === null && !pinned);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Try in a copy' }).click();
    await page.getByText('The board shows a copy.').waitFor();
    await page.locator(`[data-entry="${visit?.entryId}"]`).click();
    await page.getByRole('button', { name: 'Record an event' }).click();
    await page.getByRole('menuitem', { name: 'Cancel the visit' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('to see what it saves');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the visit' }).click();
    await expect.poll(() => page.locator(`[data-entry="${visit?.entryId}"]`).count()).toBe(0);
    await page.getByRole('button', { name: 'Undo: the last change in the copy' }).click();
    await page.locator(`[data-entry="${visit?.entryId}"]`).waitFor();
    expect(await page.getByRole('button', { name: 'Undo: nothing to undo' }).isDisabled()).toBe(true);
    expect((await boardNow()).mark).toBe(mark);
    expect(faults).toEqual([]);
  });

  it('marks a part as late, and keeps the time shown and the filter in the address', async () => {
    const page = await open(1280, 'en');
    const { mark } = await boardNow();
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'A part arrives late' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Record' }).click();
    await expect.poll(async () => (await boardNow()).mark).toBe(mark + 1);
    const shown = page.locator('.board-title');
    const before = await shown.innerText();
    await page.getByRole('button', { name: 'Later' }).click();
    await expect.poll(() => shown.innerText()).not.toBe(before);
    const title = await shown.innerText();
    await page.getByLabel('Skill').selectOption('rotatingMachines');
    await page.waitForURL(({ hash }) => hash.includes('span=twoWeeks') && hash.includes('skill=rotatingMachines'));
    await page.reload();
    await expect.poll(() => shown.innerText()).toBe(title);
    expect(await page.getByLabel('Skill').inputValue()).toBe('rotatingMachines');
    expect(faults).toEqual([]);
  });

  it.each([
    [1280, 'light'],
    [1024, 'dark'],
    [390, 'light'],
  ] as const)('has no axe violation and no sideways page at %i px, %s', async (width, colorScheme) => {
    const page = await open(width);
    await page.emulateMedia({ colorScheme });
    if (width > 760) await page.locator('.board-bar').first().click();
    else await page.locator('.board-lists').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    expect(await sidewaysOn(page)).toBeLessThanOrEqual(0);
  });

  it('goes on showing the plan when the service is gone, and says of when it is', async () => {
    const page = await open(1280);
    const ask = { entryId: (await booked())[0]?.entryId, fromAt: iso(startMs), toAt: iso(startMs + 14 * dayMs) };
    const places = await ours.planner.post(apiPaths.boardPlaces(ours.organisationId), ask);
    expect((places.body as BoardPlacesView).days.length).toBeGreaterThan(0);
    await page.context().setOffline(true);
    const closed = app.close();
    // The stream of news would keep it open.
    app.server.closeAllConnections();
    await closed;
    await page.getByText(/Palveluun ei saada yhteyttä/).waitFor({ timeout: 30_000 });
    expect(await page.locator('.board-bar').count()).toBeGreaterThan(0);
    expect(await page.getByRole('button', { name: 'Kiireellinen käynti' }).isDisabled()).toBe(true);
  });
});
