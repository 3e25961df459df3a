import type { Id } from '@kuluma/shared/model/base.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import { CompanyView, SetCompanyCommand } from '@kuluma/shared/model/views/company.ts';
import { companyOf, setCompany } from '../../pipelines/company.ts';
import { createLookup, needed } from '../../pipelines/lookup.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { seenVersionOf, sendVersioned } from '../versions.ts';
import { changesOf } from '../views/set-up.ts';
import { IfMatch, pathIds } from './route-parts.ts';
import { staffOf } from './set-up.ts';

/** What holds for the whole company. */
export const registerCompanyRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['set-up'];
  const params = pathIds({});
  const response = { 200: CompanyView };
  const viewOf = async (organisationId: Id<'organisation'>): Promise<CompanyView> => {
    const lookup = createLookup(deps.records, organisationId);
    const organisation = needed(await lookup.get('organisation', organisationId), 'organisation');
    const { version, timeZone } = organisation;
    const changes = await changesOf(lookup, organisationId, undefined);
    return { version, timeZone, company: companyOf(organisation), changes };
  };
  app.get(
    setUpPaths.company(':organisationId'),
    { config: { right: 'setUp:read' }, schema: { tags, summary: 'What holds for the company', params, response } },
    async (request, reply) => sendVersioned(reply, await viewOf(request.params.organisationId)),
  );
  app.post(
    setUpPaths.company(':organisationId'),
    {
      config: { right: 'setUp:change' },
      schema: {
        tags,
        summary: 'Says who answers owners, until when they change visits alone, and when the roads are full',
        params,
        headers: IfMatch,
        body: SetCompanyCommand,
        response,
      },
    },
    async (request, reply) => {
      const { organisationId } = request.params;
      const set = { organisationId, actor: staffOf(request), seenVersion: seenVersionOf(request) };
      await runOnce(deps.records, request, async (tx) => {
        await setCompany(deps, tx, set, request.body.entry);
        return {};
      });
      return sendVersioned(reply, await viewOf(organisationId));
    },
  );
};
