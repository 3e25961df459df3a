import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs, serviceAt } from '../services.ts';

const root = resolve(import.meta.dirname, '../..');
const { skip, title } = needs('dpkg', 'the Debian packages');
const names = ['kuluma', 'kuluma-edge'] as const;

describe.skipIf(skip)(title, () => {
  let dir = '';
  const at = (...path: string[]) => join(dir, 'unpacked', ...path);

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'kuluma-deb-'));
    execFileSync(process.execPath, ['packaging/build-deb.ts', '--fast', '--out', dir], { cwd: root, stdio: 'ignore' });
    for (const file of readdirSync(dir).filter((name) => name.endsWith('.deb'))) {
      execFileSync('dpkg-deb', ['-x', join(dir, file), at()]);
      execFileSync('dpkg-deb', ['-e', join(dir, file), join(dir, `control-${file.split('_')[0]}`)]);
    }
  }, 300_000);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('hold what runs and nothing of developers', () => {
    for (const name of names) {
      const files = readdirSync(at('usr/lib', name), { recursive: true, encoding: 'utf8' });
      const own = files.filter((file) => !file.includes('node_modules/'));
      expect(own.filter((file) => /\.test\.tsx?$/.test(file))).toEqual([]);
      for (const developers of ['vitest', 'typescript', '@biomejs', 'playwright-core'])
        expect(existsSync(at('usr/lib', name, 'node_modules', developers))).toBe(false);
    }
    expect(statSync(at('usr/bin/kuluma')).mode & 0o111).toBe(0o111);
  });

  it('run the agent from where they were unpacked', () => {
    const example = at('usr/share/doc/kuluma-edge/gateway.example.yaml');
    const said = execFileSync(at('usr/bin/kuluma-edge'), ['run', '--config', example, '--check-config'], {
      encoding: 'utf8',
    });
    expect(said).toBe('ok\n');
  });

  it('start the service by the configuration that comes along, and it shows its pages', async () => {
    const service = spawn(at('usr/bin/kuluma'), ['serve', '--config', at('etc/kuluma/kuluma.yaml')], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        KULUMA_CLOUD_DATA_DIR: join(dir, 'data'),
        KULUMA_CLOUD_HTTP__PORT: '0',
        KULUMA_CLOUD_MQTT__PORT: '0',
        PATH: '/usr/bin:/bin',
      },
    });
    try {
      let address: string | undefined;
      for await (const line of createInterface({ input: service.stdout })) {
        address = /^pages and API +(\S+)$/.exec(line)?.[1];
        if (address) break;
      }
      expect((await fetch(`${address}/readyz`)).status).toBe(200);
      expect(await (await fetch(`${address}/sign-in/`)).text()).toContain('<script');
    } finally {
      service.kill('SIGTERM');
      const [code] = await once(service, 'exit');
      expect(code).toBe(0);
    }
  });

  it('keep data and configuration apart from the program', () => {
    expect(readFileSync(at('etc/kuluma/kuluma.yaml'), 'utf8')).toContain('\ndataDir: /var/lib/kuluma\n');
    expect(readFileSync(join(dir, 'control-kuluma/conffiles'), 'utf8')).toBe('/etc/kuluma/kuluma.yaml\n');
  });

  it.each(names)('have scripts for %s that a shell can read', (name) => {
    for (const script of ['postinst', 'prerm', 'postrm'])
      execFileSync('sh', ['-n', join(dir, `control-${name}`, script)]);
  });

  const systemd = needs('systemd', 'have sound units that keep the rest of the machine closed');
  it.skipIf(systemd.skip)(systemd.title, () => {
    const analyze = serviceAt('systemd') ?? '';
    for (const name of names) {
      // The unit names the program where it will be; here it is elsewhere.
      const unit = readFileSync(at('usr/lib/systemd/system', `${name}.service`), 'utf8');
      // A gateway renews its certificate where enrolment put it, below /etc, which is closed otherwise.
      if (name === 'kuluma-edge') expect(unit).toMatch(/^ReadWritePaths=-?\/etc\/kuluma-edge$/m);
      const file = join(dir, `${name}.service`);
      writeFileSync(file, unit.replaceAll('/usr/bin/', at('usr/bin/')));
      expect(spawnSync(analyze, ['verify', '--man=no', file], { encoding: 'utf8' })).toMatchObject({
        stdout: '',
        stderr: '',
      });
      // Of ten: what a service could still do to its machine. Above 4 systemd calls it medium.
      execFileSync(analyze, ['security', '--offline=true', '--threshold=40', file], { stdio: 'pipe' });
    }
  });
});
