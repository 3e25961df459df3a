import type { Jobs } from './adapters/jobs-cron/cron-jobs.ts';
import type { GatewayHealth, ServiceHealth } from './http/http-deps.ts';
import type { Ingest } from './ingest.ts';
import type { DueTimes } from './planned-jobs.ts';
import type { Clock } from './ports.ts';

const agentsHeard = (ingest: Ingest): GatewayHealth[] =>
  ingest.gatewayStates().map((state) => ({
    gatewayId: state.gatewayId,
    online: state.online,
    lastSeenMs: state.reportedAtMs,
    outboxDepth: Object.values(state.outbox.queues).reduce((sum, { records }) => sum + records, 0),
    state,
  }));

/** A gateway of another maker is online while one of its edge nodes is alive; its outbox, if any, is not known. */
const edgeNodesHeard = (ingest: Ingest): GatewayHealth[] =>
  [...Map.groupBy(ingest.edgeNodes.nodes(), ({ gateway }) => gateway.gatewayId)].map(([gatewayId, nodes]) => ({
    gatewayId,
    online: nodes.some(({ isAlive }) => isAlive),
    lastSeenMs: Math.max(...nodes.map(({ lastMessageMs }) => lastMessageMs)),
    outboxDepth: null,
  }));

/** How jobs, ingest and gateways do, as the page of the system's state shows it. */
export const healthOf = (
  jobs: Jobs,
  due: DueTimes,
  ingest: Ingest,
  clock: Clock,
): Omit<ServiceHealth, 'waysGuessed'> => {
  const { batches, stored, duplicates } = ingest.counters();
  /** Jobs report wall time; people see product time. */
  const productMs = (wallMs: number) => Math.round(clock.now() - (Date.now() - wallMs) * clock.rate);
  return {
    jobs: jobs.reports().map(({ name, lastStartMs, lastOk, lastError, runs }) => ({
      name,
      lastStartMs: due.get(name)?.lastMs ?? (lastStartMs === null ? null : productMs(lastStartMs)),
      nextStartMs: due.get(name)?.nextMs ?? null,
      lastOk,
      lastError,
      runs,
    })),
    samplesStored: stored,
    batchesStored: batches,
    duplicates,
    refusals: ingest.refusals(),
    gateways: [...agentsHeard(ingest), ...edgeNodesHeard(ingest)],
    lanes: ingest.lanes(),
  };
};
