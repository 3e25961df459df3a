import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import manifest from '../package.json' with { type: 'json' };

/**
 * `npm run build:deb`: Debian packages of the service with its pages and of the agent, for the architecture of this
 * machine, into dist/. Each holds the program as a checkout has it, what the lock file names without the parts of
 * developers, and the Node that it was tested with, below /usr/lib/<name>; so nothing is fetched when it is installed.
 * `--fast` compresses little, for tests.
 */
const root = resolve(import.meta.dirname, '..');
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

interface DebianPackage {
  readonly summary: string;
  readonly description: string;
  /** Whose dependencies come along. */
  readonly workspaces: readonly string[];
  /** Of the program, relative to the checkout. */
  readonly files: () => readonly string[];
  readonly bin: string;
  /** Where it stands on the target -> what it is here. */
  readonly conffiles: Readonly<Record<string, () => string>>;
  readonly docs: readonly string[];
  readonly links: Readonly<Record<string, string>>;
}

const tracked = (...folders: string[]): string[] =>
  run('git', 'ls-files', '-z', '--', ...folders)
    .split('\0')
    .filter(Boolean);
const below = (...folders: string[]): string[] =>
  run('find', ...folders, '-type', 'f', '-print0')
    .split('\0')
    .filter(Boolean);

const builtPages = 'cloud/web/dist';

const packages: Readonly<Record<'kuluma' | 'kuluma-edge', DebianPackage>> = {
  kuluma: {
    summary: 'predictive maintenance from the sensor to the service visit',
    description: 'The service: it takes samples of gateways, forecasts failures, plans visits, and shows pages.',
    workspaces: ['@kuluma/cloud', '@kuluma/edge', '@kuluma/firmware-sim', '@kuluma/shared'],
    files: () => [
      'package.json',
      // Sources run as they are; agent and simulator come along for `kuluma demo`.
      ...tracked('shared', 'edge', 'cloud', 'firmware-sim').filter(
        (file) => !/\.test\.tsx?$/.test(file) && !file.startsWith('cloud/web/'),
      ),
      ...below(builtPages),
    ],
    bin: 'cloud/bin/kuluma.js',
    conffiles: {
      '/etc/kuluma/kuluma.yaml': () =>
        readFileSync(join(root, 'cloud/kuluma.example.yaml'), 'utf8').replace(
          /^dataDir: .*$/m,
          'dataDir: /var/lib/kuluma',
        ),
    },
    docs: ['README.md', 'SECURITY.md', 'docs/operate.md', 'docs/security.md', 'docs/openapi.json'],
    links: {},
  },
  'kuluma-edge': {
    summary: 'agent that reads machines and sends what they measure',
    description: 'Runs on a gateway: reads Modbus and serial lines, keeps every sample until it has arrived.',
    workspaces: ['@kuluma/edge'],
    files: () => ['edge/package.json', ...tracked('edge/bin', 'edge/profiles'), ...below('edge/dist')],
    bin: 'edge/bin/kuluma-edge.js',
    conffiles: {},
    docs: ['edge/README.md', 'edge/gateway.example.yaml', 'SECURITY.md'],
    // A configuration names its data folder as ./data, beside itself.
    links: { '/etc/kuluma-edge/data': '/var/lib/kuluma-edge' },
  },
};
type Name = keyof typeof packages;

/** Folders of installed packages that `workspaces` need to run, relative to the checkout. */
const installedFor = (workspaces: readonly string[]): string[] => {
  const chosen = workspaces.flatMap((name) => ['--workspace', name]);
  const paths = run('npm', 'ls', '--package-lock-only', '--all', '--parseable', '--omit', 'dev', ...chosen).split('\n');
  return paths
    .map((path) => path.slice(root.length + 1))
    .filter((path) => path.includes('node_modules/') && existsSync(join(root, path)))
    .filter((path) => !lstatSync(join(root, path)).isSymbolicLink());
};

const copyright = (): string =>
  [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    'Upstream-Name: Kuluma',
    '',
    'Files: *',
    'Copyright: the authors of Kuluma',
    'License: Apache-2.0',
    ' On Debian systems the licence is in /usr/share/common-licenses/Apache-2.0.',
    ' Packages below node_modules carry licences of their own, beside their files.',
    '',
  ].join('\n');

const stage = (name: Name, debian: DebianPackage, target: string): void => {
  const put = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), text, { mode });
  };
  const home = join(target, 'usr/lib', name);
  for (const file of debian.files()) cpSync(join(root, file), join(home, file));
  // A folder without what is nested in it: that has an entry of its own, unless only developers need it.
  for (const folder of installedFor(debian.workspaces))
    cpSync(join(root, folder), join(home, folder), {
      recursive: true,
      filter: (source) => !source.slice(join(root, folder).length).startsWith('/node_modules'),
    });
  mkdirSync(join(home, 'node_modules/@kuluma'), { recursive: true });
  if (name === 'kuluma')
    for (const workspace of ['shared', 'cloud', 'edge', 'firmware-sim'])
      symlinkSync(`../../${workspace}`, join(home, 'node_modules/@kuluma', workspace));

  const start = [
    '#!/bin/sh',
    'home=$(dirname -- "$(readlink -f -- "$0")")/..',
    `exec "$home/node_modules/node/bin/node" "$home/${debian.bin}" "$@"`,
    '',
  ].join('\n');
  put(`usr/lib/${name}/bin/${name}`, start, 0o755);
  mkdirSync(join(target, 'usr/bin'), { recursive: true });
  symlinkSync(`../lib/${name}/bin/${name}`, join(target, 'usr/bin', name));

  const own = join(root, 'packaging', name);
  put(`usr/lib/systemd/system/${name}.service`, readFileSync(join(own, `${name}.service`), 'utf8'));
  for (const [path, text] of Object.entries(debian.conffiles)) put(path, text());
  for (const [path, to] of Object.entries(debian.links)) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    symlinkSync(to, join(target, path));
  }
  for (const doc of debian.docs)
    put(`usr/share/doc/${name}/${doc.split('/').at(-1)}`, readFileSync(join(root, doc), 'utf8'));
  put(`usr/share/doc/${name}/copyright`, copyright());

  const installedKb = run('du', '-sk', target).split('\t')[0];
  const control = {
    Package: name,
    Version: manifest.version,
    Architecture: run('dpkg', '--print-architecture').trim(),
    Maintainer: 'Kuluma developers <developers@kuluma.invalid>',
    'Installed-Size': installedKb,
    Depends: 'adduser, libc6 (>= 2.28), libstdc++6',
    Section: 'misc',
    Priority: 'optional',
    Description: `${debian.summary}\n ${debian.description}`,
  };
  put(
    'DEBIAN/control',
    `${Object.entries(control)
      .map(([key, value]) => `${key}: ${value}`)
      .join('\n')}\n`,
  );
  const conffiles = Object.keys(debian.conffiles);
  if (conffiles.length > 0) put('DEBIAN/conffiles', `${conffiles.join('\n')}\n`);
  for (const script of ['postinst', 'prerm', 'postrm']) {
    put(`DEBIAN/${script}`, readFileSync(join(own, script), 'utf8'));
    chmodSync(join(target, 'DEBIAN', script), 0o755);
  }
};

const { values } = parseArgs({
  options: { fast: { type: 'boolean', default: false }, out: { type: 'string', default: join(root, 'dist') } },
});
if (!existsSync(join(root, builtPages, 'index.html'))) throw new Error('the pages are not built: npm run build:web');
run('npm', 'run', '--silent', 'build', '-w', '@kuluma/edge');
mkdirSync(values.out, { recursive: true });
for (const [name, debian] of Object.entries(packages) as [Name, DebianPackage][]) {
  const target = mkdtempSync(join(tmpdir(), `${name}-deb-`));
  chmodSync(target, 0o755);
  try {
    stage(name, debian, target);
    const compression = values.fast ? ['-Zgzip', '-z1'] : ['-Zxz'];
    process.stdout.write(run('dpkg-deb', ...compression, '--root-owner-group', '--build', target, values.out));
  } finally {
    rmSync(target, { recursive: true });
  }
}
