import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import type { TimeUnit } from '../core/history/fleet-history.ts';
import type { TimeSeriesStore } from '../ports.ts';
import { cycleRows, rowCounterOf } from './cycle-rows.ts';
import { columnsFor, eventsOf, type LiveMachine, type LiveRows } from './live-machine.ts';

const msPerUnit: Record<Exclude<TimeUnit, 'cycle'>, number> = { s: 1000, h: hourMs, d: dayMs, iso: dayMs };

/** Rows move on this often at most, however far apart they lie: a day's row is a day back from the last full hour. */
const refreshMs = hourMs;

/**
 * The end of the last row, as far as that can be told without reading the samples: the last full step of time that has
 * any. Without new samples it stands still. Undefined where only the samples tell.
 */
export const lastRowEnd = (
  model: ForecastModel,
  { points, newestSampleMs, nowMs }: LiveMachine,
): number | undefined => {
  if (model.timeUnit === 'cycle' || rowCounterOf(model, points)) return undefined;
  const stepMs = Math.min(model.rowInterval * msPerUnit[model.timeUnit], refreshMs);
  return Math.floor(Math.min(nowMs, newestSampleMs + stepMs) / stepMs) * stepMs;
};

/** Means over whole buckets of the model's row spacing, counted back from `toMs`; a row's time is the end of its bucket. */
const bucketRows = async (
  timeSeries: TimeSeriesStore,
  model: ForecastModel,
  live: LiveMachine,
  { toMs, unitMs }: { toMs: number; unitMs: number },
): Promise<LiveRows | undefined> => {
  const { machine, points } = live;
  const bucketMs = model.rowInterval * unitMs;
  const fromMs = toMs - Math.ceil((toMs - machine.commissionedAtMs) / bucketMs) * bucketMs;
  const range = { organisationId: machine.organisationId, fromMs, toMs };
  const means = new Map<string, Map<number, number>>();
  const ends = new Set<number>();
  for (const { id: pointId, name } of points) {
    const buckets = await timeSeries.downsample({ ...range, pointId }, bucketMs);
    means.set(name, new Map(buckets.map(({ startMs, mean }) => [startMs + bucketMs, mean])));
    for (const { startMs } of buckets) ends.add(startMs + bucketMs);
  }
  const times = [...ends].sort((a, b) => a - b);
  const dataUntilMs = times.at(-1);
  if (dataUntilMs === undefined) return undefined;
  // Instants count from the epoch, the other units from the start of the machine.
  const originMs = model.timeUnit === 'iso' ? 0 : machine.commissionedAtMs;
  const timeOf = (atMs: number) => (atMs - originMs) / unitMs;
  const columns = new Map(
    [...means].map(([name, byEnd]) => [name, Float64Array.from(times, (endMs) => byEnd.get(endMs) ?? Number.NaN)]),
  );
  return {
    rows: {
      t: Float64Array.from(times, timeOf),
      columns: columnsFor(model, columns, times.length),
      events: eventsOf(live, timeOf),
      attributes: {},
    },
    dataUntilMs,
    daysPerUnit: unitMs / dayMs,
  };
};

/** The rows of a machine at the spacing on which the model was trained; undefined while there is none. */
export const liveRows = (
  timeSeries: TimeSeriesStore,
  model: ForecastModel,
  live: LiveMachine,
): Promise<LiveRows | undefined> => {
  if (model.timeUnit === 'cycle') return cycleRows(timeSeries, model, live);
  const unitMs = msPerUnit[model.timeUnit];
  const toMs = lastRowEnd(model, live);
  return toMs === undefined
    ? cycleRows(timeSeries, model, live, unitMs / dayMs)
    : bucketRows(timeSeries, model, live, { toMs, unitMs });
};
