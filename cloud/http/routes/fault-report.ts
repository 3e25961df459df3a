import { AppError, errorCodes } from '@kuluma/shared/errors.ts';
import { type Id, idOf, type Language, oneOf } from '@kuluma/shared/model/base.ts';
import { CaseText, caseUrgencies } from '@kuluma/shared/model/cases.ts';
import { idempotencyKey } from '@kuluma/shared/model/idempotency-key.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Principal } from '../../core/access/principal.ts';
import {
  type CaseNotice,
  casePage,
  type FaultForm,
  faultPage,
  threadScript,
} from '../../core/messages/owner-pages/case-page.ts';
import { labelPage } from '../../core/messages/owner-pages/label-page.ts';
import { plainPage } from '../../core/messages/owner-pages/owner-frame.ts';
import { ownerWords } from '../../core/messages/owner-pages/words.ts';
import { stands } from '../../core/set-up/missing.ts';
import { contactReachedAt, openCaseFor, photoInCase, say } from '../../pipelines/cases.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import { siteOf } from '../../pipelines/machine-facts.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import { helperBehind } from '../helper-behind.ts';
import type { HttpDeps } from '../http-deps.ts';
import { LanguageQuery, registerLetterPages, trimmed } from '../letter-pages.ts';
import { principalOf } from '../plugins/access.ts';
import { caseLinkSecret, liveSession } from '../principal.ts';
import { bareOf, keepPhoto, noticeStatus, registerReportForms, reportOf, saidIn } from '../report-form.ts';
import { requireMachine } from '../scope.ts';
import { sendFile } from '../send-file.ts';
import { caseViewOf } from '../views/case.ts';
import { machineHeadOf } from '../views/machine-head.ts';
import { ownerFrameOf } from '../views/owner-frame.ts';

const Query = Type.Object({ ...LanguageQuery, received: Type.Optional(Type.Literal('1')) });
type Asked = FastifyRequest<{ Querystring: { lang?: Language; received?: '1' } }>;

/** What one machine's code may bring in an hour: a label that somebody plays with wakes nobody. */
const mostPerHour = 6;

const Report = Type.Object({
  idempotencyKey,
  text: CaseText,
  urgency: oneOf(caseUrgencies),
  reachAt: Type.String({ minLength: 3, maxLength: 200 }),
});
type Report = Static<typeof Report>;
const MachineCode = idOf('machine');

/** Somebody without a name of ours. */
const nobody = (organisationId: Id<'organisation'>): Principal => ({
  organisationId,
  ...{ personId: null, contactId: null, ownerId: null, technicianId: null },
  roles: [],
});

const machineOf = async ({ records }: HttpDeps, code: string): Promise<RecordOf<'machine'> | undefined> => {
  if (!isValid(MachineCode, code)) return undefined;
  for (const organisationId of await records.organisationIds()) {
    const machine = await records.get('machine', organisationId, code);
    if (machine) return stands(machine) ? machine : undefined;
  }
  return undefined;
};

const isBusy = async ({ records, clock }: HttpDeps, { organisationId, id }: RecordOf<'machine'>): Promise<boolean> => {
  const createdFromMs = clock.now() - hourMs;
  const recent = await records.list('case', organisationId, { where: { machineId: id }, createdFromMs });
  return recent.filter(({ reachAt }) => reachAt !== null).length >= mostPerHour;
};

/** @param bare the photo that came along, without what its camera wrote */
const openReport = async (
  deps: HttpDeps,
  machine: RecordOf<'machine'>,
  { report, bare, language }: { report: Report; bare: Uint8Array | undefined; language: Language },
) => {
  const { organisationId, id: machineId } = machine;
  const { text, urgency, reachAt } = report;
  const photo = bare && (await keepPhoto(deps.files, bare));
  const body = { ...report, ...(photo && { photo: photo.sha256 }) };
  const request = { url: `/report/${machineId}`, principal: nobody(organisationId), body };
  const caseId = await runOnce(deps.records, request, async (tx) => {
    const at = { organisationId, machineId, nowMs: deps.clock.now() };
    const contact = await contactReachedAt(tx, at, { reachAt, homeCountry: deps.homeCountry });
    const speaker = { organisationId, by: { kind: 'policy', name: 'fault-report' } } as const;
    const matter = { origin: 'faultReport', urgency, machineId, language, contact, reachAt, text, photo } as const;
    return (await openCaseFor(deps, tx, speaker, matter)).id;
  });
  return caseLinkSecret(deps, { organisationId, caseId });
};

/**
 * The page behind the code on a machine: whoever stands there reports a fault without signing in, and follows it by the
 * link that they get. Of the machine it tells its name and place alone.
 */
export const registerFaultReport = (app: App, deps: HttpDeps): void =>
  registerLetterPages(app, deps, (scope, { style, send }) => {
    registerReportForms(scope);
    const unknown = async (request: Asked, reply: FastifyReply) => {
      request.log.info({ reference: request.id }, 'a fault report came by a code of no machine');
      const words = ownerWords(request.query.lang ?? 'fi');
      const said = { what: words.t('report.unknown'), next: words.t('report.unknownNext') };
      return send(
        reply,
        plainPage(words.language, style, said, await helperBehind(deps.records, request)),
        errorCodes.NOT_FOUND.status,
      );
    };
    const show = async (
      request: Asked,
      reply: FastifyReply,
      machine: RecordOf<'machine'>,
      { status = 200, ...form }: Pick<FaultForm, 'notice' | 'written'> & { status?: number },
    ) => {
      const lookup = createLookup(deps.records, machine.organisationId);
      const site = await siteOf(lookup, machine.id, deps.clock.now());
      const language = request.query.lang ?? 'fi';
      const frame = await ownerFrameOf(lookup, { language, style, url: `/report/${machine.id}` });
      const facts = { machineTag: machine.tag, siteName: site?.name ?? null, idempotencyKey: request.id, ...form };
      return send(reply, faultPage(frame, facts), status);
    };

    const perMinute = { max: 60, timeWindow: '1 minute' };
    const schema = { hide: true, params: Type.Object({ code: Type.String({ maxLength: 100 }) }), querystring: Query };
    scope.get(
      '/report/:code',
      { config: { right: 'public', rateLimit: perMinute }, schema },
      async (request, reply) => {
        const machine = await machineOf(deps, request.params.code);
        return machine ? show(request, reply, machine, {}) : unknown(request, reply);
      },
    );
    const toReport = { right: 'public', takesForms: true, rateLimit: { max: 10, timeWindow: '10 minutes' } } as const;
    scope.post('/report/:code', { config: toReport, schema }, async (request, reply) => {
      const machine = await machineOf(deps, request.params.code);
      if (!machine) return unknown(request, reply);
      const { form, photo } = await reportOf(request);
      const { website, ...written } = trimmed(form);
      const language = request.query.lang ?? 'fi';
      if (website) {
        request.log.info({ reference: request.id }, 'a fault report was filled in by a machine');
        const words = ownerWords(language);
        return send(reply, plainPage(language, style, { what: words.t('case.received'), next: '' }));
      }
      if (!isValid(Report, written))
        return show(request, reply, machine, {
          notice: 'incomplete',
          written,
          status: errorCodes.INPUT_INVALID.status,
        });
      const bare = bareOf(photo);
      if (typeof bare === 'string') {
        request.log.info({ notice: bare, reference: request.id }, 'the photo of a fault report was refused');
        return show(request, reply, machine, { notice: bare, written, status: noticeStatus[bare] });
      }
      if (await isBusy(deps, machine))
        return show(request, reply, machine, { notice: 'tooMany', written, status: 429 });
      const secret = await openReport(deps, machine, { report: written, bare, language });
      return reply.redirect(`/case/${secret}?received=1`, 303);
    });

    const toPrint = { hide: true, params: Type.Object({ machineId: MachineCode }) };
    scope.get('/label/:machineId', { config: { right: 'machine:read' }, schema: toPrint }, async (request, reply) => {
      const principal = principalOf(request);
      const lookup = createLookup(deps.records, principal.organisationId);
      const { machineId } = request.params;
      const nowMs = deps.clock.now();
      await requireMachine(lookup, principal, machineId, nowMs);
      const { company } = await ownerFrameOf(lookup, { language: 'fi', style, url: '' });
      const address = deps.linkMail?.publicUrl ?? `${request.protocol}://${request.host}`;
      const reportUrl = `${address}/report/${machineId}`;
      const machine = await machineHeadOf(lookup, machineId, nowMs);
      return send(reply, labelPage({ machine, company, reportUrl }, style));
    });

    registerCaseByLink(scope, deps, { style, send });
  });

const registerCaseByLink = (
  scope: App,
  deps: HttpDeps,
  { style, send }: Parameters<Parameters<typeof registerLetterPages>[2]>[1],
) => {
  /** @throws EXPIRED when the link is unknown or over */
  const caseOf = async (secret: string): Promise<RecordOf<'case'>> => {
    const link = await liveSession(deps, secret, 'caseLink');
    const subject = link?.caseId && (await deps.records.get('case', link.organisationId, link.caseId));
    if (!subject) throw new AppError('EXPIRED', 'this link is not valid any more');
    return subject;
  };
  const show = async (
    request: Asked,
    reply: FastifyReply,
    secret: string,
    { notice, written }: { notice?: CaseNotice | undefined; written?: string | undefined } = {},
  ) => {
    const subject = await caseOf(secret);
    const lookup = createLookup(deps.records, subject.organisationId);
    const language = request.query.lang ?? subject.language;
    const frame = await ownerFrameOf(lookup, { language, style, url: `/case/${secret}` });
    const page = casePage(frame, await caseViewOf(lookup, subject), {
      idempotencyKey: request.id,
      notice,
      written,
      isByLink: true,
    });
    return send(reply, page, noticeStatus[notice ?? 'received'], threadScript);
  };
  const params = Type.Object({ secret: Type.String({ minLength: 20, maxLength: 100 }) });
  const schema = { hide: true, params, querystring: Query };
  const ofPhoto = { hide: true, params: Type.Object({ ...params.properties, photoId: idOf('caseMessage') }) };
  const config = { right: 'public', rateLimit: { max: 60, timeWindow: '1 minute' } } as const;
  scope.get('/case/:secret', { config, schema }, (request, reply) =>
    show(request, reply, request.params.secret, request.query.received ? { notice: 'received' } : {}),
  );
  scope.get('/case/:secret/photos/:photoId', { config, schema: ofPhoto }, async (request, reply) => {
    const { organisationId, id } = await caseOf(request.params.secret);
    const photo = await photoInCase(createLookup(deps.records, organisationId), id, request.params.photoId);
    return sendFile(deps.files, request, reply, photo);
  });
  const toSay = { ...config, takesForms: true, rateLimit: { max: 20, timeWindow: '10 minutes' } } as const;
  scope.post('/case/:secret', { config: toSay, schema }, async (request, reply) => {
    const { secret } = request.params;
    const subject = await caseOf(secret);
    const said = await saidIn(deps.files, request);
    if ('notice' in said) return show(request, reply, secret, said);
    const { organisationId, id: caseId } = subject;
    const { text, photo } = said;
    await runOnce(
      deps.records,
      { url: `/case/${caseId}`, principal: nobody(organisationId), body: said },
      async (tx) => {
        const by = { kind: 'policy', name: 'fault-report' } as const;
        await say(deps, tx, { organisationId, by }, { caseId, voice: 'owner', text, photo });
        return true;
      },
    );
    return reply.redirect(`/case/${secret}?lang=${request.query.lang ?? subject.language}`, 303);
  });
};
