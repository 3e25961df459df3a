import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Slot } from '@kuluma/shared/model/service.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { runsAt } from '../../core/offers/legal-basis.ts';
import { type BundleCandidate, type BundledWork, visitBundle } from '../../core/planning/visit-bundle.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { componentTypeOf, installedComponents, lastForecastOf, siteOf } from '../../pipelines/machine-facts.ts';

type Work = DecisionView['alsoOnVisit'][number];

const viewOf = async (lookup: Lookup, work: BundledWork): Promise<Work> => {
  const { componentType, forecast, failureProbability, savedTripCents } = work;
  const { tag } = needed(await lookup.get('machine', forecast.machineId), 'machine');
  const parts: Work['parts'] = [];
  for (const { partId, quantity, useProbability } of componentType.bom) {
    const { number, name } = needed(await lookup.get('part', partId), 'part');
    parts.push({ number, name, quantity, useProbability });
  }
  return {
    machineId: forecast.machineId,
    tag,
    componentCode: componentType.code,
    componentName: componentType.name,
    healthGrade: forecast.healthGrade,
    failureProbability,
    horizonDays: componentType.policy.horizonDays,
    durationMin: componentType.durationMin,
    parts,
    savedTripCents,
  };
};

/** Other risky work at the site of a recommendation, which its visit could do as well. */
export const alsoOnVisit = async (
  lookup: Lookup,
  { machineId, componentId }: Pick<RecordOf<'recommendation'>, 'machineId' | 'componentId'>,
  slot: Slot | undefined,
  nowMs: number,
): Promise<Work[]> => {
  const site = await siteOf(lookup, machineId, nowMs);
  if (!site) return [];
  const placements = await lookup.by('machinePlacement', 'siteId', site.id);
  const candidates: BundleCandidate[] = [];
  for (const placement of placements.filter(({ period }) => runsAt(period, nowMs)))
    for (const component of await installedComponents(lookup, placement.machineId, nowMs)) {
      if (component.id === componentId) continue;
      const componentType = await componentTypeOf(lookup, component);
      const forecast = await lastForecastOf(lookup, component.id);
      if (componentType && forecast) candidates.push({ componentType, forecast });
    }
  return Promise.all(visitBundle(candidates, slot).map((work) => viewOf(lookup, work)));
};
