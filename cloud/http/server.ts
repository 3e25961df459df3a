import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Certificates, ServedCertificate } from '../ports.ts';
import { buildApp } from './app.ts';
import type { App } from './fastify-app.ts';
import type { HttpDeps } from './http-deps.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** With one nothing is said in the clear. */
  readonly certificates?: Certificates;
}

const minVersion = 'TLSv1.2';

/** Connections that are open go on under what they were opened with when the certificate is replaced. */
const safeServer = ({ cert, key }: ServedCertificate, certificates: Certificates, handler: RequestListener): Server => {
  const server = createServer({ cert, key, minVersion }, handler);
  certificates.onChange((next) => server.setSecureContext({ cert: next.cert, key: next.key, minVersion }));
  return server;
};

/** The HTTP service on its port. */
export const createHttpServer = (options: ServerOptions, deps: HttpDeps): Part & { port(): number } => {
  let app: App | undefined;
  return {
    name: 'http',
    async start() {
      const { certificates } = options;
      const certificate = await certificates?.current();
      app = await buildApp(
        deps,
        certificates && certificate && ((handler) => safeServer(certificate, certificates, handler)),
      );
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
