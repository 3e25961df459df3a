import { AppError, asAppError, errorCodes } from '@kuluma/shared/errors.ts';
import { type Id, idOf, type Language } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { parse } from '@kuluma/shared/model/validate.ts';
import {
  FeedbackCommand,
  NewTimesCommand,
  OfferAnswerCommand,
  VisitChangeCommand,
} from '@kuluma/shared/model/views/commands.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Principal } from '../../core/access/principal.ts';
import { bookingCalendar } from '../../core/messages/letter.ts';
import { badFeedbackText } from '../../core/messages/offer-page/feedback-forms.ts';
import { type OfferPage, offerPage } from '../../core/messages/offer-page/offer-page.ts';
import { answerOffer } from '../../pipelines/answer-offers.ts';
import { changeVisit, otherTimesFor } from '../../pipelines/change-visit.ts';
import { machinePictureOf } from '../../pipelines/documents.ts';
import { createLookup, type Lookup } from '../../pipelines/lookup.ts';
import { ownerIdOf } from '../../pipelines/machine-facts.ts';
import { factsOf } from '../../pipelines/message-facts.ts';
import { recordFeedback } from '../../pipelines/record-feedback.ts';
import { giveNewTimes } from '../../pipelines/renew-offer.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { type Form, LanguageQuery, registerLetterPages } from '../letter-pages.ts';
import { principalOf } from '../plugins/access.ts';
import { liveSession, principalOfSession } from '../principal.ts';
import { sendFile } from '../send-file.ts';
import { offerViewOf } from '../views/offer.ts';
import { printedReportOf } from '../views/printed-report.ts';
import { otherTimeViews } from '../views/slot-view.ts';
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

const Query = Type.Object({ ...LanguageQuery, show: Type.Optional(Type.Literal('times')) });
const Secret = Type.Object({ secret: Type.String({ minLength: 20, maxLength: 100 }) });
const OwnOffer = Type.Object({ offerId: idOf('offer') });

type Asked = FastifyRequest<{ Querystring: { lang?: Language; show?: 'times' } }>;

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

type Command =
  | OfferAnswerCommand
  | VisitChangeCommand
  | FeedbackCommand
  | { idempotencyKey: string; answer: 'newTimes' };

/** What the form says, as a command. @throws INPUT_INVALID */
const commandOf = ({
  answer,
  version,
  place = '',
  rating,
  ...fields
}: Form): { seenVersion: number; command: Command } => {
  const [technicianId = '', startAt = ''] = place.split('@');
  const where = answer === 'moveVisit' ? { technicianId, startAt } : {};
  const rated = rating === undefined ? {} : { rating: Number(rating) };
  const schema = Type.Union([OfferAnswerCommand, VisitChangeCommand, FeedbackCommand, NewTimesCommand]);
  return {
    seenVersion: Number(version),
    command: parse(schema, { answer, ...where, ...rated, ...fields }, 'the answer') as Command,
  };
};

const answerBy = async (deps: HttpDeps, reader: Reader, form: Form): Promise<void> => {
  const { seenVersion, command } = commandOf(form);
  const { principal, offerId, contactId, url, language } = reader;
  const { organisationId } = principal;
  await runOnce(deps.records, { url, principal, body: command }, async (tx) => {
    await requireOffer(createLookup(tx, organisationId), principal, offerId);
    const answer = { organisationId, offerId, contactId, seenVersion };
    if (command.answer === 'newTimes') await giveNewTimes(deps, tx, answer);
    else if (command.answer === 'moveVisit' || command.answer === 'cancelVisit')
      await changeVisit(deps, tx, { ...answer, command });
    else if (command.answer === 'satisfaction' || command.answer === 'ease') {
      const caseText = badFeedbackText(language, command);
      await recordFeedback(deps, tx, { organisationId, offerId, contactId, command, caseText });
    } else await answerOffer(deps, tx, { ...answer, command });
    return true;
  });
};

/** Whoever came too late for a time gets others in the same answer. @returns what the page says of it, as a code */
const newTimesAfter = async (deps: HttpDeps, { principal, offerId, contactId }: Reader): Promise<string> => {
  const { organisationId } = principal;
  return deps.records.transact(async (tx) => {
    const { version: seenVersion } = await requireOffer(createLookup(tx, organisationId), principal, offerId);
    await giveNewTimes(deps, tx, { organisationId, offerId, contactId, seenVersion });
    return 'newTimes';
  });
};

/** What an answer that was not kept leads to. */
const remedyOf = async (deps: HttpDeps, reader: Reader, form: Form, error: unknown) => {
  const { code } = asAppError(error);
  const isLate = code === 'SLOT_TAKEN' || code === 'EXPIRED';
  if (!isLate) return { code, told: code, withTimes: false };
  if (form['answer'] === 'moveVisit') return { code, told: 'moveTaken', withTimes: true };
  if (form['answer'] !== 'accept') return { code, told: code, withTimes: false };
  const told = await newTimesAfter(deps, reader).catch((failed: unknown) => {
    const { code: why } = asAppError(failed);
    // Anything but that there are none is told as what happened first.
    if (why === 'INTERNAL') throw failed;
    return why === 'NO_FEASIBLE_SLOT' ? why : code;
  });
  return { code, told, withTimes: false };
};

const otherTimesOf = async (deps: HttpDeps, lookup: Lookup, offerId: string): Promise<OfferPage['otherTimes']> => {
  const visit = (await lookup.by('visit', 'offerId', offerId)).at(-1);
  if (visit?.state !== 'booked') return undefined;
  return otherTimeViews(lookup, await otherTimesFor(deps, lookup, visit));
};

/** The picture of the machine of an offer, for as long as it is the owner's who got it. */
const pictureOf = async ({ clock }: HttpDeps, lookup: Lookup, { machineId, ownerId }: RecordOf<'offer'>) => {
  const nowMs = clock.now();
  return (await ownerIdOf(lookup, machineId, nowMs)) === ownerId
    ? machinePictureOf(lookup, machineId, nowMs)
    : undefined;
};

const calendarOf = async (deps: HttpDeps, { principal, offerId, language }: Reader): Promise<string> => {
  const lookup = createLookup(deps.records, principal.organisationId);
  await requireOffer(lookup, principal, offerId);
  const visit = (await lookup.by('visit', 'offerId', offerId)).at(-1);
  const template = visit?.state === 'cancelled' ? 'cancelled' : 'booked';
  const facts = visit && (await factsOf(lookup, { template, offerId, visitId: visit.id }));
  if (!facts || facts === 'overtaken' || !('visitId' in facts))
    throw new AppError('NOT_FOUND', 'there is no booked visit');
  return bookingCalendar(language, facts, deps.clock.now());
};

/**
 * The owner's page of an offer, for whoever has its link and for a signed-in contact. Looking changes nothing; each
 * answer is a form, and after it the page shows what came of it.
 */
export const registerOfferPages = (app: App, deps: HttpDeps): void =>
  registerLetterPages(app, deps, (scope, { style, send }) => {
    const show = async (
      request: Asked,
      reply: FastifyReply,
      reader: Reader,
      { notice, status = 200, withTimes }: Pick<OfferPage, 'notice'> & { status?: number; withTimes: boolean },
    ) => {
      const { principal, offerId, url, language } = reader;
      const lookup = createLookup(deps.records, principal.organisationId);
      const offer = await requireOffer(lookup, principal, offerId);
      const view = await offerViewOf(lookup, offer, deps.clock.now());
      const canChange = withTimes && typeof view.visit?.changeUntilAt === 'string';
      const otherTimes = canChange ? await otherTimesOf(deps, lookup, offerId) : undefined;
      const shown = await pictureOf(deps, lookup, offer);
      const picture = shown ? { url: `${url}/picture.jpg`, width: shown.width, height: shown.height } : null;
      const page = offerPage(view, { url, language, style, notice, otherTimes, picture, idempotencyKey: request.id });
      return send(reply, page, status);
    };
    const read = (request: Asked, reply: FastifyReply, reader: Reader) =>
      show(request, reply, reader, { withTimes: request.query.show === 'times' });
    const answer = async (request: Asked, reply: FastifyReply, reader: Reader) => {
      const form = request.body as Form;
      try {
        await answerBy(deps, reader, form);
      } catch (error) {
        const { code, told, withTimes } = await remedyOf(deps, reader, form, error);
        if (code === 'INTERNAL') request.log.error({ err: error, reference: request.id }, 'an answer was not kept');
        else request.log.info({ code, offerId: reader.offerId, reference: request.id }, 'an answer was refused');
        const notice = { code: told, reference: request.id };
        return show(request, reply, reader, { notice, status: errorCodes[code].status, withTimes });
      }
      const { lang } = request.query;
      return reply.redirect(lang ? `${reader.url}?lang=${lang}` : reader.url, 303);
    };
    const calendar = async (reply: FastifyReply, reader: Reader) =>
      reply
        .type('text/calendar; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="kuluma.ics"')
        .send(await calendarOf(deps, reader));

    const printed = async (reply: FastifyReply, reader: Reader) => {
      const lookup = createLookup(deps.records, reader.principal.organisationId);
      await requireOffer(lookup, reader.principal, reader.offerId);
      const visit = (await lookup.by('visit', 'offerId', reader.offerId)).at(-1);
      if (visit?.state !== 'done') throw new AppError('NOT_FOUND', 'there is no report yet');
      const pdf = await deps.printReport(await printedReportOf(lookup, visit, reader.language));
      return reply
        .type('application/pdf')
        .header('cache-control', 'no-store')
        .header('content-disposition', `inline; filename="${visit.id}.pdf"`)
        .send(Buffer.from(pdf));
    };

    const picture = async (request: Asked, reply: FastifyReply, { principal, offerId }: Reader) => {
      const lookup = createLookup(deps.records, principal.organisationId);
      const file = await pictureOf(deps, lookup, await requireOffer(lookup, principal, offerId));
      if (!file) throw new AppError('NOT_FOUND', 'there is no picture of the machine');
      return sendFile(deps.files, request, reply, file);
    };

    const ofLink = { right: 'public', fromElsewhere: true, rateLimit: { max: 60, timeWindow: '1 minute' } } as const;
    const byLink = { config: ofLink, schema: { hide: true, params: Secret, querystring: Query } };
    scope.get('/offer/:secret', byLink, async (request, reply) =>
      read(request, reply, await readerByLink(deps, request, request.params.secret)),
    );
    scope.get('/offer/:secret/visit.ics', byLink, async (request, reply) =>
      calendar(reply, await readerByLink(deps, request, request.params.secret)),
    );
    scope.get('/offer/:secret/report.pdf', byLink, async (request, reply) =>
      printed(reply, await readerByLink(deps, request, request.params.secret)),
    );
    scope.get('/offer/:secret/picture.jpg', byLink, async (request, reply) =>
      picture(request, reply, await readerByLink(deps, request, request.params.secret)),
    );
    scope.post('/offer/:secret', byLink, async (request, reply) =>
      answer(request, reply, await readerByLink(deps, request, request.params.secret)),
    );

    const signedIn = (request: Asked, offerId: Id<'offer'>) =>
      readerOf(deps, request, { principal: principalOf(request), offerId, url: `/owner/offers/${offerId}` });
    const schema = { hide: true, params: OwnOffer, querystring: Query };
    const toRead = { config: { right: 'offer:read', desk: 'owner' }, schema } as const;
    scope.get('/owner/offers/:offerId', toRead, async (request, reply) =>
      read(request, reply, await signedIn(request, request.params.offerId)),
    );
    scope.get('/owner/offers/:offerId/visit.ics', toRead, async (request, reply) =>
      calendar(reply, await signedIn(request, request.params.offerId)),
    );
    scope.get('/owner/offers/:offerId/report.pdf', toRead, async (request, reply) =>
      printed(reply, await signedIn(request, request.params.offerId)),
    );
    scope.get('/owner/offers/:offerId/picture.jpg', toRead, async (request, reply) =>
      picture(request, reply, await signedIn(request, request.params.offerId)),
    );
    scope.post(
      '/owner/offers/:offerId',
      { config: { right: 'offer:answer', desk: 'owner', takesForms: true }, schema },
      async (request, reply) => answer(request, reply, await signedIn(request, request.params.offerId)),
    );
  });
