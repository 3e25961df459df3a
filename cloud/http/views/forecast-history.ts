import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { ForecastHistoryView } from '@kuluma/shared/model/views/machine.ts';
import type { Interval } from '../../core/calendar/intervals.ts';
import type { Lookup } from '../../pipelines/lookup.ts';
import { isWithin } from './machine.ts';

/** So many are read as they are; of more the newest of each stretch of time is. */
const mostForecasts = 1_000;
/** A screen has no more pixels for a curve that is this fine. */
const stretches = 300;

type Reader = Pick<Lookup, 'list' | 'count' | 'by'>;

/** Forecasts made from `fromMs` on: all of them, or of many those that a curve over the whole time needs. */
const readForecasts = async (
  lookup: Reader,
  machineId: string,
  { fromMs, toMs }: Interval,
): Promise<RecordOf<'forecast'>[]> => {
  const query = { where: { machineId }, createdFromMs: fromMs };
  if ((await lookup.count('forecast', query)) <= mostForecasts) return lookup.list('forecast', query);
  const [first] = await lookup.list('forecast', { ...query, limit: 1 });
  const beginMs = first?.createdAtMs ?? toMs;
  // One run makes one for each component that stands.
  const perRun = Math.max(1, (await lookup.by('component', 'machineId', machineId)).length);
  const stretchMs = Math.max(hourMs, Math.ceil((toMs - beginMs) / stretches));
  const found: RecordOf<'forecast'>[] = [];
  for (let atMs = beginMs; atMs < toMs; atMs += stretchMs)
    found.push(
      ...(await lookup.list('forecast', {
        ...{ where: { machineId }, createdFromMs: atMs, createdBeforeMs: atMs + stretchMs },
        ...{ newestFirst: true, limit: perRun },
      })),
    );
  return found;
};

/** What was forecast for a machine from `fromMs` on, oldest first, within the ranges that the viewer may see. */
export const forecastHistoryOf = async (
  lookup: Reader,
  machineId: string,
  args: { fromMs: number; nowMs: number; ranges: readonly Interval[] },
): Promise<ForecastHistoryView> =>
  (await readForecasts(lookup, machineId, { fromMs: args.fromMs, toMs: args.nowMs + 1 }))
    .filter(({ forecastAtMs }) => forecastAtMs >= args.fromMs && isWithin(args.ranges, forecastAtMs))
    .sort((a, b) => a.forecastAtMs - b.forecastAtMs)
    .map(({ componentCode, forecastAtMs, rulDays, healthGrade }) => ({
      componentCode,
      forecastAt: isoOf(forecastAtMs),
      rulDays,
      healthGrade,
    }));
