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

it('names every fault at once', () => {
  const faults = faultsOf({ http: { port: 'x', hots: 'y' }, timeSeries: { threads: 0 }, more: 1 });
  expect(faults.sort()).toEqual(['/', '/http', '/http/port', '/timeSeries/threads']);
});

it('wants the address of a server that is chosen', () => {
  const chosen = { records: { kind: 'postgres' }, timeSeries: { kind: 'influx' }, travel: { kind: 'osrm' } };
  expect(faultsOf(chosen)).toEqual(['/records/url', '/travel/url', '/timeSeries/url']);
});
