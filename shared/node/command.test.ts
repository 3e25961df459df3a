import { afterEach, expect, it, vi } from 'vitest';
import { calledAs, exampleOf } from './command.ts';

const script = process.argv[1] ?? '';
afterEach(() => {
  vi.unstubAllEnvs();
  process.argv[1] = script;
});

it.each([
  ['npx', 'exec', '/somewhere/main.js', 'npx kuluma doctor'],
  ['a folder of bins', undefined, '/somewhere/node_modules/.bin/kuluma', 'npx kuluma doctor'],
  ['an installed package', undefined, '/usr/lib/kuluma/cloud/bin/kuluma.js', 'kuluma doctor'],
])('says a command as it is called from %s', (_name, npmCommand, path, said) => {
  vi.stubEnv('npm_command', npmCommand);
  process.argv[1] = path;
  expect(calledAs('kuluma doctor')).toBe(said);
  expect(exampleOf('kuluma doctor')).toBe(`\nExample:\n  $ ${said}\n`);
});
