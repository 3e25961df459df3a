import { AppError } from '@kuluma/shared/errors.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import { privacyPaths } from '@kuluma/shared/model/privacy-paths.ts';
import { DecideErasureCommand, OwnPrivacyView, PrivacyRequestRow } from '@kuluma/shared/model/views/privacy.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { actorOf } from '../../core/access/principal.ts';
import type { Subject } from '../../core/privacy/erasure-plan.ts';
import { personalFileOf } from '../../pipelines/personal-data.ts';
import { askErasure, decideErasure, noteAccess } from '../../pipelines/privacy-requests.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { seenVersionOf } from '../versions.ts';
import { ownPrivacyOf, personalFileName, privacyRequestRows } from '../views/privacy.ts';
import { IfMatch, pathIds } from './route-parts.ts';

/** Whoever is signed in: nobody takes another's data along. */
export const readerOf = (request: Pick<FastifyRequest, 'principal'>): Subject => {
  const { personId, contactId } = principalOf(request);
  if (personId !== null) return { personId, contactId: null };
  if (contactId !== null) return { personId: null, contactId };
  throw new AppError('FORBIDDEN', 'there is nobody behind this session');
};

/** Sends the reader everything personal of theirs, and keeps that they took it. */
export const sendPersonalFile = async (
  deps: Pick<HttpDeps, 'records' | 'files' | 'clock' | 'random'>,
  request: Pick<FastifyRequest, 'principal'>,
  reply: FastifyReply,
): Promise<string> => {
  const { organisationId } = principalOf(request);
  const subject = readerOf(request);
  const file = await personalFileOf(deps.records, deps.files, organisationId, subject, deps.clock.now());
  await deps.records.transact((tx) => noteAccess(deps, tx, organisationId, subject));
  reply.header('content-disposition', `attachment; filename="${personalFileName(subject)}"`);
  reply.type('application/json; charset=utf-8');
  return `${JSON.stringify(file, null, 2)}\n`;
};

/** It reads all records that may be somebody's. */
const rateLimit = { max: 10, timeWindow: '1 minute' } as const;

/** What people may do about their own data (GDPR Articles 15, 17 and 20), and who answers them. */
export const registerPrivacyRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['privacy'];
  app.get(
    privacyPaths.ownData(),
    {
      config: { right: 'me:read', rateLimit },
      schema: { tags, summary: 'Everything personal of the reader, as one file (GDPR Articles 15 and 20)' },
    },
    async (request, reply) => reply.send(await sendPersonalFile(deps, request, reply)),
  );
  const own = (request: FastifyRequest) =>
    ownPrivacyOf(deps.records, principalOf(request).organisationId, readerOf(request));
  const response = { 200: OwnPrivacyView };
  app.get(
    privacyPaths.own(),
    {
      config: { right: 'me:read', rateLimit },
      schema: { tags, summary: 'What is kept of the reader, and what they asked', response },
    },
    own,
  );
  app.post(
    privacyPaths.askErasure(),
    {
      config: { right: 'me:change', rateLimit },
      schema: { tags, summary: 'The reader asks for their erasure (GDPR Article 17)', response },
    },
    async (request) => {
      const { organisationId } = principalOf(request);
      const work = (tx: Parameters<typeof askErasure>[1]) => askErasure(deps, tx, organisationId, readerOf(request));
      await deps.records.transact(work, actorOf(principalOf(request)));
      return own(request);
    },
  );
  const rows = { 200: Type.Array(PrivacyRequestRow) };
  app.get(
    privacyPaths.requests(':organisationId'),
    {
      config: { right: 'privacy:read' },
      schema: { tags, summary: 'Requests for erasure, those that wait first', params: pathIds({}), response: rows },
    },
    ({ params }) => privacyRequestRows(deps.records, params.organisationId),
  );
  app.post(
    privacyPaths.decide(':organisationId', ':requestId'),
    {
      // It cannot be taken back.
      config: { right: 'privacy:decide', asksSecondFactor: true },
      schema: {
        ...{ tags, summary: 'Erases somebody who asked for it, or says why not', headers: IfMatch },
        ...{ params: pathIds({ requestId: idOf('privacyRequest') }), body: DecideErasureCommand, response: rows },
      },
    },
    async (request) => {
      const { organisationId, requestId } = request.params;
      const { personId } = principalOf(request);
      if (personId === null) throw new AppError('FORBIDDEN', 'a member of staff decides');
      const of = { organisationId, requestId, seenVersion: seenVersionOf(request) };
      const run = (work: Parameters<typeof runOnce<readonly string[]>>[2]) => runOnce(deps.records, request, work);
      await decideErasure(deps, run, of, { personId, refusal: request.body.refusal });
      return privacyRequestRows(deps.records, organisationId);
    },
  );
};
