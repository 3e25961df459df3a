import type { HealthGrade } from '@kuluma/shared/model/forecast.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Component } from '@kuluma/shared/model/machines.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { FleetRow } from '@kuluma/shared/model/views/machine.ts';
import type { Lookup } from '../../pipelines/lookup.ts';
import type { TimeSeriesStore } from '../../ports.ts';

/** Worst first. */
export const gradeRank: Record<HealthGrade, number> = { critical: 0, act: 1, watch: 2, unknown: 3, good: 4 };

/**
 * The grade of a machine, from those of its components and from how it stands against its own baseline: a change says that
 * something is, and not how bad it is.
 */
export const machineGrade = (worst: HealthGrade | undefined, isChanged: boolean): HealthGrade => {
  const grade = worst ?? 'unknown';
  return isChanged && gradeRank[grade] > gradeRank.watch ? 'watch' : grade;
};

/** What records say of a machine; when it was measured last stands in the time series. */
export type FleetFacts = Omit<FleetRow, 'lastSampleAt'>;

export const byUrgency = (a: FleetFacts, b: FleetFacts): number =>
  gradeRank[a.healthGrade] - gradeRank[b.healthGrade] ||
  (a.rulDays?.p50 ?? Number.MAX_VALUE) - (b.rulDays?.p50 ?? Number.MAX_VALUE) ||
  a.machine.tag.localeCompare(b.machine.tag);

/** What is kept of a forecast for the fleet. */
export type ForecastHead = Pick<
  RecordOf<'forecast'>,
  | 'id'
  | 'createdAtMs'
  | 'machineId'
  | 'componentId'
  | 'componentCode'
  | 'forecastAtMs'
  | 'healthGrade'
  | 'rulDays'
  | 'dataQuality'
>;

export const forecastHead = (forecast: RecordOf<'forecast'>): ForecastHead => {
  const { id, createdAtMs, machineId, componentId, componentCode } = forecast;
  const { forecastAtMs, healthGrade, rulDays, dataQuality } = forecast;
  return { id, createdAtMs, machineId, componentId, componentCode, forecastAtMs, healthGrade, rulDays, dataQuality };
};

type Said = Pick<ForecastHead, 'healthGrade' | 'rulDays'>;

const isWorse = (a: Said, b: Said): boolean =>
  gradeRank[a.healthGrade] < gradeRank[b.healthGrade] ||
  (gradeRank[a.healthGrade] === gradeRank[b.healthGrade] &&
    (a.rulDays?.p50 ?? Infinity) < (b.rulDays?.p50 ?? Infinity));

/** The forecast of the component that a machine's row speaks of: the worst grade, then the shortest life. */
export const worstForecastOf = <F extends Said>(
  components: readonly Component[],
  lastOf: (componentId: string) => F | undefined,
): F | undefined => {
  let worst: F | undefined;
  for (const { id } of components) {
    const forecast = lastOf(id);
    if (forecast && (!worst || isWorse(forecast, worst))) worst = forecast;
  }
  return worst;
};

const newestAt = (samples: ReadonlyMap<string, Sample>, points: readonly { id: string }[]): number =>
  Math.max(...points.map(({ id }) => samples.get(id)?.sampledAtMs ?? Number.NEGATIVE_INFINITY));

/** The rows of a page, with when each machine was measured last. */
export const fleetRows = async (
  lookup: Lookup,
  timeSeries: TimeSeriesStore,
  page: readonly FleetFacts[],
): Promise<FleetRow[]> => {
  const machineId = page.map(({ machine }) => machine.machineId);
  const points = await lookup.list('measurementPoint', { where: { machineId } });
  const samples = await timeSeries.latest(
    lookup.organisationId,
    points.map(({ id }) => id),
  );
  const byMachine = Map.groupBy(points, (point) => String(point.machineId));
  return page.map((facts) => {
    const lastSampleAtMs = newestAt(samples, byMachine.get(facts.machine.machineId) ?? []);
    return { ...facts, lastSampleAt: Number.isFinite(lastSampleAtMs) ? isoOf(lastSampleAtMs) : null };
  });
};
