import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { PricesView, SetPricesCommand } from '@kuluma/shared/model/views/prices.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import { pricesNow, setPrices } from '../../pipelines/prices.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import type { principalOf } from '../plugins/access.ts';
import { seenVersionOf, sendVersioned } from '../versions.ts';
import { changesOf } from '../views/set-up.ts';
import { IfMatch, pathIds } from './route-parts.ts';
import { staffOf } from './set-up.ts';

/** What the company charges. */
export const registerPriceRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['set-up'];
  const params = pathIds({});
  const response = { 200: PricesView };
  const viewOf = async (organisationId: ReturnType<typeof principalOf>['organisationId']): Promise<PricesView> => {
    const lookup = createLookup(deps.records, organisationId);
    const { id, version, prices } = await pricesNow(lookup, deps.terms);
    return { version, currency: 'EUR', prices, changes: id === null ? [] : await changesOf(lookup, id, undefined) };
  };
  app.get(
    setUpPaths.prices(':organisationId'),
    { config: { right: 'setUp:read' }, schema: { tags, summary: 'What is charged', params, response } },
    async (request, reply) => sendVersioned(reply, await viewOf(request.params.organisationId)),
  );
  app.post(
    setUpPaths.prices(':organisationId'),
    {
      config: { right: 'setUp:change' },
      schema: {
        tags,
        summary: 'Sets what is charged from now on; offers that were sent keep their price',
        params,
        headers: IfMatch,
        body: SetPricesCommand,
        response,
      },
    },
    async (request, reply) => {
      const { organisationId } = request.params;
      const seenVersion = seenVersionOf(request);
      const set = { organisationId, actor: staffOf(request), seenVersion, configured: deps.terms };
      await runOnce(deps.records, request, async (tx) => {
        await setPrices(deps, tx, set, request.body.entry);
        return {};
      });
      return sendVersioned(reply, await viewOf(organisationId));
    },
  );
};
