import type { MachineState } from '@kuluma/shared/model/machine-state.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { learnRegimeRemover, type RegimeRemover } from './regime-levels.ts';
import { createStateDetector, type Detection, type StateDetector } from './state-detection.ts';
import type { StateDriver } from './state-drivers.ts';

/** Two weeks, so that days and nights, working days and days off are all in the baseline. */
export const baselineHours = 336;
/**
 * A change counts when it has held for three days: what a start, a cleaning or a hot afternoon does is over by then, and
 * out of the memory of what is watched. An alarm that ended counts as over after a day: it ends late by itself.
 */
const confirmHours = { changed: 72, normal: 24 } as const;
/** Of healthy hours; months are judged here, where files are days. What a false alarm costs is held by the week's budget beside it. */
const falseAlarmBudget = 0.005;
/** Four weeks: the seasons are no fault. */
const referenceBaselines = 2;

/** What was so for longer is no longer known of a machine that falls silent. */
const silentMs = confirmHours.changed * hourMs;

/** How a machine stands; times are those of the rows that were given. */
export interface StateJudgement {
  readonly state: MachineState['state'];
  readonly sinceMs: number;
  readonly score: number | null;
  /** `signal` is the position in the row. */
  readonly drivers: readonly StateDriver[];
  readonly unknown: MachineState['unknown'];
}

/** Follows one machine by the hour from the beginning of its baseline. */
export interface StateWatch {
  /** An hour's means, NaN where not measured. @param atMs end of the hour */
  next(row: Float64Array, atMs: number): void;
  judgement(nowMs: number): StateJudgement;
}

interface Follower {
  readonly detector: StateDetector;
  readonly remove: RegimeRemover | undefined;
}

/** @param settings positions of the settings in a row. */
const learnFollower = (baseline: readonly Float64Array[], settings: readonly number[]): Follower | undefined => {
  const remove = learnRegimeRemover(baseline, settings);
  const rows = remove ? baseline.map((row) => remove(row, true)) : baseline;
  const columns = Array.from(baseline[0] ?? [], (_, i) => Float64Array.from(rows, (row) => row[i] as number));
  const detector = createStateDetector(columns, rows.length, { falseAlarmBudget, referenceBaselines });
  return detector && { detector, remove };
};

/** A state that has to hold before it counts; `sinceMs` is then when it began to. */
const createConfirmation = (fromMs: number) => {
  let confirmed = { alarm: false, sinceMs: fromMs };
  let candidateMs = 0;
  let hours = 0;
  return {
    confirmed: () => confirmed,
    next: ({ alarm }: Detection, atMs: number): void => {
      if (alarm === confirmed.alarm) {
        hours = 0;
        return;
      }
      if (hours++ === 0) candidateMs = atMs;
      if (hours < (alarm ? confirmHours.changed : confirmHours.normal)) return;
      confirmed = { alarm, sinceMs: candidateMs };
      hours = 0;
    },
  };
};

/** @param fromMs when the baseline begins. */
export const createStateWatch = (settings: readonly number[], fromMs: number): StateWatch => {
  let baseline: Float64Array[] = [];
  let follower: Follower | undefined;
  let confirmation: ReturnType<typeof createConfirmation> | undefined;
  let score = 0;
  let learntMs = 0;
  let judgedMs = 0;
  return {
    next: (row, atMs) => {
      if (row.every((value) => Number.isNaN(value))) return;
      if (learntMs === 0) {
        baseline.push(row);
        if (baseline.length < baselineHours) return;
        follower = learnFollower(baseline, settings);
        confirmation = createConfirmation(atMs);
        learntMs = atMs;
        judgedMs = atMs;
        baseline = [];
        return;
      }
      if (!follower) return;
      const seen = follower.remove ? follower.remove(row, false) : row;
      if (seen.every((value) => Number.isNaN(value))) return;
      judgedMs = atMs;
      const detection = follower.detector.next(seen);
      ({ score } = detection);
      confirmation?.next(detection, atMs);
    },
    judgement: (nowMs) => {
      if (!follower || !confirmation)
        return {
          state: 'unknown',
          sinceMs: learntMs || fromMs,
          score: null,
          drivers: [],
          unknown: learntMs ? 'nothingMoves' : 'baselineShort',
        };
      if (nowMs - judgedMs > silentMs)
        return { state: 'unknown', sinceMs: judgedMs, score: null, drivers: [], unknown: 'silent' };
      const { alarm, sinceMs } = confirmation.confirmed();
      const drivers = alarm ? follower.detector.drivers() : [];
      return { state: alarm ? 'changed' : 'normal', sinceMs, score, drivers, unknown: null };
    },
  };
};
