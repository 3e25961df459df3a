import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { freshBase, idOf } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { DecideModelCommand, LayDownPolicyCommand } from '@kuluma/shared/model/views/commands.ts';
import { ModelRow, ModelView } from '@kuluma/shared/model/views/models.ts';
import { Type } from 'typebox';
import { createLookup, type Lookup } from '../../pipelines/lookup.ts';
import { endShadow, putInService } from '../../pipelines/model-steps.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { modelRows, modelViewOf } from '../views/models.ts';
import { pathIds } from './route-parts.ts';

const machineModelOf = async (lookup: Lookup, machineModelId: string): Promise<RecordOf<'machineModel'>> => {
  const machineModel = await lookup.get('machineModel', machineModelId);
  if (!machineModel) throw new AppError('NOT_FOUND', 'there is no such machine model');
  return machineModel;
};

/** Forecast models: what they are worth, and who decides which is acted on. */
export const registerModelRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['models'];
  const params = pathIds({ machineModelId: idOf('machineModel') });
  const response = { 200: ModelView };
  const viewOf = async (lookup: Lookup, machineModelId: string) =>
    modelViewOf(deps, lookup, await machineModelOf(lookup, machineModelId));

  app.get(
    apiPaths.models(':organisationId'),
    {
      config: { right: 'model:read' },
      schema: { tags, summary: 'Forecast models', params: pathIds({}), response: { 200: Type.Array(ModelRow) } },
    },
    (request) => modelRows(createLookup(deps.records, request.params.organisationId)),
  );
  app.get(
    apiPaths.model(':organisationId', ':machineModelId'),
    { config: { right: 'model:read' }, schema: { tags, summary: 'One model card', params, response } },
    ({ params: { organisationId, machineModelId } }) =>
      viewOf(createLookup(deps.records, organisationId), machineModelId),
  );
  app.post(
    apiPaths.decideModel(':organisationId', ':machineModelId'),
    {
      config: { right: 'model:decide' },
      schema: {
        tags,
        summary: 'Puts the version in shadow mode into service, or ends its shadow mode',
        params,
        body: DecideModelCommand,
        response,
      },
    },
    async (request) => {
      const { organisationId, machineModelId } = request.params;
      const { forecastModelId, decision } = request.body;
      const personId = request.principal?.personId;
      if (!personId) throw new AppError('FORBIDDEN', 'only a member of staff decides');
      return runOnce(deps.records, request, async (tx) => {
        const version = await tx.get('forecastModel', organisationId, forecastModelId);
        if (version?.machineModelId !== machineModelId)
          throw new AppError('NOT_FOUND', 'the machine model has no such version');
        const given = { organisationId, forecastModelId, personId, reason: 'decided' } as const;
        await (decision === 'putInService' ? putInService : endShadow)(deps, tx, given);
        return viewOf(createLookup(tx, organisationId), machineModelId);
      });
    },
  );
  app.post(
    apiPaths.modelPolicy(':organisationId', ':machineModelId'),
    {
      config: { right: 'model:decide' },
      schema: {
        tags,
        summary: 'Lays down criteria of shadow mode, the budget of a week and what is approved beforehand',
        params,
        body: LayDownPolicyCommand,
        response,
      },
    },
    async (request) => {
      const { organisationId, machineModelId } = request.params;
      const { criteria, recommendationsPerWeek, approvedAheadUntilAt } = request.body;
      const personId = request.principal?.personId;
      if (!personId) throw new AppError('FORBIDDEN', 'only a member of staff lays down a policy');
      return runOnce(deps.records, request, async (tx) => {
        const lookup = createLookup(tx, organisationId);
        await machineModelOf(lookup, machineModelId);
        const createdBy = { kind: 'person', personId } as const;
        const origin = { organisationId, createdBy, nowMs: deps.clock.now(), random: deps.random };
        await tx.insert('modelPolicy', {
          ...freshBase('modelPolicy', origin),
          ...{ machineModelId, personId, criteria, recommendationsPerWeek },
          approvedAheadUntilMs: approvedAheadUntilAt === null ? null : Date.parse(approvedAheadUntilAt),
        });
        return viewOf(lookup, machineModelId);
      });
    },
  );
};
