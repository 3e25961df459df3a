import { AppError, asAppError, errorCodes } from '@kuluma/shared/errors.ts';
import { type Id, Language, languages } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { phoneNumberOf } from '../../core/messages/channel.ts';
import { type Wishes, wishesOf } from '../../core/messages/wishes.ts';
import { readWishes, WishesForm } from '../../core/messages/wishes-page/read-wishes.ts';
import { noWishesPage, type WishesPage, wishesPage } from '../../core/messages/wishes-page/wishes-page.ts';
import { wishTextVersion } from '../../core/messages/wishes-page/words.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import { zoneOfContact } from '../../pipelines/machine-facts.ts';
import { heldWishesOf, saveWishes } from '../../pipelines/save-wishes.ts';
import type { App } from '../fastify-app.ts';
import { helperBehind } from '../helper-behind.ts';
import type { HttpDeps } from '../http-deps.ts';
import { readLetterStyle } from '../letter-style.ts';
import { principalOf } from '../plugins/access.ts';
import { liveSession } from '../principal.ts';
import { ownerFrameOf } from '../views/owner-frame.ts';

const Query = Type.Object({ lang: Type.Optional(Language), saved: Type.Optional(Type.Literal('1')) });
/** A link that a mail program cut short gets a page too. */
const Secret = Type.Object({ secret: Type.String({ maxLength: 100 }) });
type Asked = FastifyRequest<{ Querystring: { lang?: Language; saved?: '1' } }>;

/** A contact at their own wishes. */
interface Reader {
  readonly contact: RecordOf<'contact'>;
  readonly url: string;
}

const readerOf = async (
  { records }: HttpDeps,
  of: { organisationId: Id<'organisation'>; contactId: Id<'contact'> | null },
  url: string,
): Promise<Reader> => {
  const contact = of.contactId && (await records.get('contact', of.organisationId, of.contactId));
  if (!contact || contact.endedAtMs !== undefined) throw new AppError('EXPIRED', 'this link is not valid any more');
  return { contact, url };
};

/** Of a signed-in contact. */
const ownUrl = '/owner/wishes';

/** Zones to choose from: those of the same part of the world. */
const zonesLike = (timeZone: string): string[] => {
  const part = `${timeZone.split('/')[0]}/`;
  return [...new Set([timeZone, ...Intl.supportedValuesOf('timeZone').filter((zone) => zone.startsWith(part))])].sort();
};

const channelsOf = ({ homeCountry, smsInboundToken }: HttpDeps, { email, phone }: RecordOf<'contact'>) => [
  ...(email === '' ? [] : (['email'] as const)),
  ...(smsInboundToken !== undefined && phoneNumberOf(phone, homeCountry) ? (['sms'] as const) : []),
];

/** The form as it was sent; a box that is not ticked sends nothing. */
const formOf = (body: URLSearchParams): WishesForm | undefined => {
  const form = {
    ...Object.fromEntries(body),
    weekday: body.getAll('weekday'),
    learnsTiming: body.has('learnsTiming'),
    nothing: body.has('nothing'),
  };
  return isValid(WishesForm, form) ? form : undefined;
};

/** The page on which a contact says what they want to hear: by the link of any letter, and signed in. */
export const registerWishesPages = (app: App, deps: HttpDeps): void => {
  const { style, contentSecurityPolicy } = readLetterStyle(deps.pagesDir);
  const asPage = (reply: FastifyReply, status = 200) =>
    reply
      .status(status)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'same-origin')
      .header('content-security-policy', contentSecurityPolicy);

  const zonesOf = async ({ contact }: Reader, { timeZone }: Wishes) => {
    const home = await zoneOfContact(createLookup(deps.records, contact.organisationId), contact, deps.clock.now());
    return { home, timeZones: [...new Set([...zonesLike(home), ...(timeZone === null ? [] : [timeZone])])] };
  };
  const show = async (request: Asked, reply: FastifyReply, reader: Reader, notice?: WishesPage['notice']) => {
    const { contact, url } = reader;
    const { records, clock } = deps;
    const { organisationId } = contact;
    const wishes = wishesOf(await heldWishesOf(records, organisationId, contact.id), clock.now());
    const { home, timeZones } = await zonesOf(reader, wishes);
    const page = wishesPage({
      language: request.query.lang ?? contact.language,
      ...{ style, url, wishes, timeZones, notice },
      helper: await ownerFrameOf(createLookup(records, organisationId), {
        ...{ language: contact.language, style, url },
        ...(url === ownUrl ? { writeUrl: '/owner/write' } : {}),
      }),
      contactName: contact.name,
      channels: channelsOf(deps, contact),
      timeZone: home,
    });
    return asPage(reply, notice === 'wrong' ? errorCodes.INPUT_INVALID.status : 200).send(page);
  };
  const read = (request: Asked, reply: FastifyReply, reader: Reader) =>
    show(request, reply, reader, request.query.saved ? 'saved' : undefined);
  const save = async (request: Asked, reply: FastifyReply, reader: Reader) => {
    const { organisationId, id: contactId } = reader.contact;
    const now = wishesOf(await heldWishesOf(deps.records, organisationId, contactId), deps.clock.now());
    const { home, timeZones } = await zonesOf(reader, now);
    const form = formOf(request.body as URLSearchParams);
    const to = form && readWishes(form, now, home, timeZones);
    if (!to) return show(request, reply, reader, 'wrong');
    const createdBy = { kind: 'contact', contactId } as const;
    const act = { organisationId, contactId, createdBy, via: 'preferencePage', textVersion: wishTextVersion } as const;
    await deps.records.transact((tx) => saveWishes(deps, tx, act, () => to));
    const { lang } = request.query;
    return reply.redirect(`${reader.url}?saved=1${lang ? `&lang=${lang}` : ''}`, 303);
  };

  app.register(async (scope: App) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
      done(null, new URLSearchParams(String(body))),
    );
    scope.setErrorHandler(async (error, request, reply) => {
      const { code } = asAppError(error);
      if (code !== 'EXPIRED') throw error;
      const { lang } = request.query as { lang?: unknown };
      const language = languages.find((one) => one === lang) ?? 'fi';
      return asPage(reply, errorCodes.EXPIRED.status).send(
        noWishesPage(language, style, await helperBehind(deps.records, request)),
      );
    });

    const config = { right: 'public', fromElsewhere: true, rateLimit: { max: 60, timeWindow: '1 minute' } } as const;
    const byLink = { config, schema: { hide: true, params: Secret, querystring: Query } };
    const linked = async (secret: string): Promise<Reader> => {
      const link = await liveSession(deps, secret, 'stopLink');
      if (!link) throw new AppError('EXPIRED', 'this link is not valid any more');
      return readerOf(deps, link, `/wishes/${secret}`);
    };
    scope.get('/wishes/:secret', byLink, async (request, reply) =>
      read(request, reply, await linked(request.params.secret)),
    );
    scope.post('/wishes/:secret', byLink, async (request, reply) =>
      save(request, reply, await linked(request.params.secret)),
    );

    const schema = { hide: true, querystring: Query };
    const own = { right: 'wishes:change', desk: 'owner' } as const;
    const signedIn = (request: Asked) => readerOf(deps, principalOf(request), ownUrl);
    scope.get('/owner/wishes', { config: own, schema }, async (request, reply) =>
      read(request, reply, await signedIn(request)),
    );
    scope.post('/owner/wishes', { config: { ...own, takesForms: true }, schema }, async (request, reply) =>
      save(request, reply, await signedIn(request)),
    );
  });
};
