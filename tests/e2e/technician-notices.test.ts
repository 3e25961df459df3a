import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createWebPush } from '@kuluma/cloud/adapters/web-push/web-push.ts';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type World } from '../contract/http-world.ts';
import { freePort } from '../free-port.ts';
import { PushBrowser } from '../push-browser.ts';
import { needs } from '../services.ts';
import { startBrowser } from '../start-browser.ts';

const { skip, title } = needs('chromium', 'notes of a changed day');
const pages = resolve(import.meta.dirname, '../../cloud/web/dist');

describe.skipIf(skip)(title, () => {
  const dir = mkdtempSync(join(tmpdir(), 'kuluma-push-'));
  const phone = new PushBrowser();
  let browser: Browser;
  let world: World;
  let service: App;
  let base = '';

  beforeAll(async () => {
    browser = await startBrowser();
    await phone.start();
    world = await createWorld(undefined, pages);
    const push = createWebPush({ dir, subject: 'https://service.example.com', services: [phone.origin] });
    service = await buildApp({ ...world.deps, push });
    const port = await freePort();
    await service.listen({ host: '127.0.0.1', port });
    base = `http://127.0.0.1:${port}`;
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
    await world?.stop();
    await phone.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('are asked for in my day, shown once by the service worker, and ended', async () => {
    const { organisationId } = await world.tenant({ machines: 1, technicians: 1 });
    const [technician] = await world.records.list('technician', organisationId);
    const who = {
      ...{ organisationId, personId: technician?.personId ?? null, contactId: null },
      roles: ['technician' as const],
    };
    const secret = await createSignInLink(world.deps, who, dayMs);
    const context = await browser.newContext({ locale: 'fi-FI', viewport: { width: 390, height: 844 } });
    await context.grantPermissions(['notifications'], { origin: base });
    const page = await context.newPage();
    // This browser has no push service to ask: the address is that of the test's own.
    await page.addInitScript(({ endpoint, p256dh, auth }) => {
      let subscription: object | null = null;
      Object.assign(PushManager.prototype, {
        getSubscription: async () => subscription,
        subscribe: async ({ applicationServerKey }: { applicationServerKey: string }) => {
          const [key] = [applicationServerKey.replaceAll('-', '+').replaceAll('_', '/')];
          const bytes = Uint8Array.from(atob(key), (sign) => sign.charCodeAt(0));
          subscription = {
            ...{ endpoint, options: { applicationServerKey: bytes.buffer } },
            toJSON: () => ({ endpoint, keys: { p256dh, auth } }),
            unsubscribe: async () => {
              subscription = null;
              return true;
            },
          };
          return subscription;
        },
      });
    }, phone.address);
    await page.goto(`${base}/sign-in/#${secret}`);
    await page.getByText('Tämä puhelin ei ilmoita, kun päiväsi muuttuu.').waitFor();
    await page.getByRole('button', { name: 'Ilmoita päivän muutoksista' }).click();
    await page.getByText('Tämä puhelin ilmoittaa, kun päiväsi muuttuu.').waitFor();
    const live = async () =>
      (await world.records.list('pushSubscription', organisationId)).filter(
        ({ expiresAtMs }) => expiresAtMs > world.time.wallMs,
      );
    expect(await live()).toMatchObject([phone.address]);

    const session = await context.newCDPSession(page);
    const registered = new Promise<string>((found) => {
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const own = registrations.find(({ scopeURL }) => scopeURL === `${base}/technician/`);
        if (own) found(own.registrationId);
      });
    });
    await session.send('ServiceWorker.enable');
    const data = JSON.stringify({ language: 'fi', title: 'Päiväsi muuttui', body: 'ke 3.3.2027: 1 uusi käynti' });
    const registrationId = await registered;
    for (let twice = 0; twice < 2; twice++)
      await session.send('ServiceWorker.deliverPushMessage', { origin: base, registrationId, data });
    const shown = () =>
      page.evaluate(async () =>
        (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body, lang, tag }) => ({
          ...{ title, body, lang, tag },
        })),
      );
    await expect
      .poll(shown)
      .toEqual([{ title: 'Päiväsi muuttui', body: 'ke 3.3.2027: 1 uusi käynti', lang: 'fi', tag: 'day' }]);

    await page.getByRole('button', { name: 'Lopeta ilmoitukset' }).click();
    await page.getByText('Tämä puhelin ei ilmoita, kun päiväsi muuttuu.').waitFor();
    expect(await live()).toEqual([]);
    await context.close();
  });

  it('are not offered where the browser blocks them or has none', async () => {
    const { technician } = await world.tenant({ machines: 1, technicians: 1 });
    const [name, value] = technician.cookie.split('=');
    for (const [without, told] of [
      [() => Object.defineProperty(Notification, 'permission', { get: () => 'denied' }), 'on estetty tässä selaimessa'],
      [() => Reflect.deleteProperty(window, 'PushManager'), 'ei näytä ilmoituksia'],
    ] as const) {
      const context = await browser.newContext({ locale: 'fi-FI', viewport: { width: 320, height: 700 } });
      await context.addCookies([{ name: name ?? '', value: value ?? '', url: base }]);
      const page = await context.newPage();
      await page.addInitScript(without);
      await page.goto(`${base}/technician/`);
      await page.getByText(told).waitFor();
      expect(await page.locator('.day-notices button').count()).toBe(0);
      await context.close();
    }
  });
});
