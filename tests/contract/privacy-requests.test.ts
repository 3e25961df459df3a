import { randomUUID } from 'node:crypto';
import { pgliteDatabase } from '@kuluma/cloud/adapters/records-postgres/pglite-database.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { verifyAudit } from '@kuluma/cloud/pipelines/audit.ts';
import { eraseDue } from '@kuluma/cloud/pipelines/erase-person.ts';
import type { PersonalFile } from '@kuluma/cloud/pipelines/personal-data.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { privacyPaths } from '@kuluma/shared/model/privacy-paths.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { OwnPrivacyView, PrivacyRequestRow } from '@kuluma/shared/model/views/privacy.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshFactor } from './fresh-factor.ts';
import { approveOffer, type Caller, createWorld, type Tenant, type World } from './http-world.ts';

/** People take their data along and are erased: from every table of the store, and not from the chain of the audit. */

const name = 'Aino Omistaja';
const email = 'aino.omistaja@example.com';
const phone = '+358 40 765 4321';
const database = pgliteDatabase();
let world: World;
let ours: Tenant;
let admin: Caller;
let adminId: RecordOf<'person'>['id'];
let contactId: Tenant['contactIds'][number];
let caseIds: Record<'open' | 'closed', string>;

/** Tables in which any of the texts stands. */
const tablesWith = async (...texts: string[]): Promise<string[]> => {
  const { rows } = await database.query(
    `select table_schema || '.' || table_name as name from information_schema.tables
      where table_schema in ('record', 'personal') and table_type = 'BASE TABLE'`,
    [],
  );
  const having: string[] = [];
  for (const { name: table } of rows) {
    const { rows: lines } = await database.query(`select t::text as line from ${table} t`, []);
    if (lines.some(({ line }) => texts.some((text) => String(line).includes(text)))) having.push(String(table));
  }
  return having.sort();
};

const photoOf = async (text: string): Promise<string> => {
  const uploadId = randomUUID();
  await world.deps.files.append(uploadId, 0, new TextEncoder().encode(text));
  return world.deps.files.keep(uploadId);
};
const photos = async (): Promise<number> => {
  const messages = await world.records.list('caseMessage', ours.organisationId);
  photoHashes.push(...messages.flatMap(({ photo }) => photo?.sha256 ?? []));
  const kept = await Promise.allSettled([...new Set(photoHashes)].map((hash) => world.deps.files.get(hash)));
  return kept.filter(({ status }) => status === 'fulfilled').length;
};
const photoHashes: string[] = [];

const addCase = async (state: 'open' | 'closed', text: string): Promise<string> => {
  const { organisationId, machineIds, ownerIds } = ours;
  const caseId = await world.add(organisationId, 'case', {
    ...{ origin: 'question', urgency: 'canWait', machineId: machineIds[0] ?? null, ownerId: ownerIds[0] ?? null },
    ...{ contactId, visitId: null, reachAt: email, language: 'fi', state, turn: 'company' },
    ...{ lastAtMs: world.time.nowMs, closedAtMs: state === 'open' ? null : world.time.nowMs },
  });
  const sha256 = await photoOf(`${state} ${text}`);
  const photo = { mediaType: 'image/jpeg' as const, bytes: 10, sha256 };
  await world.add(organisationId, 'caseMessage', { caseId, voice: 'owner', text, photo });
  return caseId;
};

beforeAll(async () => {
  world = await createWorld(database);
  ours = await world.tenant({ machines: 2, technicians: 1 });
  const { organisationId } = ours;
  contactId = ours.contactIds[0] as typeof contactId;
  const person = {
    name: 'Admin',
    email: 'admin@example.com',
    phone: '',
    language: 'fi' as const,
    roles: ['admin' as const],
  };
  adminId = await world.add(organisationId, 'person', person);
  admin = await world.signIn(
    await createSignInLink(
      world.deps,
      { organisationId, personId: adminId, contactId: null, roles: ['admin'] },
      hourMs,
    ),
  );
  await world.records.transact(async (tx) => {
    const contact = await tx.get('contact', organisationId, contactId);
    if (contact) await tx.update('contact', { ...contact, name, email, phone });
  });
  await approveOffer(ours, 0);
  const sms = { from: '+358407654321', text: 'soittakaa', receivedAtMs: world.time.nowMs, contactId, offerId: null };
  await world.add(organisationId, 'inboundSms', { ...sms, gatewayMessageId: 'm1', meaning: 'call', reply: '' });
  const said = { subject: 'offers', before: 'no', after: 'email', via: 'preferencePage', textVersion: '1' } as const;
  await world.add(organisationId, 'consentEntry', { contactId, ...said });
  const cents = { meanCents: 0, p10Cents: 0, p90Cents: 0 };
  await world.add(organisationId, 'contractOffer', {
    ...{ machineId: ours.machineIds[0] as never, ownerId: ours.ownerIds[0] as never, contactId, personId: adminId },
    ...{ warrantyUntilOn: '2027-01-31', fromOn: '2027-02-01', untilOn: '2028-01-31', covers: ['labour'], terms: '' },
    ...{ monthlyCents: 9000, visitCents: 0, vatRatePermille: 255, state: 'declined', answeredAtMs: world.time.nowMs },
    ...{ legalBasis: 'consent', validUntilMs: world.time.nowMs, declineReason: `Ei kiitos. ${name}` },
    worth: {
      ...{ verdict: 'unknown', visits: 0, without: cents, with: cents, saving: cents, savingProbability: 0 },
      ...{ breakEvenMonthlyCents: 0 },
      basis: { ownEvents: 0, ownYears: 0, otherEvents: 0, otherYears: 0, forecasts: 0 },
    },
  });
  caseIds = { open: await addCase('open', `Terveisin ${name}`), closed: await addCase('closed', `Kiittäen ${name}`) };
});
afterAll(() => world.stop());

const owner = (): Caller => ours.owners[0] as Caller;
const fileOf = async (caller: Caller) => (await caller.get(privacyPaths.ownData())).body as PersonalFile;
const rowsOf = async () => (await admin.get(privacyPaths.requests(ours.organisationId))).body as PrivacyRequestRow[];
const decide = async (row: PrivacyRequestRow | undefined, refusal: string | null) =>
  admin.post(
    privacyPaths.decide(ours.organisationId, row?.requestId ?? ''),
    { idempotencyKey: randomUUID(), refusal },
    { 'if-match': `"${row?.version}"` },
  );

describe('somebody who takes their data along', () => {
  it('gets all of it in one file, with what it is for, and nothing of others', async () => {
    const { personal, pseudonymous, processing, files } = await fileOf(owner());
    expect(Object.keys(files)).toHaveLength(2);
    expect(await photos()).toBe(2);
    expect(Object.keys(personal).sort()).toEqual(
      ['case', 'caseMessage', 'consent', 'consentEntry', 'contact', 'inboundSms', 'session'].sort(),
    );
    expect(JSON.stringify(personal['contact'])).toContain(email);
    expect(personal['case']).toHaveLength(2);
    expect(personal['caseMessage']).toHaveLength(2);
    expect(JSON.stringify(personal)).not.toContain('secretHash');
    expect(Object.keys(pseudonymous)).toEqual(expect.arrayContaining(['offer', 'message']));
    expect(processing.find(({ kind }) => kind === 'contact')).toMatchObject({ legalBasis: 'contract' });
    const others = await fileOf(ours.owners[1] as Caller);
    expect(JSON.stringify(others)).not.toContain(name);
  });

  it('gets as staff what is theirs, and not the contacts and people that they entered', async () => {
    const { organisationId } = ours;
    const { personal } = await fileOf(ours.planner);
    const own = (personal['person'] ?? []) as { id: string }[];
    expect(own).toHaveLength(1);
    const createdBy = { kind: 'person', personId: own[0]?.id as never } as const;
    await world.records.transact(async (tx) => {
      const contact = await tx.get('contact', organisationId, ours.contactIds[1] ?? '');
      if (contact) await tx.update('contact', { ...contact, createdBy });
    });
    expect(Object.keys((await fileOf(ours.planner)).personal).sort()).toEqual(['person', 'session']);
  });

  it('leaves that they did', async () => {
    const { requests } = (await owner().get(privacyPaths.own())).body as OwnPrivacyView;
    expect(requests[0]).toMatchObject({ kind: 'access', state: 'done' });
  });
});

describe('somebody who asks to be erased', () => {
  beforeAll(() => freshFactor(world, ours.organisationId, adminId));

  it('asks once, is told why not, and asks again', async () => {
    await owner().post(privacyPaths.askErasure(), {});
    await owner().post(privacyPaths.askErasure(), {});
    const [row, ...more] = await rowsOf();
    expect(more).toEqual([]);
    expect(row).toMatchObject({ name, state: 'open', openOffers: 1, openCases: 1, whose: 'contact' });
    expect((await decide(row, 'An offer waits for your answer')).status).toBe(200);
    expect((await decide(row, null)).status).toBe(409);
    const { requests } = (await owner().get(privacyPaths.own())).body as OwnPrivacyView;
    expect(requests[0]).toMatchObject({ state: 'refused', reason: 'An offer waits for your answer' });
    await owner().post(privacyPaths.askErasure(), {});
    expect((await rowsOf()).filter(({ state }) => state === 'open')).toHaveLength(1);
  });

  it('is gone from every table but for what has to stay, which is named with its reason', async () => {
    expect(await tablesWith(name)).toEqual(expect.arrayContaining(['personal.contact', 'record.contract_offer']));
    const [row] = await rowsOf();
    const reply = await decide(row, null);
    expect(reply.status).toBe(200);
    const done = (reply.body as PrivacyRequestRow[]).find(({ requestId }) => requestId === row?.requestId);
    expect(done).toMatchObject({
      state: 'done',
      name: '–',
      removed: { contact: 1, inboundSms: 1, case: 1, caseMessage: 1 },
    });
    const kept = Object.fromEntries((done?.kept ?? []).map(({ kind, why }) => [kind, why]));
    expect(kept).toMatchObject({ consentEntry: 'proofOfConsent', case: 'openMatter', caseMessage: 'openMatter' });
    expect(Date.parse(done?.backupsUntilAt ?? '')).toBe(world.time.nowMs + 35 * dayMs);
    expect(await tablesWith(phone, '+358407654321', 'Kiittäen')).toEqual([]);
    expect(await tablesWith(name, email)).toEqual(['personal.case', 'personal.case_message']);
    expect(await photos()).toBe(1);
    expect((await owner().get(privacyPaths.own())).status).toBe(401);
  });

  it('goes wholly once the open matter is settled, by night', async () => {
    const { organisationId } = ours;
    await world.records.transact(async (tx) => {
      const open = await tx.get('case', organisationId, caseIds.open);
      if (open) await tx.update('case', { ...open, state: 'closed', closedAtMs: world.time.nowMs });
    });
    expect(await eraseDue(world.deps, organisationId)).toEqual({ case: 1, caseMessage: 1 });
    expect(await tablesWith(name, email, phone)).toEqual([]);
    expect(await photos()).toBe(0);
    expect(await eraseDue(world.deps, organisationId)).toEqual({});
  });

  it('leaves a chain that holds, with the decision and who made it', async () => {
    const { faults } = await verifyAudit(world.records, ours.organisationId);
    expect(faults).toEqual([]);
    const entries = await world.records.auditEntries(ours.organisationId, { about: contactId });
    const decided = entries.filter(({ writes }) =>
      writes.some(({ kind, state }) => kind === 'privacyRequest' && state === 'done'),
    );
    expect(decided.at(-1)?.createdBy.kind).toBe('person');
  });

  it('leaves everybody else whole, and the pages that name them', async () => {
    expect((await fileOf(ours.owners[1] as Caller)).personal['contact']).toHaveLength(1);
    expect((await ours.planner.get(`/api/v1/organisations/${ours.organisationId}/offers`)).status).toBe(200);
    expect((await ours.planner.get(`/api/v1/organisations/${ours.organisationId}/cases`)).status).toBe(200);
    expect((await ours.planner.get(`/api/v1/organisations/${ours.organisationId}/decisions`)).status).toBe(200);
  });
});

describe('a member of staff who asks to be erased', () => {
  const open = async () => (await rowsOf()).find(({ state }) => state === 'open');

  it('has no place in the plan any more, first; then only random ids are left of them', async () => {
    const { organisationId, technician } = ours;
    const [working] = await world.records.list('technician', organisationId);
    const person = await world.records.get('person', organisationId, working?.personId ?? '');
    if (!working || !person) throw new Error('a technician');
    await world.records.transact(async (tx) => {
      await tx.update('person', { ...person, name: 'Tapio Teknikko', phone: '+358 50 111 2222' });
      const company = await tx.get('organisation', organisationId, organisationId);
      const serviceDesk = { name: 'Tapio Teknikko', phone: '+358 50 111 2222', email: person.email };
      if (company) await tx.update('organisation', { ...company, serviceDesk });
      const createdBy = { kind: 'person', personId: person.id } as const;
      const base = freshBase('caseMessage', {
        organisationId,
        createdBy,
        nowMs: world.time.nowMs,
        random: Math.random,
      });
      await tx.insert('caseMessage', {
        ...base,
        caseId: caseIds.open as RecordOf<'case'>['id'],
        voice: 'technician',
        text: 'Laakeri soi',
      });
    });
    await technician.post(privacyPaths.askErasure(), {});
    expect((await decide(await open(), null)).status).toBe(409);
    await world.records.transact(async (tx) => {
      const now = await tx.get('technician', organisationId, working.id);
      if (now) await tx.update('technician', { ...now, endedAtMs: world.time.nowMs });
    });
    expect((await decide(await open(), null)).status).toBe(200);
    expect(await tablesWith('Tapio Teknikko', '+358 50 111 2222')).toEqual([]);
    const home = (await world.records.get('technician', organisationId, working.id))?.home;
    expect(home).toEqual((await world.records.get('depot', organisationId, ours.depotId))?.location);
    // What they wrote for the company is no longer anybody's.
    expect(await tablesWith('Laakeri soi')).toEqual(['personal.case_message']);
    const before = (await world.records.get('technician', organisationId, working.id))?.version;
    expect(await eraseDue(world.deps, organisationId)).toEqual({});
    expect((await world.records.get('technician', organisationId, working.id))?.version).toBe(before);
  });

  it('is not the last who gives rights', async () => {
    await admin.post(privacyPaths.askErasure(), {});
    expect((await decide(await open(), null)).status).toBe(409);
    expect((await decide(await open(), 'Somebody has to give rights')).status).toBe(200);
  });
});
