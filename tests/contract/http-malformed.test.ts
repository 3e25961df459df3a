import { openApiOf } from '@kuluma/cloud/http/openapi.ts';
import { type Random, seededRandom } from '@kuluma/shared/clock.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Tenant, type World } from './http-world.ts';
import { anyOf, type JsonSchema, malformed } from './malformed-values.ts';

/** KULUMA_FUZZ asks for more than what fits here. */
const requests = Number(process.env['KULUMA_FUZZ'] ?? 3_000);

interface Operation {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[];
  readonly body: JsonSchema | undefined;
}

let world: World;
let ours: Tenant;
beforeAll(async () => {
  world = await createWorld();
  ours = await world.tenant({ machines: 2, technicians: 1 });
});
afterAll(() => world.stop());

/** What the API says of itself; streams that never end are left out. */
const operationsOf = (document: unknown): Operation[] => {
  const { paths } = document as {
    paths: Record<string, Record<string, { parameters?: Operation['parameters']; requestBody?: unknown }>>;
  };
  return Object.entries(paths)
    .filter(([path]) => !/events|stream/.test(path))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
        const content = (requestBody as { content?: Record<string, { schema: JsonSchema }> } | undefined)?.content;
        return {
          ...{ method: method.toUpperCase() as Operation['method'], path, parameters },
          body: content?.['application/json']?.schema,
        };
      }),
    );
};

const text = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
const wellFormed = (value: string): string => encodeURIComponent(value.toWellFormed());

const requestFor = ({ method, path, parameters, body }: Operation, random: Random, ids: readonly string[]) => {
  const query = new URLSearchParams();
  let url = path;
  for (const { name, in: place, schema } of parameters) {
    const value = text(malformed(schema, random, ids, 0.1));
    if (place === 'path') url = url.replace(`{${name}}`, wellFormed(value.slice(0, 90)) || '0');
    else if (place === 'query' && random() < 0.7) query.append(name, value.toWellFormed());
  }
  const payload = random() < 0.05 ? '{"a":' : JSON.stringify(malformed(body ?? {}, random, ids, 0.05));
  const headers = {
    'x-kuluma': '1',
    cookie: anyOf(random, [ours.planner, ours.technician, ...ours.owners]).cookie,
    'if-match': anyOf(random, ['"1"', '"0"', 'W/"x"', '*', '"1e999"']),
  };
  return method === 'GET'
    ? { method, url: `${url}?${query}`, headers }
    : { method, url: `${url}?${query}`, headers: { ...headers, 'content-type': 'application/json' }, payload };
};

describe('the API', () => {
  it('answers whatever is wrong with a request, and none of it as a fault of its own', async () => {
    const random = seededRandom(8);
    const { organisationId, machineIds, pointIds, componentIds, recommendationIds, ownerIds, contactIds } = ours;
    const { partId, depotId } = ours;
    const ids: string[] = [organisationId, ...machineIds, ...pointIds, ...componentIds, ...recommendationIds];
    ids.push(...ownerIds, ...contactIds, partId, depotId);
    const operations = operationsOf(openApiOf(world.app));
    const faults: string[] = [];
    for (let n = 0; n < requests; n++) {
      const request = requestFor(anyOf(random, operations), random, ids);
      const { statusCode } = await world.app.inject(request);
      if (statusCode === 500)
        faults.push(`${request.method} ${request.url} ${'payload' in request ? request.payload.slice(0, 400) : ''}`);
    }
    expect(faults).toEqual([]);
    expect((await world.app.inject('/readyz')).statusCode).toBe(200);
  });
});
