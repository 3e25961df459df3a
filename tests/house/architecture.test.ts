import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** One planted violation for each wall: file, what it imports, and the wall that must catch it. */
const plants = [
  ['shared/model/planted.ts', '../node/planted-kit.ts', 'shared-ground-is-lowest'],
  ['edge/core/planted-disk.ts', 'node:fs', 'core-is-pure'],
  ['edge/core/planted.ts', '../sources/planted.ts', 'core-imports-core'],
  ['cloud/core/forecast/planted-package.ts', 'fastify', 'core-takes-no-io-package'],
  ['cloud/ports.ts', './core/offers/planted-value.ts', 'ports-hold-types'],
  ['edge/uplink/planted.ts', '../../cloud/core/offers/planted-value.ts', 'edge-and-cloud-are-apart'],
  ['cloud/pipelines/planted-edge.ts', '../../edge/core/planted.ts', 'cloud-and-edge-are-apart'],
  ['firmware-sim/links/planted.ts', '../../edge/core/planted.ts', 'simulator-speaks-protocols'],
  ['cloud/adapters/one/planted.ts', '../two/planted.ts', 'rims-are-siblings'],
  ['cloud/pipelines/planted.ts', '../adapters/two/planted.ts', 'pipelines-know-ports'],
  ['cloud/http/planted.ts', '../adapters/two/planted.ts', 'http-knows-ports'],
  ['cloud/web/planner/planted.ts', '../../core/offers/planted-value.ts', 'pages-talk-http'],
  ['cloud/commands/planted.ts', '../main.ts', 'nobody-imports-main'],
  ['cloud/core/planning/planted-kit.ts', '../../../shared/node/planted-kit.ts', 'node-kit-stays-out-of-core'],
  ['cloud/core/forecast/planted.ts', '../offers/planted-value.ts', 'forecast-comes-first'],
  ['cloud/core/offers/planted.ts', '../access/planted.ts', 'beside-the-chain'],
  ['shared/signal/planted-a.ts', './planted-b.ts', 'no-circles'],
] as const;
const bystanders = [
  'shared/node/planted-kit.ts',
  'edge/sources/planted.ts',
  'cloud/core/offers/planted-value.ts',
  'cloud/core/access/planted.ts',
  'cloud/adapters/two/planted.ts',
  'cloud/main.ts',
];

describe('the walls of the house', () => {
  const copy = mkdtempSync(join(tmpdir(), 'kuluma-walls-'));
  let caught: { from: string; rule: { name: string } }[] = [];

  beforeAll(() => {
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), text);
    };
    for (const file of bystanders) write(file, 'export const planted = 1;\n');
    write('shared/signal/planted-b.ts', "export * from './planted-a.ts';\n");
    for (const [file, target] of plants)
      write(file, `import * as other from '${target}';\nexport const planted = other;\n`);
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json']) cpSync(join(root, file), join(copy, file));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const bin = join(root, 'node_modules/.bin/depcruise');
    const args = [
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'json',
      'shared',
      'edge',
      'cloud',
      'firmware-sim',
    ];
    let out: string;
    try {
      out = execFileSync(bin, args, { cwd: copy, encoding: 'utf8', maxBuffer: 1 << 26 });
    } catch (error) {
      out = (error as { stdout: string }).stdout;
    }
    caught = (JSON.parse(out) as { summary: { violations: typeof caught } }).summary.violations;
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  for (const [file, target, wall] of plants) {
    it(`${wall} catches ${file} importing ${target}`, () => {
      expect(caught.filter((v) => v.from === file).map((v) => v.rule.name)).toContain(wall);
    });
  }
});

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => /\.tsx?$/.test(file) && !/node_modules|dist\//.test(file));

describe('the size of a room', () => {
  it('keeps every source file at 500 lines or less', () => {
    const files = ['shared', 'edge', 'cloud', 'firmware-sim', 'tests', 'bench'].flatMap(sources);
    const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 500);
    expect(long).toEqual([]);
  });

  it('lets core take clock and random as arguments only', () => {
    const core = [...sources('cloud/core'), ...sources('edge/core')].filter((file) => !file.endsWith('.test.ts'));
    const impure = core.filter((file) =>
      /\bDate\.now\(|\bMath\.random\(|new Date\(\)/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(core.length).toBeGreaterThan(10);
    expect(impure).toEqual([]);
  });

  it('spells MQTT topics in one place', () => {
    const files = ['shared', 'edge', 'cloud', 'firmware-sim']
      .flatMap(sources)
      .filter((file) => !/\.test\.tsx?$/.test(file));
    const spelled = files.filter((file) => readFileSync(join(root, file), 'utf8').includes("'kuluma/v1"));
    expect(spelled).toEqual(['shared/model/topics.ts']);
  });
});
