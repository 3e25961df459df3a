import { type Release, releaseGate } from '@kuluma/shared/model/model-life.ts';
import { releaseOf } from '../core/model-life/reliability.ts';
import type { TrainingSummary } from '../core/model-life/training-summary.ts';
import { summaryOf } from './judge-shadow.ts';
import type { Lookup } from './lookup.ts';
import { standingFor } from './model-steps.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

/** With fewer lives than these a model without some of them knows far less than the model itself. */
const leastHeldOut = 10;

/**
 * What a component's forecasts were worth on machines that the training held out: all that is known before any life has
 * ended. Models without those machines know less than the model itself: only where chance cannot explain that they are
 * below the floor are its forecasts advisory.
 */
export const releaseBefore = (summary: TrainingSummary | undefined, component: string): Release => {
  const heldOut = summary?.components.find((one) => one.component === component)?.heldOut;
  if (!heldOut) return 'unmeasured';
  const release = releaseOf(heldOut);
  const isBelow = [heldOut.alertPrecision, heldOut.alertRecall].some(
    (share) => share && share.n >= leastHeldOut && share.high < releaseGate.floor,
  );
  return release === 'advisory' && !isBelow ? 'unmeasured' : release;
};

/** Whether forecasts of a component lead to visits, as the last night found it, or before the first night the training. */
export const releaseFor = async (
  deps: Pick<PipelineDeps, 'models' | 'log'>,
  lookup: Lookup,
  machineModelId: string,
): Promise<(component: string) => Release> => {
  const { present } = await standingFor(lookup, machineModelId);
  const [check] = await lookup.list('modelCheck', { where: { machineModelId }, newestFirst: true, limit: 1 });
  if (check && check.forecastModelId === present?.id)
    return (component) => check.releases.find((one) => one.component === component)?.release ?? 'unmeasured';
  const summary = await summaryOf(deps, present);
  return (component) => releaseBefore(summary, component);
};
