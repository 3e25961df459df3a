import { AppError } from '@kuluma/shared/errors.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { GatewayDetailView } from '@kuluma/shared/model/views/gateway.ts';
import type { GatewayState } from '@kuluma/shared/wire/gateway-state.ts';
import { firstConfig } from '../../core/set-up/gateway-file.ts';
import { createLookup, type Lookup, needed } from '../../pipelines/lookup.ts';
import { qualityByPoint } from '../../pipelines/machine-quality.ts';
import type { HttpDeps } from '../http-deps.ts';
import { gatewayViewOf } from './status.ts';

/** More lost times than anyone reads say nothing that the last of them do not. */
const gapsTold = 20;

const agentViewOf = (state: GatewayState): NonNullable<GatewayDetailView['agent']> => ({
  version: state.agentVersion,
  starts: state.epoch,
  clock: state.clock,
  scanLateness: state.scanLateness,
  queues: Object.entries(state.outbox.queues).map(([name, queue]) => ({
    class: name as keyof typeof state.outbox.queues,
    ...queue,
  })),
  lost: Object.entries(state.outbox.dropped)
    .map(([reason, samples]) => ({ reason: reason as keyof typeof state.outbox.dropped, samples }))
    .filter(({ samples }) => samples > 0),
  devices: state.devices.map(({ lastReadAtMs, ...device }) => ({
    ...device,
    lastReadAt: lastReadAtMs === null ? null : isoOf(lastReadAtMs),
  })),
  running: state.config?.running ?? null,
});

const certificateOf = ({ certificates = [] }: RecordOf<'gateway'>): GatewayDetailView['certificate'] => {
  const [inUse] = certificates;
  return inUse ? { serial: inUse.serial, expiresAt: isoOf(inUse.expiresAtMs) } : null;
};

/** The points that a gateway feeds now, with their machines; by the name of machine and point. */
const fedPointsOf = async (lookup: Lookup, gatewayId: string) => {
  const fed: {
    readonly point: RecordOf<'measurementPoint'>;
    readonly machine: RecordOf<'machine'>;
    readonly source: string;
  }[] = [];
  for (const { pointId, period, source } of await lookup.by('pointAssignment', 'gatewayId', gatewayId)) {
    const point = period.toMs === null ? await lookup.get('measurementPoint', pointId) : undefined;
    const machine = point && (await lookup.get('machine', point.machineId));
    if (machine) fed.push({ point, machine, source });
  }
  return fed.sort((a, b) => a.machine.tag.localeCompare(b.machine.tag) || a.point.name.localeCompare(b.point.name));
};

/** @throws NOT_FOUND for no gateway of the organisation */
export const gatewayDetailOf = async (
  { records, timeSeries, clock, health }: Pick<HttpDeps, 'records' | 'timeSeries' | 'clock' | 'health'>,
  { organisationId, id }: Pick<RecordOf<'gateway'>, 'organisationId' | 'id'>,
): Promise<GatewayDetailView> => {
  const lookup = createLookup(records, organisationId);
  const gateway = await lookup.get('gateway', id);
  if (!gateway) throw new AppError('NOT_FOUND', 'there is no such gateway');
  const state = health().gateways.find(({ gatewayId }) => gatewayId === id)?.state;
  const site = await lookup.get('site', gateway.siteId);
  const fed = await fedPointsOf(lookup, id);
  const points = fed.map(({ point }) => point);
  const newest = await timeSeries.latest(
    organisationId,
    points.map((point) => point.id),
  );
  const quality = await qualityByPoint(timeSeries, points, newest, clock.now());
  const gaps = await records.list('gap', organisationId, {
    where: { gatewayId: id },
    newestFirst: true,
    limit: gapsTold,
  });
  return {
    ...(await gatewayViewOf(lookup, gateway, health())),
    timeZone:
      site?.access.timeZone ?? needed(await lookup.get('organisation', organisationId), 'organisation').timeZone,
    certificate: certificateOf(gateway),
    agent: state ? agentViewOf(state) : null,
    points: fed.map(({ point, machine, source }) => {
      const sample = newest.get(point.id);
      const judged = quality.get(point.id);
      return {
        ...{ pointId: point.id, name: point.name, unit: point.unit, source },
        ...{ machineId: machine.id, machineTag: machine.tag },
        lastSampledAt: sample ? isoOf(sample.sampledAtMs) : null,
        value: sample?.value ?? null,
        score: judged?.score ?? null,
        faults: [...(judged?.faults ?? [])],
      };
    }),
    gaps: gaps.map(({ reason, fromMs, toMs, samples }) => ({
      reason,
      fromAt: isoOf(fromMs),
      toAt: isoOf(toMs),
      samples,
    })),
    firstConfig: firstConfig(
      fed.map(({ point, machine }) => ({ tag: machine.tag, name: point.name, pointId: point.id })),
    ),
  };
};
