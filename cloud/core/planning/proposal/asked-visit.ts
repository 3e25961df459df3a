import type { Site } from '@kuluma/shared/model/parties.ts';
import type { Recommendation } from '@kuluma/shared/model/service.ts';
import { lifeWastedAt } from '../../recommendations/waiting.ts';
import type { PartLine } from '../region/form-people.ts';
import type { RegionVisit } from '../region/form-work.ts';

const isoOf = (atMs: number): string => new Date(atMs).toISOString();

/** Parts, each once. */
export const partLines = (parts: readonly { readonly partId: string; readonly quantity: number }[]): PartLine[] => {
  const quantities = new Map<string, number>();
  for (const { partId, quantity } of parts) quantities.set(partId, (quantities.get(partId) ?? 0) + quantity);
  return [...quantities].map(([part, quantity]) => ({ part, quantity }));
};

/** What coming at a time costs: the failure that may come before, and the life of the component that is thrown away. */
const waitingOf = ({ riskOfWaiting, inputs }: Recommendation): NonNullable<RegionVisit['waiting']> => {
  const { forecasts, componentType, installedAtMs } = inputs;
  const latest = forecasts.at(-1);
  const wastedAt = latest?.rulDays
    ? lifeWastedAt({
        ...latest,
        rulDays: latest.rulDays,
        failureCostCents: componentType.failureCostCents,
        installedAtMs,
      })
    : () => 0;
  return riskOfWaiting.map(({ atMs, expectedCostCents }) => ({
    startAt: isoOf(atMs),
    riskCents: expectedCostCents,
    wastedLifeCents: wastedAt(atMs),
  }));
};

/** Tools, kind of work and a second technician, as a plan asks for them. */
export const askedNeeds = ({
  tools,
  workKind,
  second,
}: Pick<Recommendation, 'tools' | 'workKind' | 'second'>): Pick<RegionVisit, 'tools' | 'kind' | 'second'> => ({
  ...(tools === undefined ? {} : { tools: [...tools] }),
  ...(workKind === undefined ? {} : { kind: workKind }),
  ...(second ? { second } : {}),
});

/**
 * The visit of a recommendation, as a plan asks for it; its id is that of the recommendation.
 * @param sla what its owner's contract promises
 */
export const askedVisit = (
  recommendation: Recommendation,
  site: Pick<Site, 'id'>,
  sla: Pick<RegionVisit, 'slaOn' | 'slaCents'> = {},
): RegionVisit => {
  const { id, durationMin, skills, certificates, bom, window } = recommendation;
  return {
    id,
    site: site.id,
    durationMin,
    skills: [...skills],
    certificates: [...certificates],
    ...askedNeeds(recommendation),
    parts: partLines(bom),
    windows: [{ fromAt: isoOf(window.fromMs), toAt: isoOf(window.toMs) }],
    ...sla,
    waiting: waitingOf(recommendation),
  };
};
