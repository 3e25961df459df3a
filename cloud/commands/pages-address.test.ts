import { expect, it } from 'vitest';
import { loadCloudConfig } from '../config.ts';
import { pagesAddress } from './pages-address.ts';

const addressOf = (given: Record<string, unknown>): string =>
  pagesAddress(loadCloudConfig({ overrides: given, env: {} }));

it.each([
  ['by what listens', {}, 'http://127.0.0.1:8080'],
  [
    'by TLS and the first name of its certificate',
    { http: { host: '0.0.0.0', port: 8443 }, tls: { kind: 'local', names: ['service.example.com'] } },
    'https://service.example.com:8443',
  ],
  ['by a name where every address listens', { http: { host: '0.0.0.0' } }, 'http://localhost:8080'],
  [
    'by what people are told',
    { http: { host: '0.0.0.0' }, messages: { publicUrl: 'https://service.example.com' } },
    'https://service.example.com',
  ],
])('reaches the pages %s', (_name, given, address) => {
  expect(addressOf(given)).toBe(address);
});
