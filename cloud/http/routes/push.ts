import { AppError } from '@kuluma/shared/errors.ts';
import { peoplePaths } from '@kuluma/shared/model/people-paths.ts';
import { AddPushCommand, EndPushCommand, PushView } from '@kuluma/shared/model/views/push.ts';
import type { FastifyRequest } from 'fastify';
import { actorOf } from '../../core/access/principal.ts';
import { signInEndMs } from '../../core/access/session-life.ts';
import { addPhone, endOwnPhone } from '../../pipelines/push-phones.ts';
import { knowDay } from '../../pipelines/tell-changed-days.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { hashOf } from '../secrets.ts';
import { sessionSecretOf } from '../session-cookie.ts';
import { requireTechnician } from './visits.ts';

/** When the reader signed in on this browser, and until when that lasts at the most. */
const signInOf = async (deps: HttpDeps, request: FastifyRequest) => {
  const session = await deps.records.findSession(hashOf(sessionSecretOf(request) ?? ''));
  if (session?.signedInAtMs === undefined)
    throw new AppError('FORBIDDEN', 'this sign-in gets no notes', { hint: 'sign in again' });
  return { signedInAtMs: session.signedInAtMs, expiresAtMs: signInEndMs(session.roles, session.signedInAtMs) };
};

/** Web push: a technician's phone hears that a day has changed. */
export const registerPushRoutes = (app: App, deps: HttpDeps): void => {
  const tags = ['visits'];
  const response = { 200: PushView };
  const view = async (): Promise<PushView> => ({ publicKey: (await deps.push?.publicKey()) ?? null });
  app.get(
    peoplePaths.push(),
    {
      config: { right: 'day:read' },
      schema: { tags, summary: 'What a browser needs to hear of changed days', response },
    },
    view,
  );
  app.post(
    peoplePaths.push(),
    {
      config: { right: 'visit:report' },
      schema: { tags, summary: 'This browser hears of changed days', body: AddPushCommand, response },
    },
    async (request) => {
      const { organisationId, ...who } = { ...principalOf(request), ...requireTechnician(principalOf(request)) };
      if (!deps.push?.takes(request.body.endpoint))
        throw new AppError('INPUT_INVALID', 'nothing is sent to that push service', {
          hint: 'messages.pushServices names those that are allowed',
        });
      const { personId, technicianId } = who;
      const device = (request.headers['user-agent'] ?? '').slice(0, 300);
      const of = { organisationId, personId, technicianId, device, ...(await signInOf(deps, request)) };
      await deps.records.transact(
        async (tx) => {
          if (await addPhone(deps, tx, of, request.body)) await knowDay(deps, tx, of);
        },
        actorOf(principalOf(request)),
      );
      return view();
    },
  );
  app.post(
    peoplePaths.endPush(),
    {
      config: { right: 'visit:report' },
      schema: { tags, summary: 'This browser hears no more', body: EndPushCommand, response },
    },
    async (request) => {
      const { organisationId } = principalOf(request);
      const { personId } = requireTechnician(principalOf(request));
      const { endpoint } = request.body;
      await deps.records.transact((tx) => endOwnPhone(tx, { organisationId, personId }, endpoint, deps.wallNow()));
      return view();
    },
  );
};
