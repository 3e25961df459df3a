import { AppError, asAppError, errorCodes } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type Id, idOf, type Language, oneOf } from '@kuluma/shared/model/base.ts';
import { dataFormats, shareDetails } from '@kuluma/shared/model/data-shares.ts';
import { idempotencyKey } from '@kuluma/shared/model/idempotency-key.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { actorOf } from '../../core/access/principal.ts';
import { instantOf } from '../../core/calendar/local-time.ts';
import { type MachineDataPage, machineDataPage } from '../../core/messages/data-pages/machine-data-page.ts';
import { ownDataPage } from '../../core/messages/data-pages/own-data-page.ts';
import { isDay } from '../../core/set-up/checks.ts';
import { stands } from '../../core/set-up/missing.ts';
import { type GivenShare, revokeShare, shareData } from '../../pipelines/data-shares.ts';
import { createLookup, type Lookup, needed } from '../../pipelines/lookup.ts';
import { askErasure } from '../../pipelines/privacy-requests.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { type Form, LanguageQuery, type LetterPages, registerLetterPages } from '../letter-pages.ts';
import { askedTime } from '../machine-data-reply.ts';
import { principalOf } from '../plugins/access.ts';
import { requireMachine } from '../scope.ts';
import { hashOf, newSecret } from '../secrets.ts';
import { shareRows } from '../views/data-shares.ts';
import { machineHeadOf } from '../views/machine-head.ts';
import { ownerFrameOf } from '../views/owner-frame.ts';
import { ownPrivacyOf } from '../views/privacy.ts';
import { dataRateLimit, sendOwnMachineData } from './machine-data.ts';
import { sendPersonalFile, readerOf as subjectOf } from './privacy.ts';

type Asked = FastifyRequest<{ Querystring: { lang?: Language } }>;
const Query = Type.Object(LanguageQuery);

interface Reader {
  readonly contact: RecordOf<'contact'>;
  readonly language: Language;
  readonly lookup: Lookup;
  readonly timeZone: string;
}

const readerOf = async ({ records }: HttpDeps, request: Asked): Promise<Reader> => {
  const { organisationId, contactId } = principalOf(request);
  const lookup = createLookup(records, organisationId);
  const contact = contactId === null ? undefined : await lookup.get('contact', contactId);
  if (!contact) throw new AppError('FORBIDDEN', 'only an owner has these pages');
  const { timeZone } = needed(await lookup.get('organisation', organisationId), 'organisation');
  return { contact, lookup, timeZone, language: request.query.lang ?? contact.language };
};

/** Where contacts see to their own data. */
export const registerOwnData = (app: App, deps: HttpDeps): void =>
  registerLetterPages(app, deps, (scope, pages) => ownDataPages(scope, deps, pages));

/** Where contacts see to the data of their machines. */
export const registerMachineDataPages = (app: App, deps: HttpDeps): void =>
  registerLetterPages(app, deps, (scope, pages) => machineDataPages(scope, deps, pages));

const toRead = { right: 'me:read', desk: 'owner' } as const;
const toWrite = { right: 'me:change', desk: 'owner', takesForms: true } as const;

const ownDataPages = (scope: App, deps: HttpDeps, { style, send }: LetterPages): void => {
  const schema = { hide: true, querystring: Query };
  scope.get('/owner/data', { config: toRead, schema }, async (request, reply) => {
    const { contact, language, lookup, timeZone } = await readerOf(deps, request);
    const url = '/owner/data';
    const frame = await ownerFrameOf(lookup, { language, style, url, writeUrl: '/owner/write' });
    const view = await ownPrivacyOf(deps.records, contact.organisationId, subjectOf(request));
    return send(reply, ownDataPage(frame, view, timeZone));
  });
  scope.get('/owner/data/file', { config: { ...toRead, rateLimit: dataRateLimit }, schema }, async (request, reply) =>
    reply.send(await sendPersonalFile(deps, request, reply)),
  );
  scope.post(
    '/owner/data/erasure',
    { config: { ...toWrite, rateLimit: dataRateLimit }, schema },
    async (request, reply) => {
      const { contact, language } = await readerOf(deps, request);
      const isSure = (request.body as Form)['sure'] === 'yes';
      const by = actorOf(principalOf(request));
      if (isSure)
        await deps.records.transact((tx) => askErasure(deps, tx, contact.organisationId, subjectOf(request)), by);
      return reply.redirect(`/owner/data?lang=${language}`, 303);
    },
  );
};

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
/** The day after the last one that four digits name is none. */
const isThere = (day: string): boolean => isDay(day) && day < '9999';
const FileQuery = Type.Object({ ...LanguageQuery, from: Day, to: Day, format: oneOf(dataFormats) });
const ShareForm = Type.Object({
  idempotencyKey,
  recipientName: Type.String({ minLength: 1, maxLength: 200 }),
  purpose: Type.String({ minLength: 3, maxLength: 500 }),
  detail: oneOf(shareDetails),
  until: Day,
  noGatekeeper: Type.Literal('yes'),
});

/** What a form asks to share; undefined where something is missing. */
const givenShare = (form: Form, machineId: Id<'machine'>, timeZone: string): GivenShare | undefined => {
  const trimmed = { ...form, recipientName: form['recipientName']?.trim(), purpose: form['purpose']?.trim() };
  const { since = '' } = form;
  const chosen = Object.keys(form).flatMap((name) => (name.startsWith('point.') ? [name.slice(6)] : []));
  const isAll = form['allPoints'] === 'yes';
  if (!isValid(ShareForm, trimmed) || (since !== '' && !isThere(since)) || (!isAll && chosen.length === 0))
    return undefined;
  const { recipientName, purpose, detail, until } = trimmed;
  if (!isThere(until)) return undefined;
  return {
    ...{ recipientName, purpose, detail, machineIds: [machineId] },
    // Whoever names some does not mean all.
    pointIds: chosen.length > 0 ? (chosen as Id<'measurementPoint'>[]) : null,
    dataFromMs: since === '' ? null : instantOf(since, '00:00', timeZone),
    endsAtMs: instantOf(until, '24:00', timeZone),
  };
};

const machineDataPages = (scope: App, deps: HttpDeps, { style, send }: LetterPages): void => {
  const params = Type.Object({ machineId: idOf('machine') });
  const config = { right: 'machine:export', desk: 'owner' } as const;
  const forms = { right: 'data:share', desk: 'owner', takesForms: true } as const;
  const show = async (
    request: Asked,
    reply: FastifyReply,
    machineId: Id<'machine'>,
    of: Pick<MachineDataPage, 'notice' | 'made'> = {},
  ) => {
    const { contact, language, lookup, timeZone } = await readerOf(deps, request);
    const nowMs = deps.clock.now();
    await requireMachine(lookup, principalOf(request), machineId, nowMs);
    const { organisationId, ownerId } = contact;
    const url = `/owner/machines/${machineId}/data`;
    const frame = await ownerFrameOf(lookup, { language, style, url, writeUrl: `/owner/write?machine=${machineId}` });
    const points = (await lookup.by('measurementPoint', 'machineId', machineId)).filter(stands);
    const page = machineDataPage(frame, {
      ...{ machine: await machineHeadOf(lookup, machineId, nowMs), timeZone, nowMs, points, ...of },
      shares: await shareRows(deps.records, organisationId, { ownerId, machineId }, nowMs),
      liveUrl: `${request.protocol}://${request.host}${apiPaths.machineLive(organisationId, machineId)}`,
      idempotencyKey: request.id,
    });
    return send(reply, page, of.notice ? errorCodes.INPUT_INVALID.status : 200);
  };
  const schema = { hide: true, params, querystring: Query };
  scope.get('/owner/machines/:machineId/data', { config, schema }, (request, reply) =>
    show(request, reply, request.params.machineId),
  );
  scope.get(
    '/owner/machines/:machineId/data/file',
    { config: { ...config, rateLimit: dataRateLimit }, schema: { hide: true, params, querystring: FileQuery } },
    async (request, reply) => {
      const { machineId } = request.params;
      const { timeZone } = await readerOf(deps, request);
      const { from, to, format } = request.query;
      if (!isThere(from) || !isThere(to)) return show(request, reply, machineId, { notice: 'wrongTime' });
      try {
        const asked = askedTime(instantOf(from, '00:00', timeZone), instantOf(to, '24:00', timeZone));
        return await sendOwnMachineData(deps, reply, principalOf(request), { machineId, asked, format });
      } catch (error) {
        if (asAppError(error).code !== 'INPUT_INVALID') throw error;
        return show(request, reply, machineId, { notice: 'wrongTime' });
      }
    },
  );
  scope.post('/owner/machines/:machineId/data', { config: forms, schema }, async (request, reply) => {
    const { contact, timeZone } = await readerOf(deps, request);
    const { machineId } = request.params;
    const form = request.body as Form;
    const given = givenShare(form, machineId, timeZone);
    if (!given) return show(request, reply, machineId, { notice: 'incomplete' });
    const secret = newSecret();
    const { organisationId, ownerId, id: contactId } = contact;
    const link = { secretHash: hashOf(secret), wallNowMs: deps.wallNow() };
    const command = { url: request.routeOptions.url ?? '', principal: principalOf(request) };
    // A page that is loaded anew sends its form anew: it shares nothing twice, and shows the link no second time.
    const body = { ...form, idempotencyKey: form['idempotencyKey'] ?? '', machineId };
    let isNew = false;
    try {
      await runOnce(deps.records, { ...command, body }, async (tx) => {
        isNew = true;
        return shareData(deps, tx, { organisationId, ownerId, contactId }, given, link);
      });
    } catch (error) {
      if (asAppError(error).code !== 'INPUT_INVALID') throw error;
      return show(request, reply, machineId, { notice: 'incomplete' });
    }
    const made = { recipientName: given.recipientName, link: `${request.protocol}://${request.host}/share/${secret}` };
    return show(request, reply, machineId, isNew ? { made } : {});
  });
  scope.post('/owner/machines/:machineId/data/end', { config: forms, schema }, async (request, reply) => {
    const { contact, language } = await readerOf(deps, request);
    const { organisationId, ownerId } = contact;
    const grantId = (request.body as Form)['grantId'] ?? '';
    const by = actorOf(principalOf(request));
    await deps.records.transact((tx) => revokeShare(deps, tx, { organisationId, ownerId }, grantId), by);
    return reply.redirect(`/owner/machines/${request.params.machineId}/data?lang=${language}`, 303);
  });
};
