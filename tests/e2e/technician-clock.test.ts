import { rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { printedReportOf } from '@kuluma/cloud/http/views/printed-report.ts';
import { createLookup } from '@kuluma/cloud/pipelines/lookup.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { createFormat } from '@kuluma/shared/model/format.ts';
import { hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildPages } from '../built-pages.ts';
import { startMs } from '../contract/http-tenant.ts';
import { createWorld, type World } from '../contract/http-world.ts';
import { isReady, phoneLook, putAside } from '../pocket-phone.ts';
import { needs } from '../services.ts';
import { startBrowser } from '../start-browser.ts';
import { createVisitService, type VisitService } from '../visit-service.ts';
import { allWaiting, workVisit } from './visit-steps.ts';

const { skip, title } = needs('chromium', 'a phone whose clock is wrong');
/** Half past eleven in the evening in Helsinki: an hour more is another day. */
const workMs = Date.parse('2027-03-01T21:30:00.000Z');
/** A visit takes no longer here. */
const visitMs = 10 * minuteMs;
const dayOf = (ms: number): string => createFormat('fi').day(ms, 'Europe/Helsinki');

describe.skipIf(skip)(title, () => {
  let pagesDir = '';
  let browser: Browser;
  let world: World;
  let service: VisitService;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    pagesDir = buildPages();
    browser = await startBrowser();
    world = await createWorld(undefined, pagesDir);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.stop();
    rmSync(pagesDir, { recursive: true, force: true });
  });
  beforeEach(async () => {
    world.time.nowMs = startMs;
    service = await createVisitService(world);
    world.time.nowMs = workMs;
  });
  afterEach(async () => {
    await context?.close();
    await service?.stop();
  });

  /** A phone whose clock is `wrongByMs` ahead of the service's. */
  const signIn = async (wrongByMs: number, before?: (request: IncomingMessage) => void) => {
    await service.start(before);
    context = await browser.newContext(phoneLook);
    page = await context.newPage();
    await page.addInitScript(
      (aheadMs) => {
        const now = Date.now.bind(Date);
        Date.now = () => now() + aheadMs;
      },
      workMs + wrongByMs - Date.now(),
    );
    await page.goto(service.door);
    await isReady(page);
  };
  /** A visit without signal, of which the service hears three hours later. */
  const workAndSend = async () => {
    await service.stop();
    await page.reload();
    await workVisit(() => page);
    await allWaiting(page);
    world.time.nowMs += 3 * hourMs;
    await service.start();
    await expect.poll(async () => (await service.visit()).state, { timeout: 30_000 }).toBe('done');
    await page.getByText('Kaikki on lähetetty').waitFor({ timeout: 30_000 });
    expect(await page.getByText('Tämä muutos ei mennyt läpi').count()).toBe(0);
    expect(await service.outcomes()).toHaveLength(1);
    const stated = await service.stated();
    expect(stated.filter(({ value }) => value.kind === 'step')).toHaveLength(6);
    const visit = await service.visit();
    const { signature } = await printedReportOf(createLookup(world.records, visit.organisationId), visit, 'fi');
    return { stated, signed: signature.line };
  };

  it.each([1, -1])(
    'tells when the work was done by the clock of the service, with its own %i h ahead',
    async (hours) => {
      await signIn(hours * hourMs);
      await page.locator('.clock span').first().waitFor();
      await putAside(page, 'views');
      const { stated, signed } = await workAndSend();
      for (const { actedAtMs, isTimeDoubtful } of stated) {
        expect(isTimeDoubtful).toBeUndefined();
        expect(actedAtMs).toBeGreaterThanOrEqual(workMs);
        expect(actedAtMs).toBeLessThan(workMs + visitMs);
      }
      expect(signed).toBe(`Outi Omistaja, ${dayOf(workMs)}`);
    },
  );

  it.each([1, -1])('says that its times are doubtful where it was never told another, %i h ahead', async (hours) => {
    await signIn(hours * hourMs, ({ url, socket }) => {
      if (url?.startsWith(apiPaths.clock())) socket.destroy();
    });
    const { stated, signed } = await workAndSend();
    expect(stated.every(({ isTimeDoubtful }) => isTimeDoubtful)).toBe(true);
    expect(signed).toBe(
      `Outi Omistaja, ${dayOf(workMs + hours * hourMs)} (puhelimen oman kellon mukaan, jota ei voitu tarkistaa)`,
    );
  });
});
