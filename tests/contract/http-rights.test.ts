import { mayUse } from '@kuluma/cloud/core/access/principal.ts';
import { rights } from '@kuluma/cloud/core/access/rights.ts';
import { purposes } from '@kuluma/cloud/core/privacy/purposes.ts';
import { endableKinds } from '@kuluma/cloud/core/set-up/end.ts';
import { buildApp } from '@kuluma/cloud/http/app.ts';
import { openApiOf } from '@kuluma/cloud/http/openapi.ts';
import { createSignInLink } from '@kuluma/cloud/http/principal.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { auditPaths } from '@kuluma/shared/model/audit-paths.ts';
import { Secret } from '@kuluma/shared/model/base.ts';
import { roles } from '@kuluma/shared/model/parties.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { privacyPaths } from '@kuluma/shared/model/privacy-paths.ts';
import { setUpKinds } from '@kuluma/shared/model/set-up-kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

/** Every role on every route, with the own records and with those of another company. */

let world: World;
let ours: Tenant;
let theirs: Tenant;
let cookies: Record<(typeof roles)[number], string>;

beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 2, technicians: 1 });
  theirs = await world.tenant({ machines: 2, technicians: 1 });
  const { organisationId, planner, technician, owners } = ours;
  const signedIn = async (role: 'admin' | 'auditor'): Promise<string> => {
    const person = { name: role, email: `${role}@example.com`, phone: '', language: 'fi' as const, roles: [role] };
    const personId = await world.add(organisationId, 'person', person);
    const who = { organisationId, personId, contactId: null, roles: [role] };
    return (await world.signIn(await createSignInLink(world.deps, who, hourMs))).cookie;
  };
  cookies = {
    ...{ planner: planner.cookie, technician: technician.cookie, owner: owners[0]?.cookie ?? '' },
    ...{ admin: await signedIn('admin'), auditor: await signedIn('auditor') },
  };
});
afterAll(() => world.stop());

const nobody = {
  ...{ organisationId: 'org_0' as Tenant['organisationId'], personId: null, contactId: null },
  ...{ technicianId: null, ownerId: null },
};

const problem = (body: unknown) => (body as ProblemView).code;

/** Every path of the API below an organisation, on a tenant's own records. */
const pathsOf = ({ organisationId: o, machineIds, recommendationIds, pointIds }: Tenant) => {
  const [machineId, recommendationId] = [machineIds[0] ?? '', recommendationIds[0] ?? ''];
  const offerId = 'ofr_00000000000000000000000000';
  const visitId = 'vis_00000000000000000000000000';
  const copyId = '00000000-0000-4000-8000-000000000000';
  const gatewayId = 'gwy_00000000000000000000000000';
  const personId = 'per_00000000000000000000000000';
  const machineModelId = 'mmd_00000000000000000000000000';
  const caseId = 'cas_00000000000000000000000000';
  const documentFileId = 'dfl_00000000000000000000000000';
  const entryId = 'own_00000000000000000000000000';
  const entries = setUpKinds.map((kind) => setUpPaths.entry(o, kind, entryId));
  const lists = setUpKinds.map((kind) => setUpPaths.list(o, kind));
  const range = 'fromAt=2027-02-01T00:00:00.000Z&toAt=2027-03-01T00:00:00.000Z';
  return {
    get: [
      apiPaths.status(o),
      apiPaths.fleet(o),
      apiPaths.fleetSites(o),
      apiPaths.today(o),
      `${apiPaths.search(o)}?text=pump`,
      apiPaths.machine(o, machineId),
      `${apiPaths.series(o, machineId)}?pointId=${pointIds[0]}&${range}`,
      `${apiPaths.peers(o, machineId)}?pointId=${pointIds[0]}&${range}`,
      `${apiPaths.machineData(o, machineId)}?${range}`,
      apiPaths.machineLive(o, machineId),
      apiPaths.machineService(o, machineId),
      apiPaths.machineDocuments(o, machineId),
      apiPaths.machineDocument(o, machineId, documentFileId),
      apiPaths.machineDocumentText(o, machineId, 'dtx_00000000000000000000000000'),
      `${apiPaths.machineDocumentSearch(o, machineId)}?text=seal`,
      apiPaths.forecasts(o, machineId),
      apiPaths.decisions(o),
      apiPaths.incidents(o),
      apiPaths.contracts(o),
      apiPaths.deskViews(o),
      apiPaths.decision(o, recommendationId),
      apiPaths.offers(o),
      apiPaths.offer(o, offerId),
      apiPaths.day(o),
      apiPaths.cases(o),
      apiPaths.case(o, caseId),
      apiPaths.casePhoto(o, caseId, 'cmg_00000000000000000000000000'),
      apiPaths.followUps(o),
      apiPaths.partRequests(o),
      apiPaths.visitPdf(o, visitId),
      apiPaths.visitPastCases(o, visitId),
      apiPaths.visitDocuments(o, visitId),
      apiPaths.visitFile(o, visitId, 'fil_00000000000000000000000000'),
      apiPaths.gateway(o, gatewayId),
      apiPaths.gatewayConfigs(o, gatewayId),
      apiPaths.edgeNodes(o, gatewayId),
      apiPaths.waveforms(o, machineId),
      apiPaths.waveform(o, machineId, 'wav_00000000000000000000000000'),
      apiPaths.reliability(o, machineId),
      apiPaths.models(o),
      apiPaths.model(o, machineModelId),
      `${apiPaths.board(o)}?${range}`,
      apiPaths.boardWhy(o, visitId),
      apiPaths.boardSteps(o),
      apiPaths.deskEvents(o),
      peoplePaths.people(o),
      privacyPaths.requests(o),
      auditPaths.entries(o),
      auditPaths.verification(o),
      auditPaths.decision(o, recommendationId),
      setUpPaths.overview(o),
      setUpPaths.prices(o),
      setUpPaths.company(o),
      setUpPaths.inventory(o, machineId),
      setUpPaths.documentFile(o, documentFileId),
      setUpPaths.documentContent(o, documentFileId),
      ...lists,
      ...entries,
    ],
    post: [
      peoplePaths.people(o),
      peoplePaths.person(o, personId),
      peoplePaths.invite(o, personId),
      peoplePaths.signOutPerson(o, personId),
      peoplePaths.resetSecondFactor(o, personId),
      privacyPaths.decide(o, 'prq_00000000000000000000000000'),
      setUpPaths.import(o),
      setUpPaths.documentFile(o, documentFileId),
      setUpPaths.prices(o),
      setUpPaths.company(o),
      ...lists,
      ...entries,
      ...endableKinds.flatMap((kind) => [setUpPaths.end(o, kind, entryId), setUpPaths.resume(o, kind, entryId)]),
      setUpPaths.token(o, gatewayId),
      setUpPaths.enrolment(o, gatewayId),
      apiPaths.approve(o, recommendationId),
      apiPaths.reckonContracts(o),
      apiPaths.offerContract(o, machineId),
      apiPaths.decideIncident(o),
      apiPaths.deskViews(o),
      apiPaths.reject(o, recommendationId),
      apiPaths.postpone(o, recommendationId),
      apiPaths.undoDecision(o, recommendationId),
      apiPaths.offerAnswer(o, offerId),
      apiPaths.visitProgress(o, visitId),
      apiPaths.visitReport(o, visitId),
      apiPaths.caseMessages(o, caseId),
      apiPaths.caseClose(o, caseId),
      apiPaths.visitWork(o, visitId),
      apiPaths.visitAsk(o, visitId),
      apiPaths.visitFile(o, visitId, 'fil_00000000000000000000000000'),
      apiPaths.followUpHandled(o, 'fup_00000000000000000000000000'),
      apiPaths.visitPartRequests(o, visitId),
      apiPaths.vanReturns(o),
      apiPaths.partHandOver(o, 'prr_00000000000000000000000000'),
      apiPaths.partRefusal(o, 'prr_00000000000000000000000000'),
      apiPaths.gatewayConfigs(o, gatewayId),
      apiPaths.gatewayConfigCheck(o, gatewayId),
      apiPaths.waveforms(o, machineId),
      apiPaths.restartBaseline(o, machineId),
      apiPaths.decideModel(o, machineModelId),
      apiPaths.modelPolicy(o, machineModelId),
      apiPaths.boardQuotes(o),
      apiPaths.boardPlaces(o),
      apiPaths.boardSteps(o),
      apiPaths.boardUndo(o),
      apiPaths.boardRedo(o),
      apiPaths.boardCopies(o),
      apiPaths.boardCopy(o, copyId),
      apiPaths.boardCopyUndo(o, copyId),
      apiPaths.boardTake(o, copyId),
    ],
  };
};

describe('rights', () => {
  it('refuses to build an app with a route that declares no right', async () => {
    const app = await buildApp(world.deps);
    expect(() => app.get('/api/v1/anything', () => ({}))).toThrow(/does not declare the right/);
    await app.close();
  });

  it('refuses to build an app with a route that tells a secret and asks for no second factor', async () => {
    const app = await buildApp(world.deps);
    const schema = { response: { 200: Type.Object({ list: Type.Array(Type.Object({ token: Secret })) }) } };
    const answer = () => ({ list: [] });
    expect(() => app.get('/api/v1/a', { config: { right: 'public' }, schema }, answer)).toThrow(/tells a secret/);
    app.get('/api/v1/b', { config: { right: 'public', asksSecondFactor: true }, schema }, answer);
    await app.close();
  });

  it('marks every text of an answer as a secret whose name says so', () => {
    const unmarked: string[] = [];
    const look = (path: string, name: string, schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const isNamed = /(token|secret)$|^(link|gatewayFile)$/i.test(name) && 'type' in schema;
      if (isNamed && schema.type === 'string' && !('x-secret' in schema)) unmarked.push(`${path} ${name}`);
      // What is in a list or one of several has the name of the whole.
      for (const [key, value] of Object.entries(schema))
        look(path, ['items', 'anyOf', '0', '1'].includes(key) ? name : key, value);
    };
    for (const [path, methods] of Object.entries(openApiOf(world.app).paths ?? {}))
      for (const { responses } of Object.values(methods as Record<string, { responses?: Record<string, unknown> }>))
        look(path, '', responses?.['200']);
    expect(unmarked).toEqual([]);
    expect(JSON.stringify(openApiOf(world.app).paths?.[setUpPaths.enrol()])).toContain('x-secret');
  });

  it('knows every path of the API, so that the tests below miss none', async () => {
    const paths = Object.keys(openApiOf(world.app).paths ?? {}).filter((path) => path.includes('organisations'));
    const { get, post } = pathsOf(ours);
    const known = new Set([...get, ...post].map((url) => url.split('?')[0]));
    const isFor = (path: string, url: string) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(url);
    expect(paths.filter((path) => ![...known].some((url) => url !== undefined && isFor(path, url)))).toEqual([]);
    expect([...known].filter((url) => !paths.some((path) => isFor(path, url ?? '')))).toEqual([]);
  });

  it('declares for each route a right of the table', () => {
    for (const [path, methods] of Object.entries(openApiOf(world.app).paths ?? {}))
      for (const { description } of Object.values(methods as Record<string, { description: string }>))
        expect(['Open to everyone.', ...rights.map((right) => `Needs the right ${right}.`)], path).toContain(
          description,
        );
  });

  it('reads personal data on each route for a purpose, and notes who asks for those of others', async () => {
    for (const [path, methods] of Object.entries(openApiOf(world.app).paths ?? {}))
      for (const route of Object.values(methods as Record<string, { 'x-purpose'?: string }>))
        expect(Object.keys(purposes), path).toContain(route['x-purpose']);
    const lines: unknown[] = [];
    const log = createLogger('test', 'silent');
    const app = await buildApp({
      ...world.deps,
      log: Object.assign(log, { child: () => Object.assign(log, { info: (line: unknown) => void lines.push(line) }) }),
    });
    const { organisationId } = ours;
    for (const url of [peoplePaths.people(organisationId), apiPaths.me()])
      await app.inject({ url, headers: { cookie: cookies.admin } });
    await app.close();
    expect(lines).toMatchObject([{ purpose: 'staff', organisationId, method: 'GET', status: 200 }]);
  });

  it('gives each role on each route what the table says, and nothing else', async () => {
    const { get, post } = pathsOf(ours);
    const own = [peoplePaths.endPasskey('psk_00000000000000000000000000'), peoplePaths.endOwnSession('ses_0')];
    const urls = [...get, ...post, ...own, ...Object.values(peoplePaths).map((path) => path('', ''))];
    const endless = [apiPaths.deskEvents(ours.organisationId), get.find((path) => path.endsWith('/live')) ?? ''];
    const cells: string[] = [];
    for (const [path, methods] of Object.entries(openApiOf(world.app).paths ?? {})) {
      const template = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/?]+')}(\\?|$)`);
      const url = urls.find((one) => template.test(one)) ?? path;
      for (const [method, { description = '' }] of Object.entries(methods as Record<string, { description: string }>)) {
        const right = rights.find((one) => description === `Needs the right ${one}.`);
        for (const role of right ? roles : []) {
          const may = mayUse({ ...nobody, roles: [role] }, right ?? 'public');
          // An answer that goes on for ever is for those who may have it.
          if (may && endless.includes(url)) continue;
          const reply = await world.app.inject({
            ...{ method: method.toUpperCase() as 'GET' | 'POST' | 'DELETE', url },
            headers: { cookie: cookies[role], 'x-kuluma': role },
          });
          const refused = reply.statusCode === 403 && reply.json<ProblemView>().message.includes(`the right ${right}`);
          cells.push(`${role} ${method} ${path}`);
          expect(reply.statusCode, cells.at(-1)).not.toBe(401);
          expect(refused, cells.at(-1)).toBe(!may);
        }
      }
    }
    expect(cells.length).toBeGreaterThan(roles.length * 80);
  });

  it('gives nobody of another organisation anything, whatever their role', async () => {
    const { get, post } = pathsOf(theirs);
    for (const cookie of [...Object.values(cookies), ours.owners[1]?.cookie]) {
      const headers = { cookie, 'x-kuluma': '1' };
      const answer = async (method: 'GET' | 'POST', url: string) =>
        problem(
          (await world.app.inject({ method, url, headers, ...(method === 'POST' ? { payload: {} } : {}) })).json(),
        );
      for (const url of get) expect(await answer('GET', url), url).toBe('NOT_FOUND');
      for (const url of post) expect(await answer('POST', url), url).toBe('NOT_FOUND');
    }
  });

  it('does not find records of another organisation under the own one', async () => {
    const o = ours.organisationId;
    for (const url of [
      apiPaths.machine(o, theirs.machineIds[0] ?? ''),
      apiPaths.decision(o, theirs.recommendationIds[0] ?? ''),
    ])
      expect((await ours.planner.get(url)).status).toBe(404);
  });

  it('asks everyone else to sign in', async () => {
    const { get, post } = pathsOf(ours);
    for (const url of [...get, apiPaths.me()])
      expect((await world.app.inject({ method: 'GET', url })).statusCode, url).toBe(401);
    for (const url of post)
      expect((await world.app.inject({ method: 'POST', url, headers: { 'x-kuluma': '1' } })).statusCode, url).toBe(401);
  });
});
