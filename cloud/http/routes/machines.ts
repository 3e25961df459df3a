import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { RestartBaselineCommand } from '@kuluma/shared/model/views/commands.ts';
import { IsoInstant } from '@kuluma/shared/model/views/common.ts';
import { ForecastHistoryView, MachineView, SeriesView } from '@kuluma/shared/model/views/machine.ts';
import { MachineServiceView, PeersView } from '@kuluma/shared/model/views/machine-service.ts';
import { ComponentReliabilityView } from '@kuluma/shared/model/views/models.ts';
import { Type } from 'typebox';
import { createLookup, type Lookup } from '../../pipelines/lookup.ts';
import { machineModelOf } from '../../pipelines/machine-facts.ts';
import { restartBaseline } from '../../pipelines/watch-states.ts';
import { runOnce } from '../commands.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { requireMachine } from '../scope.ts';
import { forecastHistoryOf } from '../views/forecast-history.ts';
import { machineViewOf } from '../views/machine.ts';
import { machineServiceOf } from '../views/machine-service.ts';
import { peersViewOf } from '../views/peers.ts';
import { reliabilityOfModel } from '../views/reliability.ts';
import { seriesViewOf } from '../views/series.ts';
import { pathIds } from './route-parts.ts';

const SeriesQuery = Type.Object(
  {
    pointId: idOf('measurementPoint'),
    fromAt: IsoInstant,
    toAt: IsoInstant,
    buckets: Type.Integer({ minimum: 1, maximum: 2000, default: 500 }),
  },
  { additionalProperties: false },
);
const PeersQuery = Type.Object(
  {
    pointId: idOf('measurementPoint'),
    fromAt: IsoInstant,
    toAt: IsoInstant,
    buckets: Type.Integer({ minimum: 1, maximum: 500, default: 120 }),
    /** Machines whose own means are wanted, between commas. */
    chosen: Type.String({ maxLength: 200, default: '' }),
  },
  { additionalProperties: false },
);
const HistoryQuery = Type.Object({ fromAt: Type.Optional(IsoInstant) }, { additionalProperties: false });
const defaultHistoryDays = 90;

const pointOf = async (lookup: Lookup, machineId: string, pointId: string): Promise<RecordOf<'measurementPoint'>> => {
  const point = await lookup.get('measurementPoint', pointId);
  if (point?.machineId !== machineId) throw new AppError('NOT_FOUND', 'the machine has no such measurement point');
  return point;
};

const timesOf = ({ fromAt, toAt }: { fromAt: string; toAt: string }): { fromMs: number; toMs: number } => {
  const [fromMs, toMs] = [Date.parse(fromAt), Date.parse(toAt)];
  if (!(fromMs < toMs)) throw new AppError('INPUT_INVALID', 'fromAt must be before toAt');
  return { fromMs, toMs };
};

/** One machine: its components and past, its signals, its forecasts over time. */
export const registerMachineRoutes = (app: App, deps: HttpDeps): void => {
  const params = pathIds({ machineId: idOf('machine') });
  const tags = ['machines'];
  const config = { right: 'machine:read' } as const;

  app.get(
    apiPaths.machine(':organisationId', ':machineId'),
    { config, schema: { tags, summary: 'One machine', params, response: { 200: MachineView } } },
    async (request) => {
      const { organisationId, machineId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      const ranges = await requireMachine(lookup, principalOf(request), machineId, deps.clock.now());
      const ours = principalOf(request).personId !== null;
      return machineViewOf(lookup, deps.timeSeries, machineId, { nowMs: deps.clock.now(), ranges, ours });
    },
  );
  app.post(
    apiPaths.restartBaseline(':organisationId', ':machineId'),
    {
      config: { right: 'recommendation:decide' },
      schema: {
        tags,
        summary: 'Learns anew from now on what is normal of the machine',
        params,
        body: RestartBaselineCommand,
        response: { 200: MachineView },
      },
    },
    async (request) => {
      const { organisationId, machineId } = request.params;
      const personId = request.principal?.personId;
      if (!personId) throw new AppError('FORBIDDEN', 'only a member of staff says what is normal');
      const nowMs = deps.clock.now();
      return runOnce(deps.records, request, async (tx) => {
        const lookup = createLookup(tx, organisationId);
        const ranges = await requireMachine(lookup, principalOf(request), machineId, nowMs);
        const createdBy = { kind: 'person', personId } as const;
        const origin = { organisationId, createdBy, nowMs, random: deps.random };
        if (!(await restartBaseline(tx, origin, machineId)))
          throw new AppError('CONFLICT', 'the state of this machine is not watched');
        return machineViewOf(createLookup(tx, organisationId), deps.timeSeries, machineId, {
          nowMs,
          ranges,
          ours: true,
        });
      });
    },
  );
  app.get(
    apiPaths.reliability(':organisationId', ':machineId'),
    {
      config,
      schema: {
        tags,
        summary: "How the forecasts of the machine's model have turned out",
        params,
        response: { 200: Type.Array(ComponentReliabilityView) },
      },
    },
    async (request) => {
      const { organisationId, machineId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      await requireMachine(lookup, principalOf(request), machineId, deps.clock.now());
      return reliabilityOfModel(deps, lookup, (await machineModelOf(lookup, machineId)).id);
    },
  );
  app.get(
    apiPaths.series(':organisationId', ':machineId'),
    {
      config,
      schema: { tags, summary: 'One signal', params, querystring: SeriesQuery, response: { 200: SeriesView } },
    },
    async (request) => {
      const { organisationId, machineId } = request.params;
      const { pointId, buckets } = request.query;
      const lookup = createLookup(deps.records, organisationId);
      const ranges = await requireMachine(lookup, principalOf(request), machineId, deps.clock.now());
      const point = await pointOf(lookup, machineId, pointId);
      return seriesViewOf(deps.timeSeries, point, { ...timesOf(request.query), buckets, ranges });
    },
  );
  app.get(
    apiPaths.peers(':organisationId', ':machineId'),
    {
      config: { right: 'fleet:read' },
      schema: {
        tags,
        summary: 'One signal beside that of other machines of the model',
        params,
        querystring: PeersQuery,
        response: { 200: PeersView },
      },
    },
    async (request) => {
      const { organisationId, machineId } = request.params;
      const { pointId, buckets, chosen } = request.query;
      const lookup = createLookup(deps.records, organisationId);
      const nowMs = deps.clock.now();
      await requireMachine(lookup, principalOf(request), machineId, nowMs);
      const point = await pointOf(lookup, machineId, pointId);
      const asked = { ...timesOf(request.query), buckets, chosen: chosen.split(','), nowMs };
      return peersViewOf(lookup, deps.timeSeries, point, asked);
    },
  );
  app.get(
    apiPaths.machineService(':organisationId', ':machineId'),
    {
      config: { right: 'plan:read' },
      schema: {
        tags,
        summary: 'Visits, parts and agreements of a machine',
        params,
        response: { 200: MachineServiceView },
      },
    },
    async (request) => {
      const { organisationId, machineId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      const nowMs = deps.clock.now();
      await requireMachine(lookup, principalOf(request), machineId, nowMs);
      return machineServiceOf(lookup, machineId, nowMs);
    },
  );
  app.get(
    apiPaths.forecasts(':organisationId', ':machineId'),
    {
      config,
      schema: {
        tags,
        summary: 'Remaining life as it was forecast',
        params,
        querystring: HistoryQuery,
        response: { 200: ForecastHistoryView },
      },
    },
    async (request) => {
      const { organisationId, machineId } = request.params;
      const { fromAt } = request.query;
      const lookup = createLookup(deps.records, organisationId);
      const nowMs = deps.clock.now();
      const ranges = await requireMachine(lookup, principalOf(request), machineId, nowMs);
      const fromMs = fromAt ? Date.parse(fromAt) : nowMs - defaultHistoryDays * dayMs;
      return forecastHistoryOf(lookup, machineId, { fromMs, nowMs, ranges });
    },
  );
};
