import { readFile } from 'node:fs/promises';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { expect, it } from 'vitest';
import { openApiFile, openApiText } from './openapi.ts';

it('is up to date in docs (else: npm run build:openapi)', async () => {
  expect(await readFile(openApiFile, 'utf8')).toBe(await openApiText());
});

it('holds every path that the pages use', async () => {
  const { paths } = JSON.parse(await openApiText()) as { paths: Record<string, unknown> };
  const wanted = Object.values(apiPaths).map((path: (...ids: string[]) => string) =>
    path('{organisationId}', '{id}', '{id}').replaceAll(/\{\w+\}/g, '{}'),
  );
  expect(Object.keys(paths).map((path) => path.replaceAll(/\{\w+\}/g, '{}'))).toEqual(expect.arrayContaining(wanted));
});
