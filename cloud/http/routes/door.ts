import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { SignInCommand } from '@kuluma/shared/model/views/commands.ts';
import { ClockView, isoOf, MeView } from '@kuluma/shared/model/views/common.ts';
import { AskLinkCommand } from '@kuluma/shared/model/views/people.ts';
import { Type } from 'typebox';
import { createLookup } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { closeSession, openSession } from '../principal.ts';
import { clearSession, sessionSecretOf, setSession } from '../session-cookie.ts';
import { sendAskedLinks } from '../sign-in-links.ts';
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
      const { secret, expiresAtMs, principal } = await openSession(
        deps,
        request.body.secret,
        request.headers['user-agent'] ?? '',
      );
      setSession(reply, principal.roles, secret, expiresAtMs - deps.wallNow());
      return meViewOf(createLookup(deps.records, principal.organisationId), principal);
    },
  );
  app.post(
    peoplePaths.askLink(),
    {
      config: { right: 'public', rateLimit: { max: 5, timeWindow: '1 minute' } },
      schema: {
        ...{ tags, summary: 'Asks for a sign-in link by letter; the answer does not tell who is known' },
        ...{ body: AskLinkCommand, response: { 202: Type.Null() } },
      },
    },
    async (request, reply) => {
      if (!deps.linkMail)
        throw new AppError('MESSAGE_UNAVAILABLE', 'this service sends no letters', {
          hint: 'ask an administrator for a link',
        });
      // Only after the answer: how long it takes would tell as well.
      sendAskedLinks(deps, deps.linkMail, request.body.email).catch((error: unknown) =>
        deps.log.error({ err: error }, 'sign-in links were not sent'),
      );
      return reply.status(202).send(null);
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
