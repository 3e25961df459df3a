import { apiPaths } from '@kuluma/shared/model/api.ts';
import { SignInCommand } from '@kuluma/shared/model/views/commands.ts';
import { ClockView, isoOf, MeView } from '@kuluma/shared/model/views/common.ts';
import { Type } from 'typebox';
import { createLookup } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { closeSession, openSession } from '../principal.ts';
import { clearSession, sessionSecretOf, setSession } from '../session-cookie.ts';
import { meViewOf } from '../views/me.ts';

/** Signing in and out, who I am, what time it is. */
export const registerDoorRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['door'];
  app.post(
    apiPaths.signIn(),
    {
      config: { right: 'public', rateLimit: { max: 30, timeWindow: '1 minute' } },
      schema: { tags, summary: 'Exchanges a sign-in link', body: SignInCommand, response: { 200: MeView } },
    },
    async (request, reply) => {
      const { secret, expiresAtMs, principal } = await openSession(deps, request.body.secret);
      setSession(reply, principal.roles, secret, expiresAtMs - deps.wallNow());
      return meViewOf(createLookup(deps.records, principal.organisationId), principal);
    },
  );
  app.post(
    apiPaths.signOut(),
    { config: { right: 'public' }, schema: { tags, summary: 'Ends the session', response: { 204: Type.Null() } } },
    async (request, reply) => {
      const secret = sessionSecretOf(request);
      if (secret) {
        await closeSession(deps.records, secret, deps.wallNow());
        clearSession(reply, request, secret);
      }
      return reply.status(204).send(null);
    },
  );
  app.get(
    apiPaths.me(),
    { config: { right: 'me:read' }, schema: { tags, summary: 'Who is signed in', response: { 200: MeView } } },
    async (request) => {
      const principal = principalOf(request);
      return meViewOf(createLookup(deps.records, principal.organisationId), principal);
    },
  );
  app.get(
    apiPaths.clock(),
    { config: { right: 'public' }, schema: { tags, summary: 'Product time', response: { 200: ClockView } } },
    () => ({ nowAt: isoOf(deps.clock.now()), rate: deps.clock.rate, demo: deps.demo }),
  );
};
