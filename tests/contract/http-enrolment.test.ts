import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enrol } from '@kuluma/edge/enrol.ts';
import type { Id } from '@kuluma/shared/model/base.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { EnrolmentView } from '@kuluma/shared/model/views/enrolment.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

let world: World;
let ours: Tenant;
let gatewayId: Id<'gateway'>;
let service: string;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-enrol-'));
  world = await createWorld();
  ours = await world.tenant({ machines: 1, technicians: 1 });
  const [site] = await world.records.list('site', ours.organisationId);
  const fields = { siteId: site?.id as Id<'site'>, name: 'Hall 2', tokenHash: '0'.repeat(64) };
  gatewayId = await world.add(ours.organisationId, 'gateway', fields);
  service = await world.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await world.stop();
  await rm(dir, { recursive: true, force: true });
});

const codeFor = async (): Promise<string> => {
  const path = setUpPaths.enrolment(ours.organisationId, gatewayId);
  const command = { idempotencyKey: randomUUID() };
  const { status, body } = await ours.planner.post(path, command);
  expect(status).toBe(200);
  expect((await ours.planner.post(path, command)).body).toMatchObject({ code: null });
  return (body as EnrolmentView).code ?? '';
};
const out = () => join(dir, `${randomUUID()}.yaml`);
const tokenHash = async () => (await world.records.findGateway(gatewayId))?.tokenHash;

describe('a gateway', () => {
  it('gets a token by a code that is good once, in a file of its user alone', async () => {
    const [code, file] = [await codeFor(), out()];
    const { token } = await enrol({ service, code, out: file });
    expect(await readFile(file, 'utf8')).toContain(`token: ${token}`);
    expect((await stat(file)).mode & 0o077).toBe(0);
    const hash = await tokenHash();
    await expect(enrol({ service, code, out: out() })).rejects.toThrow('enrols no gateway');
    expect(await tokenHash()).toBe(hash);
  });

  it('gets nothing by a code that is old, wrong or replaced, and none of them is told apart', async () => {
    const first = await codeFor();
    const second = await codeFor();
    const refused = async (code: string) =>
      expect(enrol({ service, code, out: out() })).rejects.toThrow('enrols no gateway');
    await refused(first);
    await refused(`${gatewayId}.${'x'.repeat(43)}`);
    await refused('gwy_00000000000000000000000000.secret-of-nobody');
    world.time.wallMs += 3 * dayMs;
    await refused(second);
    world.time.wallMs -= 3 * dayMs;
  });

  it('waits for no code any more when its token is replaced or it is ended', async () => {
    const act = async (path: string) => {
      const version = (await world.records.findGateway(gatewayId))?.version;
      const reply = await ours.planner.post(path, { idempotencyKey: randomUUID() }, { 'if-match': `"${version}"` });
      expect(reply.status).toBe(200);
    };
    const waits = async () => (await world.records.findGateway(gatewayId))?.enrolment !== undefined;
    await codeFor();
    expect(await waits()).toBe(true);
    await act(setUpPaths.token(ours.organisationId, gatewayId));
    expect(await waits()).toBe(false);
    await codeFor();
    await act(setUpPaths.end(ours.organisationId, 'gateways', gatewayId));
    await act(setUpPaths.resume(ours.organisationId, 'gateways', gatewayId));
    expect(await waits()).toBe(false);
  });

  it('does not use up its code when its file is there already, or the line is not safe', async () => {
    const [code, file] = [await codeFor(), out()];
    await enrol({ service, code, out: file });
    const next = await codeFor();
    await expect(enrol({ service, code: next, out: file })).rejects.toThrow('cannot be made');
    for (const host of ['service.example.com', 'localhost.example.com', '127.0.0.1.example.com', '127.example.com'])
      await expect(enrol({ service: `http://${host}`, code: next, out: out() })).rejects.toThrow('no address');
    const gone = out();
    await expect(enrol({ service: 'https://127.0.0.1:1', code: next, out: gone })).rejects.toThrow('does not answer');
    expect(existsSync(gone)).toBe(false);
    expect((await enrol({ service, code: next, out: out() })).gatewayId).toBe(gatewayId);
  });

  it('leaves no secret in the records, and its enrolment in the audit', async () => {
    const code = await codeFor();
    const { token } = await enrol({ service, code, out: out() });
    const { organisationId } = ours;
    const kept = JSON.stringify([
      await world.records.findGateway(gatewayId),
      await world.records.list('setUpChange', organisationId),
      await world.records.auditEntries(organisationId),
    ]);
    for (const secret of [code, token]) expect(kept).not.toContain(secret);
    const [entry] = await world.records.auditEntries(organisationId, { newestFirst: true, limit: 1 });
    expect(entry?.createdBy).toEqual({ kind: 'policy', name: 'enrolment' });
  });
});
