import type { SearchHitView } from '@kuluma/shared/model/views/search.ts';
import type { Lookup } from '../../pipelines/lookup.ts';
import type { MachineHit } from '../../ports.ts';
import { machineHeadOf } from './machine-head.ts';

/** The machines found, as every screen names them. */
export const searchHitViews = (lookup: Lookup, hits: readonly MachineHit[], nowMs: number): Promise<SearchHitView[]> =>
  Promise.all(
    hits.map(async ({ machineId, by, text }) => ({ machine: await machineHeadOf(lookup, machineId, nowMs), by, text })),
  );
