import { hashOf } from '@kuluma/cloud/http/secrets.ts';
import { createLookup } from '@kuluma/cloud/pipelines/lookup.ts';
import { componentTypeOf } from '@kuluma/cloud/pipelines/machine-facts.ts';
import { readRegion } from '@kuluma/cloud/pipelines/region.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { type SetUpKind, setUpColumns, setUpKinds } from '@kuluma/shared/model/set-up-kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { SetUpDone, SetUpEntryView, SetUpOverview, SetUpRow } from '@kuluma/shared/model/views/set-up.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMs } from './http-tenant.ts';
import { createWorld, type Tenant, type World } from './http-world.ts';
import { smallPdf, uploadDocument } from './upload-document.ts';

let world: World;
let ours: Tenant;
let theirs: Tenant;
let keys = 0;

beforeAll(async () => {
  world = await createWorld();
  theirs = await world.tenant({ machines: 1, technicians: 1 });
});
beforeEach(async () => {
  ours = await world.tenant({ machines: 2, technicians: 1 });
});
afterAll(() => world.stop());

const key = () => ({ idempotencyKey: `set-up-${String(keys++).padStart(8, '0')}` });
const ifMatch = (version: number) => ({ 'if-match': `"${version}"` });
const rows = async (kind: SetUpKind, query = '') =>
  (await ours.planner.get(`${setUpPaths.list(ours.organisationId, kind)}${query}`)).body as SetUpRow[];
const first = async (kind: SetUpKind, query = '') => {
  const [row] = await rows(kind, query);
  if (!row) throw new Error(`no ${kind}`);
  return row;
};
const read = async <K extends SetUpKind>(kind: K, id: string) =>
  (await ours.planner.get(setUpPaths.entry(ours.organisationId, kind, id))).body as SetUpEntryView<K>;
const add = async (kind: SetUpKind, entry: object) => {
  const reply = await ours.planner.post(setUpPaths.list(ours.organisationId, kind), { ...key(), entry });
  const { id } = reply.body as SetUpDone;
  return { ...reply, view: reply.status === 200 ? await read(kind, id) : ({} as SetUpEntryView) };
};
const change = async <K extends SetUpKind>(view: SetUpEntryView<K>, entry: object, version = view.version) => {
  const url = setUpPaths.entry(ours.organisationId, view.kind, view.id);
  return ours.planner.post(url, { ...key(), entry }, ifMatch(version));
};
const act = (view: SetUpEntryView, what: 'end' | 'resume') =>
  ours.planner.post(setUpPaths[what](ours.organisationId, view.kind, view.id), key(), ifMatch(view.version));
const paths = (body: unknown) => (body as ProblemView).faults.map(({ path }) => path);

/** For each kind the query of its list, a new entry, a changed field of it, and a wrong one with its place. */
const cases = async () => {
  const o = ours;
  const text = (word: string) => ({ fi: word, sv: word, en: word });
  const week = { timeZone: 'Europe/Helsinki', hours: [{ weekday: 1, from: '07:00', to: '15:00' }], closedOn: [] };
  const at = { latitude: 61.5, longitude: 23.8 };
  const [machineId, siteId] = [o.machineIds[0] ?? '', (await first('sites')).id];
  const machineModelId = (await first('machine-models')).id;
  const person = { name: 'Teppo', email: 't@example.com', phone: '', language: 'fi' };
  const costs = { costPerHourCents: 4_000, costPerKmCents: 50 };
  const technician = { depotId: o.depotId, home: at, skills: [], certificates: [], working: week, ...costs };
  const ownerId = o.ownerIds[0];
  const gone = (prefix: string) => `${prefix}_00000000000000000000000000`;
  const component = {
    ...{ code: 'seal', name: text('seal'), failureModeCode: 'ELP', failureMechanism: '', certificates: [] },
    ...{ bom: [], skills: [], durationMin: 60, failureCostCents: 1 },
    policy: { horizonDays: 28, failureProbability: 0.5, forecastsInARow: 1 },
  };
  return {
    owners: [{ name: 'New Oy', language: 'fi', dataPurposes: ['ownService'] }, { name: '' }, 'name'],
    contacts: [
      { ownerId, ...person, contactRoles: ['host'], serviceNotices: 'contract', channel: 'sms' },
      { ownerId: gone('own') },
      'ownerId',
    ],
    sites: [
      { name: 'Hall', streetAddress: '', municipality: '', location: at, access: week },
      { access: { ...week, timeZone: 'Europe/Nowhere' } },
      'access/timeZone',
    ],
    'machine-models': [
      { code: 'fan', name: text('fan'), manufacturer: '', componentTypes: [component] },
      { code: 'pump' },
      'code',
    ],
    machines: [
      { machineModelId, tag: 'P-9', serialNumber: 'S9', commissionedOn: '2026-01-31', siteId, ownerId, ...agreed },
      { commissionedOn: '2026-02-30' },
      'commissionedOn',
    ],
    points: [
      { machineId, name: 'speed', role: 'setting', unit: 'rpm', alarmLimit: null, gatewayId: null, source: '' },
      { name: 'vibration' },
      'name',
    ],
    gateways: [{ siteId, name: 'Hall 1' }, { siteId: theirs.machineIds[0] }, 'siteId'],
    technicians: [
      { ...person, ...technician },
      {
        skills: [
          { skill: 'a', level: 1 },
          { skill: 'a', level: 2 },
        ],
      },
      'skills/1',
    ],
    depots: [
      { name: 'North', location: at, timeZone: 'Europe/Helsinki' },
      { location: { latitude: 91, longitude: 0 } },
      'location/latitude',
    ],
    parts: [
      { number: 'S-1', name: text('seal'), priceCents: 100, supplierLeadTimeDays: 2 },
      { number: 'K-1' },
      'number',
    ],
    kits: [
      { code: 'seal-kit', name: text('kit'), lines: [{ partId: o.partId, quantity: 2 }] },
      { lines: [{ partId: o.partId, quantity: 0 }] },
      'lines/0/quantity',
    ],
    checklists: [
      { code: 'fan-round', name: text('round'), machineModelId, failureModeCode: 'VIB', items: [check] },
      { items: [{ ...check, kind: 'value', min: 3, max: 2 }] },
      'items/0/max',
    ],
    documents: [
      {
        ...{ title: 'Seal change', number: 'SB-7', kind: 'bulletin', language: 'fi', audience: 'internal' },
        ...{ subjects: [{ machineModelId, machineId: null, componentCode: null, page: 2 }] },
        ...{ fileId: (await uploadDocument(o, smallPdf('seal'))).fileId, validFromOn: '2026-01-01' },
      },
      { subjects: [{ machineModelId, machineId, componentCode: null, page: null }] },
      'subjects/0/machineModelId',
    ],
    stock: [{ partId: o.partId, placeId: (await first('technicians')).id, quantity: 4 }, { quantity: -1 }, 'quantity'],
  } as Record<SetUpKind, [Record<string, unknown>, Record<string, unknown>, string]>;
};
const span = { fromOn: '2026-02-01', untilOn: '2028-01-31', covers: ['labour'], terms: 'As written' };
const agreed = { warranty: span, contract: { ...span, number: 'SC-1', monthlyCents: 4_900, visitCents: 0 } };
const label = { fi: 'Suoja', sv: 'Skydd', en: 'Guard' };
const check = { kind: 'yesNo', label, unit: '', min: null, max: null, photo: true };
const lunch = { minutes: 30, from: '11:00', to: '12:00' };

/** What is changed in each new entry. */
const changes: Record<SetUpKind, Record<string, unknown>> = {
  owners: { dataPurposes: [] },
  contacts: { serviceNotices: null, phone: '+358401234567' },
  sites: { municipality: 'Lahti' },
  'machine-models': { manufacturer: 'Works' },
  machines: { siteId: null, serialNumber: 'S10' },
  points: { alarmLimit: 3_000 },
  gateways: { name: 'Hall 2' },
  technicians: { skills: [{ skill: 'hydraulics', level: 3 }], phone: '1', break: lunch },
  depots: { name: 'South' },
  parts: { priceCents: 250 },
  kits: { name: { fi: 'Sarja', sv: 'Sats', en: 'Set' } },
  stock: { quantity: 7 },
  documents: { audience: 'owner', number: 'SB-7b' },
  checklists: { items: [check, { ...check, kind: 'value', unit: 'mm/s', min: null, max: 7.1 }] },
};

/** Of which a new company has none. */
const emptyAtFirst: readonly SetUpKind[] = ['gateways', 'checklists', 'kits', 'documents'];

describe.each(setUpKinds)('%s', (kind) => {
  const query = () => (kind === 'points' ? `?machineId=${ours.machineIds[0]}` : '');

  it('are listed with a cell for each column', async () => {
    if (emptyAtFirst.includes(kind)) await add(kind, (await cases())[kind][0]);
    for (const row of await rows(kind, query())) expect(Object.keys(row.cells)).toEqual([...setUpColumns[kind]]);
    expect(await rows(kind, query())).not.toEqual([]);
  });

  it('are made and changed as the form says, each change with its person', async () => {
    const [entry] = (await cases())[kind];
    const made = await add(kind, entry);
    expect(made.view).toMatchObject({ kind, entry });
    expect(made.etag).toBe(`"${made.view.version}"`);
    const changed = await change(made.view, { ...entry, ...changes[kind] });
    expect(changed.status).toBe(200);
    const view = await read(kind, made.view.id);
    expect(view.entry).toEqual({ ...made.view.entry, ...changes[kind] });
    expect(view.version).toBeGreaterThan(made.view.version);
    expect(view.changes[0]).toMatchObject({ byName: 'Paula Planner', change: 'changed' });
    if (kind !== 'stock')
      expect(new Set(view.changes[0]?.fields.map(({ name }) => name))).toEqual(new Set(Object.keys(changes[kind])));
    expect((await rows(kind, query())).map(({ id }) => id)).toContain(made.view.id);
  });

  it('say who was faster, and change nothing then', async () => {
    const [entry] = (await cases())[kind];
    const { view } = await add(kind, entry);
    await change(view, { ...entry, ...changes[kind] });
    const late = await change(view, entry);
    expect(late.status).toBe(409);
    if (kind !== 'stock') expect((late.body as ProblemView).message).toMatch(/Paula Planner changed/);
    expect((await read(kind, view.id)).entry).toMatchObject(changes[kind]);
    const unseen = await ours.planner.post(setUpPaths.entry(ours.organisationId, kind, view.id), { ...key(), entry });
    expect(unseen.status).toBe(428);
  });

  it('are refused with the field that is wrong', async () => {
    const [entry, wrong, field] = (await cases())[kind];
    const { status, body } = await add(kind, { ...entry, ...wrong });
    expect(status).toBe(400);
    expect(paths(body)).toContain(`/body/entry/${field}`);
    const unknown = await add(kind, { ...entry, colour: 'red' });
    expect(unknown.status).toBe(400);
  });

  it('of another company are not there', async () => {
    const row = (
      await theirs.planner.get(
        setUpPaths.list(theirs.organisationId, kind === 'points' || emptyAtFirst.includes(kind) ? 'sites' : kind),
      )
    ).body as SetUpRow[];
    const id = kind === 'points' ? (theirs.pointIds[0] ?? '') : (row[0]?.id ?? '');
    const [entry] = (await cases())[kind];
    expect((await ours.planner.get(setUpPaths.entry(ours.organisationId, kind, id))).status).toBe(404);
    const url = setUpPaths.entry(ours.organisationId, kind, id);
    const reply = await ours.planner.post(url, { ...key(), entry }, ifMatch(1));
    expect([400, 404]).toContain(reply.status);
    expect((await theirs.planner.get(setUpPaths.entry(ours.organisationId, kind, id))).status).toBe(404);
  });
});

describe('what ends', () => {
  it('says what counts on it before it may', async () => {
    const owner = await read('owners', ours.ownerIds[0] ?? '');
    expect(owner.obstacles).toEqual([{ code: 'machinesOwned', count: 1 }]);
    const { status, body } = await act(owner, 'end');
    expect(status).toBe(409);
    expect(paths(body)).toEqual(['machinesOwned']);
  });

  it('is out of the plan, lets nobody in, keeps its past and can come back', async () => {
    const technician = await read('technicians', (await first('technicians')).id);
    expect((await act(technician, 'end')).status).toBe(200);
    const lookup = () => createLookup(world.records, ours.organisationId);
    expect((await readRegion(lookup(), startMs + 7 * dayMs, startMs)).technicians).toEqual([]);
    expect((await ours.technician.get(apiPaths.me())).status).toBe(403);
    const ended = await read('technicians', technician.id);
    expect(ended).toMatchObject({ endedAt: new Date(startMs).toISOString(), entry: technician.entry });
    expect(ended.changes[0]).toMatchObject({ change: 'ended' });
    expect((await act(ended, 'resume')).status).toBe(200);
    expect((await readRegion(lookup(), startMs + 7 * dayMs, startMs)).technicians).toHaveLength(1);
    expect((await read('technicians', technician.id)).endedAt).toBeNull();
  });

  it('stops being fed, told and let in', async () => {
    const gateway = (await add('gateways', { siteId: (await first('sites')).id, name: 'Hall' })).view;
    const point = await read('points', ours.pointIds[0] ?? '');
    await change(point, { ...point.entry, gatewayId: gateway.id, source: 'a/b' });
    expect((await act(await read('gateways', gateway.id), 'end')).status).toBe(200);
    expect((await read('points', point.id)).entry.gatewayId).toBeNull();
    expect((await world.records.findGateway(gateway.id))?.tokenHash).toBe('0'.repeat(64));
    const contact = await read('contacts', ours.contactIds[0] ?? '');
    expect((await act(contact, 'end')).status).toBe(200);
    expect((await read('contacts', contact.id)).entry.serviceNotices).toBeNull();
  });
});

it('takes breaks, overtime, areas, tools and paces of technicians into the plan, and no break that ends before it begins', async () => {
  const [entry] = (await cases()).technicians;
  const overtime = { minutes: 60, extraPerHourCents: 2_000 };
  const own = { tools: ['laserAligner'], paces: [{ kind: 'alignment', factor: 1.5 }] };
  const { view } = await add('technicians', { ...entry, break: lunch, ...{ overtime, areas: ['Lahti'] }, ...own });
  const { technicians, sites } = await readRegion(createLookup(world.records, ours.organisationId), startMs, startMs);
  expect(technicians.find(({ id }) => id === view.id)).toMatchObject({
    ...{ break: lunch, overtime, areas: ['Lahti'], tools: own.tools, workFactors: { alignment: 1.5 } },
  });
  const [site] = await world.records.list('site', ours.organisationId);
  expect(sites.find(({ id }) => id === site?.id)?.area).toBe(site?.municipality);
  const { status, body } = await change(view, { ...view.entry, break: { ...lunch, to: '10:00' } });
  expect([status, ...paths(body)]).toEqual([400, '/body/entry/break/to']);
  expect((await change(view, { ...view.entry, break: null })).status).toBe(200);
  const later = await readRegion(createLookup(world.records, ours.organisationId), startMs, startMs);
  expect(later.technicians.find(({ id }) => id === view.id)?.break).toBeUndefined();
});

it('asks for all parts of the kit of a repair beside those of its list, each once', async () => {
  const models = await world.records.list('machineModel', ours.organisationId, { where: { code: 'pump' } });
  const model = await read('machine-models', models[0]?.id ?? '');
  const kit = (
    await add('kits', {
      ...{ code: 'bearing-kit', name: { fi: 'Sarja', sv: 'Sats', en: 'Set' } },
      lines: [{ partId: ours.partId, quantity: 3 }],
    })
  ).view;
  const [component, ...others] = model.entry.componentTypes;
  const componentTypes = [{ ...component, kitId: kit.id }, ...others];
  expect((await change(model, { ...model.entry, componentTypes })).status).toBe(200);
  const lookup = createLookup(world.records, ours.organisationId);
  const installed = await lookup.get('component', ours.componentIds[0] ?? '');
  const type = installed && (await componentTypeOf(lookup, installed));
  expect(type?.bom).toEqual([{ partId: ours.partId, quantity: 5, useProbability: 1 }]);
  expect((await act(kit, 'end')).status).toBe(409);
});

it('ends a contract with the owner of its machine, though the form hands it back unseen', async () => {
  const { view } = await add('machines', (await cases()).machines[0]);
  const sold = { ...view.entry, ownerId: null };
  expect((await change(view, sold)).status).toBe(200);
  const now = await read('machines', view.id);
  expect([now.entry.ownerId, now.entry.contract, now.entry.warranty]).toEqual([null, undefined, agreed.warranty]);
  const [contract] = await world.records.list('serviceContract', ours.organisationId, { where: { machineId: now.id } });
  expect(contract).toMatchObject({ untilOn: new Date(startMs).toISOString().slice(0, 10) });
});

it('ends an agreement on the day of the company, whatever day it is at Greenwich', async () => {
  const { view } = await add('machines', { ...(await cases()).machines[0], tag: 'P-10', serialNumber: 'S10' });
  const before = world.time.nowMs;
  world.time.nowMs = Date.parse(`${new Date(startMs).toISOString().slice(0, 10)}T22:30:00Z`);
  expect((await change(view, { ...view.entry, warranty: null })).status).toBe(200);
  const [warranty] = await world.records.list('warranty', ours.organisationId, { where: { machineId: view.id } });
  expect(warranty).toMatchObject({ untilOn: new Date(world.time.nowMs + dayMs).toISOString().slice(0, 10) });
  world.time.nowMs = before;
});

it('says on the decision until when the contract of the owner wants the work, once the owner has one', async () => {
  const owner = await read('owners', ours.ownerIds[0] ?? '');
  const url = apiPaths.decision(ours.organisationId, ours.recommendationIds[0] ?? '');
  const decision = async () => (await ours.planner.get(url)).body as DecisionView;
  expect((await decision()).sla).toBeNull();
  const serviceLevel = { withinDays: 3, breachCents: 40_000 };
  expect((await change(owner, { ...owner.entry, serviceLevel })).status).toBe(200);
  const { sla, slots } = await decision();
  expect(sla).toEqual({ on: '2027-03-04', breachCents: 40_000 });
  for (const { startAt, costTerms } of slots)
    expect(costTerms['sla']).toBe(startAt > '2027-03-05' ? 40_000 : undefined);
  const now = await read('owners', ours.ownerIds[0] ?? '');
  expect(now.entry.serviceLevel).toEqual(serviceLevel);
  expect((await change(now, { ...now.entry, serviceLevel: null })).status).toBe(200);
  expect((await decision()).sla).toBeNull();
});

describe('a gateway', () => {
  it('is told its token once, with the beginning of its file', async () => {
    const entry = { siteId: (await first('sites')).id, name: 'Hall' };
    const body = { ...key(), entry };
    const url = setUpPaths.list(ours.organisationId, 'gateways');
    const made = (await ours.planner.post(url, body)).body as SetUpDone;
    const again = (await ours.planner.post(url, body)).body as SetUpDone;
    expect(again).toMatchObject({ id: made.id });
    expect(again.token).toBeUndefined();
    expect((await world.records.findGateway(made.id))?.tokenHash).toBe(hashOf(made.token ?? ''));
    const point = await read('points', ours.pointIds[0] ?? '');
    await change(point, { ...point.entry, gatewayId: made.id, source: '' });
    const token = setUpPaths.token(ours.organisationId, made.id);
    const renewed = (await ours.planner.post(token, key(), ifMatch(made.version))).body as SetUpDone;
    expect(renewed.token).not.toBe(made.token);
    expect(renewed.gatewayFile).toContain(`token: ${renewed.token}`);
    expect(renewed.gatewayFile).toContain(`P-0: { vibration: ${point.id} }`);
    expect((await world.records.findGateway(made.id))?.tokenHash).toBe(hashOf(renewed.token ?? ''));
  });
});

describe('the overview', () => {
  it('counts each kind, and what is missing by its effect on forecasts', async () => {
    const { organisationId, planner } = ours;
    const view = async () => (await planner.get(setUpPaths.overview(organisationId))).body as SetUpOverview;
    const before = await view();
    expect(before.kinds.map(({ kind }) => kind)).toEqual([...setUpKinds]);
    expect(before.kinds).toContainEqual({ kind: 'machines', count: 2, ended: 0 });
    expect(before.missing[0]).toEqual({ kind: 'machines', code: 'noGateway', count: 2 });
    const gateway = (await add('gateways', { siteId: (await first('sites')).id, name: 'Hall' })).view;
    const point = await read('points', ours.pointIds[0] ?? '');
    await change(point, { ...point.entry, gatewayId: gateway.id });
    const after = await view();
    expect(after.missing).toContainEqual({ kind: 'machines', code: 'noGateway', count: 1 });
    expect(after.missing).toContainEqual({ kind: 'gateways', code: 'neverHeard', count: 1 });
    expect((await rows('machines')).map(({ missing }) => missing)).toEqual([['noSamples'], ['noGateway']]);
    const samples = columnsOf([
      { pointId: point.id as Id<'measurementPoint'>, sampledAtMs: startMs - dayMs / 2, value: 1, quality: 'good' },
    ]);
    const batch = { organisationId, key: { gatewayId: gateway.id, epoch: 1, class: 'live', seq: 1 }, samples } as const;
    await world.timeSeries.write([batch]);
    expect((await rows('machines')).map(({ missing }) => missing)).toEqual([[], ['noGateway']]);
    expect((await read('machines', ours.machineIds[0] ?? '')).missing).toEqual([]);
  });

  it('keeps contacts and technicians to planners', async () => {
    for (const caller of [ours.technician, ours.owners[0]])
      for (const url of [setUpPaths.overview(ours.organisationId), setUpPaths.list(ours.organisationId, 'contacts')])
        expect((await caller?.get(url))?.status).toBe(403);
  });

  it('keeps no name, address or number of a contact among the changes', async () => {
    const contact = await read('contacts', ours.contactIds[0] ?? '');
    await change(contact, { ...contact.entry, name: 'Secret Name', phone: '0401112222' });
    const kept = JSON.stringify(await world.records.list('setUpChange', ours.organisationId));
    expect(kept).toContain('phone');
    expect(kept).not.toMatch(/Secret Name|0401112222|First Contact/);
  });
});

describe('the plan', () => {
  it('sees new hours, absences and skills at once', async () => {
    const technician = await read('technicians', (await first('technicians')).id);
    const working = { ...technician.entry.working, closedOn: ['2027-03-02'] };
    const skills = [{ skill: 'hydraulics', level: 4 }];
    await change(technician, { ...technician.entry, working, skills });
    const region = await readRegion(createLookup(world.records, ours.organisationId), startMs + 7 * dayMs, startMs);
    expect(region.technicians).toMatchObject([{ skills, working: { closedOn: ['2027-03-02'] } }]);
  });

  it('has a new component type in each machine of the model from its beginning', async () => {
    const model = await read('machine-models', (await first('machine-models')).id);
    const [bearing] = model.entry.componentTypes;
    if (!bearing) throw new Error('no component');
    const componentTypes = [bearing, { ...bearing, code: 'seal' }];
    expect((await change(model, { ...model.entry, componentTypes })).status).toBe(200);
    const machineId = ours.machineIds[0] as Id<'machine'>;
    const components = await world.records.list('component', ours.organisationId, { where: { machineId } });
    expect(components.map(({ componentCode }) => componentCode)).toEqual(['bearing', 'seal']);
    const gone = await change(await read('machine-models', model.id), { ...model.entry, componentTypes: [] });
    expect(paths(gone.body)).toEqual(['/body/entry/componentTypes']);
  });
});
