import type { StatusView } from '@kuluma/shared/model/views/status.ts';

/** What of the machinery needs a look. A gateway never heard of is not connected either. */
export const faultCounts = (status: StatusView) => {
  const refusals = [...status.refusals, ...status.gateways.flatMap((gateway) => gateway.refusals)];
  return {
    offline: status.gateways.filter((gateway) => !gateway.online).length,
    failed: status.jobs.filter((job) => job.lastOk === false).length,
    refused: refusals.reduce((sum, refusal) => sum + refusal.messages, 0),
  };
};
