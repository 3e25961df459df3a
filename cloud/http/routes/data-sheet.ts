import { AppError } from '@kuluma/shared/errors.ts';
import { type Id, idOf, type Language } from '@kuluma/shared/model/base.ts';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { dataSheetPage } from '../../core/messages/data-pages/data-sheet-page.ts';
import { dataSheetOf } from '../../pipelines/data-sheet.ts';
import { createLookup, needed } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { LanguageQuery, registerLetterPages } from '../letter-pages.ts';
import { principalOf } from '../plugins/access.ts';
import { readsAsOwner } from '../scope.ts';
import { ownerFrameOf } from '../views/owner-frame.ts';
import { offerOf, readerByLink, readerSignedIn } from './contract-page.ts';

interface Asked {
  readonly organisationId: Id<'organisation'>;
  readonly url: string;
  readonly language: Language;
  /** A machine, or all of a model. */
  readonly subjectId: Id<'machine'> | Id<'machineModel'>;
  /** Where a signed-in owner writes. */
  readonly writeUrl?: string;
}

const Query = Type.Object(LanguageQuery);

/**
 * What data a machine makes, to be read before a contract (Data Act Article 3(2) and (3)): of an offered contract, of the
 * own machines, and at the set-up for whoever sells a machine.
 */
export const registerDataSheets = (app: App, deps: HttpDeps): void =>
  registerLetterPages(app, deps, (scope, { style, send }) => {
    const show = async (reply: FastifyReply, { organisationId, subjectId, ...page }: Asked) => {
      const lookup = createLookup(deps.records, organisationId);
      const machine = await lookup.get('machine', subjectId);
      const model = await lookup.get('machineModel', machine?.machineModelId ?? subjectId);
      if (!model) throw new AppError('NOT_FOUND', 'there is no such machine or model');
      const of = { machineModelId: model.id, machineId: machine?.id ?? null };
      const sheet = await dataSheetOf(deps, lookup, of, deps.clock.now());
      const frame = await ownerFrameOf(lookup, { ...page, style });
      return send(reply, dataSheetPage(frame, { ...sheet, retention: deps.retention }));
    };
    // Each counts a week of samples.
    const rateLimit = { max: 20, timeWindow: '1 minute' } as const;
    const byLink = { config: { right: 'public', rateLimit } as const, schema: { hide: true, querystring: Query } };
    const params = Type.Object({ secret: Type.String({ minLength: 20, maxLength: 100 }) });
    scope.get(
      '/contract/:secret/data-sheet',
      { ...byLink, schema: { ...byLink.schema, params } },
      async (request, reply) => {
        const reader = await readerByLink(deps, request.params.secret);
        const { machineId: subjectId, organisationId } = await offerOf(deps, reader);
        const language = request.query.lang ?? reader.contact.language;
        return show(reply, { organisationId, subjectId, language, url: `${reader.url}/data-sheet` });
      },
    );
    scope.get(
      '/owner/contracts/:contractOfferId/data-sheet',
      {
        config: { right: 'offer:read', desk: 'owner', rateLimit },
        schema: { hide: true, params: Type.Object({ contractOfferId: idOf('contractOffer') }), querystring: Query },
      },
      async (request, reply) => {
        const reader = await readerSignedIn(deps, request, request.params.contractOfferId);
        const { machineId: subjectId, organisationId } = await offerOf(deps, reader);
        const language = request.query.lang ?? reader.contact.language;
        const { url, writeUrl = '/owner/write' } = reader;
        return show(reply, { organisationId, subjectId, language, url: `${url}/data-sheet`, writeUrl });
      },
    );
    scope.get(
      '/owner/machines/:machineId/data-sheet',
      {
        config: { right: 'machine:export', desk: 'owner', rateLimit },
        schema: { hide: true, params: Type.Object({ machineId: idOf('machine') }), querystring: Query },
      },
      async (request, reply) => {
        const { organisationId, contactId } = principalOf(request);
        const { machineId: subjectId } = request.params;
        const lookup = createLookup(deps.records, organisationId);
        await readsAsOwner(lookup, principalOf(request), subjectId, deps.clock.now());
        const { language } = needed(await lookup.get('contact', contactId ?? ''), 'contact');
        const url = `/owner/machines/${subjectId}/data-sheet`;
        const page = { url, language: request.query.lang ?? language, writeUrl: `/owner/write?machine=${subjectId}` };
        return show(reply, { ...page, organisationId, subjectId });
      },
    );
    scope.get(
      '/data-sheets/:subjectId',
      {
        config: { right: 'setUp:read', desk: 'planner', rateLimit },
        schema: {
          ...{ hide: true, querystring: Query },
          params: Type.Object({ subjectId: Type.Union([idOf('machine'), idOf('machineModel')]) }),
        },
      },
      async (request, reply) => {
        const { organisationId } = principalOf(request);
        const { subjectId } = request.params;
        const language = request.query.lang ?? 'fi';
        return show(reply, { organisationId, subjectId, language, url: `/data-sheets/${subjectId}` });
      },
    );
  });
