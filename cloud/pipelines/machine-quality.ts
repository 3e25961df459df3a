import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { judgedHours, type PointSummary, summaryOf } from '../core/quality/machine-quality.ts';
import type { TimeSeriesStore } from '../ports.ts';

/** How well points of one organisation were measured over the last hours; those that were never judged are left out. */
export const qualityOfPoints = async (
  timeSeries: Pick<TimeSeriesStore, 'readQuality' | 'latest'>,
  points: readonly RecordOf<'measurementPoint'>[],
  nowMs: number,
): Promise<PointSummary[]> => {
  const [first] = points;
  if (!first) return [];
  const ids = points.map(({ id }) => id);
  const range = { fromMs: Math.floor(nowMs / hourMs - judgedHours) * hourMs, toMs: nowMs };
  const judged = await timeSeries.readQuality(first.organisationId, ids, range);
  const newest = await timeSeries.latest(first.organisationId, ids);
  const byPoint = Map.groupBy(judged, ({ pointId }) => pointId);
  return ids.flatMap((id) => summaryOf(byPoint.get(id) ?? [], newest.get(id)?.sampledAtMs, nowMs) ?? []);
};
