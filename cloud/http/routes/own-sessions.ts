import { AppError } from '@kuluma/shared/errors.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { OwnSessionView } from '@kuluma/shared/model/views/people.ts';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { endSession, liveSessionsOf } from '../../pipelines/end-sessions.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { hashOf } from '../secrets.ts';
import { sessionSecretOf } from '../session-cookie.ts';

/** In which browsers the reader is signed in, newest first. */
const ownSessions = async (deps: HttpDeps, request: FastifyRequest): Promise<OwnSessionView[]> => {
  const principal = principalOf(request);
  const secretHash = hashOf(sessionSecretOf(request) ?? '');
  const all = await liveSessionsOf(deps.records, principal.organisationId, principal, deps.wallNow());
  // One that stands for another is that other until it is used.
  const sessions = all.filter(({ kind, replaces }) => kind === 'session' && !replaces);
  return sessions.map((session) => ({
    sessionId: session.id,
    device: session.device ?? '',
    signedInAt: session.signedInAtMs === undefined ? null : isoOf(session.signedInAtMs),
    expiresAt: isoOf(session.expiresAtMs),
    isThisOne: session.secretHash === secretHash,
  }));
};

/** Where the reader is signed in, and the end of it. */
export const registerOwnSessionRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['door'];
  const response = { 200: Type.Array(OwnSessionView) };
  app.get(
    peoplePaths.ownSessions(),
    { config: { right: 'me:read' }, schema: { tags, summary: 'Browsers in which the reader is signed in', response } },
    (request) => ownSessions(deps, request),
  );
  app.post(
    peoplePaths.endOwnSession(':sessionId'),
    {
      config: { right: 'me:change' },
      schema: {
        ...{ tags, summary: 'Signs the reader out of one browser', response },
        params: Type.Object({ sessionId: idOf('session') }),
      },
    },
    async (request) => {
      const { sessionId } = request.params;
      const principal = principalOf(request);
      await deps.records.transact(async (tx) => {
        const live = await liveSessionsOf(tx, principal.organisationId, principal, deps.wallNow());
        const session = live.find(({ id, kind }) => id === sessionId && kind === 'session');
        if (!session) throw new AppError('NOT_FOUND', 'you are not signed in there');
        await endSession(tx, session, deps.wallNow());
      });
      return ownSessions(deps, request);
    },
  );
};
