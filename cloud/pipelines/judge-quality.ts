import type { Id } from '@kuluma/shared/model/base.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs, hourMs, minuteMs } from '@kuluma/shared/model/units.ts';
import type { Interval } from '../core/calendar/intervals.ts';
import type { Arrivals, ArrivalTally } from '../core/quality/arrivals.ts';
import { type HourOfPoint, judgeHour, type Usual, usualOf } from '../core/quality/judge-hour.ts';
import type { PointHour, PointQuality } from '../core/quality/point-quality.ts';
import type { Clock, Records, TimeSeriesStore } from '../ports.ts';

export interface JudgeDeps {
  readonly records: Pick<Records, 'list'>;
  readonly timeSeries: TimeSeriesStore;
  readonly arrivals: ArrivalTally;
  readonly clock: Clock;
}

type Point = RecordOf<'measurementPoint'>;

/** An hour is judged when it has been over for so long; what comes later has it judged again. */
const settleMs = 5 * minuteMs;
/** Judged at the first run: what a stop may have missed. */
const firstHours = 24;
/** Days from which a point's usual ways are learnt. */
const pastDays = 7;
/** Points whose past is held in memory at a time. */
const pointsAtATime = 500;
/** The newest of these are looked at. */
const gapsAtATime = 1000;

/** Machines with all their points, about so many points at a time. */
const groupsOf = (points: readonly Point[]): Point[][] => {
  const groups: Point[][] = [];
  for (const ofMachine of Map.groupBy(points, ({ machineId }) => machineId).values()) {
    const last = groups.at(-1);
    if (last && last.length + ofMachine.length <= pointsAtATime) last.push(...ofMachine);
    else groups.push(ofMachine);
  }
  return groups;
};

/** Which times a gateway lost, by point: what it said of all its points counts for those that it fed. */
const gapsByPoint = async ({ records }: JudgeDeps, organisationId: Id<'organisation'>) => {
  const byPoint = new Map<string, Interval[]>();
  const gaps = await records.list('gap', organisationId, { newestFirst: true, limit: gapsAtATime });
  if (gaps.length === 0) return byPoint;
  const assignments = await records.list('pointAssignment', organisationId);
  for (const { gatewayId, pointIds, fromMs, toMs } of gaps) {
    const concerned = pointIds ?? assignments.filter((one) => one.gatewayId === gatewayId).map((one) => one.pointId);
    for (const pointId of concerned) byPoint.set(pointId, [...(byPoint.get(pointId) ?? []), { fromMs, toMs }]);
  }
  return byPoint;
};

interface Scene {
  readonly organisationId: Id<'organisation'>;
  readonly found: ReadonlyMap<string, PointHour>;
  readonly gaps: ReadonlyMap<string, readonly Interval[]>;
  readonly arrivals: Arrivals;
}

const keyOf = (pointId: string, atMs: number): string => `${pointId} ${atMs}`;

/** Judges the hours that begin in a range. @returns how many judgements were kept. */
const judgeRange = async (
  deps: JudgeDeps,
  points: readonly Point[],
  scene: Scene,
  range: Interval,
): Promise<number> => {
  let kept = 0;
  for (const group of groupsOf(points)) {
    const ids = group.map(({ id }) => id);
    const learnt = { fromMs: range.fromMs - pastDays * dayMs, toMs: range.fromMs };
    const past = Map.groupBy(
      await deps.timeSeries.readQuality(scene.organisationId, ids, learnt),
      ({ pointId }) => pointId,
    );
    const usual = new Map<string, Usual>(ids.map((id) => [id, usualOf(past.get(id) ?? [])]));
    const judged: PointQuality[] = [];
    for (let atMs = range.fromMs; atMs < range.toMs; atMs += hourMs)
      for (const ofMachine of Map.groupBy(group, ({ machineId }) => machineId).values()) {
        const hours = ofMachine.flatMap(({ id: pointId }): HourOfPoint[] => {
          const found = scene.found.get(keyOf(pointId, atMs));
          // Of a point that never gave a sample there is nothing to say.
          if (!found && !past.has(pointId)) return [];
          const arrival = scene.arrivals.get(atMs)?.get(pointId);
          const gaps = scene.gaps.get(pointId) ?? [];
          return [{ pointId, hourMs: atMs, found, usual: usual.get(pointId) ?? usualOf([]), gaps, arrival }];
        });
        judged.push(...judgeHour(hours));
      }
    if (judged.length > 0) await deps.timeSeries.writeQuality(scene.organisationId, judged);
    kept += judged.length;
  }
  return kept;
};

/**
 * Samples -> data quality: judges each point's hours that are over since the last run, and again those for which samples
 * came late. Running it again changes nothing.
 */
export const createQualityJudge = (deps: JudgeDeps): ((organisationId: Id<'organisation'>) => Promise<number>) => {
  const { timeSeries, clock } = deps;
  const judgedUntil = new Map<string, number>();
  return async (organisationId) => {
    const endMs = Math.floor((clock.now() - settleMs) / hourMs) * hourMs;
    const fromMs = judgedUntil.get(organisationId) ?? endMs - firstHours * hourMs;
    const arrivals = deps.arrivals.take(organisationId, endMs);
    const late = [...arrivals.keys()].filter((atMs) => atMs < fromMs).sort((a, b) => a - b);
    if (fromMs >= endMs && late.length === 0) return 0;
    const points = await deps.records.list('measurementPoint', organisationId);
    const gaps = await gapsByPoint(deps, organisationId);
    const ranges = [...late.map((atMs) => ({ fromMs: atMs, toMs: atMs + hourMs })), { fromMs, toMs: endMs }];
    let kept = 0;
    for (const range of ranges) {
      if (range.fromMs >= range.toMs) continue;
      const hours = await timeSeries.hours(organisationId, range);
      const found = new Map(hours.map((hour) => [keyOf(hour.pointId, hour.hourMs), hour]));
      kept += await judgeRange(deps, points, { organisationId, found, gaps, arrivals }, range);
    }
    judgedUntil.set(organisationId, Math.max(fromMs, endMs));
    return kept;
  };
};
