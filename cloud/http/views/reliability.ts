import type { ComponentReliabilityView, ReliabilityView } from '@kuluma/shared/model/views/models.ts';
import { type TimeUnit, unitsPerDay } from '../../core/history/fleet-history.ts';
import { type Reliability, reliabilityOf, sourceOf } from '../../core/model-life/reliability.ts';
import { summaryOf } from '../../pipelines/judge-shadow.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { standingFor } from '../../pipelines/model-steps.ts';
import { releaseFor } from '../../pipelines/releases.ts';
import type { HttpDeps } from '../http-deps.ts';

/** In days, or in cycles, which have none. */
const viewOf = (reliability: Reliability, timeUnit: TimeUnit): ReliabilityView => {
  const of = (length: number) => length / unitsPerDay[timeUnit];
  const { horizons, lead, ...shares } = reliability;
  return {
    unit: timeUnit === 'cycle' ? 'cycle' : 'd',
    ...shares,
    horizons: horizons.map(({ horizon, bins }) => ({ horizon: of(horizon), bins: [...bins] })),
    lead: lead && { low: of(lead.low), median: of(lead.median), high: of(lead.high), n: lead.n },
  };
};

/** What the version in service is worth, or the one in the first shadow mode of a fleet, component by component. */
export const reliabilityOfModel = async (
  deps: Pick<HttpDeps, 'models' | 'log'>,
  lookup: Lookup,
  machineModelId: string,
): Promise<ComponentReliabilityView[]> => {
  const { componentTypes } = needed(await lookup.get('machineModel', machineModelId), 'machine model');
  const { present, shadow } = await standingFor(lookup, machineModelId);
  const version = present ?? shadow;
  if (!version) return [];
  const summary = await summaryOf(deps, version);
  const scores = (await lookup.by('forecastScore', 'machineModelId', machineModelId)).filter(
    ({ forecastModelId }) => forecastModelId === version.id,
  );
  const releaseOf = await releaseFor(deps, lookup, machineModelId);
  return componentTypes.flatMap(({ code, name }): ComponentReliabilityView[] => {
    const trained = summary?.components.find(({ component }) => component === code);
    const own = scores.filter(({ componentCode }) => componentCode === code);
    if (!trained && own.length === 0) return [];
    return [
      {
        componentCode: code,
        name,
        release: releaseOf(code),
        heldOut: trained?.heldOut && summary ? viewOf(trained.heldOut, summary.timeUnit) : null,
        live: own.length > 0 ? viewOf(reliabilityOf(own.map(sourceOf)), 'd') : null,
      },
    ];
  });
};
