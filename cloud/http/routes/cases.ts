import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type Actor, idOf, oneOf } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import {
  CaseRow,
  CaseView,
  CloseCaseCommand,
  mostCasePhotoLetters,
  SayCommand,
} from '@kuluma/shared/model/views/case.ts';
import { Type } from 'typebox';
import type { Principal } from '../../core/access/principal.ts';
import type { Said } from '../../core/cases/case.ts';
import { bareJpeg } from '../../core/cases/photo.ts';
import { endCase, photoInCase, say } from '../../pipelines/cases.ts';
import { createLookup, type Lookup } from '../../pipelines/lookup.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { keepPhoto } from '../report-form.ts';
import { visibleRanges } from '../scope.ts';
import { sendFile } from '../send-file.ts';
import { seenVersionOf, sendVersioned } from '../versions.ts';
import { caseRowsOf, caseViewOf } from '../views/case.ts';
import { IfMatch, pathIds } from './route-parts.ts';

type Case = RecordOf<'case'>;

/** A planner sees all cases, an owner their own, a technician those of machines that they visit. */
const maySee = async (lookup: Lookup, principal: Principal, subject: Case, nowMs: number): Promise<boolean> => {
  const { roles, ownerId, technicianId } = principal;
  if (roles.includes('planner')) return true;
  if (ownerId) return subject.ownerId === ownerId;
  if (!technicianId || !subject.machineId) return false;
  return (await visibleRanges(lookup, principal, subject.machineId, nowMs)).length > 0;
};

/** @throws NOT_FOUND also for a case that is not the principal's to see */
export const requireCase = async (
  lookup: Lookup,
  principal: Principal,
  caseId: string,
  nowMs: number,
): Promise<Case> => {
  const subject = await lookup.get('case', caseId);
  if (!subject || !(await maySee(lookup, principal, subject, nowMs)))
    throw new AppError('NOT_FOUND', 'there is no such case');
  return subject;
};

/** For whom a principal speaks, and who it is. */
const speakerOf = (principal: Principal): { voice: Said['voice']; by: Actor } => {
  const { personId, contactId, roles } = principal;
  if (contactId) return { voice: 'owner', by: { kind: 'contact', contactId } };
  if (!personId) throw new AppError('FORBIDDEN', 'only people speak in a case');
  return { voice: roles.includes('planner') ? 'planner' : 'technician', by: { kind: 'person', personId } };
};

/** With room for the words beside the picture. */
const bodyLimit = mostCasePhotoLetters + 64 * 1024;

/** A picture without what its camera wrote into it. @throws INPUT_INVALID for what is none */
const jpegIn = (base64: string): Uint8Array => {
  const bare = bareJpeg(Buffer.from(base64, 'base64'));
  if (!bare) throw new AppError('INPUT_INVALID', 'the photo is no whole JPEG picture', { hint: 'take a new one' });
  return bare;
};

/** Cases of owners: the list, a thread, an answer, the end. */
export const registerCaseRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['cases'];
  const params = pathIds({ caseId: idOf('case') });
  const response = { 200: CaseView };

  app.get(
    apiPaths.cases(':organisationId'),
    {
      config: { right: 'case:read' },
      schema: {
        tags,
        summary: 'Cases that the reader may see, what waits for the company first',
        params: pathIds({}),
        querystring: Type.Object({
          state: Type.Optional(oneOf(['open', 'closed'])),
          machineId: Type.Optional(idOf('machine')),
        }),
        response: { 200: Type.Array(CaseRow) },
      },
    },
    async (request) => {
      const lookup = createLookup(deps.records, request.params.organisationId);
      const principal = principalOf(request);
      const nowMs = deps.clock.now();
      const { state, machineId } = request.query;
      const found = await lookup.list('case', {
        where: { ...(state ? { state } : {}), ...(machineId ? { machineId } : {}) },
      });
      const seen = await Promise.all(found.map((subject) => maySee(lookup, principal, subject, nowMs)));
      return caseRowsOf(
        lookup,
        found.filter((_, i) => seen[i]),
      );
    },
  );
  app.get(
    apiPaths.case(':organisationId', ':caseId'),
    { config: { right: 'case:read' }, schema: { tags, summary: 'One case with its thread', params, response } },
    async (request, reply) => {
      const { organisationId, caseId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      const subject = await requireCase(lookup, principalOf(request), caseId, deps.clock.now());
      return sendVersioned(reply, await caseViewOf(lookup, subject));
    },
  );
  app.get(
    apiPaths.casePhoto(':organisationId', ':caseId', ':photoId'),
    {
      config: { right: 'case:read' },
      schema: {
        tags,
        summary: 'A photo of a case',
        params: pathIds({ caseId: idOf('case'), photoId: idOf('caseMessage') }),
      },
    },
    async (request, reply) => {
      const { organisationId, caseId, photoId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      await requireCase(lookup, principalOf(request), caseId, deps.clock.now());
      return sendFile(deps.files, request, reply, await photoInCase(lookup, caseId, photoId));
    },
  );
  app.post(
    apiPaths.caseMessages(':organisationId', ':caseId'),
    {
      bodyLimit,
      config: { right: 'case:write' },
      schema: { tags, summary: 'Says something in a case', params, body: SayCommand, response },
    },
    async (request, reply) => {
      const { organisationId, caseId } = request.params;
      const principal = principalOf(request);
      const nowMs = deps.clock.now();
      const { voice, by } = speakerOf(principal);
      await requireCase(createLookup(deps.records, organisationId), principal, caseId, nowMs);
      const { text, photoBase64 } = request.body;
      const photo = photoBase64 === undefined ? undefined : await keepPhoto(deps.files, jpegIn(photoBase64));
      const view = await runOnce(deps.records, request, async (tx) => {
        await requireCase(createLookup(tx, organisationId), principal, caseId, nowMs);
        await say(deps, tx, { organisationId, by }, { caseId, voice, text, photo });
        const lookup = createLookup(tx, organisationId);
        return caseViewOf(lookup, await requireCase(lookup, principal, caseId, nowMs));
      });
      return sendVersioned(reply, view);
    },
  );
  app.post(
    apiPaths.caseClose(':organisationId', ':caseId'),
    {
      config: { right: 'case:close' },
      schema: { tags, summary: 'Closes a case', params, headers: IfMatch, body: CloseCaseCommand, response },
    },
    async (request, reply) => {
      const { organisationId, caseId } = request.params;
      const principal = principalOf(request);
      const seenVersion = seenVersionOf(request);
      const view = await runOnce(deps.records, request, async (tx) => {
        await endCase(deps, tx, organisationId, { caseId, seenVersion });
        const lookup = createLookup(tx, organisationId);
        return caseViewOf(lookup, await requireCase(lookup, principal, caseId, deps.clock.now()));
      });
      return sendVersioned(reply, view);
    },
  );
};
