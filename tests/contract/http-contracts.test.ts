import { createSmtpMail } from '@kuluma/cloud/adapters/mail-smtp/smtp-mail.ts';
import { letterLinks } from '@kuluma/cloud/http/letter-links.ts';
import { tendContractOffers } from '@kuluma/cloud/pipelines/contract-offers.ts';
import { reckonContracts } from '@kuluma/cloud/pipelines/reckon-contracts.ts';
import { type MessageDeps, sendMessages } from '@kuluma/cloud/pipelines/send-messages.ts';
import type { ContractPlan } from '@kuluma/shared/model/agreements.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { ContractsView } from '@kuluma/shared/model/views/contract.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SmtpInbox } from '../smtp-inbox.ts';
import { startMs } from './http-tenant.ts';
import { approveOffer, createWorld, type Tenant, type World } from './http-world.ts';

/** From a warranty that ends to a contract, or to silence. */

let world: World;
let tenant: Tenant;
let deps: MessageDeps;
const inbox = new SmtpInbox();
const morningMs = startMs - (startMs % dayMs) + 8 * hourMs;
const plan: ContractPlan = {
  ...{
    covers: ['labour', 'callOut', 'travel', 'part'],
    monthlyCents: 2_000,
    visitCents: 1_000,
    terms: 'Yearly check.',
  },
  ...{ months: 12, leadDays: 90, sendsUntilOn: null },
};
/** Of warranties: 60 days from the morning. */
const untilOn = '2027-04-30';

beforeAll(async () => {
  await inbox.start();
  world = await createWorld();
});
afterAll(async () => {
  await world.stop();
  await inbox.stop();
});

const model = async () => {
  const [one] = await world.records.list('machineModel', tenant.organisationId);
  if (!one) throw new Error('no model');
  return one;
};
const setPlan = async (changes: Partial<ContractPlan>) => {
  const known = await model();
  await world.records.transact((tx) => tx.update('machineModel', { ...known, contractPlan: { ...plan, ...changes } }));
};
const allow = async (n = 0) =>
  world.add(tenant.organisationId, 'consent', {
    contactId: tenant.contactIds[n] ?? ('' as never),
    ...{ messageClass: 'marketingOffer', legalBasis: 'consent' },
    period: { fromMs: morningMs - dayMs, toMs: null },
  });

beforeEach(async () => {
  world.time.nowMs = morningMs;
  world.time.wallMs = startMs;
  inbox.mails.length = 0;
  tenant = await world.tenant({ machines: 2, technicians: 2 });
  const mail = createSmtpMail({ url: inbox.url(), from: 'service@example.com', timeoutMs: 20_000 });
  const { records, clock, random, log, messageRules: rules } = world.deps;
  deps = {
    ...{ records, clock, random, log, rules, mail },
    homeCountry: '+358',
    publicUrl: 'https://service.example.com',
    links: letterLinks(world.deps),
  };
  const [machineId = '' as never] = tenant.machineIds;
  await world.add(tenant.organisationId, 'warranty', {
    ...{ machineId, fromOn: '2025-05-01', untilOn, covers: ['part'], terms: '' },
  });
  // Replaced three times in the year before.
  for (const month of [2, 5, 8])
    await world.add(tenant.organisationId, 'component', {
      ...{ machineId, componentCode: 'bearing', endedBy: 'replacement' },
      period: { fromMs: startMs - (month + 1) * 30 * dayMs, toMs: startMs - month * 30 * dayMs },
    });
  await setPlan({});
  return () => mail.stop();
});

const o = () => tenant.organisationId;
/** As the page shows them once the hour's reckoning is done. */
const contracts = async () => {
  await reckonContracts({ ...world.deps, records: world.records }, o());
  return (await tenant.planner.get(apiPaths.contracts(o()))).body as ContractsView;
};
const chance = async () => (await contracts()).chances[0];
const offer = async (idempotencyKey = 'offer-the-contract') => {
  const { machine, version } = (await chance()) ?? { machine: { machineId: tenant.machineIds[0] ?? '' }, version: 1 };
  const body = { idempotencyKey };
  return tenant.planner.post(apiPaths.offerContract(o(), machine.machineId), body, { 'if-match': `"${version}"` });
};
const offers = () => world.records.list('contractOffer', o());
const tend = async () => {
  await reckonContracts({ ...world.deps, records: world.records }, o());
  return tendContractOffers({ ...world.deps, records: world.records }, o());
};
const send = () => sendMessages(deps, o());
const templates = async () => (await world.records.list('message', o())).map(({ template }) => template);
const secretIn = (body = '') => /service\.example\.com\/contract\/([\w-]+)/.exec(body)?.[1] ?? '';
const open = (secret: string) => world.app.inject({ method: 'GET', url: `/contract/${secret}?lang=en` });
const submit = (secret: string, fields: Record<string, string>) =>
  world.app.inject({
    ...{ method: 'POST', url: `/contract/${secret}?lang=en` },
    payload: new URLSearchParams({ version: '1', idempotencyKey: 'answer-once', ...fields }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
const answeredBy = async (fields: Record<string, string>) => {
  await allow();
  await offer();
  await send();
  const secret = secretIn(inbox.mails[0]?.body);
  return { secret, reply: await submit(secret, fields) };
};

describe('a warranty that ends', () => {
  it('is shown with what a contract is worth, and why none can be sent without consent', async () => {
    expect(await chance()).toMatchObject({
      ...{ state: 'noConsent', warrantyUntilOn: untilOn, fromOn: '2027-05-01', untilOn: '2028-04-30' },
      ...{ monthlyGrossCents: 2_510, worth: { verdict: 'worth', basis: { ownEvents: 3, forecasts: 1 } } },
    });
    const refused = await offer();
    expect([refused.status, (refused.body as ProblemView).code]).toEqual([403, 'NO_LEGAL_BASIS']);
    expect(await offers()).toEqual([]);
  });

  it('is said honestly to be no reason for a contract that costs more than it saves', async () => {
    await allow();
    await setPlan({ monthlyCents: 20_000 });
    expect(await chance()).toMatchObject({ state: 'notWorth', worth: { verdict: 'notWorth' } });
    expect((await offer()).status).toBe(409);
    expect(await tend()).toBe(0);
    expect(await offers()).toEqual([]);
  });

  it('has the contract that was set in the form of its model', async () => {
    const { id } = await model();
    const path = setUpPaths.entry(o(), 'machine-models', id);
    const { body, etag = '' } = await tenant.planner.get(path);
    const { entry } = body as { entry: { contractPlan: ContractPlan } };
    expect(entry.contractPlan).toEqual(plan);
    const dearer = { ...entry, contractPlan: { ...plan, monthlyCents: 2_400 } };
    const command = { idempotencyKey: 'set-the-contract', entry: dearer };
    expect((await tenant.planner.post(path, command, { 'if-match': etag })).status).toBe(200);
    expect((await chance())?.monthlyGrossCents).toBe(3_012);
  });

  it('tells of models that have no contract to offer', async () => {
    const known = await model();
    await world.records.transact((tx) => tx.update('machineModel', { ...known, contractPlan: null }));
    expect(await contracts()).toMatchObject({ chances: [], withoutPlan: [{ machines: 1 }] });
  });
});

describe('the reckoning', () => {
  const page = async () => (await tenant.planner.get(apiPaths.contracts(o()))).body as ContractsView;
  const reckon = () => tenant.planner.post(apiPaths.reckonContracts(o()), { idempotencyKey: 'reckon-again' });

  it('is kept, with when it was: the page opens at once, and says so where nothing was reckoned as it is now', async () => {
    expect((await page()).chances).toMatchObject([{ state: 'notReckoned', worth: null, reckonedAt: null }]);
    expect((await offer()).status).toBe(403);
    expect((await reckon()).body).toMatchObject({ chances: [{ state: 'noConsent', worth: { verdict: 'worth' } }] });
    const reckonedAt = new Date(morningMs).toISOString();
    world.time.nowMs += hourMs;
    expect((await page()).chances).toMatchObject([{ reckonedAt }]);
    await setPlan({ monthlyCents: 20_000 });
    expect((await page()).chances).toMatchObject([{ state: 'notReckoned', worth: null }]);
    expect((await reckon()).body).toMatchObject({ chances: [{ state: 'notWorth' }] });
    expect(await world.records.list('contractReckoning', o())).toHaveLength(1);
  });

  it('is nobody’s to order but a planner’s', async () => {
    const body = { idempotencyKey: 'reckon-mine' };
    expect((await tenant.owners[0]?.post(apiPaths.reckonContracts(o()), body))?.status).toBe(403);
  });
});

describe('the offer of a contract', () => {
  it('is sent by a named person at the price that they saw, and becomes the contract by two taps', async () => {
    await allow();
    const stale = await tenant.planner.post(
      apiPaths.offerContract(o(), tenant.machineIds[0] ?? ''),
      { idempotencyKey: 'offer-at-another-price' },
      { 'if-match': '"1"' },
    );
    expect(stale.status).toBe(409);
    expect((await offer()).status).toBe(200);
    expect((await offer()).status).toBe(200);
    expect(await send()).toBe(1);
    const [letter] = inbox.mails;
    const secret = secretIn(letter?.body);
    const page = await open(secret);
    expect(page.body).toMatch(/Is it worth it for you.*€25\.10 a month/s);
    expect(page.body).toContain('Paula Planner');
    expect(await world.records.list('serviceContract', o())).toEqual([]);
    expect((await submit(secret, { answer: 'accept' })).statusCode).toBe(303);
    const [contract, ...more] = await world.records.list('serviceContract', o());
    expect(more).toEqual([]);
    expect(contract).toMatchObject({
      ...{ fromOn: '2027-05-01', untilOn: '2028-04-30', monthlyCents: 2_000, visitCents: 1_000, number: 'P-0/2027' },
      createdBy: { kind: 'contact' },
    });
    expect((await open(secret)).body).toContain('the contract was made on');
    expect(await send()).toBe(1);
    expect(await templates()).toEqual(['contractOffer', 'contractMade']);
    expect(await contracts()).toMatchObject({
      chances: [],
      offers: [{ state: 'accepted', personName: 'Paula Planner' }],
    });
  });

  it('books nothing twice, and answers a second, a changed and an empty answer clearly', async () => {
    const { secret, reply } = await answeredBy({ answer: 'accept' });
    expect(reply.statusCode).toBe(303);
    const again = await submit(secret, { answer: 'accept', idempotencyKey: 'answer-twice', version: '2' });
    expect([again.statusCode, /was answered already/.test(again.body)]).toEqual([409, true]);
    expect((await submit(secret, { answer: 'accept' })).statusCode).toBe(303);
    expect((await submit(secret, { idempotencyKey: 'answer-none' })).statusCode).toBe(400);
    expect(await world.records.list('serviceContract', o())).toHaveLength(1);
  });

  it('ends with a no, which the planner reads with its reason', async () => {
    const { reply } = await answeredBy({ answer: 'decline', reason: 'We have our own people.' });
    expect(reply.statusCode).toBe(303);
    expect(await contracts()).toMatchObject({
      ...{ chances: [], offers: [{ state: 'declined', declineReason: 'We have our own people.' }] },
    });
    expect((await offer('offer-once-more')).status).toBe(409);
  });

  it('is reminded of once, half-way, and then there is silence', async () => {
    await allow();
    await offer();
    await send();
    for (const day of [10, 40, 50, 61, 62]) {
      world.time.nowMs = morningMs + day * dayMs;
      await tend();
      await send();
    }
    expect(await templates()).toEqual(['contractOffer', 'contractReminder']);
    expect(inbox.mails).toHaveLength(2);
    expect((await offers())[0]?.state).toBe('expired');
    const late = await submit(secretIn(inbox.mails[0]?.body), { answer: 'accept' });
    expect([late.statusCode, /ran out|has changed/.test(late.body)]).toEqual([409, true]);
  });

  it('goes in the one letter of the day with everything else, and stops with the consent', async () => {
    await allow();
    await approveOffer(tenant, 0);
    await offer();
    expect(await send()).toBe(1);
    expect(inbox.mails).toHaveLength(1);
    expect(inbox.mails[0]?.body).toMatch(/Teille varatut ajat.*takuu päättyy 30\.4\.2027/s);

    world.time.nowMs += 40 * dayMs;
    const [consent] = (await world.records.list('consent', o())).filter(
      ({ messageClass }) => messageClass === 'marketingOffer',
    );
    if (!consent) throw new Error('no consent');
    await world.records.transact((tx) =>
      tx.update('consent', { ...consent, period: { ...consent.period, toMs: world.time.nowMs } }),
    );
    await tend();
    await send();
    const reminder = (await world.records.list('message', o())).find(({ template }) => template === 'contractReminder');
    expect(reminder).toMatchObject({ state: 'cancelled', reason: 'noLegalBasis' });
  });

  it('is nobody else’s to read or to answer', async () => {
    const { secret } = await answeredBy({ answer: 'decline', reason: '' });
    const [known] = await offers();
    const url = `/owner/contracts/${known?.id}`;
    const read = (cookie: string) => world.app.inject({ method: 'GET', url, headers: { cookie } });
    expect((await read(tenant.owners[0]?.cookie ?? '')).statusCode).toBe(200);
    expect((await read(tenant.owners[1]?.cookie ?? '')).statusCode).toBe(404);
    expect((await open(`${secret.slice(0, -1)}x`)).statusCode).toBe(410);
    expect((await world.app.inject({ method: 'GET', url: `/offer/${secret}` })).statusCode).toBe(410);
  });
});

describe('a company that lets contracts be offered without a look at each', () => {
  const order = async (sendsUntilOn: string) => {
    await setPlan({ sendsUntilOn });
    const { id } = await model();
    const [person] = (await world.records.list('person', o())).filter(({ roles }) => roles.includes('planner'));
    if (!person) throw new Error('no planner');
    const createdBy = { kind: 'person', personId: person.id } as const;
    await world.records.transact((tx) =>
      tx.insert('setUpChange', {
        ...freshBase('setUpChange', { organisationId: o(), createdBy, nowMs: morningMs, random: world.deps.random }),
        ...{ subjectId: id, change: 'changed', fields: [{ name: 'contractPlan' }] },
      }),
    );
    return person.id;
  };

  it('has them leave once in the name of the person who said so', async () => {
    await allow();
    const personId = await order('2027-12-31');
    expect(await tend()).toBe(1);
    expect(await tend()).toBe(0);
    expect(await offers()).toMatchObject([{ personId, createdBy: { kind: 'policy', name: 'contract-offers' } }]);
  });

  it('has them wait until owners of the model usually begin to ask for service, where that was seen', async () => {
    await allow();
    await order('2028-12-31');
    await setPlan({ sendsUntilOn: '2028-12-31', monthlyCents: 500 });
    const [first = '' as never, second = '' as never] = tenant.machineIds;
    const cover = { covers: ['part' as const], terms: '' };
    await world.add(o(), 'warranty', { machineId: first, fromOn: '2027-05-01', untilOn: '2028-05-15', ...cover });
    await world.add(o(), 'warranty', { machineId: second, fromOn: '2026-01-01', untilOn: '2028-02-28', ...cover });
    for (let day = 0; day < 12; day++) {
      world.time.nowMs = Date.parse('2028-02-05T08:00:00Z') + day * dayMs;
      await world.add(o(), 'case', {
        ...{ origin: 'faultReport', urgency: 'canWait', machineId: second, ownerId: null, contactId: null },
        ...{ visitId: null, reachAt: null, language: 'fi', state: 'open', turn: 'company', closedAtMs: null },
        lastAtMs: world.time.nowMs,
      });
    }
    world.time.nowMs = Date.parse('2028-03-01T08:00:00Z');
    expect(await tend()).toBe(0);
    expect((await contracts()).chances).toMatchObject([
      { state: 'open', leavesOn: '2028-04-15', rhythm: { leadDays: 30, nearRequests: 12, farRequests: 0 } },
    ]);
    world.time.nowMs = Date.parse('2028-04-15T08:00:00Z');
    expect(await tend()).toBe(1);
  });

  it('has none leave once that order is over', async () => {
    await allow();
    await order('2027-02-28');
    expect(await tend()).toBe(0);
  });
});

describe('a service contract that ends', () => {
  const contract = (number: string, untilOn: string | null) =>
    world.add(o(), 'serviceContract', {
      ...{ machineId: tenant.machineIds[1] ?? ('' as never), ownerId: tenant.ownerIds[1] ?? ('' as never) },
      ...{ number, fromOn: '2026-05-01', untilOn, covers: ['labour'], monthlyCents: 0, visitCents: 0, terms: '' },
    });

  it('is told of once, so many days before, with who to call; not where another follows by the time it would leave', async () => {
    await contract('HS-1', '2027-06-30');
    expect(await tend()).toBe(0);
    world.time.nowMs = Date.parse('2027-04-01T08:00:00Z');
    expect(await tend()).toBe(1);
    expect(await tend()).toBe(0);
    expect(await send()).toBe(1);
    const [letter] = inbox.mails;
    expect(letter?.body).toMatch(/HS-1.*30\.6\.2027/s);
    expect(letter?.body).toContain('Paula Planner');
    expect(letter?.body).toMatch(/service\.example\.com\/sign-in\/#/);

    await contract('HS-2', '2027-06-30');
    expect(await tend()).toBe(1);
    await contract('HS-3', null);
    world.time.nowMs += 2 * dayMs;
    expect(await send()).toBe(0);
    expect(await world.records.list('message', o())).toMatchObject([
      { template: 'contractEnds', state: 'sent' },
      { template: 'contractEnds', state: 'cancelled', reason: 'overtaken' },
    ]);
  });

  it('is no news to who has sold the machine, nor where nothing allows a letter, nor without an end', async () => {
    const id = await contract('HS-1', '2027-04-30');
    const held = await world.records.get('serviceContract', o(), id);
    if (!held) throw new Error('no contract');
    const change = (fields: Partial<typeof held>) =>
      world.records.transact(async (tx) => {
        const now = await tx.get('serviceContract', o(), id);
        if (now) await tx.update('serviceContract', { ...now, ...fields });
      });
    await change({ ownerId: tenant.ownerIds[0] ?? ('' as never) });
    expect(await tend()).toBe(0);
    await change({ ownerId: held.ownerId, untilOn: null });
    expect(await tend()).toBe(0);
    await change({ untilOn: '2027-04-30' });
    for (const consent of await world.records.list('consent', o()))
      await world.records.transact((tx) =>
        tx.update('consent', { ...consent, period: { ...consent.period, toMs: morningMs } }),
      );
    expect(await tend()).toBe(0);
  });
});
