import { AppError, asAppError } from '@kuluma/shared/errors.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import { SignInProviderView } from '@kuluma/shared/model/views/people.ts';
import { Type } from 'typebox';
import type { IdentityProvider } from '../../access-ports.ts';
import { providedPerson } from '../../pipelines/provided-person.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { signIn } from '../principal.ts';
import { hashOf } from '../secrets.ts';
import { setSession } from '../session-cookie.ts';

/** How long somebody has to sign in at the provider. */
const awayMs = 10 * minuteMs;
const cookie = 'kuluma_away';
/** Lax: the browser comes back from another site, and the cookie has to come along. */
const attributes = { path: peoplePaths.signInProviders(), httpOnly: true, sameSite: 'lax', secure: 'auto' } as const;

/** Signing in by the accounts that a company has anyway (OpenID Connect). */
export const registerSignInProviders = (app: App, deps: HttpDeps): void => {
  const tags = ['door'];
  const { publicUrl = '', providers = [] } = deps.signInProviders ?? {};
  const config = { right: 'public', rateLimit: { max: 30, timeWindow: '1 minute' } } as const;
  const params = Type.Object({ providerId: Type.String({ maxLength: 50 }) });
  const returnUrl = ({ id }: IdentityProvider): string => `${publicUrl}${peoplePaths.returnFromProvider(id)}`;
  const known = (providerId: string): IdentityProvider => {
    const provider = providers.find(({ id }) => id === providerId);
    if (!provider) throw new AppError('NOT_FOUND', 'there is no such identity provider');
    return provider;
  };

  app.get(
    peoplePaths.signInProviders(),
    {
      config: { right: 'public' },
      schema: {
        ...{ tags, summary: 'Where people sign in by accounts of their company' },
        response: { 200: Type.Array(SignInProviderView) },
      },
    },
    () => providers.map(({ id, name }) => ({ providerId: id, name })),
  );
  app.get(
    peoplePaths.signInAtProvider(':providerId'),
    { config, schema: { tags, summary: 'Sends the browser to the provider', params } },
    async ({ params: { providerId } }, reply) => {
      const provider = known(providerId);
      const { url, kept, state } = await provider.begin(returnUrl(provider));
      await deps.records.keepChallenge(hashOf(state), deps.wallNow() + awayMs);
      reply.setCookie(cookie, kept, { ...attributes, maxAge: awayMs / 1000 });
      return reply.header('cache-control', 'no-store').redirect(url, 302);
    },
  );
  app.get(
    peoplePaths.returnFromProvider(':providerId'),
    { config, schema: { tags, summary: 'Where the browser comes back to, signed in or refused', params } },
    async (request, reply) => {
      const provider = known(request.params.providerId);
      const kept = request.cookies[cookie] ?? '';
      reply.clearCookie(cookie, attributes).header('cache-control', 'no-store');
      try {
        const [state = ''] = kept.split('.');
        if (!(await deps.records.takeChallenge(hashOf(state), deps.wallNow())))
          throw new AppError('NOT_SIGNED_IN', 'nobody was sent to the provider from here just now');
        // What the browser asked for, below our own address: a host of the asker's making is of no use.
        const { search } = new URL(request.url, 'http://localhost');
        const identity = await provider.finish(new URL(`${returnUrl(provider)}${search}`), kept);
        const { organisationId, id, roles } = await providedPerson(deps, provider, identity);
        const { secondFactorAtMs } = identity;
        const who = { organisationId, personId: id, contactId: null, roles };
        // A clock ahead of ours makes no factor last longer.
        const shown =
          secondFactorAtMs === undefined ? {} : { secondFactorAtMs: Math.min(secondFactorAtMs, deps.wallNow()) };
        const opened = await signIn(deps, { ...who, ...shown }, request.headers['user-agent'] ?? '');
        setSession(reply, opened.principal.roles, opened.secret, opened.expiresAtMs - deps.wallNow());
        return reply.redirect('/', 303);
      } catch (error) {
        const { code, message } = asAppError(error);
        if (code === 'INTERNAL') throw error;
        deps.log.warn({ code, reason: message, provider: provider.id }, 'nobody was signed in by a provider');
        return reply.redirect('/sign-in/?refused', 303);
      }
    },
  );
};
