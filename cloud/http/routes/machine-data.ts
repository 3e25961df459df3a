import { Readable } from 'node:stream';
import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { idOf, oneOf } from '@kuluma/shared/model/base.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { IsoInstant } from '@kuluma/shared/model/views/common.ts';
import { Type } from 'typebox';
import { intersect } from '../../core/calendar/intervals.ts';
import { createLookup, needed } from '../../pipelines/lookup.ts';
import { machineDataCsv, machineDataJson } from '../../pipelines/machine-data.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { requireMachine } from '../scope.ts';
import { pathIds } from './route-parts.ts';

const DataQuery = Type.Object(
  { fromAt: IsoInstant, toAt: IsoInstant, format: Type.Optional(oneOf(['json', 'csv'])) },
  { additionalProperties: false },
);
const longestMs = 366 * dayMs;

/** An owner takes the data of their machines with them, as they were measured (Data Act Article 4). */
export const registerMachineData = (app: App, deps: HttpDeps): void => {
  app.get(
    apiPaths.machineData(':organisationId', ':machineId'),
    {
      config: { right: 'machine:export', rateLimit: { max: 10, timeWindow: '1 minute' } },
      schema: {
        tags: ['machines'],
        summary:
          'Every sample of a machine in a time, with what its points are: of an owner the times that were theirs',
        params: pathIds({ machineId: idOf('machine') }),
        querystring: DataQuery,
      },
    },
    async (request, reply) => {
      const { organisationId, machineId } = request.params;
      const [fromMs, toMs] = [Date.parse(request.query.fromAt), Date.parse(request.query.toAt)];
      if (toMs <= fromMs || toMs - fromMs > longestMs)
        throw new AppError('INPUT_INVALID', 'the time ends after it begins, and within a year', {
          faults: [{ path: '/querystring/toAt', message: 'out of range' }],
        });
      const lookup = createLookup(deps.records, organisationId);
      const principal = principalOf(request);
      const visible = await requireMachine(lookup, principal, machineId, deps.clock.now());
      const machine = needed(await lookup.get('machine', machineId), 'machine');
      const data = {
        machine,
        model: needed(await lookup.get('machineModel', machine.machineModelId), 'machine model'),
        points: await lookup.by('measurementPoint', 'machineId', machineId),
        ranges: intersect(visible, [{ fromMs, toMs }]),
      };
      const { personId, contactId } = principal;
      deps.log.info({ machineId, personId, contactId, fromMs, toMs }, 'the data of a machine are taken along');
      const isCsv = request.query.format === 'csv';
      const name = `${machineId}.${isCsv ? 'csv' : 'json'}`;
      reply.header('content-disposition', `attachment; filename="${name}"`);
      reply.type(isCsv ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8');
      return reply.send(Readable.from((isCsv ? machineDataCsv : machineDataJson)(deps.timeSeries, data)));
    },
  );
};
