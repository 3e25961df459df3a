import type { GatewayConfig } from '@kuluma/shared/model/gateway-reports.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { GatewayConfigView } from '@kuluma/shared/model/views/status.ts';

export const gatewayConfigViewOf = (config: GatewayConfig): GatewayConfigView => {
  const { revision, state, report, createdAtMs, yaml } = config;
  return { revision, state, report, sentAt: isoOf(createdAtMs), yaml };
};
