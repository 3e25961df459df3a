import { openApiOf } from '@kuluma/cloud/http/openapi.ts';
import type { Random } from '@kuluma/shared/clock.ts';
import type { Tenant, World } from './http-world.ts';
import { anyOf, type JsonSchema, malformed } from './malformed-values.ts';

interface Operation {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[];
  readonly body: JsonSchema | undefined;
}

/** What the API says of itself; streams that never end are left out. */
const operationsOf = (document: unknown): Operation[] => {
  const { paths } = document as {
    paths: Record<string, Record<string, { parameters?: Operation['parameters']; requestBody?: unknown }>>;
  };
  return Object.entries(paths)
    .filter(([path]) => !/events|stream|\/live$/.test(path))
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

const requestFor = (
  { method, path, parameters, body }: Operation,
  random: Random,
  ids: readonly string[],
  { planner, technician, owners }: Tenant,
) => {
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
    cookie: anyOf(random, [planner, technician, ...owners]).cookie,
    'if-match': anyOf(random, ['"1"', '"0"', 'W/"x"', '*', '"1e999"']),
  };
  return method === 'GET'
    ? { method, url: `${url}?${query}`, headers }
    : { method, url: `${url}?${query}`, headers: { ...headers, 'content-type': 'application/json' }, payload };
};

/** Sends requests much like what the API asks for, by people of the tenant. @returns those that were answered with 500 */
export const sendMalformedRequests = async (
  { app }: Pick<World, 'app'>,
  tenant: Tenant,
  count: number,
  random: Random,
): Promise<string[]> => {
  const { organisationId, machineIds, pointIds, componentIds, recommendationIds, ownerIds, contactIds } = tenant;
  const ids: string[] = [organisationId, ...machineIds, ...pointIds, ...componentIds, ...recommendationIds];
  ids.push(...ownerIds, ...contactIds, tenant.partId, tenant.depotId);
  const operations = operationsOf(openApiOf(app));
  const faults: string[] = [];
  for (let n = 0; n < count; n++) {
    const request = requestFor(anyOf(random, operations), random, ids, tenant);
    const { statusCode } = await app.inject(request);
    if (statusCode === 500)
      faults.push(`${request.method} ${request.url} ${'payload' in request ? request.payload.slice(0, 400) : ''}`);
  }
  return faults;
};
