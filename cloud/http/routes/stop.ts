import { AppError } from '@kuluma/shared/errors.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { Type } from 'typebox';
import { stopPage } from '../../core/messages/owner-pages/stop-page.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import { stopMessages } from '../../pipelines/save-wishes.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { registerLetterPages } from '../letter-pages.ts';
import { liveSession } from '../principal.ts';
import { ownerFrameOf } from '../views/owner-frame.ts';

const contactOf = async (deps: HttpDeps, secret: string): Promise<RecordOf<'contact'>> => {
  const link = await liveSession(deps, secret, 'stopLink');
  const contact = link?.contactId && (await deps.records.get('contact', link.organisationId, link.contactId));
  if (!contact)
    throw new AppError('EXPIRED', 'this link is not valid any more', { hint: 'use the link of a newer e-mail' });
  return contact;
};

const helperOf = ({ records }: HttpDeps, { organisationId, language }: RecordOf<'contact'>) =>
  ownerFrameOf(createLookup(records, organisationId), { language, style: '', url: '' });

/**
 * The link by which a contact stops e-mails without signing in. The page of the link changes nothing; its button does,
 * as does the POST of a mail reader (RFC 8058), which comes from elsewhere and carries a form.
 */
export const registerStopRoutes = (app: App, deps: HttpDeps): void => {
  const schema = { hide: true, params: Type.Object({ secret: Type.String({ minLength: 20, maxLength: 100 }) }) };
  const config = { right: 'public', fromElsewhere: true, rateLimit: { max: 30, timeWindow: '1 minute' } } as const;
  registerLetterPages(app, deps, (scope, { style, send }) => {
    scope.get('/stop/:secret', { config, schema }, async (request, reply) => {
      const contact = await contactOf(deps, request.params.secret);
      return send(reply, stopPage(contact.language, style, 'ask', await helperOf(deps, contact)));
    });
    scope.post('/stop/:secret', { config, schema }, async (request, reply) => {
      const contact = await contactOf(deps, request.params.secret);
      const { organisationId, id: contactId, language } = contact;
      await deps.records.transact((tx) => stopMessages(deps, tx, { organisationId, contactId, via: 'stopLink' }));
      return send(reply, stopPage(language, style, 'done', await helperOf(deps, contact)));
    });
  });
};
