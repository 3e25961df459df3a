import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { DecideIncidentCommand, IncidentDecidedView, IncidentView } from '@kuluma/shared/model/views/incident.ts';
import { Type } from 'typebox';
import { decideIncident, type IncidentDecision } from '../../pipelines/decide-incident.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import type { FleetMemory } from '../views/fleet-memory.ts';
import { incidentViews } from '../views/incidents.ts';
import { pathIds } from './route-parts.ts';

const answerOf = (command: DecideIncidentCommand): IncidentDecision['answer'] => {
  if (command.answer === 'postpone')
    return { kind: 'postpone', untilMs: Date.parse(command.untilAt), reason: command.reason };
  return command.answer === 'reject' ? { kind: 'reject', reason: command.reason } : { kind: command.answer };
};

/** What came up on many machines for one cause, and the one decision on it. */
export const registerIncidentRoutes = (app: App, deps: HttpDeps, memory: () => FleetMemory): void => {
  const tags = ['incidents'];
  const params = pathIds({});
  app.get(
    apiPaths.incidents(':organisationId'),
    {
      config: { right: 'recommendation:read' },
      schema: {
        tags,
        summary: 'Open matters of one cause on many machines',
        params,
        response: { 200: Type.Array(IncidentView) },
      },
    },
    async (request) => incidentViews(await memory().of(request.params.organisationId), deps.terms, deps.clock.now()),
  );
  app.post(
    apiPaths.decideIncident(':organisationId'),
    {
      config: { right: 'recommendation:decide' },
      schema: {
        tags,
        summary: 'Decides all of them at once',
        params,
        body: DecideIncidentCommand,
        response: { 200: IncidentDecidedView },
      },
    },
    async (request) => {
      const { organisationId } = request.params;
      const personId = request.principal?.personId;
      if (!personId) throw new AppError('FORBIDDEN', 'only a member of staff decides');
      const { members } = request.body;
      const answer = answerOf(request.body);
      return runOnce(deps.records, request, (tx) =>
        decideIncident(deps, tx, { organisationId, personId, members, answer }),
      );
    },
  );
};
