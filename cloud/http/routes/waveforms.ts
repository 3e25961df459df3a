import { AppError } from '@kuluma/shared/errors.ts';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { idOf } from '@kuluma/shared/model/base.ts';
import type { WaveformRecord } from '@kuluma/shared/model/gateway-reports.ts';
import { AskWaveformCommand } from '@kuluma/shared/model/views/commands.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import { WaveformHead, WaveformView } from '@kuluma/shared/model/views/waveform.ts';
import { Type } from 'typebox';
import { createLookup, type Lookup } from '../../pipelines/lookup.ts';
import type { App } from '../fastify-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { principalOf } from '../plugins/access.ts';
import { requireMachine } from '../scope.ts';
import { isWithin } from '../views/machine.ts';
import { pathIds } from './route-parts.ts';

/** They are long, and an analyst looks at the last few. */
const mostPerPoint = 10;

const headOf = ({ id, pointId, sampledAtMs, valuesBase64, ...record }: WaveformRecord): WaveformHead => {
  const { sampleRateHz, unit, trigger } = record;
  const count = Buffer.byteLength(valuesBase64, 'base64') / 4;
  return { waveformId: id, pointId, sampledAt: isoOf(sampledAtMs), sampleRateHz, unit, trigger, count };
};

/** @throws NOT_FOUND where the point is not of the machine, or no gateway feeds it now */
const gatewayOf = async (lookup: Lookup, machineId: string, pointId: string, nowMs: number) => {
  const point = await lookup.get('measurementPoint', pointId);
  const assignments = point?.machineId === machineId ? await lookup.by('pointAssignment', 'pointId', pointId) : [];
  const fed = assignments.find(({ period: { fromMs, toMs } }) => fromMs <= nowMs && nowMs < (toMs ?? Infinity));
  if (!fed) throw new AppError('NOT_FOUND', 'no gateway measures that point of the machine');
  return { organisationId: lookup.organisationId, gatewayId: fed.gatewayId };
};

/** Raw signals of a machine: those that came along with alarms, and new ones on request. */
export const registerWaveformRoutes = (app: App, deps: HttpDeps): void => {
  const params = pathIds({ machineId: idOf('machine') });
  const tags = ['machines'];
  const url = apiPaths.waveforms(':organisationId', ':machineId');

  app.get(
    url,
    {
      config: { right: 'machine:read' },
      schema: { tags, summary: 'Raw signals, newest first', params, response: { 200: Type.Array(WaveformHead) } },
    },
    async (request) => {
      const { organisationId, machineId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      const ranges = await requireMachine(lookup, principalOf(request), machineId, deps.clock.now());
      const points = await lookup.by('measurementPoint', 'machineId', machineId);
      const query = { newestFirst: true, limit: mostPerPoint };
      const found = await Promise.all(
        points.map(({ id }) => lookup.list('waveform', { ...query, where: { pointId: id } })),
      );
      const visible = found.flat().filter(({ sampledAtMs }) => isWithin(ranges, sampledAtMs));
      return visible.sort((a, b) => b.sampledAtMs - a.sampledAtMs).map(headOf);
    },
  );
  app.get(
    apiPaths.waveform(':organisationId', ':machineId', ':waveformId'),
    {
      config: { right: 'machine:read' },
      schema: {
        tags,
        summary: 'One raw signal with its values',
        params: pathIds({ machineId: idOf('machine'), waveformId: idOf('waveform') }),
        response: { 200: WaveformView },
      },
    },
    async (request) => {
      const { organisationId, machineId, waveformId } = request.params;
      const lookup = createLookup(deps.records, organisationId);
      const ranges = await requireMachine(lookup, principalOf(request), machineId, deps.clock.now());
      const record = await lookup.get('waveform', waveformId);
      const point = record && (await lookup.get('measurementPoint', record.pointId));
      if (!record || point?.machineId !== machineId || !isWithin(ranges, record.sampledAtMs))
        throw new AppError('NOT_FOUND', 'the machine has no such raw signal');
      return { ...headOf(record), valuesBase64: record.valuesBase64 };
    },
  );
  app.post(
    url,
    {
      config: { right: 'machine:measure' },
      schema: {
        tags,
        summary:
          'Asks the gateway for the raw signal behind a point; it arrives within seconds if the gateway is online',
        params,
        body: AskWaveformCommand,
        response: { 202: Type.Object({}) },
      },
    },
    async (request, reply) => {
      const { organisationId, machineId } = request.params;
      const { pointId } = request.body;
      const nowMs = deps.clock.now();
      const lookup = createLookup(deps.records, organisationId);
      await requireMachine(lookup, principalOf(request), machineId, nowMs);
      await deps.requestSnapshot(await gatewayOf(lookup, machineId, pointId, nowMs), pointId);
      return reply.code(202).send({});
    },
  );
};
