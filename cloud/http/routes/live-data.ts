import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import { Type } from 'typebox';
import { mayUse } from '../../core/access/principal.ts';
import { sharedPoints, sharedRanges } from '../../core/access/share-scope.ts';
import type { Interval } from '../../core/calendar/intervals.ts';
import { noteUse } from '../../pipelines/data-shares.ts';
import { createLookup } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { createLiveSamples, type LiveSamples } from '../live-samples.ts';
import { principalOf } from '../plugins/access.ts';
import { findPrincipal } from '../principal.ts';
import { requireMachine, visibleRanges } from '../scope.ts';
import { sessionSecretOf } from '../session-cookie.ts';
import { pathIds } from './route-parts.ts';
import { grantBehind, requireGrant } from './shared-data.ts';

const tags = ['machines'];
const response = { 200: Type.String() };

/** When what goes on now began. */
const runningSince = (ranges: readonly Interval[], nowMs: number): number | undefined =>
  ranges.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs)?.fromMs;

/** Data of machines as they come (Data Act Articles 4(1) and 5(1): continuously and in real time). */
export const registerLiveData = (app: App, deps: HttpDeps): void => {
  const live = createLiveSamples(app, deps);
  registerOwnStream(app, deps, live);
  registerSharedStream(app, deps, live);
};

const registerOwnStream = (app: App, deps: HttpDeps, live: LiveSamples): void => {
  app.get(
    apiPaths.machineLive(':organisationId', ':machineId'),
    {
      config: { right: 'machine:export' },
      schema: {
        tags,
        summary: 'The newest sample of each point of a machine as it comes: server-sent events',
        params: pathIds({ machineId: idOf('machine') }),
        response,
      },
    },
    async (request, reply) => {
      const { organisationId, machineId } = request.params;
      const principal = principalOf(request);
      const secret = sessionSecretOf(request);
      const sinceMs = async (): Promise<number | undefined> => {
        const who = secret ? await findPrincipal(deps, secret) : undefined;
        if (!mayUse(who, 'machine:export') || !who) return undefined;
        const nowMs = deps.clock.now();
        const lookup = createLookup(deps.records, organisationId);
        return runningSince(await visibleRanges(lookup, who, machineId, nowMs), nowMs);
      };
      await requireMachine(createLookup(deps.records, organisationId), principal, machineId, deps.clock.now());
      if ((await sinceMs()) === undefined) throw new AppError('NOT_FOUND', 'the machine is not theirs any more');
      const listener = principal.personId ?? principal.contactId ?? '';
      const points = await deps.records.list('measurementPoint', organisationId, { where: { machineId } });
      live.checkRoom(listener);
      live.open(reply, { organisationId, listener, points, sinceMs });
    },
  );
};

const registerSharedStream = (app: App, deps: HttpDeps, live: LiveSamples): void => {
  app.get(
    apiPaths.sharedMachineLive(':machineId'),
    {
      config: { right: 'public', rateLimit: { max: 30, timeWindow: '1 minute' } },
      schema: {
        tags: ['shared data'],
        summary: 'The newest sample of each shared point as it comes: server-sent events, until the share ends',
        params: Type.Object({ machineId: idOf('machine') }),
        response,
      },
    },
    async (request, reply) => {
      const grant = await requireGrant(deps, request);
      const { machineId } = request.params;
      const { organisationId, id: listener } = grant;
      if (grant.detail !== 'raw')
        throw new AppError('INPUT_INVALID', 'sums of hours come as a file', { hint: 'fetch the hours that are over' });
      const sinceMs = async (): Promise<number | undefined> => {
        // Taken back, over or handed to another owner: what is heard ends with it.
        const now = await grantBehind(deps, request);
        if (!now) return undefined;
        const ownerships = await deps.records.list('machineOwnership', organisationId, { where: { machineId } });
        const nowMs = deps.clock.now();
        return runningSince(sharedRanges(now, ownerships, machineId, { fromMs: 0, toMs: nowMs + 1 }), nowMs);
      };
      if ((await sinceMs()) === undefined) throw new AppError('NOT_FOUND', 'there is no such machine');
      const all = await deps.records.list('measurementPoint', organisationId, { where: { machineId } });
      live.checkRoom(listener);
      const use = { machineId, fromMs: deps.clock.now(), toMs: grant.endsAtMs, format: 'stream' } as const;
      await deps.records.transact((tx) => noteUse(deps, tx, grant, use));
      live.open(reply, { organisationId, listener, points: sharedPoints(grant, all), sinceMs });
    },
  );
};
