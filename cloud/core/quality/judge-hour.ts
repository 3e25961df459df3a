import { hourMs as hour } from '@kuluma/shared/model/units.ts';
import { type Interval, union } from '../calendar/intervals.ts';
import type { Arrival } from './arrivals.ts';
import type { PointHour, PointQuality } from './point-quality.ts';

/** How a point behaves, from its past hours. */
export interface Usual {
  /** Samples an hour in all but its quietest hours; null for a point that is too slow or too new to tell. */
  readonly samplesPerHour: number | null;
  /** Whether it moves within nearly every hour. */
  readonly moves: boolean;
  readonly low: number | null;
  readonly high: number | null;
}

const leastHours = 12;
/** A point with fewer an hour is not judged by the hour: an empty one may be its way. */
const leastPerHour = 4;
const movesMostly = 0.8;
/** A value is out of range when it is further beyond the usual range than that is wide. */
const rangeMargin = 1;

/** @param past hours of one point, in any order. */
export const usualOf = (past: readonly PointQuality[]): Usual => {
  const hours = past.filter(({ samples }) => samples > 0);
  const counts = hours.map(({ samples }) => samples).sort((a, b) => a - b);
  // The lower quartile: a point that reports by exception is not at fault for a quiet hour.
  const quiet = counts[counts.length >> 2] ?? 0;
  const isKnown = hours.length >= leastHours;
  const usual = hours.filter(({ isOutOfRange }) => !isOutOfRange);
  const lows = usual.flatMap(({ low }) => low ?? []);
  const highs = usual.flatMap(({ high }) => high ?? []);
  const moving = hours.filter(({ low, high }) => low !== high).length;
  return {
    samplesPerHour: isKnown && quiet >= leastPerHour ? quiet : null,
    moves: isKnown && moving >= movesMostly * hours.length,
    low: isKnown && lows.length > 0 ? Math.min(...lows) : null,
    high: isKnown && highs.length > 0 ? Math.max(...highs) : null,
  };
};

const isStill = ({ usable, low, high }: PointHour): boolean => usable > 1 && low === high;

const isOutside = ({ low, high }: PointHour, usual: Usual): boolean => {
  if (low === null || high === null || usual.low === null || usual.high === null) return false;
  const margin = rangeMargin * (usual.high - usual.low);
  // A point that never moved has no width to measure by.
  return margin > 0 && (low < usual.low - margin || high > usual.high + margin);
};

/** Share of an hour that intervals cover, however they overlap. */
const coveredShare = (hourMs: number, gaps: readonly Interval[]): number => {
  const within = gaps.map(({ fromMs, toMs }) => ({
    fromMs: Math.max(fromMs, hourMs),
    toMs: Math.min(toMs, hourMs + hour),
  }));
  return union(within).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / hour;
};

export interface HourOfPoint extends Pick<PointHour, 'pointId' | 'hourMs'> {
  /** Undefined where no sample stands in the hour. */
  readonly found: PointHour | undefined;
  readonly usual: Usual;
  /** Of which a gateway said that it lost the samples. */
  readonly gaps: readonly Interval[];
  readonly arrival: Arrival | undefined;
}

/**
 * Judges the points of one machine in one hour. They are judged together because a machine that stands still keeps all
 * its values still: a single one that does is stuck.
 */
export const judgeHour = (points: readonly HourOfPoint[]): PointQuality[] => {
  const someMoved = points.some(({ found, usual }) => found && usual.moves && !isStill(found));
  return points.map(({ pointId, hourMs, found, usual, gaps, arrival }) => {
    const none: PointHour = { pointId, hourMs, samples: 0, usable: 0, low: null, high: null, duplicates: null };
    const seen = found ?? none;
    return {
      ...seen,
      completeness: usual.samplesPerHour === null ? null : Math.min(1, seen.samples / usual.samplesPerHour),
      knownMissing: coveredShare(hourMs, gaps),
      isStuck: someMoved && usual.moves && isStill(seen),
      isOutOfRange: isOutside(seen, usual),
      latenessMs: arrival ? arrival.latenessMs : null,
      aheadMs: arrival?.aheadMs ?? 0,
    };
  });
};
