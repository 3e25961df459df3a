import { idOf } from '@kuluma/shared/model/base.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { InventoryView } from '@kuluma/shared/model/views/inventory.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { inventoryOf } from '../views/inventory.ts';
import { pathIds } from './route-parts.ts';

/** What data there are of a machine. */
export const registerInventoryRoutes = (app: App, deps: HttpDeps): void => {
  app.get(
    setUpPaths.inventory(':organisationId', ':machineId'),
    {
      config: { right: 'setUp:read' },
      schema: {
        tags: ['set-up'],
        summary: 'Since when, how often and how well each point of a machine is measured, and what it lacks',
        params: pathIds({ machineId: idOf('machine') }),
        response: { 200: InventoryView },
      },
    },
    ({ params: { organisationId, machineId } }) =>
      inventoryOf(deps, createLookup(deps.records, organisationId), machineId),
  );
};
