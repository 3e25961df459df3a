import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import type { App } from '@kuluma/cloud/http/fastify-app.ts';
import { pictureBounds } from '@kuluma/shared/model/document-words.ts';
import { setUpKinds } from '@kuluma/shared/model/set-up-kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { ImportView, SetUpEntryView, SetUpRow } from '@kuluma/shared/model/views/set-up.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from '../contract/http-world.ts';
import { smallPdf } from '../contract/upload-document.ts';
import { deskRoutes, unvisited } from '../desk-routes.ts';
import { needs } from '../services.ts';
import { sidewaysOn, startBrowser, violationsOn } from '../start-browser.ts';

const root = resolve(import.meta.dirname, '../..');
const examples = join(root, 'docs/examples/import');
const { skip, title } = needs('chromium', 'the set-up pages');

describe.skipIf(skip)(title, () => {
  let world: World;
  let tenant: Tenant;
  let app: App;
  let browser: Browser;
  let url = '';
  const faults: string[] = [];
  const pages: Page[] = [];

  beforeAll(async () => {
    world = await createWorld();
    tenant = await world.tenant({ machines: 2, technicians: 1 });
    const names = await readdir(examples);
    const files = await Promise.all(
      names.map(async (name) => ({ name, base64: (await readFile(join(examples, name))).toString('base64') })),
    );
    const path = setUpPaths.import(tenant.organisationId);
    const looked = (await tenant.planner.post(path, { system: 'erp', files })).body as ImportView;
    await tenant.planner.post(path, { system: 'erp', files, mark: looked.mark });
    app = await buildApp({ ...world.deps, pagesDir: join(root, 'cloud/web/dist') });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await startBrowser();
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    expect(faults.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await world?.stop();
  });

  const open = async (path: string, { language = 'fi', theme = 'light', width = 1280 } = {}): Promise<Page> => {
    const context = await browser.newContext({
      ...{ locale: 'fi-FI', timezoneId: 'Europe/Helsinki', viewport: { width, height: 900 } },
    });
    const [name = '', value = ''] = tenant.planner.cookie.split('=');
    await context.addCookies([{ name, value, url }]);
    await context.addInitScript(
      ([chosen, look]) => {
        localStorage.setItem('kuluma.language', chosen ?? '');
        localStorage.setItem('kuluma.theme', look ?? '');
      },
      [language, theme],
    );
    const page = await context.newPage();
    pages.push(page);
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(`${url}/planner/#/set-up${path}`);
    await page.locator('.set-up h1').waitFor();
    return page;
  };
  const idOf = async (kind: 'machines' | 'technicians' | 'gateways' | 'machine-models' | 'sites', at = 0) =>
    ((await tenant.planner.get(setUpPaths.list(tenant.organisationId, kind))).body as SetUpRow[])[at]?.id ?? '';
  /** Tabs to what has this name, as somebody without a mouse does. */
  const tabTo = async (page: Page, name: RegExp): Promise<void> => {
    for (let steps = 0; steps < 80; steps++) {
      const at = await page.evaluate(() => {
        const here = document.activeElement;
        // Nothing has the focus: the whole page would seem to be called by all of its words.
        if (here === document.body || here?.tagName === 'MAIN') return '';
        const labels = here instanceof HTMLInputElement ? [...(here.labels ?? [])].map((label) => label.innerText) : [];
        return [here?.textContent, here?.getAttribute('aria-label'), ...labels].filter(Boolean).join(' ');
      });
      if (name.test(at)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`nothing called ${name} is reached by Tab`);
  };

  it.each([
    ['fi', 'light', 1280],
    ['en', 'dark', 390],
    ['sv', 'contrast', 1024],
  ])('have no fault that axe knows and never scroll sideways (%s, %s, %i px)', async (language, theme, width) => {
    const machineId = await idOf('machines');
    // Points are a matter of their machine.
    const started = setUpKinds.map((kind) => (kind === 'points' ? `points/new/${machineId}` : `${kind}/new`));
    const paths = [
      ...['', '/import', '/prices', '/company', `/inventory/${machineId}`, '/machines/lacks/noGateway'],
      ...[...setUpKinds.filter((kind) => kind !== 'points'), ...started].map((path) => `/${path}`),
      ...[`/machines/${machineId}`, `/technicians/${await idOf('technicians')}`, `/sites/${await idOf('sites')}`],
      ...[`/machine-models/${await idOf('machine-models')}`, `/gateways/${await idOf('gateways')}`],
    ].map((path) => `/set-up${path}`);
    const routes = deskRoutes().filter((route) => route.startsWith('/set-up'));
    expect(unvisited(routes, paths)).toEqual([]);
    paths.push(`/gateways/${await idOf('gateways')}`);
    const page = await open('', { language, theme, width });
    const found: string[] = [];
    for (const path of paths) {
      await page.goto(`${url}/planner/#${path}`);
      await page.locator('main .place-head').waitFor();
      await page.waitForFunction(() => !document.querySelector('.skeleton'));
      for (const line of await violationsOn(page, 'best-practice')) found.push(`${path} ${line}`);
      if ((await sidewaysOn(page)) > 0) found.push(`${path} scrolls sideways`);
    }
    expect(found).toEqual([]);
  });

  it('are walked by keyboard from the rail to a new owner and its change', async () => {
    const page = await open('/import');
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.getByRole('heading', { name: 'Mitä puuttuu' }).waitFor();
    await tabTo(page, /^Omistajat$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Omistajat' }).waitFor();
    await tabTo(page, /^Uusi omistaja$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Uusi omistaja' }).waitFor();
    await tabTo(page, /^Nimi/);
    await page.keyboard.type('Näppäimistö Oy');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Näppäimistö Oy' }).waitFor();
    await tabTo(page, /mallien opetukseen/);
    await page.keyboard.press('Space');
    await tabTo(page, /^Tallenna$/);
    await page.keyboard.press('Enter');
    await page.getByText('Paula Planner muutti').waitFor();
    await expect.poll(() => page.locator('aside').innerText()).toContain('Koneiden dataa saa käyttää');
  });

  it('say at the field what is wrong, and keep what was typed', async () => {
    const page = await open('/parts/new', { language: 'en' });
    await page.getByRole('textbox', { name: 'Number' }).fill('K-1');
    await page.getByLabel('Finnish').fill('Laakeri');
    await page.getByLabel('Price without VAT').fill('12.50');
    await page.getByLabel('Lead time in days').fill('3');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Another one has this already.').waitFor();
    expect(await page.getByLabel('Finnish').inputValue()).toBe('Laakeri');
    await page.getByRole('textbox', { name: 'Number' }).fill('K-77');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'K-77' }).waitFor();
  });

  it('tell who was faster, and let the reader take that or keep the own', async () => {
    const id = await idOf('sites');
    const page = await open(`/sites/${id}`, { language: 'en' });
    await page.getByLabel('Municipality').fill('Lahti');
    const entryPath = setUpPaths.entry(tenant.organisationId, 'sites', id);
    const view = (await tenant.planner.get(entryPath)).body as SetUpEntryView<'sites'>;
    const entry = { ...view.entry, streetAddress: 'New Street 1' };
    await tenant.planner.post(entryPath, { idempotencyKey: 'faster-1', entry }, { 'if-match': `"${view.version}"` });
    await page.getByRole('button', { name: 'Save' }).click();
    const notice = page.getByRole('alert').filter({ hasText: 'Someone else changed this' });
    await notice.waitFor();
    await expect.poll(() => notice.innerText()).toMatch(/Paula Planner changed[\s\S]*Street address/);
    expect(await page.getByLabel('Municipality').inputValue()).toBe('Lahti');
    await page.getByRole('button', { name: 'Take the latest' }).click();
    await expect.poll(() => page.getByLabel('Street address').inputValue()).toBe('New Street 1');
    await page.getByLabel('Municipality').fill('Lahti');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
  });

  it('take what is typed while what was saved is read again, and call nobody faster', async () => {
    const id = await idOf('sites');
    const page = await open(`/sites/${id}`, { language: 'en' });
    const entryPath = setUpPaths.entry(tenant.organisationId, 'sites', id);
    await page.getByLabel('Municipality').fill('Heinola');
    const { promise: isTyped, resolve: typed } = Promise.withResolvers<void>();
    let reads = 0;
    await page.route(`**${entryPath}`, async (route) => {
      if (route.request().method() === 'GET') {
        reads += 1;
        await isTyped;
      }
      await route.continue();
    });
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => reads).toBeGreaterThan(0);
    expect(await page.getByLabel('Municipality').inputValue()).toBe('Heinola');
    await page.getByLabel('Street address').fill('Second Street 2');
    typed();
    await page.locator('button:not([data-loading])', { hasText: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    const { entry } = (await tenant.planner.get(entryPath)).body as SetUpEntryView<'sites'>;
    expect(entry).toMatchObject({ municipality: 'Heinola', streetAddress: 'Second Street 2' });
  });

  it('agree a warranty and a contract of a machine, end one of them, and tell both with the machine', async () => {
    const id = await idOf('machines');
    const page = await open(`/machines/${id}`, { language: 'en' });
    await page.getByRole('button', { name: 'Add a warranty' }).click();
    const warranty = page.getByRole('group', { name: 'Warranty', exact: true });
    await warranty.getByLabel('First day').fill('2026-02-01');
    await warranty.getByLabel('Last day').fill('2126-01-31');
    await warranty.getByLabel('parts').check();
    await page.getByRole('button', { name: 'Add a service contract' }).click();
    const contract = page.getByRole('group', { name: 'Service contract', exact: true });
    await contract.getByLabel('Number of the contract').fill(' HS 12 ');
    await contract.getByLabel('First day').fill('2026-02-01');
    await contract.getByLabel('Last day').fill('2026-01-01');
    await contract.getByLabel('A month without VAT').fill('49.50');
    await contract.getByLabel('Terms').fill('Two inspections a year');
    await page.getByRole('button', { name: 'Save' }).click();
    await contract.getByText('The latest is before the earliest.').waitFor();
    await contract.getByLabel('Last day').fill('');
    expect(await violationsOn(page, 'best-practice')).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    const entryPath = setUpPaths.entry(tenant.organisationId, 'machines', id);
    const { entry } = (await tenant.planner.get(entryPath)).body as SetUpEntryView<'machines'>;
    expect(entry.warranty).toEqual({ fromOn: '2026-02-01', untilOn: '2126-01-31', covers: ['part'], terms: '' });
    expect(entry.contract).toMatchObject({ number: 'HS 12', untilOn: null, monthlyCents: 4_950, visitCents: 0 });
    await warranty.getByRole('button', { name: 'End the warranty today' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await warranty.getByLabel('Last day').inputValue()).not.toBe('2126-01-31');
    await page.goto(`${url}/planner/#/machines/${id}?tab=agreements`);
    const told = page.getByRole('region', { name: 'Warranty and service contract' });
    await told.getByText('Service contract HS 12').waitFor();
    await expect
      .poll(() => told.innerText())
      .toMatch(/Warranty[\s\S]*Covers of a visit: parts\.[\s\S]*further notice[\s\S]*€49\.50/);
  });

  it('take a document with its file, refuse one that is no document, and show it with the machine', async () => {
    const page = await open('/documents/new');
    await page.getByRole('textbox', { name: 'Nimi' }).fill('Tiivisteen vaihto');
    await page.getByRole('textbox', { name: 'Julkaisijan numero' }).fill('SB-7');
    await page.getByRole('combobox', { name: 'Konemalli' }).click();
    await page.getByRole('listbox').getByRole('option').first().click();
    const file = page.getByLabel('Valitse tiedosto');
    const named = { name: 'SB-7.pdf', mimeType: 'application/pdf' };
    await file.setInputFiles({ ...named, buffer: Buffer.from('<script>1</script>') });
    await page.getByRole('alert').waitFor();
    await file.setInputFiles({ ...named, buffer: smallPdf('seal') });
    await page.getByText('SB-7.pdf, 1 kt').waitFor();
    await page.getByLabel('Voimassa alkaen').first().fill('2027-01-01');
    await page.getByRole('button', { name: 'Tallenna' }).click();
    await page.getByRole('heading', { level: 1, name: 'Tiivisteen vaihto (SB-7)' }).waitFor();
    const [document] = await world.records.list('document', tenant.organisationId);
    const modelId = document?.subjects[0]?.machineModelId ?? '';
    const machines = await world.records.list('machine', tenant.organisationId, { where: { machineModelId: modelId } });
    const machineId = machines[0]?.id ?? '';
    await page.goto(`${url}/planner/#/machines/${machineId}?tab=documents`);
    const opened = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Tiivisteen vaihto (SB-7)' }).click();
    await expect.poll(async () => (await opened).url()).toMatch(/^blob:/);
  });

  it('make the picture of a machine small before it is sent, and refuse what is none', async () => {
    const page = await open('/documents/new');
    await page.getByRole('textbox', { name: 'Nimi' }).fill('Pumppu edestä');
    await page.getByRole('combobox', { name: 'Laji' }).selectOption('picture');
    await page.getByRole('combobox', { name: 'Konemalli' }).click();
    await page.getByRole('listbox').getByRole('option').first().click();
    const file = page.getByLabel('Valitse tiedosto');
    await file.setInputFiles({ name: 'kone.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') });
    await page.getByText('Valitse toinen kuva.').waitFor();
    // Noise in all colours: as large as a picture of this size becomes.
    const large = await page.evaluate(() => {
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width: 1600, height: 1200 });
      const paper = canvas.getContext('2d');
      for (let x = 0; x < 1600; x += 8)
        for (let y = 0; y < 1200; y += 8) {
          if (paper) paper.fillStyle = `hsl(${(x * y) % 360} 80% ${(x ^ y) % 100}%)`;
          paper?.fillRect(x, y, 8, 8);
        }
      return canvas.toDataURL('image/png').slice('data:image/png;base64,'.length);
    });
    await file.setInputFiles({ name: 'kone.png', mimeType: 'image/png', buffer: Buffer.from(large, 'base64') });
    await page.getByText(/^kone\.jpg, \d+ kt$/).waitFor();
    await page.getByLabel('Voimassa alkaen').first().fill('2027-01-01');
    await page.getByRole('button', { name: 'Tallenna' }).click();
    await page.getByRole('heading', { level: 1, name: 'Pumppu edestä' }).waitFor();
    const files = await world.records.list('documentFile', tenant.organisationId);
    const { picture, bytes = 0 } = files.find(({ name }) => name === 'kone.jpg') ?? {};
    expect(bytes).toBeLessThanOrEqual(pictureBounds.bytes);
    expect((picture?.width ?? 0) / (picture?.height ?? 1)).toBeCloseTo(4 / 3);
  });

  it('show a gateway’s token once, with the file to download', async () => {
    const page = await open('/gateways/new', { language: 'en' });
    await page.getByLabel('Name').fill('Hall 9');
    await page.getByRole('combobox', { name: 'Site' }).click();
    await page.locator('main').getByRole('option').first().click();
    await page.getByRole('button', { name: 'Save' }).click();
    const token = await page.locator('output').innerText();
    expect(token.length).toBeGreaterThan(30);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download gateway.yaml' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('gateway.yaml');
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('heading', { level: 1, name: 'Hall 9' }).waitFor();
    expect(await page.content()).not.toContain(token);
  });

  it('ask before something ends, by its name, and say what keeps it from ending', async () => {
    const page = await open(`/technicians/${await idOf('technicians', 1)}`, { language: 'en' });
    const end = page.getByRole('button', { name: 'Take out of use' });
    // The page has its name when its entry stands.
    await end.waitFor();
    const name = await page.locator('h1').innerText();
    await end.click();
    await page.getByRole('dialog').getByText(`Take ${name} out of use?`).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Take out of use' }).click();
    await page.getByText(/Out of use since/).waitFor();
    await page.getByRole('button', { name: 'Take back into use' }).click();
    await page.getByRole('button', { name: 'Take out of use' }).waitFor();
    const model = await open(`/machine-models/${await idOf('machine-models')}`, { language: 'en' });
    await model.getByText('3 machines are of this model').waitFor();
  });

  it('say in the language of the reader what a field may hold', async () => {
    const page = await open('/depots/new');
    await page.getByLabel('Nimi').fill('   ');
    await page.getByLabel('Leveysaste').fill('61,5');
    await page.getByLabel('Pituusaste').fill('23,7');
    await page.getByRole('button', { name: 'Tallenna' }).click();
    await page.getByText('Täytä tämä kenttä.').waitFor();
  });

  it('set prices by keyboard, say what a visit costs with them, and who changed them', async () => {
    const page = await open('/prices');
    await page.getByLabel('Työtunti').waitFor();
    await tabTo(page, /^Työtunti/);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('100');
    await page.getByText(/kahden tunnin käynti 40 km:n päässä maksaa/).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Tallennettu', { exact: true }).waitFor();
    await page.getByText('Paula Planner muutti').waitFor();
    await expect.poll(() => page.locator('aside').innerText()).toMatch(/Työtunti: 95,00\s€ → 100,00\s€/);
  });

  it('set rush hours by keyboard, say which of them cannot be, and who changed them', async () => {
    const page = await open('/company');
    await page.getByLabel('Nimi').waitFor();
    await tabTo(page, /^Lisää ruuhka-aika$/);
    await page.keyboard.press('Enter');
    const end = page.getByLabel('Päättyy');
    await end.fill('06:00');
    await tabTo(page, /^Tallenna$/);
    await page.keyboard.press('Enter');
    await page.getByText('Aika päättyy ennen kuin alkaa.').waitFor();
    await end.fill('08:30');
    await page.getByLabel('Matka kestää').fill('140');
    await page.keyboard.press('Enter');
    await page.getByText('Tallennettu', { exact: true }).waitFor();
    await expect.poll(() => page.locator('aside').innerText()).toMatch(/Paula Planner muutti[\s\S]*Ruuhka-ajat/);
    const { organisationId } = tenant;
    expect(await world.records.get('organisation', organisationId, organisationId)).toMatchObject({
      traffic: [{ weekdays: [1, 2, 3, 4, 5], from: '07:00', to: '08:30', factor: 1.4 }],
    });
  });

  it('send a gateway a configuration that was checked, tell its difference, and start from an older one', async () => {
    const id = await idOf('gateways');
    const page = await open('', { language: 'en' });
    await page.goto(`${url}/planner/#/gateways/${id}`);
    const text = page.getByLabel('Text to send');
    await text.fill('uplink: { token: x }');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('The section “uplink” cannot be set from here. Remove it.').waitFor();
    expect(await page.getByRole('button', { name: 'Send to the gateway' }).count()).toBe(0);
    await text.fill('alarms: { snapshotEveryMs: 60000 }');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByRole('button', { name: 'Send to the gateway' }).click();
    await page.getByText('Revision 1 is sent.').waitFor();
    await page.getByText('waits for the gateway').waitFor();
    const [sent] = await world.records.list('gatewayConfig', tenant.organisationId);
    if (!sent) throw new Error('nothing was sent');
    await world.records.transact((tx) => tx.update('gatewayConfig', { ...sent, state: 'applied' }));
    await page.reload();
    await page.getByText('accepted').waitFor();
    await page.getByRole('button', { name: 'Start from it: revision 1' }).click();
    await text.fill('alarms: { snapshotEveryMs: 90000 }');
    await page.getByRole('button', { name: 'Check' }).click();
    const difference = page.getByRole('region', { name: 'Difference to what runs' });
    await difference.waitFor();
    await expect.poll(() => difference.innerText()).toMatch(/Line removed[\s\S]*60000[\s\S]*Line added[\s\S]*90000/);
  });

  it('import files only after what they change and what is wrong was seen', async () => {
    const page = await open('/import', { language: 'en' });
    const choose = (text: string) =>
      page.getByLabel('Files').setInputFiles([{ name: 'owners.csv', mimeType: 'text/csv', buffer: Buffer.from(text) }]);
    await choose('key,name\nX1,First Oy\nX2,\n');
    await page.getByRole('button', { name: 'See what would change' }).click();
    await page.getByText('owners.csv, line 3, column 2').waitFor();
    await page.getByText('name: Fill this in.').waitFor();
    expect(await page.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
    await choose('key,name\nX1,First Oy\nX2,Second Oy\n');
    await page.getByRole('button', { name: 'See what would change' }).click();
    await page.getByText('owners.csv, line 2').first().waitFor();
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('heading', { name: 'Imported' }).waitFor();
    await choose('key;name\nX1;"open\n');
    await page.getByRole('button', { name: 'See what would change' }).click();
    await page.getByText('1 place is wrong').waitFor();
  });
});
