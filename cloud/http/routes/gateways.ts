import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { closed, idOf } from '@kuluma/shared/model/base.ts';
import { CheckConfigCommand, SendConfigCommand } from '@kuluma/shared/model/views/commands.ts';
import { ConfigCheckView, GatewayDetailView } from '@kuluma/shared/model/views/gateway.ts';
import { GatewayConfigView } from '@kuluma/shared/model/views/status.ts';
import { Type } from 'typebox';
import { addConfig, checkConfig, newestConfigs } from '../../pipelines/gateway-config.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { gatewayConfigViewOf } from '../views/gateway-config.ts';
import { gatewayDetailOf } from '../views/gateway-detail.ts';
import { pathIds } from './route-parts.ts';

/** How a gateway is doing, and what runs on it, sent from here. */
export const registerGatewayRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['gateways'];
  const params = pathIds({ gatewayId: idOf('gateway') });
  const url = apiPaths.gatewayConfigs(':organisationId', ':gatewayId');

  app.get(
    apiPaths.gateway(':organisationId', ':gatewayId'),
    {
      config: { right: 'gateway:read' },
      schema: {
        tags,
        summary: 'One gateway: how its agent is doing, what its points give, what it lost',
        params,
        response: { 200: GatewayDetailView },
      },
    },
    ({ params: { organisationId, gatewayId } }) => gatewayDetailOf(deps, { organisationId, id: gatewayId }),
  );
  app.get(
    url,
    {
      config: { right: 'gateway:read' },
      schema: {
        tags,
        summary: 'Configurations sent to a gateway and what became of them, newest first, and the one that it keeps',
        params,
        querystring: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 1000, default: 20 }) }, closed),
        response: { 200: Type.Array(GatewayConfigView) },
      },
    },
    async (request) => {
      const { organisationId, gatewayId } = request.params;
      if (!(await deps.records.get('gateway', organisationId, gatewayId)))
        throw new AppError('NOT_FOUND', 'there is no such gateway');
      return (await newestConfigs(deps.records, request.params, request.query.limit)).map(gatewayConfigViewOf);
    },
  );
  app.post(
    url,
    {
      config: { right: 'gateway:configure' },
      schema: {
        tags,
        summary: 'Sends a configuration; the gateway checks it, tries it, and keeps it or goes back',
        params,
        body: SendConfigCommand,
        response: { 200: GatewayConfigView },
      },
    },
    async (request) => {
      const { personId } = principalOf(request);
      if (!personId) throw new AppError('FORBIDDEN', 'only a member of staff configures a gateway');
      const config = { ...request.params, yaml: request.body.yaml, createdBy: { kind: 'person' as const, personId } };
      const view = await runOnce(deps.records, request, async (tx) =>
        gatewayConfigViewOf(await addConfig(deps, tx, config)),
      );
      await deps.publishConfig(request.params);
      return view;
    },
  );
  app.post(
    apiPaths.gatewayConfigCheck(':organisationId', ':gatewayId'),
    {
      config: { right: 'gateway:configure' },
      schema: {
        tags,
        summary: 'What is wrong with a configuration and which points it leaves out; sends nothing',
        params,
        body: CheckConfigCommand,
        response: { 200: ConfigCheckView },
      },
    },
    async (request) => {
      const { organisationId, gatewayId } = request.params;
      if (!(await deps.records.get('gateway', organisationId, gatewayId)))
        throw new AppError('NOT_FOUND', 'there is no such gateway');
      const { faults, strangers, leftOut } = await checkConfig(deps.records, request.params, request.body.yaml);
      return {
        faults: faults.map(({ path, message }) => ({ path, message })),
        strangers,
        leftOut: leftOut.map(({ tag, ...point }) => ({ ...point, machineTag: tag })),
      };
    },
  );
};
