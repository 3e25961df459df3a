import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { Part } from '@kuluma/shared/node/lifecycle.ts';
import type { Certificates, ServedCertificate } from '../access-ports.ts';
import { buildApp } from './app.ts';
import type { App } from './fastify-app.ts';
import type { HttpDeps } from './http-deps.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** With one nothing is said in the clear. */
  readonly certificates?: Certificates;
  /** How long it still takes connections when it is to end, so that a proxy can learn that and go elsewhere. */
  readonly leaveMs?: number;
}

const minVersion = 'TLSv1.2';

/** Connections that are open go on under what they were opened with when the certificate is replaced. */
const safeServer = ({ cert, key }: ServedCertificate, certificates: Certificates, handler: RequestListener): Server => {
  const server = createServer({ cert, key, minVersion }, handler);
  certificates.onChange((next) => server.setSecureContext({ cert: next.cert, key: next.key, minVersion }));
  return server;
};

/** Of requests that are being answered when it ends. */
const answeredWithinMs = 3_000;

/**
 * The HTTP service on its port. To stop it says first that it is not ready, and has each answer end its connection; then
 * it takes no more, answers what it was asked, and cuts what takes too long.
 */
export const createHttpServer = (options: ServerOptions, deps: HttpDeps): Part & { port(): number } => {
  let app: App | undefined;
  let isLeaving = false;
  return {
    name: 'http',
    async start() {
      isLeaving = false;
      const { certificates } = options;
      const certificate = await certificates?.current();
      app = await buildApp(
        { ...deps, isLeaving: () => isLeaving },
        certificates && certificate && ((handler) => safeServer(certificate, certificates, handler)),
      );
      await app.listen({
        ...{ host: options.host, port: options.port },
        // It knows nothing of the TLS that its server speaks.
        listenTextResolver: (url) => `listening at ${certificates ? url.replace('http:', 'https:') : url}`,
      });
    },
    async stop() {
      const ending = app;
      if (!ending) return;
      isLeaving = true;
      await pause(options.leaveMs ?? 0);
      const late = setTimeout(() => ending.server.closeAllConnections(), answeredWithinMs);
      await ending.close();
      clearTimeout(late);
      app = undefined;
    },
    port() {
      const address = app?.server.address();
      return typeof address === 'object' && address ? address.port : 0;
    },
  };
};
