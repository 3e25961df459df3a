import type { PilotCriteria } from '@kuluma/shared/model/model-life.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { Reliability } from './reliability.ts';
import type { Share } from './share.ts';

/** What holds where nobody has laid down anything else: three months, and the gates of precision, recall and coverage. */
export const standardCriteria: PilotCriteria = {
  leastDays: 90,
  leastFailures: 5,
  alertPrecision: 0.7,
  alertRecall: 0.7,
  coverage80: { low: 0.7, high: 0.95 },
};

export interface PilotLine {
  readonly criterion: keyof PilotCriteria;
  /** Counts of days and failures, or a share. */
  readonly measured: number | Share | null;
  readonly met: boolean;
}

export interface PilotReport {
  readonly lines: readonly PilotLine[];
  /** `notYet` while there are too few days or failures to tell. */
  readonly verdict: 'go' | 'noGo' | 'notYet';
}

const atLeast = (share: Share | null, least: number): boolean => share !== null && share.value >= least;

/** The exit report of a fleet's shadow mode against criteria that were laid down before it began. */
export const pilotReport = (args: {
  readonly criteria: PilotCriteria;
  readonly reliability: Reliability;
  readonly sinceMs: number;
  readonly nowMs: number;
}): PilotReport => {
  const { criteria, reliability } = args;
  const { alertPrecision, alertRecall, coverage80, failures } = reliability;
  const days = Math.floor((args.nowMs - args.sinceMs) / dayMs);
  const time: PilotLine[] = [
    { criterion: 'leastDays', measured: days, met: days >= criteria.leastDays },
    { criterion: 'leastFailures', measured: failures, met: failures >= criteria.leastFailures },
  ];
  const { low, high } = criteria.coverage80;
  const quality: PilotLine[] = [
    { criterion: 'alertPrecision', measured: alertPrecision, met: atLeast(alertPrecision, criteria.alertPrecision) },
    { criterion: 'alertRecall', measured: alertRecall, met: atLeast(alertRecall, criteria.alertRecall) },
    {
      criterion: 'coverage80',
      measured: coverage80,
      met: atLeast(coverage80, low) && (coverage80?.value ?? 1) <= high,
    },
  ];
  const verdict = !time.every(({ met }) => met) ? 'notYet' : quality.every(({ met }) => met) ? 'go' : 'noGo';
  return { lines: [...time, ...quality], verdict };
};
