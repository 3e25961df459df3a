import type { Quantiles } from '@kuluma/shared/model/forecast.ts';
import type { TimeWindow } from './time-window.ts';

/** What every chart and mark of the time line stands on; instants in epoch ms. */
export interface TimeLineFacts {
  readonly window: TimeWindow;
  readonly nowMs: number;
  readonly timeZone: string;
  /** When the component in sight is expected to fail; null without a forecast. */
  readonly failureMs: ((quantile: keyof Quantiles) => number) | null;
  /** The mark that is pointed at. */
  readonly markMs: number | null;
}
