import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { type GatewayView, isoOf, type StatusView } from '@kuluma/shared/model/views.ts';
import type { Lookup } from '../../pipelines/lookup.ts';
import type { ServiceHealth } from '../http-deps.ts';

const gatewayViewOf = async (
  lookup: Lookup,
  gateway: RecordOf<'gateway'>,
  health: ServiceHealth,
): Promise<GatewayView> => {
  const seen = health.gateways.find(({ gatewayId }) => gatewayId === gateway.id);
  return {
    gatewayId: gateway.id,
    name: gateway.name,
    siteName: (await lookup.get('site', gateway.siteId))?.name ?? '',
    online: seen?.online ?? false,
    lastSeenAt: seen?.lastSeenMs == null ? null : isoOf(seen.lastSeenMs),
    outboxDepth: seen?.outboxDepth ?? null,
    refusals: health.refusals
      .filter(({ gatewayId }) => gatewayId === gateway.id)
      .map(({ reason, messages, samples, lastAtMs }) => ({ reason, messages, samples, lastAt: isoOf(lastAtMs) })),
  };
};

/** The service's health as one organisation may see it: its own gateways only. */
export const statusViewOf = async (lookup: Lookup, health: ServiceHealth): Promise<StatusView> => {
  const gateways: GatewayView[] = [];
  for (const gateway of await lookup.list('gateway')) gateways.push(await gatewayViewOf(lookup, gateway, health));
  return {
    jobs: health.jobs.map(({ name, lastStartMs, lastOk, lastError, runs }) => ({
      name,
      lastStartAt: lastStartMs === null ? null : isoOf(lastStartMs),
      lastOk,
      lastError,
      runs,
    })),
    samplesStored: health.samplesStored,
    batchesStored: health.batchesStored,
    duplicates: health.duplicates,
    gateways,
  };
};
