import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { FleetPageView } from '@kuluma/shared/model/views/fleet.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { SmtpInbox } from '../smtp-inbox.ts';

const kuluma = fileURLToPath(new URL('../../cloud/bin/kuluma.js', import.meta.url));
let dir: string;
let configFile: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kuluma-serve-'));
  configFile = await configOf({});
});
afterEach(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  running.clear();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

let files = 0;
const configOf = async (more: object): Promise<string> => {
  const file = join(dir, `config-${files++}.yaml`);
  await writeFile(file, JSON.stringify({ dataDir: join(dir, 'data'), http: { port: 0 }, mqtt: { port: 0 }, ...more }));
  return file;
};

const start = (...args: string[]) => {
  const child = spawn(process.execPath, [kuluma, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KULUMA_LOG_LEVEL: 'warn' },
  });
  running.add(child);
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    text.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text.err += chunk.toString();
  });
  return { child, text };
};

const run = async (...args: string[]) => {
  const { child, text } = start(...args);
  // With all that it has written, which may come after its end.
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
};

/** The service once it has said where it is. */
const serve = async () => {
  const { child, text } = start('serve', '--config', configFile);
  const exited = once(child, 'exit');
  while (!/MQTT broker/.test(text.out)) {
    const ended = await Promise.race([once(child.stdout, 'data'), exited.then(() => 'ended' as const)]);
    if (ended === 'ended') throw new Error(`serve ended: ${text.err}`);
  }
  const url = /http:\/\/\S+/.exec(text.out)?.[0] ?? '';
  return { child, text, url, exited };
};

describe('kuluma serve', () => {
  it('refuses a demo clock', async () => {
    const file = await configOf({ clock: { epochMs: 0, rate: 60 } });
    const { code, err } = await run('serve', '--check-config', '--config', file);
    expect(code).toBe(2);
    expect(err).toContain('/clock');
  });

  it('lists every fault of its configuration with the place', async () => {
    const file = await configOf({ mqtt: { port: 'x' }, recrods: {} });
    const { code, err } = await run('serve', '--check-config', '--config', file);
    expect(code).toBe(2);
    expect(err).toContain('/mqtt/port: must be integer');
    expect(err).toContain('remove recrods');
  });

  it('is set up, signed in to, guarded against a second start, and ended', async () => {
    const created = await run(
      'admin',
      'create',
      ...['--organisation', 'Huolto Oy', '--name', 'Paula', '--email', 'paula@example.com', '--config', configFile],
    );
    const secret = /#(\S+)/.exec(created.out)?.[1];
    const { child, url, exited, text } = await serve();
    expect(text.out).not.toContain('The store is empty');

    const headers = { 'x-kuluma': '1', 'content-type': 'application/json' };
    const door = await fetch(url + apiPaths.signIn(), { method: 'POST', headers, body: JSON.stringify({ secret }) });
    const me = (await door.json()) as MeView;
    expect(me).toMatchObject({ organisationName: 'Huolto Oy', roles: ['planner', 'admin'] });
    const cookie = door.headers.get('set-cookie')?.split(';')[0] ?? '';
    const fleet = await fetch(url + apiPaths.fleet(me.organisationId), { headers: { cookie } });
    expect(((await fleet.json()) as FleetPageView).rows).toEqual([]);

    const second = await run('serve', '--config', configFile);
    expect(second.code).toBe(1);
    expect(second.err).toContain('STORE_LOCKED');

    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);

    const link = await run('admin', 'link', '--email', 'PAULA@example.com', '--config', configFile);
    expect(link.out).toMatch(/Paula, once, within 24 hours:\n {2}http:\/\/\S+\/sign-in\/#once\.\S{43}\n/);
    const nobody = await run('admin', 'link', '--email', 'nobody@example.com', '--config', configFile);
    expect(nobody.code).not.toBe(0);
    expect(nobody.err).toContain('no member of staff has the address');
  });

  it('prints on an empty store where to begin and a code that opens it, and none once there is a company', async () => {
    configFile = await configOf({ dataDir: join(dir, 'empty') });
    const { child, text, url, exited } = await serve();
    while (!text.out.includes('kuluma admin create')) await once(child.stdout as NodeJS.ReadableStream, 'data');
    const [, page = '', code = ''] = /good once:\n {2}(\S+)\n {2}(\S+)\n/.exec(text.out) ?? [];
    expect(page).toBe(`${url}/first`);
    const written = { organisation: 'Huolto Oy', name: 'Paula', email: 'paula@example.com', language: 'en' };
    const made = await fetch(page, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: url },
      body: new URLSearchParams({ ...written, timeZone: 'Europe/Helsinki', code }),
    });
    expect(made.status).toBe(303);
    const cookie = made.headers.get('set-cookie')?.split(';')[0] ?? '';
    const me = (await (await fetch(url + apiPaths.me(), { headers: { cookie } })).json()) as MeView;
    expect(me).toMatchObject({ organisationName: 'Huolto Oy', roles: ['planner', 'admin'] });
    expect((await fetch(page)).status).toBe(404);
    // Told on the terminal alone.
    expect(text.err).not.toContain(code);
    child.kill('SIGTERM');
    await exited;
  });
});

describe('kuluma doctor', () => {
  it('finds a store that is in use and says what to do', async () => {
    configFile = await configOf({ dataDir: join(dir, 'busy') });
    const { child, exited } = await serve();
    const { code, out } = await run('doctor', '--json', '--config', configFile);
    const { findings } = JSON.parse(out) as { findings: { what: string; ok: boolean; hint?: string }[] };
    expect(code).toBe(1);
    expect(findings.filter(({ what }) => what === 'records' || what === 'timeSeries')).toMatchObject([
      { ok: false, hint: 'stop that process, or give this one another data folder' },
      { ok: false },
    ]);
    expect(findings.filter(({ what }) => what === 'disk' || what === 'node')).toMatchObject([
      { ok: true },
      { ok: true },
    ]);
    child.kill('SIGTERM');
    await exited;
  });

  it('asks each server that is configured, and says what to do about those that do not answer', async () => {
    const smtp = new SmtpInbox();
    await smtp.start();
    const gone = `127.0.0.1:${await freePort()}`;
    configFile = await configOf({
      dataDir: join(dir, 'asked'),
      tls: { kind: 'local' },
      mqtt: { kind: 'external', url: `mqtt://${gone}` },
      messages: { smtpUrl: smtp.url(), from: 'service@example.com', publicUrl: 'https://service.example.com' },
      travel: { kind: 'osrm', url: `http://${gone}/table/v1/driving` },
    });
    const { out } = await run('doctor', '--json', '--config', configFile);
    const { findings } = JSON.parse(out) as { findings: { what: string; ok: boolean; hint?: string }[] };
    const said = (what: string) => findings.find((one) => one.what === what);
    for (const what of ['records', 'migrations', 'work', 'mail', 'tls'])
      expect(said(what), what).toMatchObject({ ok: true });
    for (const what of ['broker', 'roads'])
      expect(said(what), what).toMatchObject({ ok: false, hint: expect.any(String) });
    await smtp.stop();
  });
});
