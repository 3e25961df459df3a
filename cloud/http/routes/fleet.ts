import { apiPaths } from '@kuluma/shared/model/api.ts';
import { FleetRow } from '@kuluma/shared/model/views/machine.ts';
import { StatusView } from '@kuluma/shared/model/views/status.ts';
import { Type } from 'typebox';
import { createLookup } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { fleetRows } from '../views/fleet.ts';
import { statusViewOf } from '../views/status.ts';
import { pathIds } from './route-parts.ts';

/** The fleet at a glance, and the health of the service behind it. */
export const registerFleetRoutes = (app: App, deps: HttpDeps): void => {
  const params = pathIds({});
  app.get(
    apiPaths.fleet(':organisationId'),
    {
      config: { right: 'fleet:read' },
      schema: { tags: ['fleet'], summary: 'Machines, worst first', params, response: { 200: Type.Array(FleetRow) } },
    },
    (request) => {
      const lookup = createLookup(deps.records, principalOf(request).organisationId);
      return fleetRows(lookup, deps.timeSeries, deps.clock.now());
    },
  );
  app.get(
    apiPaths.status(':organisationId'),
    {
      config: { right: 'status:read' },
      schema: { tags: ['fleet'], summary: 'Jobs, gateways, counters', params, response: { 200: StatusView } },
    },
    (request) => {
      const lookup = createLookup(deps.records, principalOf(request).organisationId);
      return statusViewOf(deps.records, lookup, deps.health());
    },
  );
};
