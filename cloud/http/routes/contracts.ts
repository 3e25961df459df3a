import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import { ContractsView, OfferContractCommand, ReckonContractsCommand } from '@kuluma/shared/model/views/contract.ts';
import { offerContract } from '../../pipelines/contract-offers.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { seenVersionOf } from '../versions.ts';
import { contractsViewOf } from '../views/contract.ts';
import { IfMatch, pathIds } from './route-parts.ts';

/** Service contracts that owners could have after a warranty: what they are worth, and a person's offer. */
export const registerContractRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['contracts'];
  const response = { 200: ContractsView };
  app.get(
    apiPaths.contracts(':organisationId'),
    {
      config: { right: 'recommendation:read' },
      schema: { tags, summary: 'Warranties that end, and contracts that were offered', params: pathIds({}), response },
    },
    (request) =>
      contractsViewOf(createLookup(deps.records, request.params.organisationId), deps.terms, deps.clock.now()),
  );
  app.post(
    apiPaths.reckonContracts(':organisationId'),
    {
      config: { right: 'recommendation:decide' },
      schema: {
        tags,
        summary: 'Reckons anew what contracts would be worth',
        params: pathIds({}),
        body: ReckonContractsCommand,
        response,
      },
    },
    async (request) => {
      const { organisationId } = request.params;
      await deps.reckonContracts(organisationId);
      return contractsViewOf(createLookup(deps.records, organisationId), deps.terms, deps.clock.now());
    },
  );
  app.post(
    apiPaths.offerContract(':organisationId', ':machineId'),
    {
      config: { right: 'recommendation:decide' },
      schema: {
        tags,
        summary: 'Offers the owner of a machine a service contract',
        params: pathIds({ machineId: idOf('machine') }),
        headers: IfMatch,
        body: OfferContractCommand,
        response,
      },
    },
    async (request) => {
      const { organisationId, machineId } = request.params;
      const { personId } = principalOf(request);
      if (!personId) throw new AppError('FORBIDDEN', 'only a person offers a contract');
      const seenVersion = seenVersionOf(request);
      await runOnce(deps.records, request, async (tx) => {
        await offerContract(deps, tx, { organisationId, machineId, personId, seenVersion });
        return {};
      });
      return contractsViewOf(createLookup(deps.records, organisationId), deps.terms, deps.clock.now());
    },
  );
};
