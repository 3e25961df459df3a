import type { GatewayConfig } from '@kuluma/shared/model/gateway-reports.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { GatewayView, RefusalView, StatusView } from '@kuluma/shared/model/views/status.ts';
import { stands } from '../../core/set-up/missing.ts';
import type { Lookup } from '../../pipelines/lookup.ts';
import type { Records, RefusalCount, RefusalReason } from '../../ports.ts';
import type { ServiceHealth } from '../http-deps.ts';

const refusalViewOf = ({ reason, messages, samples, lastAtMs }: Omit<RefusalCount, 'gatewayId'>): RefusalView => ({
  reason,
  messages,
  samples,
  lastAt: isoOf(lastAtMs),
});

/** A gateway as the service heard of it. */
export const gatewayViewOf = async (
  lookup: Lookup,
  gateway: RecordOf<'gateway'>,
  health: ServiceHealth,
): Promise<GatewayView> => {
  const configs = await lookup.by('gatewayConfig', 'gatewayId', gateway.id);
  const newest = configs.reduce<GatewayConfig | null>((a, b) => (a && a.revision > b.revision ? a : b), null);
  const seen = health.gateways.find(({ gatewayId }) => gatewayId === gateway.id);
  return {
    gatewayId: gateway.id,
    name: gateway.name,
    siteName: (await lookup.get('site', gateway.siteId))?.name ?? '',
    online: seen?.online ?? false,
    lastSeenAt: seen?.lastSeenMs == null ? null : isoOf(seen.lastSeenMs),
    outboxDepth: seen?.outboxDepth ?? null,
    refusals: health.refusals.filter(({ gatewayId }) => gatewayId === gateway.id).map(refusalViewOf),
    config: newest && { revision: newest.revision, state: newest.state, report: newest.report },
  };
};

/** What was refused from senders that are nobody's gateway: a gateway with a wrong id is found here, and nowhere else. */
const strangerRefusals = async (
  records: Pick<Records, 'findGateway'>,
  refusals: readonly RefusalCount[],
): Promise<RefusalView[]> => {
  const sums = new Map<RefusalReason, Omit<RefusalCount, 'gatewayId'>>();
  for (const { gatewayId, reason, messages, samples, lastAtMs } of refusals) {
    if (await records.findGateway(gatewayId)) continue;
    const sum = sums.get(reason) ?? { reason, messages: 0, samples: 0, lastAtMs };
    sums.set(reason, {
      reason,
      messages: sum.messages + messages,
      samples: sum.samples + samples,
      lastAtMs: Math.max(sum.lastAtMs, lastAtMs),
    });
  }
  return [...sums.values()].map(refusalViewOf);
};

/** The service's health as one organisation may see it: its own gateways, and senders that are nobody's. */
export const statusViewOf = async (
  records: Pick<Records, 'findGateway'>,
  lookup: Lookup,
  health: ServiceHealth,
): Promise<StatusView> => {
  const gateways: GatewayView[] = [];
  for (const gateway of (await lookup.list('gateway')).filter(stands))
    gateways.push(await gatewayViewOf(lookup, gateway, health));
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
    refusals: await strangerRefusals(records, health.refusals),
  };
};
