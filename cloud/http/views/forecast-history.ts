import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { ForecastHistoryView } from '@kuluma/shared/model/views/machine.ts';
import type { Interval } from '../../core/calendar/intervals.ts';
import type { Lookup } from '../../pipelines/lookup.ts';
import { isWithin } from './machine.ts';

/** More points than a screen has pixels say nothing: the newest are kept. */
const mostForecasts = 1_000;

/** What was forecast for a machine from `fromMs` on, oldest first, within the ranges that the viewer may see. */
export const forecastHistoryOf = async (
  lookup: Lookup,
  machineId: string,
  args: { fromMs: number; ranges: readonly Interval[] },
): Promise<ForecastHistoryView> =>
  (await lookup.list('forecast', { where: { machineId }, newestFirst: true, limit: mostForecasts }))
    .filter(({ forecastAtMs }) => forecastAtMs >= args.fromMs && isWithin(args.ranges, forecastAtMs))
    .sort((a, b) => a.forecastAtMs - b.forecastAtMs)
    .map(({ componentCode, forecastAtMs, rulDays, healthGrade }) => ({
      componentCode,
      forecastAt: isoOf(forecastAtMs),
      rulDays,
      healthGrade,
    }));
