import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import { HandleFollowUpCommand } from '@kuluma/shared/model/views/commands.ts';
import { FollowUpView } from '@kuluma/shared/model/views/visit.ts';
import { Type } from 'typebox';
import { handleFollowUp } from '../../pipelines/follow-ups.ts';
import { createLookup, needed } from '../../pipelines/lookup.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { seenVersionOf, sendVersioned } from '../versions.ts';
import { followUpViewOf } from '../views/day.ts';
import { IfMatch, pathIds } from './route-parts.ts';

/** What the field needs of the planner. */
export const registerFollowUpRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['visits'];
  app.get(
    apiPaths.followUps(':organisationId'),
    {
      config: { right: 'recommendation:read' },
      schema: {
        tags,
        summary: 'What the field needs of the planner, oldest first',
        params: pathIds({}),
        response: { 200: Type.Array(FollowUpView) },
      },
    },
    async (request) => {
      const lookup = createLookup(deps.records, request.params.organisationId);
      const open = await lookup.list('followUp', { where: { state: 'open' } });
      return Promise.all(open.map((one) => followUpViewOf(lookup, one, deps.clock.now())));
    },
  );
  app.post(
    apiPaths.followUpHandled(':organisationId', ':followUpId'),
    {
      config: { right: 'recommendation:decide' },
      schema: {
        tags,
        summary: 'A planner has dealt with it',
        params: pathIds({ followUpId: idOf('followUp') }),
        headers: IfMatch,
        body: HandleFollowUpCommand,
        response: { 200: FollowUpView },
      },
    },
    async (request, reply) => {
      const { organisationId, followUpId } = request.params;
      const { personId } = principalOf(request);
      if (!personId) throw new AppError('FORBIDDEN', 'only a member of staff deals with it');
      const seenVersion = seenVersionOf(request);
      const view = await runOnce(deps.records, request, async (tx) => {
        await handleFollowUp(tx, { organisationId, followUpId, personId, seenVersion });
        const lookup = createLookup(tx, organisationId);
        return followUpViewOf(lookup, needed(await lookup.get('followUp', followUpId), 'follow-up'), deps.clock.now());
      });
      return sendVersioned(reply, view);
    },
  );
};
