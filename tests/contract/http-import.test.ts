import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { ProblemView } from '@kuluma/shared/model/views/common.ts';
import type { ImportView, SetUpRow } from '@kuluma/shared/model/views/set-up.ts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';

const examples = join(import.meta.dirname, '../../docs/examples/import');
let world: World;
let ours: Tenant;

beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  ours = await world.tenant({ machines: 1, technicians: 1 });
});
afterAll(() => world.stop());

const file = (name: string, content: string | Uint8Array) => ({
  name,
  base64: Buffer.from(content).toString('base64'),
});
const send = async (body: object) => {
  const reply = await ours.planner.post(setUpPaths.import(ours.organisationId), { system: 'import', ...body });
  return { status: reply.status, view: reply.body as ImportView, problem: reply.body as ProblemView };
};
const owners = 'key,name\nC1,First Oy\nC2,Second Oy\n';
const ownerCount = async () =>
  ((await ours.planner.get(setUpPaths.list(ours.organisationId, 'owners'))).body as SetUpRow[]).length;

it('shows what the files of the examples would do, then does exactly that, once', async () => {
  const names = await readdir(examples);
  const files = await Promise.all(names.map(async (name) => file(name, await readFile(join(examples, name)))));
  const looked = await send({ files });
  expect(looked.view).toMatchObject({ written: false, faultCount: 0, gateways: [] });
  expect(looked.view.counts).toContainEqual({ kind: 'machine', fresh: 3, changed: 0 });
  const { mark } = looked.view;
  const done = await send({ files, mark });
  expect(done.view).toMatchObject({ written: true, counts: looked.view.counts });
  expect(done.view.gateways[0]?.file).toContain(`token: ${done.view.gateways[0]?.token}`);
  expect((await send({ files })).view.counts).toEqual([]);
  expect((await send({ files, mark })).problem.code).toBe('CONFLICT');
});

it('names each wrong cell and writes nothing, until the right rows are wanted without it', async () => {
  const files = [file('owners.csv', `${owners}C3,\n`)];
  const { view } = await send({ files });
  expect(view.faults).toMatchObject([
    { path: 'owners.csv:4:2', message: 'name is empty', code: 'missing', field: 'name' },
  ]);
  const before = await ownerCount();
  expect((await send({ files, mark: view.mark })).view.written).toBe(false);
  expect(await ownerCount()).toBe(before);
  expect((await send({ files, mark: view.mark, leaveOutWrong: true })).view.written).toBe(true);
  expect(await ownerCount()).toBe(before + 2);
});

it('shows the fields of a changed record with what they were', async () => {
  const first = [file('owners.csv', owners)];
  await send({ files: first, mark: (await send({ files: first })).view.mark });
  const { view } = await send({ files: [file('owners.csv', owners.replace('First', 'Fast'))] });
  expect(view.differences).toEqual([
    {
      ...{ place: 'owners.csv:2', key: 'C1', kind: 'owner', change: 'changed' },
      fields: [{ name: 'name', from: 'First Oy', to: 'Fast Oy' }],
    },
  ]);
});

it('refuses to write what was looked at before the records changed', async () => {
  const files = [file('owners.csv', owners)];
  const { view } = await send({ files });
  const other = [file('owners.csv', owners.replace('Second', 'Other'))];
  await send({ files: other, mark: (await send({ files: other })).view.mark });
  const { status, problem } = await send({ files, mark: view.mark });
  expect([status, problem.code]).toEqual([409, 'CONFLICT']);
});

it.each([
  ['of another name', [file('notes.txt', 'x')], 'notes.txt', /no file of an import/],
  ['that are there twice', [file('owners.csv', owners), file('owners.csv', owners)], 'owners.csv', /twice/],
  ['in another encoding', [file('owners.csv', Buffer.from('key,name\nC1,H\xe4n\n', 'latin1'))], 'owners.csv', /UTF-8/],
  ['that are no CSV', [file('owners.csv', 'key,name\nC1,"x\n')], 'owners.csv:2', /Quote/],
  ['that are no JSON', [file('machine-models.json', '{')], 'machine-models.json', /JSON/],
  ['with nothing in them', [file('owners.csv', '')], 'owners.csv', /empty/],
])('refuses files %s by their name', async (_, files, path, message) => {
  const { status, problem } = await send({ files });
  expect(status).toBe(400);
  expect(problem.faults[0]?.path).toBe(path);
  expect(problem.faults[0]?.message).toMatch(message);
});

it('refuses files that are too large, and says so', async () => {
  const { status, problem } = await send({ files: [file('owners.csv', 'x'.repeat(9 * 1024 * 1024))] });
  expect(status).toBe(413);
  expect(problem.message).toMatch(/too large/i);
});

it('is for planners', async () => {
  const body = { system: 'import', files: [file('owners.csv', owners)] };
  const reply = await ours.technician.post(setUpPaths.import(ours.organisationId), body);
  expect(reply.status).toBe(403);
});
