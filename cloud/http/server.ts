import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import { buildApp } from './app.ts';
import type { App } from './fastify-app.ts';
import type { HttpDeps } from './http-deps.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
}

/** The HTTP service on its port. */
export const createHttpServer = (options: ServerOptions, deps: HttpDeps): Part & { port(): number } => {
  let app: App | undefined;
  return {
    name: 'http',
    async start() {
      app = await buildApp(deps);
      await app.listen({ host: options.host, port: options.port });
    },
    async stop() {
      await app?.close();
      app = undefined;
    },
    port() {
      const address = app?.server.address();
      return typeof address === 'object' && address ? address.port : 0;
    },
  };
};
