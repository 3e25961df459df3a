import { AppError } from '@kuluma/shared/errors.ts';
import type { Role } from '@kuluma/shared/model/parties.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mayUse, type Principal } from '../../core/access/principal.ts';
import type { Right } from '../../core/access/rights.ts';
import { type SignInDeps, useSession } from '../principal.ts';
import { requireFactor } from '../second-factor.ts';
import { renewCookies, sessionSecretOf } from '../session-cookie.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    right?: Right;
    /** Whose page the route is: a page that the browser opens by itself sends no header. */
    desk?: Role;
    /** An act that hands out rights or keys; `orFirst`: one that sets a second factor up, or takes one away. */
    asksSecondFactor?: true | 'orFirst';
    /** Why an answer with a secret in it needs no second factor: it opens no more than its asker has anyway. */
    tellsSecretTo?: 'whose it is' | 'whoever has its code';
  }
  interface FastifyRequest {
    principal: Principal | null;
    /** When a second factor was shown in its session; wall time. */
    secondFactorAtMs: number | null;
  }
}

/** The principal of a request on a route that is not public. */
export const principalOf = (request: Pick<FastifyRequest, 'principal'>): Principal => {
  if (!request.principal) throw new AppError('NOT_SIGNED_IN', 'sign in first', { hint: 'open your sign-in link' });
  return request.principal;
};

/** Whether a text that opens something stands anywhere in an answer (`Secret` of the schemas). */
const tellsSecret = (schema: unknown): boolean =>
  typeof schema === 'object' &&
  schema !== null &&
  Object.entries(schema).some(([key, value]) => (key === 'x-secret' && value === true) || tellsSecret(value));

const check = (request: FastifyRequest, right: Right): void => {
  if (right === 'public') return;
  const principal = principalOf(request);
  const { organisationId } = request.params as { organisationId?: string };
  // Another organisation's records look the same as records that do not exist.
  if (organisationId !== undefined && organisationId !== principal.organisationId)
    throw new AppError('NOT_FOUND', 'there is no such organisation');
  if (!mayUse(principal, right)) throw new AppError('FORBIDDEN', `your role does not have the right ${right}`);
};

/** Gives every request its principal and lets it through only with the right that its route declares. */
export const registerAccess = (app: FastifyInstance, deps: SignInDeps): void => {
  app.decorateRequest('principal', null);
  app.decorateRequest('secondFactorAtMs', null);
  app.addHook('onRoute', ({ method, url, config, schema }) => {
    if (!config?.right) throw new Error(`the route ${String(method)} ${url} does not declare the right that it needs`);
    if (tellsSecret(schema?.response) && !config.asksSecondFactor && !config.tellsSecretTo)
      throw new Error(`the route ${String(method)} ${url} tells a secret and asks for no second factor`);
  });

  app.addHook('onRequest', async (request, reply) => {
    // Only the answer "there is nothing here" has no right of its own: `onRoute` refuses every other.
    const right = request.routeOptions.config.right ?? 'public';
    const secret = right === 'public' ? undefined : sessionSecretOf(request, request.routeOptions.config.desk);
    const session = secret === undefined ? undefined : await useSession(deps, secret);
    request.principal = session?.principal ?? null;
    request.secondFactorAtMs = session?.secondFactorAtMs ?? null;
    if (secret && session?.renewed)
      renewCookies(reply, request, secret, session.renewed.secret, session.renewed.expiresAtMs - deps.wallNow());
    // What one person may see is kept by no cache between us.
    if (right !== 'public') reply.header('cache-control', 'no-store');
    check(request, right);
    const { asksSecondFactor: asks } = request.routeOptions.config;
    if (asks)
      await requireFactor(deps, principalOf(request), request.secondFactorAtMs ?? undefined, asks === 'orFirst');
  });
};
