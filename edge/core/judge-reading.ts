import type { Id } from '@kuluma/shared/model/base.ts';
import type { Sample } from '@kuluma/shared/model/sample.ts';
import type { Profile, Report } from './profile.ts';

/** A value of a point in its unit, by the name in the profile; `uncertain` where what was read says so. */
export type Value = readonly [name: string, value: number, quality?: 'uncertain'];

/** Values of one device at one instant. */
export interface Reading {
  /** When the reply arrived. */
  readonly sampledAtMs: number;
  readonly values: readonly Value[];
}

/** Report by exception, in the unit of the point. */
interface ReportRule {
  readonly deadband: number;
  readonly heartbeatMs: number;
}

/** A point that is wanted: where its values go, what range is plausible, what is news, and what was sent last. */
export interface WantedPoint {
  readonly pointId: Id<'measurementPoint'>;
  readonly min: number;
  readonly max: number;
  readonly quality?: 'uncertain';
  readonly report?: ReportRule;
  sent?: Sample;
}

const reportRule = (
  { deadband = 0, deadbandPercent = 0, heartbeatMs }: Report,
  min: number,
  max: number,
): ReportRule => ({
  deadband: deadbandPercent > 0 ? Math.max(deadband, (deadbandPercent / 100) * (max - min)) : deadband,
  heartbeatMs,
});

export const wantedPoints = (
  profile: Profile,
  ids: Readonly<Record<string, Id<'measurementPoint'>>>,
): Map<string, WantedPoint> =>
  new Map(
    profile.points.flatMap(({ name, min = -Infinity, max = Infinity, quality, report }) => {
      const pointId = ids[name];
      if (!pointId) return [];
      const rule = report ? { report: reportRule(report, min, max) } : {};
      return [[name, { pointId, min, max, ...(quality ? { quality } : {}), ...rule }]];
    }),
  );

/** Whether a sample says anything that the one sent last did not. */
const isNews = (sample: Sample, { report, sent }: WantedPoint): boolean =>
  !report ||
  !sent ||
  sample.quality !== sent.quality ||
  Math.abs(sample.value - sent.value) > report.deadband ||
  Math.abs(sample.sampledAtMs - sent.sampledAtMs) >= report.heartbeatMs;

/** Samples of a reading that are to be sent, with their quality; what is no finite number is counted and left out. */
export const judgeReading = (
  reading: Reading,
  wanted: ReadonlyMap<string, WantedPoint>,
): { samples: Sample[]; notFinite: number } => {
  const samples: Sample[] = [];
  let notFinite = 0;
  for (const [name, value, said] of reading.values) {
    const point = wanted.get(name);
    if (!point) continue;
    if (!Number.isFinite(value)) {
      notFinite++;
      continue;
    }
    const isOutside = value < point.min || value > point.max;
    const quality = isOutside ? 'bad' : (said ?? point.quality ?? 'good');
    const sample: Sample = { pointId: point.pointId, sampledAtMs: reading.sampledAtMs, value, quality };
    if (!isNews(sample, point)) continue;
    if (point.report) point.sent = sample;
    samples.push(sample);
  }
  return { samples, notFinite };
};

/** The next value of each point is news, whatever it is: after a device was away. */
export const forgetSent = (wanted: ReadonlyMap<string, WantedPoint>): void => {
  for (const point of wanted.values()) delete point.sent;
};
