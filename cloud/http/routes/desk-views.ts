import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { DeskViewsView, KeepViewsCommand } from '@kuluma/shared/model/views/desk-views.ts';
import { keepViews, viewsOf } from '../../pipelines/keep-views.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { seenVersionOf, sendVersioned } from '../versions.ts';
import { IfMatch, pathIds } from './route-parts.ts';

const viewOf = (held: Pick<RecordOf<'deskViews'>, 'version' | 'views'> | undefined): DeskViewsView => ({
  version: held?.version ?? 0,
  views: held?.views ?? [],
});

/** Whose views are asked for. @throws FORBIDDEN for whoever is no member of staff */
const whoseOf = (request: Parameters<typeof principalOf>[0]) => {
  const { organisationId, personId } = principalOf(request);
  if (!personId) throw new AppError('FORBIDDEN', 'only a member of staff has views of the fleet');
  return { organisationId, personId };
};

/** The filters of the fleet that a person comes back to. */
export const registerDeskViewRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['desk'];
  const params = pathIds({});
  const response = { 200: DeskViewsView };
  app.get(
    apiPaths.deskViews(':organisationId'),
    { config: { right: 'fleet:read' }, schema: { tags, summary: 'The own saved views', params, response } },
    async (request, reply) => sendVersioned(reply, viewOf(await viewsOf(deps.records, whoseOf(request)))),
  );
  app.post(
    apiPaths.deskViews(':organisationId'),
    {
      config: { right: 'fleet:read' },
      schema: { tags, summary: 'Keeps the own views', params, headers: IfMatch, body: KeepViewsCommand, response },
    },
    async (request, reply) => {
      const seenVersion = seenVersionOf(request);
      const { views } = request.body;
      const keep = await runOnce(deps.records, request, async (tx) =>
        viewOf(await keepViews(deps, tx, whoseOf(request), { views, seenVersion })),
      );
      return sendVersioned(reply, keep);
    },
  );
};
