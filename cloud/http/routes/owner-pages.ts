import { AppError } from '@kuluma/shared/errors.ts';
import { type Id, idOf, type Language, oneOf } from '@kuluma/shared/model/base.ts';
import { CaseText, caseUrgencies } from '@kuluma/shared/model/cases.ts';
import { idempotencyKey } from '@kuluma/shared/model/idempotency-key.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { PhotoRefusal } from '../../core/cases/photo.ts';
import { askPage, type CaseNotice, casePage, threadScript } from '../../core/messages/owner-pages/case-page.ts';
import { machinePage, machinesPage } from '../../core/messages/owner-pages/machine-pages.ts';
import { openCaseFor, photoInCase, say } from '../../pipelines/cases.ts';
import { documentFileOf } from '../../pipelines/documents.ts';
import { createLookup, type Lookup } from '../../pipelines/lookup.ts';
import { termsNow } from '../../pipelines/prices.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { type Form, LanguageQuery, type LetterPages, registerLetterPages } from '../letter-pages.ts';
import { principalOf } from '../plugins/access.ts';
import { bareOf, keepPhoto, noticeStatus, registerReportForms, reportOf, saidIn } from '../report-form.ts';
import { readsAsOwner, requireMachine } from '../scope.ts';
import { sendFile } from '../send-file.ts';
import { caseViewOf } from '../views/case.ts';
import { machineHeadOf } from '../views/machine-head.ts';
import { ownerFrameOf } from '../views/owner-frame.ts';
import { ownerMachineOf, ownerMachinesOf } from '../views/owner-machines.ts';
import { requireCase } from './cases.ts';

const Query = Type.Object({ ...LanguageQuery, received: Type.Optional(Type.Literal('1')) });
type Asked = FastifyRequest<{ Querystring: { lang?: Language } }>;

/** A contact of an owner, signed in. */
interface Reader {
  readonly contact: RecordOf<'contact'>;
  readonly language: Language;
  readonly lookup: Lookup;
}

const readerOf = async ({ records }: HttpDeps, request: Asked): Promise<Reader> => {
  const { organisationId, contactId } = principalOf(request);
  const contact = contactId && (await records.get('contact', organisationId, contactId));
  if (!contact) throw new AppError('FORBIDDEN', 'only an owner has machines');
  return { contact, language: request.query.lang ?? contact.language, lookup: createLookup(records, organisationId) };
};

/** Machines and matters of a signed-in owner, as pages that the service writes itself. */
export const registerOwnerPages = (app: App, deps: HttpDeps): void =>
  registerLetterPages(app, deps, (scope, pages) => {
    registerReportForms(scope);
    const frameOf = ({ lookup, language }: Reader, url: string, writeUrl = '/owner/write') =>
      ownerFrameOf(lookup, { language, style: pages.style, url, writeUrl });
    registerMachinePages(scope, deps, pages, frameOf);
    registerDocumentPages(scope, deps);
    registerWritePages(scope, deps, pages, frameOf);
    registerThreadPages(scope, deps, pages, frameOf);
  });

type FrameOf = (reader: Reader, url: string, writeUrl?: string) => ReturnType<typeof ownerFrameOf>;

const toRead = { right: 'machine:read', desk: 'owner' } as const;
const toWrite = { right: 'case:write', desk: 'owner', takesForms: true } as const;

const registerMachinePages = (scope: App, deps: HttpDeps, { send }: LetterPages, frameOf: FrameOf): void => {
  const querystring = Query;
  scope.get('/owner', { config: { right: 'public' }, schema: { hide: true } }, (_, reply) => reply.redirect('/owner/'));
  scope.get('/owner/', { config: toRead, schema: { hide: true, querystring } }, async (request, reply) => {
    const reader = await readerOf(deps, request);
    const { ownerId, id: contactId } = reader.contact;
    const view = await ownerMachinesOf(reader.lookup, { ownerId, contactId }, deps.clock.now());
    return send(reply, machinesPage(await frameOf(reader, '/owner/'), view));
  });
  const params = Type.Object({ machineId: idOf('machine') });
  scope.get(
    '/owner/machines/:machineId',
    { config: toRead, schema: { hide: true, params, querystring } },
    async (request, reply) => {
      const reader = await readerOf(deps, request);
      const { machineId } = request.params;
      const nowMs = deps.clock.now();
      const ranges = await requireMachine(reader.lookup, principalOf(request), machineId, nowMs);
      const isOwn = (atMs: number) => ranges.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
      if (!isOwn(nowMs)) throw new AppError('NOT_FOUND', 'the machine is not theirs any more');
      const { vatRatePermille } = (await termsNow(reader.lookup, deps.terms)).prices;
      const of = { machineId, ownerId: reader.contact.ownerId, vatRatePermille };
      const view = await ownerMachineOf(reader.lookup, of, isOwn, nowMs);
      const writeUrl = `/owner/write?machine=${machineId}`;
      return send(reply, machinePage(await frameOf(reader, `/owner/machines/${machineId}`, writeUrl), view));
    },
  );
};

const registerDocumentPages = (scope: App, deps: HttpDeps): void => {
  const params = Type.Object({ machineId: idOf('machine'), fileId: idOf('documentFile') });
  scope.get(
    '/owner/machines/:machineId/documents/:fileId',
    { config: toRead, schema: { hide: true, params } },
    async (request, reply) => {
      const { machineId, fileId } = request.params;
      const principal = principalOf(request);
      const lookup = createLookup(deps.records, principal.organisationId);
      const nowMs = deps.clock.now();
      const forOwner = await readsAsOwner(lookup, principal, machineId, nowMs);
      const file = await documentFileOf(lookup, { machineId, fileId, forOwner }, nowMs);
      return sendFile(deps.files, request, reply, file, file.name);
    },
  );
};

const Written = Type.Object({
  idempotencyKey,
  text: CaseText,
  urgency: oneOf(caseUrgencies),
  machineId: Type.Optional(idOf('machine')),
});

const registerWritePages = (scope: App, deps: HttpDeps, { send }: LetterPages, frameOf: FrameOf): void => {
  const show = async (
    request: Asked,
    reply: FastifyReply,
    reader: Reader,
    { machineId, wrong, notice }: { machineId: string | undefined; wrong?: Form; notice?: 'notSent' | PhotoRefusal },
  ) => {
    const nowMs = deps.clock.now();
    if (machineId !== undefined)
      await requireMachine(reader.lookup, principalOf(request), machineId as Id<'machine'>, nowMs);
    const machine = machineId === undefined ? null : await machineHeadOf(reader.lookup, machineId, nowMs);
    const frame = await frameOf(reader, machineId === undefined ? '/owner/write' : `/owner/write?machine=${machineId}`);
    const facts = { machine, idempotencyKey: request.id, notice, written: wrong };
    return send(reply, askPage(frame, facts), noticeStatus[notice ?? 'received']);
  };
  const querystring = Type.Object({ ...LanguageQuery, machine: Type.Optional(idOf('machine')) });
  scope.get(
    '/owner/write',
    { config: { ...toRead, right: 'case:read' }, schema: { hide: true, querystring } },
    async (request, reply) => show(request, reply, await readerOf(deps, request), { machineId: request.query.machine }),
  );
  scope.post('/owner/write', { config: toWrite, schema: { hide: true, querystring } }, async (request, reply) => {
    const reader = await readerOf(deps, request);
    const { form, photo: sent } = await reportOf(request);
    const written = { ...form, text: form['text']?.trim() };
    const again = { machineId: form['machineId'], wrong: form };
    if (!isValid(Written, written)) return show(request, reply, reader, { ...again, notice: 'notSent' });
    const bare = bareOf(sent);
    if (typeof bare === 'string') {
      request.log.info({ notice: bare, reference: request.id }, 'a photo was refused');
      return show(request, reply, reader, { ...again, notice: bare });
    }
    const { machineId = null, urgency, text } = written;
    const principal = principalOf(request);
    if (machineId) await requireMachine(reader.lookup, principal, machineId, deps.clock.now());
    const { contact, language } = reader;
    const { organisationId } = contact;
    const photo = bare && (await keepPhoto(deps.files, bare));
    const body = { ...written, photo };
    const caseId = await runOnce(deps.records, { url: '/owner/write', principal, body }, async (tx) => {
      const by = { kind: 'contact', contactId: contact.id } as const;
      const origin = machineId ? 'faultReport' : 'question';
      const matter = { origin, urgency, machineId, language, contact, text, photo } as const;
      return (await openCaseFor(deps, tx, { organisationId, by }, matter)).id;
    });
    return reply.redirect(`/owner/cases/${caseId}?received=1&lang=${language}`, 303);
  });
};

const registerThreadPages = (scope: App, deps: HttpDeps, { send }: LetterPages, frameOf: FrameOf): void => {
  const show = async (
    request: Asked,
    reply: FastifyReply,
    caseId: string,
    { notice, written }: { notice?: CaseNotice | undefined; written?: string | undefined } = {},
  ) => {
    const reader = await readerOf(deps, request);
    const subject = await requireCase(reader.lookup, principalOf(request), caseId, deps.clock.now());
    const view = await caseViewOf(reader.lookup, subject);
    const frame = await frameOf(reader, `/owner/cases/${caseId}`);
    const page = casePage(frame, view, { idempotencyKey: request.id, notice, written, isByLink: false });
    return send(reply, page, noticeStatus[notice ?? 'received'], threadScript);
  };
  const schema = { hide: true, params: Type.Object({ caseId: idOf('case') }), querystring: Query };
  scope.get('/owner/cases/:caseId', { config: { ...toRead, right: 'case:read' }, schema }, (request, reply) =>
    show(request, reply, request.params.caseId, request.query.received ? { notice: 'received' } : {}),
  );
  const ofPhoto = {
    hide: true,
    params: Type.Object({ caseId: idOf('case'), photoId: idOf('caseMessage') }),
    querystring: Query,
  };
  scope.get(
    '/owner/cases/:caseId/photos/:photoId',
    { config: { ...toRead, right: 'case:read' }, schema: ofPhoto },
    async (request, reply) => {
      const { caseId, photoId } = request.params;
      const { lookup } = await readerOf(deps, request);
      await requireCase(lookup, principalOf(request), caseId, deps.clock.now());
      return sendFile(deps.files, request, reply, await photoInCase(lookup, caseId, photoId));
    },
  );
  scope.post('/owner/cases/:caseId', { config: toWrite, schema }, async (request, reply) => {
    const { caseId } = request.params;
    const principal = principalOf(request);
    const { contact, language, lookup } = await readerOf(deps, request);
    await requireCase(lookup, principal, caseId, deps.clock.now());
    const said = await saidIn(deps.files, request);
    if ('notice' in said) return show(request, reply, caseId, said);
    const { text, photo } = said;
    const speaker = { organisationId: contact.organisationId, by: { kind: 'contact', contactId: contact.id } } as const;
    await runOnce(deps.records, { url: `/owner/cases/${caseId}`, principal, body: said }, async (tx) => {
      await say(deps, tx, speaker, { caseId, voice: 'owner', text, photo });
      return true;
    });
    return reply.redirect(`/owner/cases/${caseId}?lang=${language}`, 303);
  });
};
