import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type Id, idOf } from '@kuluma/shared/model/base.ts';
import {
  HandOverCommand,
  PartRequestCommand,
  RefusePartCommand,
  VanReturnCommand,
  VanReturnView,
} from '@kuluma/shared/model/views/commands.ts';
import { PartRequestView, VisitView } from '@kuluma/shared/model/views/visit.ts';
import type { FastifyRequest } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { createLookup, needed } from '../../pipelines/lookup.ts';
import {
  askForPart,
  handOverPart,
  refusePart,
  returnToDepot,
  type SeenRequest,
} from '../../pipelines/part-requests.ts';
import type { RecordTransaction } from '../../ports.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { seenVersionOf, sendVersioned } from '../versions.ts';
import { visitViewOf } from '../views/day.ts';
import { openPartRequestsOf, partRequestViewOf } from '../views/part-requests.ts';
import { IfMatch, pathIds } from './route-parts.ts';
import { requireTechnician } from './visits.ts';

interface RequestPath {
  readonly organisationId: Id<'organisation'>;
  readonly partRequestId: Id<'partRequest'>;
}

/** Parts that technicians lack: asked for at a visit, handed over or refused at the desk, given back to the depot. */
export const registerPartRequestRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['visits'];
  app.post(
    apiPaths.visitPartRequests(':organisationId', ':visitId'),
    {
      config: { right: 'visit:report' },
      schema: {
        tags,
        summary: 'Asks for a part that is kept at the depot from then on, or says that it is needed no more',
        params: pathIds({ visitId: idOf('visit') }),
        body: PartRequestCommand,
        response: { 200: VisitView },
      },
    },
    async (request, reply) => {
      const { organisationId, visitId } = request.params;
      const { technicianId, personId } = requireTechnician(principalOf(request));
      const view = await runOnce(deps.records, request, async (tx) => {
        await askForPart(deps, tx, { organisationId, visitId, technicianId, personId }, request.body);
        const lookup = createLookup(tx, organisationId);
        return visitViewOf(lookup, needed(await lookup.get('visit', visitId), 'visit'), technicianId, deps.clock.now());
      });
      return sendVersioned(reply, view);
    },
  );
  app.post(
    apiPaths.vanReturns(':organisationId'),
    {
      config: { right: 'visit:report' },
      schema: {
        tags,
        summary: "Puts parts of the technician's van back on the shelf of their depot",
        params: pathIds({}),
        body: VanReturnCommand,
        response: { 200: VanReturnView },
      },
    },
    async (request) => {
      const who = { ...request.params, ...requireTechnician(principalOf(request)) };
      return runOnce(deps.records, request, async (tx) => ({ left: await returnToDepot(deps, tx, who, request.body) }));
    },
  );
  app.get(
    apiPaths.partRequests(':organisationId'),
    {
      config: { right: 'recommendation:read' },
      schema: {
        tags,
        summary: 'Parts that technicians wait for, by the day on which they are needed',
        params: pathIds({}),
        response: { 200: Type.Array(PartRequestView) },
      },
    },
    (request) => openPartRequestsOf(createLookup(deps.records, request.params.organisationId), deps.clock.now()),
  );
  const asDecision = <Body extends TSchema>(summary: string, body: Body) => ({
    config: { right: 'recommendation:decide' as const },
    schema: {
      tags,
      summary,
      params: pathIds({ partRequestId: idOf('partRequest') }),
      headers: IfMatch,
      body,
      response: { 200: PartRequestView },
    },
  });
  const decide = (
    seenVersion: number,
    request: Pick<FastifyRequest, 'principal' | 'url'> & {
      readonly params: RequestPath;
      readonly body: { readonly idempotencyKey: string };
    },
    act: (tx: RecordTransaction, seen: SeenRequest) => Promise<void>,
  ): Promise<PartRequestView> => {
    const { organisationId, partRequestId } = request.params;
    const { personId } = principalOf(request);
    if (!personId) throw new AppError('FORBIDDEN', 'only a member of staff deals with it');
    return runOnce(deps.records, request, async (tx) => {
      await act(tx, { organisationId, partRequestId, personId, seenVersion });
      const lookup = createLookup(tx, organisationId);
      const now = needed(await lookup.get('partRequest', partRequestId), 'part request');
      return partRequestViewOf(lookup, now, deps.clock.now());
    });
  };
  app.post(
    apiPaths.partHandOver(':organisationId', ':partRequestId'),
    asDecision("Hands pieces over from a depot to the technician's van", HandOverCommand),
    async (request, reply) =>
      sendVersioned(
        reply,
        await decide(seenVersionOf(request), request, (tx, seen) => handOverPart(deps, tx, seen, request.body)),
      ),
  );
  app.post(
    apiPaths.partRefusal(':organisationId', ':partRequestId'),
    asDecision('Says that nothing more of it comes, and why', RefusePartCommand),
    async (request, reply) =>
      sendVersioned(
        reply,
        await decide(seenVersionOf(request), request, (tx, seen) => refusePart(deps, tx, seen, request.body.reason)),
      ),
  );
};
