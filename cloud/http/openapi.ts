import { fileURLToPath } from 'node:url';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { buildApp } from './app.ts';
import type { App } from './fastify-app.ts';
import type { HttpDeps } from './http-deps.ts';

/** Where the document of the API is kept, for those who write clients. */
export const openApiFile = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));

export const openApiOf = (app: App): { readonly paths?: Readonly<Record<string, object>> } =>
  app.swagger() as { paths?: Record<string, object> };

/** The document as it is kept in the file. */
export const openApiText = async (): Promise<string> => {
  // The routes are described, none is called: they need no stores.
  const pagesDir = fileURLToPath(new URL('.', import.meta.url));
  const log = createLogger('openapi', 'silent');
  const deps = { log, pagesDir, trustProxy: false, records: {} } as unknown as HttpDeps;
  const app = await buildApp(deps);
  await app.ready();
  const text = `${JSON.stringify(openApiOf(app), null, 2)}\n`;
  await app.close();
  return text;
};
