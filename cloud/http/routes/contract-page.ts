import { AppError, asAppError, errorCodes } from '@kuluma/shared/errors.ts';
import { type Id, idOf, type Language } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import { ContractAnswerCommand } from '@kuluma/shared/model/views/contract.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Principal } from '../../core/access/principal.ts';
import { contractPage } from '../../core/messages/owner-pages/contract-page.ts';
import { answerContract } from '../../pipelines/contract-offers.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { type Form, LanguageQuery, registerLetterPages } from '../letter-pages.ts';
import { principalOf } from '../plugins/access.ts';
import { liveSession, principalOfSession } from '../principal.ts';
import { contractOfferViewOf } from '../views/contract.ts';
import { ownerFrameOf } from '../views/owner-frame.ts';

const Query = Type.Object({ ...LanguageQuery });
type Asked = FastifyRequest<{ Querystring: { lang?: Language } }>;

/** A contact at the offer of a contract that went to them. */
interface Reader {
  readonly principal: Principal;
  readonly contact: RecordOf<'contact'>;
  readonly contractOfferId: Id<'contractOffer'>;
  /** Of the page. */
  readonly url: string;
  /** Where a signed-in owner writes. */
  readonly writeUrl?: string;
}

const readerOf = async (deps: HttpDeps, of: Omit<Reader, 'contact'>): Promise<Reader> => {
  const { organisationId, contactId } = of.principal;
  const contact = contactId && (await deps.records.get('contact', organisationId, contactId));
  if (!contact) throw new AppError('FORBIDDEN', 'only the owner answers an offer');
  return { ...of, contact };
};

/** @throws EXPIRED when the link is unknown or over */
export const readerByLink = async (deps: HttpDeps, secret: string): Promise<Reader> => {
  const link = await liveSession(deps, secret, 'contractLink');
  const principal = link && (await principalOfSession(deps.records, link));
  if (!principal || !link.contractOfferId) throw new AppError('EXPIRED', 'this link is not valid any more');
  return readerOf(deps, { principal, contractOfferId: link.contractOfferId, url: `/contract/${secret}` });
};

/** @throws FORBIDDEN for anybody but a contact */
export const readerSignedIn = (
  deps: HttpDeps,
  request: Pick<FastifyRequest, 'principal'>,
  contractOfferId: Id<'contractOffer'>,
): Promise<Reader> =>
  readerOf(deps, {
    ...{ principal: principalOf(request), contractOfferId },
    ...{ url: `/owner/contracts/${contractOfferId}`, writeUrl: '/owner/write' },
  });

/** The offer, for the contact whom it was sent to and for their colleagues to read. @throws NOT_FOUND */
export const offerOf = async (
  deps: HttpDeps,
  { contact, contractOfferId }: Reader,
): Promise<RecordOf<'contractOffer'>> => {
  const offer = await deps.records.get('contractOffer', contact.organisationId, contractOfferId);
  if (offer?.ownerId !== contact.ownerId) throw new AppError('NOT_FOUND', 'there is no such offer');
  return offer;
};

/**
 * The owner's page of a contract that is offered, for whoever has its link and for a signed-in contact. Looking changes
 * nothing; the answer is a form.
 */
export const registerContractPages = (app: App, deps: HttpDeps): void =>
  registerLetterPages(app, deps, (scope, { style, send }) => {
    const show = async (request: Asked, reply: FastifyReply, reader: Reader, notice?: string, status = 200) => {
      const { contact, url, writeUrl } = reader;
      const offer = await offerOf(deps, reader);
      const lookup = createLookup(deps.records, contact.organisationId);
      const language = request.query.lang ?? contact.language;
      const frame = await ownerFrameOf(lookup, { language, style, url, writeUrl });
      const page = contractPage(frame, await contractOfferViewOf(lookup, offer), {
        idempotencyKey: request.id,
        notice,
      });
      return send(reply, page, status);
    };
    const answer = async (request: Asked, reply: FastifyReply, reader: Reader) => {
      const { version, ...fields } = request.body as Form;
      const { principal, contact, contractOfferId, url } = reader;
      const { organisationId, id: contactId } = contact;
      await offerOf(deps, reader);
      try {
        const command = parse(ContractAnswerCommand, fields, 'the answer');
        const seen = { organisationId, contractOfferId, contactId, seenVersion: Number(version) };
        await runOnce(deps.records, { url, principal, body: command }, async (tx) => {
          await answerContract(deps, tx, { ...seen, command });
          return true;
        });
      } catch (error) {
        const { code } = asAppError(error);
        if (code === 'INTERNAL') request.log.error({ err: error, reference: request.id }, 'an answer was not kept');
        else request.log.info({ code, contractOfferId, reference: request.id }, 'an answer was refused');
        return show(request, reply, reader, code, errorCodes[code].status);
      }
      const { lang } = request.query;
      return reply.redirect(lang ? `${url}?lang=${lang}` : url, 303);
    };

    const params = Type.Object({ secret: Type.String({ minLength: 20, maxLength: 100 }) });
    const ofLink = { right: 'public', fromElsewhere: true, rateLimit: { max: 60, timeWindow: '1 minute' } } as const;
    const byLink = { config: ofLink, schema: { hide: true, params, querystring: Query } };
    scope.get('/contract/:secret', byLink, async (request, reply) =>
      show(request, reply, await readerByLink(deps, request.params.secret)),
    );
    scope.post('/contract/:secret', byLink, async (request, reply) =>
      answer(request, reply, await readerByLink(deps, request.params.secret)),
    );

    const signedIn = (request: Asked, contractOfferId: Id<'contractOffer'>) =>
      readerSignedIn(deps, request, contractOfferId);
    const schema = {
      hide: true,
      params: Type.Object({ contractOfferId: idOf('contractOffer') }),
      querystring: Query,
    };
    scope.get(
      '/owner/contracts/:contractOfferId',
      { config: { right: 'offer:read', desk: 'owner' }, schema },
      async (request, reply) => show(request, reply, await signedIn(request, request.params.contractOfferId)),
    );
    scope.post(
      '/owner/contracts/:contractOfferId',
      { config: { right: 'offer:answer', desk: 'owner', takesForms: true }, schema },
      async (request, reply) => answer(request, reply, await signedIn(request, request.params.contractOfferId)),
    );
  });
