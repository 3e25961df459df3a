import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allSheets } from '@kuluma/cloud/core/imports/plan-import.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const kuluma = join(root, 'cloud/bin/kuluma.js');
const examples = join(root, 'docs/examples/import');
let dir = '';

const run = (...args: string[]) => {
  const all = [kuluma, ...args, '--config', join(dir, 'kuluma.yaml')];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' });
  return { status, stdout, stderr };
};
const json = (...args: string[]) => {
  const { stdout, status } = run('import', ...args, '--json');
  return { status, ...JSON.parse(stdout) };
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-import-'));
  await writeFile(join(dir, 'kuluma.yaml'), `dataDir: ${join(dir, 'data')}\n`);
});
afterAll(() => rm(dir, { recursive: true }));

describe('kuluma import', () => {
  it('says what to do first when there is no organisation', () => {
    const { status, stderr } = run('import', examples);
    expect(status).toBe(1);
    expect(stderr).toContain('kuluma admin create');
    const made = run('admin', 'create', '--organisation', 'Test', '--name', 'A', '--email', 'a@example.com');
    expect(made.status).toBe(0);
  });

  it('has an example of every file that it reads', async () => {
    const files = (await readdir(examples)).sort();
    expect(files).toEqual([...allSheets.map(({ name }) => `${name}.csv`), 'machine-models.json'].sort());
  });

  it('documents every column', async () => {
    const lines = (await readFile(join(root, 'docs/import.md'), 'utf8')).split('\n');
    for (const { name, columns } of allSheets) {
      const line = lines.find((one) => one.startsWith(`| \`${name}.csv\``)) ?? '';
      // Technicians have the calendar of sites, which stands there.
      const known = name === 'technicians' ? `${line}${lines.find((one) => one.startsWith('| `sites.csv`'))}` : line;
      expect(Object.keys(columns).filter((column) => !known.includes(`\`${column}\``))).toEqual([]);
    }
  });

  it('shows in a dry run what it would do and does nothing', () => {
    const first = json(examples, '--dry-run');
    expect(first).toMatchObject({ status: 0, written: false, faults: [] });
    expect(json(examples, '--dry-run').differences).toHaveLength(first.differences.length);
  });

  it('imports all files, tells each new token once, and changes nothing the second time', async () => {
    const folder = join(dir, 'gateways');
    const done = json(examples, '--gateway-files', folder);
    expect(done).toMatchObject({ status: 0, written: true, faults: [] });
    expect(done.gateways.map(({ key }: { key: string }) => key)).toEqual(['G1', 'G2']);
    const file = join(folder, `${done.gateways[0].gatewayId}.yaml`);
    expect(await readFile(file, 'utf8')).toMatch(/P-101: \{ driveEndVibration: pnt_\w{26}, bearingTemperature: pnt_/);
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(json(examples)).toMatchObject({ status: 0, differences: [], gateways: [] });
  });

  it('writes nothing while a row is wrong, and the rest when told to', async () => {
    const wrong = join(dir, 'wrong');
    await cp(examples, wrong, { recursive: true });
    const owners = await readFile(join(wrong, 'owners.csv'), 'utf8');
    await writeFile(
      join(wrong, 'owners.csv'),
      owners.replace('Exempelbruket Ab,sv', 'Exempelbruket Ab,no').replace('tehdas Oy', 'tehdas Oyj'),
    );
    const refused = json(wrong);
    expect(refused).toMatchObject({ status: 2, written: false });
    expect(refused.faults[0]).toMatchObject({ path: 'owners.csv:3:3' });
    const rest = json(wrong, '--leave-out-wrong');
    expect(rest.differences).toEqual([
      expect.objectContaining({
        kind: 'owner',
        fields: [{ name: 'name', from: 'Esimerkkitehdas Oy', to: 'Esimerkkitehdas Oyj' }],
      }),
    ]);
  });

  it('reads a file that a spreadsheet saved with semicolons, and names a file that is none', async () => {
    const excel = join(dir, 'parts.csv');
    await writeFile(excel, '\uFEFFkey;name_fi;price;lead_time_days\r\nX-1;Tiiviste;1 089,50;2\r\n');
    expect(json(excel, '--dry-run').differences[0]).toMatchObject({ kind: 'part', change: 'new', key: 'X-1' });
    await writeFile(join(dir, 'owners.csv'), Buffer.from('key,name\nC9,Sk\xf6ld\n', 'latin1'));
    const { status, stderr } = run('import', join(dir, 'owners.csv'));
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining('CSV UTF-8') });
    expect(run('import', join(dir, 'kuluma.yaml')).stderr).toContain('is no file of an import');
  });
});
