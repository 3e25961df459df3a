import { AppError } from '@kuluma/shared/errors.ts';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes commands that do not come from our pages: its address is the secret. */
    fromElsewhere?: boolean;
    /** The route takes forms of our own pages, which carry no header of ours: the browser's Origin must be there. */
    takesForms?: boolean;
  }
}

const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

const isForeign = (origin: string, host: string): boolean => {
  try {
    return new URL(origin).host !== host;
  } catch {
    return true;
  }
};

/**
 * Refuses commands that another site could have made the browser send: they need a header that a form cannot carry,
 * and an Origin, where the browser sends one, that is our own.
 */
export const registerSameOrigin = (app: FastifyInstance): void => {
  app.addHook('onRequest', async (request) => {
    if (isSafe(request.method) || request.routeOptions.config.fromElsewhere) return;
    const { origin } = request.headers;
    const isOurs = request.routeOptions.config.takesForms
      ? origin !== undefined
      : request.headers['x-kuluma'] !== undefined;
    if (!isOurs || (origin !== undefined && isForeign(origin, request.host)))
      throw new AppError('FORBIDDEN', 'this command did not come from our own pages', {
        hint: 'send the header X-Kuluma: 1 from the same origin',
      });
  });
};
