import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, it, vi } from 'vitest';
import { askFirstViews, firstViewAt } from './first-views.ts';

const organisationId = 'org_1';
const me = (roles: readonly string[]) => ({ organisationId, roles });

/** What a service that answers with `view` at each path is asked for. */
const askedFor = async (pathname: string, search: Record<string, unknown>, reader: unknown) => {
  const asked: string[] = [];
  vi.stubGlobal('location', { pathname: '/planner/' });
  vi.stubGlobal('fetch', async (path: string) => {
    asked.push(path);
    return new Response(JSON.stringify(reader), { status: reader === null ? 401 : 200 });
  });
  await askFirstViews(new QueryClient({ defaultOptions: { queries: { retry: false } } }), { pathname, search });
  return asked;
};
afterEach(() => vi.unstubAllGlobals());

it('asks for the page of the fleet that the address names', async () => {
  expect(await askedFor('/fleet', { grade: 'act', page: 2 }, me(['planner']))).toEqual([
    '/api/v1/me',
    '/api/v1/organisations/org_1/fleet?grade=act&offset=50&limit=50',
  ]);
});

it('asks for nothing on behalf of somebody who is not let in', async () => {
  expect(await askedFor('/fleet', {}, me(['technician']))).toEqual(['/api/v1/me']);
  expect(await askedFor('/fleet', {}, null)).toEqual(['/api/v1/me']);
});

it('knows Today by both of its addresses, and no view of a place that begins with something else', () => {
  expect(firstViewAt({ pathname: '/', search: {} }, organisationId)).toEqual(
    firstViewAt({ pathname: '/today', search: {} }, organisationId),
  );
  expect(firstViewAt({ pathname: '/set-up', search: {} }, organisationId)).toBeUndefined();
});
