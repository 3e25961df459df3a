import { AppError } from '@kuluma/shared/errors.ts';
import { securityText, securityTextEndsAtMs } from '../../core/access/security-text.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';

/** Tells whoever has found a weakness whom to tell; nothing where that is not configured, or not true any more. */
export const registerSecurityText = (app: App, { securityContact, wallNow }: HttpDeps): void => {
  app.get('/.well-known/security.txt', { config: { right: 'public' }, schema: { hide: true } }, (_, reply) => {
    if (!securityContact || securityTextEndsAtMs(securityContact) <= wallNow())
      throw new AppError('NOT_FOUND', 'nobody is named here');
    return reply.type('text/plain; charset=utf-8').send(securityText(securityContact));
  });
};
