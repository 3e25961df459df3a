import type { Id } from '@kuluma/shared/model/base.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { type DataFault, dataFaults } from '@kuluma/shared/model/views/machine.ts';
import { aheadTolerance, type PointQuality, scoreOf } from './point-quality.ts';

export interface PointSummary {
  readonly pointId: Id<'measurementPoint'>;
  /** 0 to 1, the mean over the hours. */
  readonly score: number;
  /** Null where the past does not say what to expect. */
  readonly completeness: number | null;
  readonly knownMissing: number;
  readonly faults: readonly DataFault[];
}

/** So many hours back count. */
export const judgedHours = 24;
const leastCompleteness = 0.9;
const mostBad = 0.05;
const mostDoubled = 0.05;
/** Samples that were longer on their way come from a backlog, or from a clock that is behind. */
const lateMs = hourMs / 4;
/** Without a sample for so long a point that usually gives some every hour is silent. */
const silentMs = 2 * hourMs;

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const sumOf = (hours: readonly PointQuality[], count: (hour: PointQuality) => number): number =>
  hours.reduce((sum, hour) => sum + count(hour), 0);

/**
 * Sums up the last hours of one point; undefined before its first was judged.
 * @param newestMs time of its newest sample.
 */
export const summaryOf = (
  hours: readonly PointQuality[],
  newestMs: number | undefined,
  nowMs: number,
): PointSummary | undefined => {
  const [first] = hours;
  if (!first) return undefined;
  const known = hours.flatMap(({ completeness }) => completeness ?? []);
  const completeness = known.length > 0 ? meanOf(known) : null;
  const samples = Math.max(
    1,
    sumOf(hours, (hour) => hour.samples),
  );
  const isSilent = known.length > 0 && nowMs - (newestMs ?? 0) > silentMs;
  const has: Readonly<Record<DataFault, boolean>> = {
    silent: isSilent,
    incomplete: !isSilent && completeness !== null && completeness < leastCompleteness,
    stuck: hours.some(({ isStuck }) => isStuck),
    outOfRange: hours.some(({ isOutOfRange }) => isOutOfRange),
    bad: sumOf(hours, (hour) => hour.samples - hour.usable) > mostBad * samples,
    clockAhead: hours.some(({ aheadMs }) => aheadMs > aheadTolerance),
    late: hours.some(({ latenessMs }) => (latenessMs ?? 0) > lateMs),
    doubled: sumOf(hours, (hour) => hour.duplicates ?? 0) > mostDoubled * samples,
  };
  return {
    pointId: first.pointId,
    score: isSilent ? 0 : meanOf(hours.map(scoreOf)),
    completeness,
    knownMissing: meanOf(hours.map(({ knownMissing }) => knownMissing)),
    faults: dataFaults.filter((fault) => has[fault]),
  };
};

/** 0 to 1 over points; null while none was judged. */
export const machineScoreOf = (points: readonly PointSummary[]): number | null =>
  points.length > 0 ? meanOf(points.map(({ score }) => score)) : null;
