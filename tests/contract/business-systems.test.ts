import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { createHubSpot } from '@kuluma/cloud/adapters/crm-hubspot/hubspot.ts';
import { createBusinessCentral } from '@kuluma/cloud/adapters/erp-business-central/business-central.ts';
import type { BusinessSystem } from '@kuluma/cloud/channel-ports.ts';
import { newToken } from '@kuluma/cloud/http/secrets.ts';
import { queueInvoices, readBusiness, sendInvoices } from '@kuluma/cloud/pipelines/exchange-business.ts';
import { recordsFor } from '@kuluma/cloud/pipelines/records-for.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';
import { bookedOffer, theVisitOf } from './offer-visitor.ts';

let world: World;
let tenant: Tenant;
let server: Server;
let base: string;
/** What the other side answers: a body, or a status. */
let answer: (method: string, path: string, body: unknown) => unknown;
const asked: string[] = [];
const waits: number[] = [];

const reply = async (request: IncomingMessage): Promise<unknown> => {
  const path = decodeURIComponent(request.url ?? '').replaceAll('+', ' ');
  const isForm = request.headers['content-type']?.includes('urlencoded');
  const body = request.method === 'POST' ? await (isForm ? text(request) : json(request)) : undefined;
  asked.push(`${request.method} ${path}`);
  return answer(request.method ?? '', path, body);
};

beforeAll(async () => {
  world = await createWorld();
  server = createServer((request, response) => {
    void reply(request).then((said) => {
      const status = typeof said === 'number' ? said : 200;
      response.writeHead(status, { 'content-type': 'application/json', ...(status === 429 && { 'retry-after': '3' }) });
      response.end(JSON.stringify(typeof said === 'number' ? { message: 'no' } : said));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await world?.stop();
  server?.closeAllConnections();
  await new Promise((done) => server.close(done));
});
beforeEach(async () => {
  asked.length = 0;
  waits.length = 0;
  tenant = await world.tenant({ machines: 1, technicians: 1 });
});

const wait = async (ms: number) => void waits.push(ms);
const read = (system: BusinessSystem, depotId = tenant.depotId) =>
  readBusiness({ ...world.deps, secret: newToken }, { organisationId: tenant.organisationId, system, depotId });
const owners = () => world.records.list('owner', tenant.organisationId);

describe('HubSpot', () => {
  const company = (id: string, name: string, lifecyclestage = 'customer') => ({
    id,
    properties: { name, lifecyclestage, hs_preferred_language: 'sv-fi' },
  });
  const person = (id: string, company: string | null, email: string) => ({
    id,
    properties: {
      ...{ firstname: 'Kaisa', lastname: 'Kaunis', email, phone: null, mobilephone: '+358401234567' },
      associatedcompanyid: company,
    },
  });
  const crm = () => createHubSpot({ url: base, token: 'token-of-a-private-app', wait });

  beforeEach(() => {
    answer = (_, path) => {
      if (path.includes('/contacts'))
        return { results: [person('71', '1', 'kaisa@example.com'), person('72', null, 'nobody@example.com')] };
      return path.includes('after=')
        ? { results: [company('2', 'Second'), company('3', 'A lead', 'lead')] }
        : { results: [company('1', 'Uusi Oy')], paging: { next: { after: '1' } } };
    };
  });

  it('brings its customers and their contacts, page by page, and knows them again', async () => {
    const { faults } = await read(crm());
    expect(faults).toEqual([]);
    const known = await owners();
    expect(known.map(({ name }) => name).toSorted()).toEqual(['First', 'Second', 'Uusi Oy']);
    expect(known.find(({ name }) => name === 'Uusi Oy')).toMatchObject({
      language: 'sv',
      externalIds: [{ system: 'hubspot', value: '1' }],
    });
    // The one that was here is the one that is there.
    expect(known.find(({ name }) => name === 'Second')?.externalIds).toEqual([{ system: 'hubspot', value: '2' }]);
    const contacts = await world.records.list('contact', tenant.organisationId);
    expect(contacts.filter(({ name }) => name === 'Kaisa Kaunis')).toMatchObject([
      { email: 'kaisa@example.com', phone: '+358401234567', contactRoles: [] },
    ]);
    const again = await read(crm());
    expect(again.touched).toEqual([]);
  });

  it('leaves what a person here has set and what it does not know', async () => {
    await read(crm());
    const [contact] = (await world.records.list('contact', tenant.organisationId)).filter(({ name }) =>
      /Kaisa/.test(name),
    );
    if (!contact) throw new Error('no contact');
    await world.records.transact((tx) => tx.update('contact', { ...contact, contactRoles: ['approver'] }));
    await read(crm());
    const after = await world.records.get('contact', tenant.organisationId, contact.id);
    expect(after?.contactRoles).toEqual(['approver']);
    expect(await owners()).toHaveLength(3);
  });

  it('waits as long as it is told to where it asks too often, and names what is refused', async () => {
    const usual = answer;
    let busy = true;
    answer = (...of) => {
      if (busy) {
        busy = false;
        return 429;
      }
      return usual(...of);
    };
    expect((await read(crm())).faults).toEqual([]);
    expect(waits).toEqual([3000]);
    answer = () => 401;
    await expect(read(crm())).rejects.toMatchObject({ code: 'INPUT_INVALID', hint: expect.stringMatching(/token/) });
    answer = () => ({ results: 'nonsense' });
    await expect(read(crm())).rejects.toThrow(/form that is not known/);
  });
});

describe('Business Central', () => {
  let drafts: { number: string; externalDocumentNumber: string; body: Record<string, unknown> }[];
  let inventory: number;
  let loses: boolean;
  const erp = () =>
    createBusinessCentral({
      ...{ url: `${base}/companies(1)`, tokenUrl: `${base}/token`, clientId: 'id', clientSecret: 'secret' },
      ...{ labourAccount: '3000', travelAccount: '3010', wallNow: () => world.time.wallMs, wait },
    });

  beforeEach(() => {
    drafts = [];
    inventory = 200;
    loses = false;
    answer = (method, path, body) => {
      if (path === '/token') return { access_token: 'a-token', expires_in: 3600 };
      if (path.includes('/customers')) return { value: [{ number: 'C100', displayName: 'First' }] };
      if (path.includes('/items'))
        return { value: [{ number: 'K-1', displayName: 'Laakeri', unitPrice: 61.5, inventory }] };
      if (method === 'POST') {
        const given = body as { externalDocumentNumber: string };
        drafts.push({
          number: `I-${drafts.length + 1}`,
          externalDocumentNumber: given.externalDocumentNumber,
          body: { ...given },
        });
        if (loses) return 504;
        return drafts.at(-1);
      }
      const wanted = /externalDocumentNumber eq '([^']+)'/.exec(path)?.[1];
      return { value: drafts.filter((one) => wanted === undefined || one.externalDocumentNumber === wanted) };
    };
  });

  const place = (system = erp()) => ({ organisationId: tenant.organisationId, system, depotId: tenant.depotId });
  /** A visit that used one of the two parts of its offer. */
  const visitDone = async () => {
    await bookedOffer(world, tenant);
    const visit = await theVisitOf(world, tenant);
    const createdBy = { kind: 'policy', name: 'test' } as const;
    const at = { organisationId: tenant.organisationId, createdBy, nowMs: world.time.nowMs, random: world.deps.random };
    await world.records.transact(async (tx) => {
      await tx.insert('outcome', {
        ...freshBase('outcome', at),
        ...{
          visitId: visit.id,
          recommendationId: visit.recommendationId,
          forecastId: null,
          findingVerdict: 'confirmed',
        },
        ...{ finding: '', minutes: 100, componentReplaced: true, costCents: 0, closedAtMs: at.nowMs },
        partsUsed: [{ partId: tenant.partId, quantity: 1 }],
        counterfactual: { failureExpectedAtMs: null, failureCostCents: null, basis: 'unknown' },
      });
      await tx.insert('stockMovement', {
        ...freshBase('stockMovement', at),
        ...{
          partId: tenant.partId,
          place: tenant.depotId,
          quantity: -1,
          reason: 'use',
          causeId: visit.offerId,
          atMs: at.nowMs,
        },
      });
    });
    return visit;
  };
  const invoices = () => world.records.list('invoice', tenant.organisationId);

  it('brings prices and stock, and signs in once', async () => {
    inventory = 12;
    expect((await read(erp())).faults).toEqual([]);
    const part = await world.records.get('part', tenant.organisationId, tenant.partId);
    expect(part).toMatchObject({ priceCents: 6_150, name: { fi: 'part' } });
    const ledger = await world.records.list('stockMovement', tenant.organisationId);
    expect(ledger.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(12);
    expect(asked.filter((line) => line.includes('/token'))).toHaveLength(1);
  });

  it('keeps what came for a technician who waits for it', async () => {
    inventory = 2;
    await read(erp());
    await bookedOffer(world, tenant);
    const { id: visitId, machineId, technicianId } = await theVisitOf(world, tenant);
    const { partId, depotId } = tenant;
    const partRequestId = await world.add(tenant.organisationId, 'partRequest', {
      ...{ visitId, machineId, technicianId, partId, depotId, quantity: 3, handedOver: 0 },
      ...{ neededByOn: '2027-03-05', text: '', state: 'open', reason: '', atMs: world.time.nowMs },
    });
    inventory = 6;
    const records = recordsFor('business', world.records);
    const place = { organisationId: tenant.organisationId, system: erp(), depotId };
    await readBusiness({ ...world.deps, records, secret: newToken }, place);
    const ledger = await world.records.list('stockMovement', tenant.organisationId);
    const kept = ledger.filter(({ causeId }) => causeId === partRequestId).map(({ quantity }) => quantity);
    expect(kept).toEqual([-3]);
  });

  it('gets an invoice as a draft, of the parts only those that were used, once even where its answer was lost', async () => {
    await read(erp());
    await visitDone();
    expect(await queueInvoices(world.deps, place(), 0)).toBe(1);
    expect(await queueInvoices(world.deps, place(), 0)).toBe(0);
    loses = true;
    expect(await sendInvoices(world.deps, place())).toBe(0);
    expect(await invoices()).toMatchObject([{ state: 'waiting', reason: 'LINK_DOWN' }]);
    loses = false;
    expect(await sendInvoices(world.deps, place())).toBe(1);
    expect(drafts).toHaveLength(1);
    expect(await invoices()).toMatchObject([{ state: 'draft', reference: 'I-1', reason: null }]);
    expect(drafts[0]?.body).toMatchObject({
      customerNumber: 'C100',
      salesInvoiceLines: expect.arrayContaining([
        { lineType: 'Item', lineObjectNumber: 'K-1', quantity: 1, unitPrice: 61.5 },
        expect.objectContaining({ lineType: 'Account', lineObjectNumber: '3000', quantity: 1, unitPrice: 190 }),
      ]),
    });
  });

  it('does not put back on the shelf what a visit took before its invoice is posted', async () => {
    await read(erp());
    await visitDone();
    await queueInvoices(world.deps, place(), 0);
    const shelf = async () =>
      (await world.records.list('stockMovement', tenant.organisationId))
        .filter(({ reason }) => reason !== 'reservation' && reason !== 'release')
        .reduce((sum, { quantity }) => sum + quantity, 0);
    await read(erp());
    expect(await shelf()).toBe(199);
    await sendInvoices(world.deps, place());
    await read(erp());
    expect(await shelf()).toBe(199);
    // A person posts it there: its stock falls, and nothing changes here.
    drafts = [];
    inventory = 199;
    await read(erp());
    expect(await shelf()).toBe(199);
    expect(await invoices()).toMatchObject([{ state: 'posted' }]);
  });

  it('says which owner it does not know, and keeps the invoice', async () => {
    await visitDone();
    await queueInvoices(world.deps, place(), 0);
    expect(await sendInvoices(world.deps, place())).toBe(0);
    expect(await invoices()).toMatchObject([{ state: 'waiting', reason: 'NO_CUSTOMER' }]);
  });
});
