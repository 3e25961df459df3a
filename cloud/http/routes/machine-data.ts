import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type Id, idOf, oneOf } from '@kuluma/shared/model/base.ts';
import { type DataFormat, dataFormats } from '@kuluma/shared/model/data-shares.ts';
import { IsoInstant } from '@kuluma/shared/model/views/common.ts';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Principal } from '../../core/access/principal.ts';
import { type Interval, intersect } from '../../core/calendar/intervals.ts';
import { createLookup, needed } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { askedTime, sendMachineData } from '../machine-data-reply.ts';
import { principalOf } from '../plugins/access.ts';
import { requireMachine } from '../scope.ts';
import { pathIds } from './route-parts.ts';

/** What of the data of a machine is asked for. */
export const DataQuery = Type.Object(
  { fromAt: IsoInstant, toAt: IsoInstant, format: Type.Optional(oneOf(dataFormats)) },
  { additionalProperties: false },
);

/** It reads a year of samples at most. */
export const dataRateLimit = { max: 10, timeWindow: '1 minute' } as const;

/** Sends whoever may see the machine what of its data is theirs. @throws NOT_FOUND */
export const sendOwnMachineData = async (
  deps: HttpDeps,
  reply: FastifyReply,
  principal: Principal,
  of: { readonly machineId: Id<'machine'>; readonly asked: Interval; readonly format: DataFormat },
): Promise<FastifyReply> => {
  const { machineId, asked, format } = of;
  const lookup = createLookup(deps.records, principal.organisationId);
  const visible = await requireMachine(lookup, principal, machineId, deps.clock.now());
  const machine = needed(await lookup.get('machine', machineId), 'machine');
  const { personId, contactId } = principal;
  deps.log.info({ machineId, personId, contactId, ...asked, format }, 'the data of a machine are taken along');
  const data = {
    ...{ machine, ranges: intersect(visible, [asked]), detail: 'raw' as const },
    model: needed(await lookup.get('machineModel', machine.machineModelId), 'machine model'),
    points: await lookup.by('measurementPoint', 'machineId', machineId),
  };
  return sendMachineData(deps, reply, data, format);
};

/** An owner takes the data of their machines with them, as they were measured (Data Act Article 4). */
export const registerMachineData = (app: App, deps: HttpDeps): void => {
  app.get(
    apiPaths.machineData(':organisationId', ':machineId'),
    {
      config: { right: 'machine:export', rateLimit: dataRateLimit },
      schema: {
        tags: ['machines'],
        summary:
          'Every sample of a machine in a time, with what its points are: of an owner the times that were theirs',
        params: pathIds({ machineId: idOf('machine') }),
        querystring: DataQuery,
      },
    },
    async (request, reply) => {
      const { fromAt, toAt, format = 'json' } = request.query;
      const asked = askedTime(Date.parse(fromAt), Date.parse(toAt));
      const of = { machineId: request.params.machineId, asked, format };
      return sendOwnMachineData(deps, reply, principalOf(request), of);
    },
  );
};
