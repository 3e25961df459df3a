import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import { ApproveCommand, PostponeCommand, RejectCommand, UndoCommand } from '@kuluma/shared/model/views/commands.ts';
import { DecisionsQuery, DecisionsView, DecisionView } from '@kuluma/shared/model/views/decision.ts';
import type { FastifyRequest } from 'fastify';
import { postpone, undoDecision } from '../../pipelines/change-decision.ts';
import { createLookup, type Lookup } from '../../pipelines/lookup.ts';
import { approve, type Decision, reject } from '../../pipelines/make-offers.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { seenVersionOf, sendVersioned } from '../versions.ts';
import { decisionViewOf } from '../views/decision.ts';
import { decisionsViewOf } from '../views/decision-list.ts';
import type { FleetMemory } from '../views/fleet-memory.ts';
import { IfMatch, pathIds } from './route-parts.ts';

type DecisionRequest = FastifyRequest<{ Params: Pick<Decision, 'organisationId' | 'recommendationId'> }>;

const decisionOf = (request: Pick<DecisionRequest, 'params' | 'principal'>, seenVersion: number): Decision => {
  const personId = request.principal?.personId;
  if (!personId) throw new AppError('FORBIDDEN', 'only a member of staff decides');
  return { ...request.params, personId, seenVersion };
};

const viewOf = async (deps: HttpDeps, lookup: Lookup, recommendationId: string): Promise<DecisionView> => {
  const recommendation = await lookup.get('recommendation', recommendationId);
  if (!recommendation) throw new AppError('NOT_FOUND', 'there is no such recommendation');
  return decisionViewOf(deps, lookup, recommendation, true);
};

/** What waits for a person's decision, and the decision. */
export const registerDecisionRoutes = (app: App, deps: HttpDeps, memory: () => FleetMemory): void => {
  const tags = ['decisions'];
  const params = pathIds({ recommendationId: idOf('recommendation') });
  const response = { 200: DecisionView };

  app.get(
    apiPaths.decisions(':organisationId'),
    {
      config: { right: 'recommendation:read' },
      schema: {
        tags,
        summary: 'A page of a list of decisions: open ones by urgency, others newest first',
        params: pathIds({}),
        querystring: DecisionsQuery,
        response: { 200: DecisionsView },
      },
    },
    async (request) =>
      decisionsViewOf(await memory().of(request.params.organisationId), request.query, deps.clock.now()),
  );
  app.get(
    apiPaths.decision(':organisationId', ':recommendationId'),
    {
      config: { right: 'recommendation:read' },
      schema: { tags, summary: 'One decision with the times that the plan allows now', params, response },
    },
    async (request, reply) => {
      const { organisationId, recommendationId } = request.params;
      return sendVersioned(reply, await viewOf(deps, createLookup(deps.records, organisationId), recommendationId));
    },
  );

  app.post(
    apiPaths.approve(':organisationId', ':recommendationId'),
    {
      config: { right: 'recommendation:decide' },
      schema: { tags, summary: 'Approves; the offer leaves', params, headers: IfMatch, body: ApproveCommand, response },
    },
    async (request, reply) => {
      const decision = decisionOf(request, seenVersionOf(request));
      return sendVersioned(
        reply,
        await runOnce(deps.records, request, async (tx) => {
          await approve(deps, tx, decision, request.body);
          return viewOf(deps, createLookup(tx, decision.organisationId), decision.recommendationId);
        }),
      );
    },
  );
  app.post(
    apiPaths.reject(':organisationId', ':recommendationId'),
    {
      config: { right: 'recommendation:decide' },
      schema: { tags, summary: 'Rejects, with the reason', params, headers: IfMatch, body: RejectCommand, response },
    },
    async (request, reply) => {
      const decision = decisionOf(request, seenVersionOf(request));
      return sendVersioned(
        reply,
        await runOnce(deps.records, request, async (tx) => {
          await reject(deps, tx, decision, request.body.reason);
          return viewOf(deps, createLookup(tx, decision.organisationId), decision.recommendationId);
        }),
      );
    },
  );
  app.post(
    apiPaths.postpone(':organisationId', ':recommendationId'),
    {
      config: { right: 'recommendation:decide' },
      schema: { tags, summary: 'Puts it off until a day', params, headers: IfMatch, body: PostponeCommand, response },
    },
    async (request, reply) => {
      const decision = decisionOf(request, seenVersionOf(request));
      const { untilAt, reason } = request.body;
      return sendVersioned(
        reply,
        await runOnce(deps.records, request, async (tx) => {
          await postpone(deps, tx, decision, { untilMs: Date.parse(untilAt), reason });
          return viewOf(deps, createLookup(tx, decision.organisationId), decision.recommendationId);
        }),
      );
    },
  );
  app.post(
    apiPaths.undoDecision(':organisationId', ':recommendationId'),
    {
      config: { right: 'recommendation:decide' },
      schema: {
        tags,
        summary: 'Takes the decision back, until the owner has heard of it',
        params,
        headers: IfMatch,
        body: UndoCommand,
        response,
      },
    },
    async (request, reply) => {
      const decision = decisionOf(request, seenVersionOf(request));
      return sendVersioned(
        reply,
        await runOnce(deps.records, request, async (tx) => {
          await undoDecision(deps, tx, decision);
          return viewOf(deps, createLookup(tx, decision.organisationId), decision.recommendationId);
        }),
      );
    },
  );
};
