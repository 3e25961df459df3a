import { AppError, asAppError, errorCodes } from '@kuluma/shared/errors.ts';
import { type Id, idOf, Language, languages } from '@kuluma/shared/model/base.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import { NewTimesCommand, OfferAnswerCommand } from '@kuluma/shared/model/views/commands.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Principal } from '../../core/access/principal.ts';
import { bookingCalendar } from '../../core/messages/letter.ts';
import { type Notice, noOfferPage, offerPage } from '../../core/messages/offer-page/offer-page.ts';
import { answerOffer } from '../../pipelines/answer-offers.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import { factsOf } from '../../pipelines/message-facts.ts';
import { giveNewTimes } from '../../pipelines/renew-offer.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { readLetterStyle } from '../letter-style.ts';
import { principalOf } from '../plugins/access.ts';
import { liveSession, principalOfSession } from '../principal.ts';
import { offerViewOf } from '../views/offer.ts';
import { requireOffer } from './offers.ts';

/** An owner's contact at an offer that they may see. */
interface Reader {
  readonly principal: Principal;
  readonly contactId: Id<'contact'>;
  readonly offerId: Id<'offer'>;
  /** Of the page. */
  readonly url: string;
  readonly language: Language;
}

const Query = Type.Object({ lang: Type.Optional(Language) });
const Secret = Type.Object({ secret: Type.String({ minLength: 20, maxLength: 100 }) });
const OwnOffer = Type.Object({ offerId: idOf('offer') });

const tooManyRequests = 429;

type Form = Record<string, string>;
type Asked = FastifyRequest<{ Querystring: { lang?: Language } }>;

const readerOf = async (
  { records }: HttpDeps,
  { query: { lang } }: Asked,
  of: Omit<Reader, 'language' | 'contactId'>,
): Promise<Reader> => {
  const { organisationId, contactId } = of.principal;
  const contact = contactId && (await records.get('contact', organisationId, contactId));
  if (!contact) throw new AppError('FORBIDDEN', 'only the owner answers an offer');
  return { ...of, contactId: contact.id, language: lang ?? contact.language };
};

/** @throws EXPIRED when the link is unknown or over. */
const readerByLink = async (deps: HttpDeps, request: Asked, secret: string): Promise<Reader> => {
  const link = await liveSession(deps, secret, 'offerLink');
  const principal = link && (await principalOfSession(deps.records, link));
  if (!principal || !link.offerId) throw new AppError('EXPIRED', 'this link is not valid any more');
  return readerOf(deps, request, { principal, offerId: link.offerId, url: `/offer/${secret}` });
};

/** What the form says, as a command. @throws INPUT_INVALID */
const commandOf = ({ answer, version, ...fields }: Form) => ({
  seenVersion: Number(version),
  command:
    answer === 'newTimes'
      ? parse(NewTimesCommand, { answer, ...fields }, 'the answer')
      : parse(OfferAnswerCommand, { answer, ...fields }, 'the answer'),
});

const answerBy = async (deps: HttpDeps, reader: Reader, form: Form): Promise<void> => {
  const { seenVersion, command } = commandOf(form);
  const { principal, offerId, contactId, url } = reader;
  const { organisationId } = principal;
  await runOnce(deps.records, { url, principal, body: command }, async (tx) => {
    await requireOffer(createLookup(tx, organisationId), principal, offerId);
    const answer = { organisationId, offerId, contactId, seenVersion };
    if (command.answer === 'newTimes') await giveNewTimes(deps, tx, answer);
    else await answerOffer(deps, tx, { ...answer, command });
    return true;
  });
};

/**
 * The owner's page of an offer, for whoever has its link and for a signed-in contact. Looking changes nothing; each
 * answer is a form, and after it the page shows what came of it.
 */
export const registerOfferPages = (app: App, deps: HttpDeps): void => {
  const { style, contentSecurityPolicy } = readLetterStyle(deps.pagesDir);
  const asPage = (reply: FastifyReply, status = 200) =>
    reply
      .status(status)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      // The browser names the origin of a form only where it may tell our own site the referrer.
      .header('referrer-policy', 'same-origin')
      .header('content-security-policy', contentSecurityPolicy);

  const show = async (reply: FastifyReply, reader: Reader, notice?: Notice) => {
    const { principal, offerId, url, language } = reader;
    const lookup = createLookup(deps.records, principal.organisationId);
    const view = await offerViewOf(lookup, await requireOffer(lookup, principal, offerId));
    const page = offerPage(view, { url, language, style, notice, idempotencyKey: reply.request.id });
    return asPage(reply, notice ? errorCodes[notice.code].status : 200).send(page);
  };
  const answer = async (request: Asked, reply: FastifyReply, reader: Reader) => {
    try {
      await answerBy(deps, reader, request.body as Form);
    } catch (error) {
      const { code } = asAppError(error);
      if (code === 'INTERNAL') request.log.error({ err: error, reference: request.id }, 'an answer was not kept');
      return show(reply, reader, { code, reference: request.id });
    }
    const { lang } = request.query;
    return reply.redirect(lang ? `${reader.url}?lang=${lang}` : reader.url, 303);
  };
  const calendar = async (reply: FastifyReply, { principal, offerId, language }: Reader) => {
    const lookup = createLookup(deps.records, principal.organisationId);
    await requireOffer(lookup, principal, offerId);
    const visit = (await lookup.by('visit', 'offerId', offerId)).at(-1);
    const facts = visit && (await factsOf(lookup, { template: 'booked', offerId, visitId: visit.id }));
    if (!facts || facts === 'overtaken' || facts.template !== 'booked')
      throw new AppError('NOT_FOUND', 'there is no booked visit');
    return reply
      .type('text/calendar; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="kuluma.ics"')
      .send(bookingCalendar(language, facts, deps.clock.now()));
  };

  app.register(async (scope: App) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    scope.setErrorHandler((error, request, reply) => {
      const { code } = asAppError(error);
      const status = (error as { statusCode?: number }).statusCode ?? errorCodes[code].status;
      if (status >= 500) request.log.error({ err: error, reference: request.id }, 'request failed');
      const { lang } = request.query as { lang?: unknown };
      const language = languages.find((one) => one === lang) ?? 'fi';
      const isOurs = status >= 500 || status === tooManyRequests;
      return asPage(reply, status).send(noOfferPage(language, style, isOurs ? request.id : undefined));
    });

    const ofLink = { right: 'public', fromElsewhere: true, rateLimit: { max: 60, timeWindow: '1 minute' } } as const;
    const byLink = { config: ofLink, schema: { hide: true, params: Secret, querystring: Query } };
    scope.get('/offer/:secret', byLink, async (request, reply) =>
      show(reply, await readerByLink(deps, request, request.params.secret)),
    );
    scope.get('/offer/:secret/visit.ics', byLink, async (request, reply) =>
      calendar(reply, await readerByLink(deps, request, request.params.secret)),
    );
    scope.post('/offer/:secret', byLink, async (request, reply) =>
      answer(request, reply, await readerByLink(deps, request, request.params.secret)),
    );

    const signedIn = (request: Asked, offerId: Id<'offer'>) =>
      readerOf(deps, request, { principal: principalOf(request), offerId, url: `/owner/offers/${offerId}` });
    const schema = { hide: true, params: OwnOffer, querystring: Query };
    const toRead = { config: { right: 'offer:read', desk: 'owner' }, schema } as const;
    scope.get('/owner/offers/:offerId', toRead, async (request, reply) =>
      show(reply, await signedIn(request, request.params.offerId)),
    );
    scope.get('/owner/offers/:offerId/visit.ics', toRead, async (request, reply) =>
      calendar(reply, await signedIn(request, request.params.offerId)),
    );
    scope.post(
      '/owner/offers/:offerId',
      { config: { right: 'offer:answer', desk: 'owner', takesForms: true }, schema },
      async (request, reply) => answer(request, reply, await signedIn(request, request.params.offerId)),
    );
  });
};
