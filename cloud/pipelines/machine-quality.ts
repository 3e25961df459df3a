import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { judgedHours, type PointSummary, summaryOf } from '../core/quality/machine-quality.ts';
import type { TimeSeriesStore } from '../ports.ts';

/**
 * How well points of one organisation were measured over the last hours, by point; those that were never judged are left out.
 * @param newest sample of each point, as far as there is one.
 */
export const qualityByPoint = async (
  timeSeries: Pick<TimeSeriesStore, 'readQuality'>,
  points: readonly RecordOf<'measurementPoint'>[],
  newest: ReadonlyMap<string, Sample>,
  nowMs: number,
): Promise<Map<string, PointSummary>> => {
  const [first] = points;
  if (!first) return new Map();
  const ids = points.map(({ id }) => id);
  const range = { fromMs: Math.floor(nowMs / hourMs - judgedHours) * hourMs, toMs: nowMs };
  const judged = await timeSeries.readQuality(first.organisationId, ids, range);
  const byPoint = Map.groupBy(judged, ({ pointId }) => pointId);
  return new Map(
    ids.flatMap((id) => {
      const summary = summaryOf(byPoint.get(id) ?? [], newest.get(id)?.sampledAtMs, nowMs);
      return summary ? [[id, summary] as const] : [];
    }),
  );
};

/** The same of the points of one machine, in their order. */
export const qualityOfPoints = async (
  timeSeries: Pick<TimeSeriesStore, 'readQuality' | 'latest'>,
  points: readonly RecordOf<'measurementPoint'>[],
  nowMs: number,
): Promise<PointSummary[]> => {
  const [first] = points;
  if (!first) return [];
  const newest = await timeSeries.latest(
    first.organisationId,
    points.map(({ id }) => id),
  );
  return [...(await qualityByPoint(timeSeries, points, newest, nowMs)).values()];
};
