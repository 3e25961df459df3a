import type { HealthGrade } from '@kuluma/shared/model/forecast.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Component } from '@kuluma/shared/model/machines.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { FleetRow } from '@kuluma/shared/model/views/machine.ts';
import { stands } from '../../core/set-up/missing.ts';
import type { Lookup } from '../../pipelines/lookup.ts';
import { installedComponents } from '../../pipelines/machine-facts.ts';
import type { TimeSeriesStore } from '../../ports.ts';
import { componentTypeOf, machineHeadOf } from './machine-head.ts';

/** Worst first. */
export const gradeRank: Record<HealthGrade, number> = { critical: 0, act: 1, watch: 2, unknown: 3, good: 4 };

const byUrgency = (a: FleetRow, b: FleetRow): number =>
  gradeRank[a.healthGrade] - gradeRank[b.healthGrade] ||
  (a.rulDays?.p50 ?? Number.POSITIVE_INFINITY) - (b.rulDays?.p50 ?? Number.POSITIVE_INFINITY) ||
  a.machine.tag.localeCompare(b.machine.tag);

type Forecast = RecordOf<'forecast'>;

const isWorse = (a: Forecast, b: Forecast): boolean =>
  gradeRank[a.healthGrade] < gradeRank[b.healthGrade] ||
  (gradeRank[a.healthGrade] === gradeRank[b.healthGrade] &&
    (a.rulDays?.p50 ?? Infinity) < (b.rulDays?.p50 ?? Infinity));

/** The forecast of the component that a machine's row speaks of: the worst grade, then the shortest life. */
export const worstForecastOf = (
  components: readonly Component[],
  lastOf: (componentId: string) => Forecast | undefined,
): Forecast | undefined => {
  let worst: Forecast | undefined;
  for (const { id } of components) {
    const forecast = lastOf(id);
    if (forecast && (!worst || isWorse(forecast, worst))) worst = forecast;
  }
  return worst;
};

/** What runs for a machine: an open matter, its offer, its visit. */
const matterOf = async (lookup: Lookup, machineId: string) => {
  const recommendations = await lookup.by('recommendation', 'machineId', machineId);
  const open = recommendations
    .filter((r) => r.state === 'open' || r.state === 'postponed' || r.state === 'approved')
    .at(-1);
  const offer = (await lookup.by('offer', 'machineId', machineId))
    .filter((o) => o.recommendationId === open?.id)
    .at(-1);
  const offerState = offer?.state === 'withdrawn' ? undefined : offer?.state;
  const visit = (await lookup.by('visit', 'machineId', machineId)).find(
    (v) => v.recommendationId === open?.id && v.state !== 'cancelled',
  );
  return {
    openRecommendationId: open?.id ?? null,
    openOfferState: offerState ?? null,
    visitStartAt: visit ? isoOf(visit.slot.startMs) : null,
  };
};

const newestAt = (samples: ReadonlyMap<string, Sample>, points: readonly { id: string }[]): number =>
  Math.max(...points.map(({ id }) => samples.get(id)?.sampledAtMs ?? Number.NEGATIVE_INFINITY));

/** All machines, worst first. */
export const fleetRows = async (lookup: Lookup, timeSeries: TimeSeriesStore, nowMs: number): Promise<FleetRow[]> => {
  await lookup.preload('machine', 'machineModel', 'machinePlacement', 'machineOwnership', 'site', 'owner');
  await lookup.preload('component', 'measurementPoint', 'recommendation', 'offer', 'visit');
  const last = new Map<string, Forecast>(
    (await lookup.newestOfEach('forecast', 'componentId')).map((one) => [one.componentId, one]),
  );
  const points = await lookup.list('measurementPoint');
  const samples = await timeSeries.latest(
    lookup.organisationId,
    points.map(({ id }) => id),
  );
  const rows: FleetRow[] = [];
  for (const { id } of (await lookup.list('machine')).filter(stands)) {
    const worst = worstForecastOf(await installedComponents(lookup, id, nowMs), (componentId) => last.get(componentId));
    const lastSampleAtMs = newestAt(samples, await lookup.by('measurementPoint', 'machineId', id));
    rows.push({
      machine: await machineHeadOf(lookup, id, nowMs),
      healthGrade: worst?.healthGrade ?? 'unknown',
      rulDays: worst?.rulDays ?? null,
      forecastAt: worst ? isoOf(worst.forecastAtMs) : null,
      componentCode: worst?.componentCode ?? null,
      componentName: worst ? (await componentTypeOf(lookup, worst.componentId)).name : null,
      dataQuality: worst?.dataQuality ?? null,
      lastSampleAt: Number.isFinite(lastSampleAtMs) ? isoOf(lastSampleAtMs) : null,
      ...(await matterOf(lookup, id)),
    });
  }
  return rows.sort(byUrgency);
};
