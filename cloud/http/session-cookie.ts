import { type Role, roles } from '@kuluma/shared/model/parties.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A cookie for each role, so that one browser can hold a planner's page and an owner's side by side. */
export const cookieOf = (role: Role): string => `kuluma_${role}`;

const attributes = { path: '/', httpOnly: true, sameSite: 'strict', secure: 'auto' } as const;

/**
 * Of the role whose page it is, which the route or the header X-Kuluma names, else of the first role that is signed in;
 * undefined when none is.
 */
export const sessionSecretOf = (
  { headers, cookies }: Pick<FastifyRequest, 'headers' | 'cookies'>,
  desk?: Role,
): string | undefined => {
  const named = desk ?? roles.find((role) => role === headers['x-kuluma']);
  if (named) return cookies[cookieOf(named)];
  return roles.map((role) => cookies[cookieOf(role)]).find((secret) => secret !== undefined);
};

export const setSession = (reply: FastifyReply, of: readonly Role[], secret: string, lifeMs: number): void => {
  for (const role of of) reply.setCookie(cookieOf(role), secret, { ...attributes, maxAge: Math.floor(lifeMs / 1000) });
};

/** Puts the new secret of a session in the place of the old one, under every role for which the browser holds it. */
export const renewCookies = (
  reply: FastifyReply,
  { cookies }: Pick<FastifyRequest, 'cookies'>,
  old: string,
  secret: string,
  lifeMs: number,
): void =>
  setSession(
    reply,
    roles.filter((role) => cookies[cookieOf(role)] === old),
    secret,
    lifeMs,
  );

/** Forgets a session under every role for which the browser holds it. */
export const clearSession = (
  reply: FastifyReply,
  { cookies }: Pick<FastifyRequest, 'cookies'>,
  secret: string,
): void => {
  for (const role of roles) if (cookies[cookieOf(role)] === secret) reply.clearCookie(cookieOf(role), attributes);
};
