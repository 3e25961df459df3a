import { createServer } from 'node:https';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import { buildApp } from './app.ts';
import type { App } from './fastify-app.ts';
import type { HttpDeps } from './http-deps.ts';

interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface ServerOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** PEM; with it nothing is said in the clear. */
  readonly certificate?: () => Promise<Certificate | undefined>;
}

/** The HTTP service on its port. */
export const createHttpServer = (options: ServerOptions, deps: HttpDeps): Part & { port(): number } => {
  let app: App | undefined;
  return {
    name: 'http',
    async start() {
      const certificate = await options.certificate?.();
      const tls = certificate && { ...certificate, minVersion: 'TLSv1.2' as const };
      app = await buildApp(deps, tls && ((handler) => createServer(tls, handler)));
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
