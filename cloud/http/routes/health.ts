import { AppError } from '@kuluma/shared/errors.ts';
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
      schema: { ...schema, summary: 'The records answer, and the process is not about to end' },
    },
    async () => {
      if (isLeaving?.()) throw new AppError('STORE_UNAVAILABLE', 'this process is about to end');
      await records.organisationIds();
      return { ok: true };
    },
  );
};
