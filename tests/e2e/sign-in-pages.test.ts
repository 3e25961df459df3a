import { rmSync } from 'node:fs';
import { createSmtpMail } from '@kuluma/cloud/adapters/mail-smtp/smtp-mail.ts';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import { Secret, TOTP } from 'otpauth';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../built-pages.ts';
import { createWorld, type Tenant, type World } from '../contract/http-world.ts';
import { freePort } from '../free-port.ts';
import { needs } from '../services.ts';
import { SmtpInbox } from '../smtp-inbox.ts';
import { sidewaysOn, startBrowser, violationsOn } from '../start-browser.ts';

const { skip, title } = needs('chromium', 'signing in');

describe.skipIf(skip)(title, () => {
  const inbox = new SmtpInbox();
  let world: World;
  let tenant: Tenant;
  let app: App;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let pagesDir = '';
  let url = '';
  let stopMail: () => Promise<void>;

  beforeAll(async () => {
    pagesDir = buildPages();
    await inbox.start();
    const channel = createSmtpMail({ url: inbox.url(), from: 'Service <service@example.com>' });
    stopMail = () => channel.stop();
    world = await createWorld();
    tenant = await world.tenant({ machines: 1, technicians: 1 });
    const port = await freePort();
    // A passkey belongs to a name, never to a bare address.
    url = `http://localhost:${port}`;
    app = await buildApp({ ...world.deps, pagesDir, linkMail: { channel, publicUrl: url } });
    await app.listen({ host: '127.0.0.1', port });
    browser = await startBrowser();
    context = await browser.newContext({ locale: 'fi-FI', viewport: { width: 390, height: 844 } });
    page = await context.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await stopMail?.();
    await inbox.stop();
    await world?.stop();
    rmSync(pagesDir, { recursive: true, force: true });
  });

  const findNothing = async (): Promise<void> => {
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      expect(await sidewaysOn(page)).toBeLessThanOrEqual(0);
    }
    expect(await violationsOn(page)).toEqual([]);
  };

  it('comes by letter: asked for, opened, tapped', async () => {
    const organisationId = tenant.organisationId;
    const person = { name: 'Anna Ylläpitäjä', email: 'anna@example.com', phone: '', language: 'fi' as const };
    await world.add(organisationId, 'person', { ...person, roles: ['admin'] });
    await page.goto(`${url}/sign-in/`);
    await findNothing();
    await page.getByLabel('Sähköpostiosoite').fill('anna@example.com');
    await page.keyboard.press('Enter');
    await page.getByText('Jos osoite on tiedossamme').waitFor();
    await expect.poll(() => inbox.mails).toHaveLength(1);
    const link = /http:\/\/localhost:\d+\/sign-in\/#once\.[\w-]+/.exec(inbox.mails[0]?.body ?? '')?.[0] ?? '';
    await page.goto(link);
    await page.reload();
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByRole('button', { name: 'Kirjaudu sisään' }).click();
    await page.waitForURL('**/admin/');
    await page.getByRole('heading', { name: 'Henkilöt ja oikeudet' }).waitFor();
    await page.getByText('Paula Planner').first().waitFor();
    await findNothing();
  });

  it('is given to colleagues by an administrator, by keyboard alone', async () => {
    await page.getByRole('button', { name: 'Lisää henkilö' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Nimi').focus();
    for (const text of ['Uusi Suunnittelija', 'uusi@example.com', '040 000']) {
      await page.keyboard.type(text);
      await page.keyboard.press('Tab');
    }
    await findNothing();
    await page.getByRole('button', { name: 'Tallenna' }).press('Enter');
    await page.getByText('Tätä varten tarvitset kirjautumisen toisen vaiheen').waitFor();
    await findNothing();
    await page.getByRole('link', { name: 'Ota toinen vaihe käyttöön' }).press('Enter');
    await page.getByText('Ylläpitäjä tarvitsee sen').waitFor();
    await page.getByRole('button', { name: 'Ota koodit käyttöön' }).press('Enter');
    const secret = ((await page.locator('#second-step code').textContent()) ?? '').replaceAll(' ', '');
    await findNothing();
    await page.getByLabel('Koodi, jonka sovellus näyttää nyt').focus();
    await page.keyboard.type(
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.time.wallMs }),
    );
    await page.keyboard.press('Enter');
    await page.getByText('Säilytä nämä varakoodit').waitFor();
    const recovery = (await page.locator('.account-codes code').first().textContent()) ?? '';
    await findNothing();
    world.time.wallMs += 16 * minuteMs;
    await page.goto(`${url}/admin/`);
    await page.getByRole('button', { name: 'Lisää henkilö' }).press('Enter');
    await page.getByLabel('Nimi').fill('Uusi Suunnittelija');
    await page.getByLabel('Sähköposti').fill('uusi@example.com');
    await page.getByRole('button', { name: 'Tallenna' }).press('Enter');
    await page.getByText('Tämä toimi vaatii henkilöllisyytesi vahvistamisen').waitFor();
    await findNothing();
    await page.getByLabel('Sovelluksen koodi tai varakoodi').focus();
    await page.keyboard.type(recovery);
    await page.keyboard.press('Enter');
    await page.getByText('Vahvistettu 15 minuutiksi').waitFor();
    await page.getByRole('button', { name: 'Tallenna' }).press('Enter');
    await page.getByRole('button', { name: 'Lähetä kirjautumislinkki henkilölle Uusi Suunnittelija' }).press('Enter');
    await page.getByText('Linkki on lähetetty').waitFor();
    expect(inbox.mails.at(-1)?.to).toBe('uusi@example.com');
    await page.getByRole('button', { name: 'Muuta henkilön Anna Ylläpitäjä tietoja' }).click();
    await page.getByLabel('Ylläpitäjä: henkilöt ja oikeudet').uncheck();
    await page.getByRole('button', { name: 'Tallenna' }).click();
    await page.getByText('Kukaan muu ei ole ylläpitäjä').waitFor();
  });

  it('works by a passkey from then on, until it is removed', async () => {
    const devTools = await context.newCDPSession(page);
    await devTools.send('WebAuthn.enable');
    await devTools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
        ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
      },
    });
    await page.goto(`${url}/account/`);
    await page.getByRole('button', { name: 'Lisää pääsyavain tälle laitteelle' }).click();
    await page.getByText('Lisätty').waitFor();
    await findNothing();
    await page.getByRole('button', { name: 'Kirjaa minut ulos täältä' }).click();
    await page.waitForURL('**/sign-in/');
    await page.getByRole('button', { name: 'Kirjaudu pääsyavaimella' }).click();
    await page.waitForURL('**/admin/');
    await page.goto(`${url}/account/`);
    await page.getByText('käytetty viimeksi').waitFor();
    await page.getByRole('button', { name: /^Poista: / }).click();
    await page.getByText('käytetty viimeksi').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Kirjaa minut ulos täältä' }).click();
    await page.waitForURL('**/sign-in/');
    await page.getByRole('button', { name: 'Kirjaudu pääsyavaimella' }).click();
    await page.getByText('Pääsyavain ei kelvannut').waitFor();
  });

  it('by a link that is used up says so and sends another', async () => {
    const who = { organisationId: tenant.organisationId, personId: null, contactId: tenant.contactIds[0] ?? null };
    const secret = await createSignInLink(world.deps, { ...who, roles: ['owner'], isOnce: true }, hourMs);
    await world.signIn(secret);
    await page.goto('about:blank');
    await page.goto(`${url}/sign-in/#once.${secret}`);
    await page.getByRole('button', { name: 'Kirjaudu sisään' }).click();
    await page.getByText('ei ole enää voimassa').waitFor();
    await page.getByLabel('Sähköpostiosoite').waitFor();
  });
});
