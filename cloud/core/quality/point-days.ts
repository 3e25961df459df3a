import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Interval } from '../calendar/intervals.ts';

/** What a point gave over its days. */
interface PointDays {
  /** Days with its first and its last sample: their beginnings. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly samples: number;
  /** Usual time between two samples, over its last days with any; the day that runs does not count unless it is alone. */
  readonly intervalMs: number;
  /** Days without a sample between the first and the last, and up to now. */
  readonly emptyDays: number;
  /** The longest run of these. */
  readonly longestGap: Interval | null;
}

/** So many of its last days say how often a point is measured. */
const usualDays = 14;

const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/**
 * Sums up the days of a point; undefined where it never gave a sample.
 * @param days with samples, by rising time; each begins a whole number of days before or after the others
 */
export const pointDaysOf = (
  days: readonly { readonly startMs: number; readonly count: number }[],
  nowMs: number,
): PointDays | undefined => {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return undefined;
  const gaps: Interval[] = [];
  days.forEach(({ startMs }, at) => {
    const fromMs = startMs + dayMs;
    const next = days[at + 1]?.startMs;
    // The day that runs may still give something.
    const toMs = next ?? fromMs + Math.max(0, Math.floor((nowMs - fromMs) / dayMs)) * dayMs;
    if (toMs > fromMs) gaps.push({ fromMs, toMs });
  });
  const whole = days.filter(({ startMs }) => startMs + dayMs <= nowMs);
  const counts = (whole.length > 0 ? whole : days).slice(-usualDays).map(({ count }) => count);
  return {
    firstMs: first.startMs,
    lastMs: last.startMs,
    samples: days.reduce((sum, { count }) => sum + count, 0),
    intervalMs: dayMs / Math.max(1, medianOf(counts)),
    emptyDays: gaps.reduce((sum, { fromMs, toMs }) => sum + Math.round((toMs - fromMs) / dayMs), 0),
    longestGap: gaps.reduce<Interval | null>(
      (longest, gap) => (longest && longest.toMs - longest.fromMs >= gap.toMs - gap.fromMs ? longest : gap),
      null,
    ),
  };
};
