import { fileURLToPath } from 'node:url';
import type { AppError } from '@kuluma/shared/errors.ts';
import { expect, it } from 'vitest';
import { loadCloudConfig } from './config.ts';

const example = fileURLToPath(new URL('./kuluma.example.yaml', import.meta.url));

const faultsOf = (overrides: Record<string, unknown>) => {
  try {
    loadCloudConfig({ overrides });
  } catch (error) {
    return (error as AppError).faults.map(({ path }) => path);
  }
  return [];
};

it('loads the example file, which shows the defaults', () => {
  expect(loadCloudConfig({ file: example })).toEqual(loadCloudConfig({}));
});

it('lets the environment win over the file', () => {
  const env = { KULUMA_CLOUD_HTTP__PORT: '8443', KULUMA_LOG_LEVEL: 'debug' };
  expect(loadCloudConfig({ file: example, env }).http.port).toBe(8443);
});

it.each(['12345', 'a: b', '*ab', 'x #1', "'q'", 'null'])(
  'takes the password %s of the environment as it stands',
  (text) => {
    expect(loadCloudConfig({ env: { KULUMA_CLOUD_MQTT__PASSWORD: text } }).mqtt.password).toBe(text);
  },
);

it('reads lists and numbers of the environment as YAML, and names a variable that is none', () => {
  const env = { KULUMA_CLOUD_TLS__NAMES: '[a.example, b.example]', KULUMA_CLOUD_TLS__KIND: 'off' };
  expect(loadCloudConfig({ env }).tls).toEqual({ kind: 'off', names: ['a.example', 'b.example'] });
  for (const text of ['[a', '*a'])
    expect(() => loadCloudConfig({ env: { KULUMA_CLOUD_TLS__NAMES: text } })).toThrow(
      'KULUMA_CLOUD_TLS__NAMES is not valid YAML',
    );
});

it('names every fault at once', () => {
  const faults = faultsOf({ http: { port: 'x', hots: 'y' }, timeSeries: { threads: 0 }, more: 1 });
  expect(faults.sort()).toEqual(['/', '/http', '/http/port', '/timeSeries/threads']);
});

it('takes the word of no issuer of all tenants for an address', () => {
  const providers = (tenant: string) => [
    {
      ...{ id: 'company', name: 'Company', clientId: 'kuluma', clientSecret: 'word', vouchesForEmail: true },
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
    },
  ];
  const faultsAt = (tenant: string) =>
    faultsOf({ messages: { publicUrl: 'https://service.example.com' }, signIn: { providers: providers(tenant) } });
  expect(faultsAt('common')).toEqual(['/signIn/providers/0/vouchesForEmail']);
  expect(faultsAt('00000000-0000-4000-8000-000000000001')).toEqual([]);
});

it('wants the address of a server that is chosen', () => {
  const chosen = { records: { kind: 'postgres' }, timeSeries: { kind: 'influx' }, travel: { kind: 'osrm' } };
  expect(faultsOf(chosen)).toEqual(['/records/url', '/travel/url', '/timeSeries/url']);
});
