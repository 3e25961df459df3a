import { errorCodes } from '@kuluma/shared/errors.ts';
import { Type } from 'typebox';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';

const Healthy = Type.Object({ ok: Type.Boolean() });

/** For those who watch the process: is it alive, can it serve. */
export const registerHealthRoutes = (app: App, { records, isLeaving }: HttpDeps): void => {
  const schema = { tags: ['health'], response: { 200: Healthy } };
  app.get('/healthz', { config: { right: 'public' }, schema: { ...schema, summary: 'The process answers' } }, () => ({
    ok: true,
  }));
  app.get(
    '/readyz',
    {
      config: { right: 'public' },
      schema: {
        ...{ tags: schema.tags, summary: 'The records answer, and the process is not about to end' },
        response: { 200: Healthy, 503: Healthy },
      },
    },
    async (_, reply) => {
      // It ends as it was asked to: nothing is wrong that the log would have to tell, at each look of a proxy.
      if (isLeaving?.()) return reply.status(errorCodes.STORE_UNAVAILABLE.status).send({ ok: false });
      await records.organisationIds();
      return { ok: true };
    },
  );
};
