import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { msPerUnit } from '../core/forecast/forecast-days.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import type { Means, TimeSeriesStore } from '../ports.ts';
import { cycleRows, rowCounterOf } from './cycle-rows.ts';
import { columnsFor, eventsOf, type LiveMachine, type LiveRows } from './live-machine.ts';
import type { Lookup } from './lookup.ts';
import type { PipelineDeps } from './pipeline-deps.ts';

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

/** A machine and the model for whose rows it is read. */
export interface RowsWanted {
  readonly model: ForecastModel;
  readonly live: LiveMachine;
}

/** Rows by our time: whole buckets of the model's row spacing, counted back from `toMs`. */
interface BucketsWanted extends RowsWanted {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
  readonly unitMs: number;
}

/** Undefined where the rows are not by our time. */
const bucketsWanted = ({ model, live }: RowsWanted): BucketsWanted | undefined => {
  if (model.timeUnit === 'cycle') return undefined;
  const toMs = lastRowEnd(model, live);
  if (toMs === undefined) return undefined;
  const unitMs = msPerUnit[model.timeUnit];
  const bucketMs = model.rowInterval * unitMs;
  const fromMs = toMs - Math.ceil((toMs - live.machine.commissionedAtMs) / bucketMs) * bucketMs;
  return { model, live, fromMs, toMs, bucketMs, unitMs };
};

/** Rows of means; a row's time is the end of its bucket. */
const bucketRows = (wanted: BucketsWanted, means: ReadonlyMap<string, Means>): LiveRows | undefined => {
  const { model, live, fromMs, bucketMs, unitMs } = wanted;
  const { machine, points } = live;
  const ends = new Set<number>();
  const columnsByEnd = new Map<string, Map<number, number>>();
  for (const { id, name } of points) {
    const byEnd = new Map<number, number>();
    const found = means.get(id);
    found?.startMs.forEach((startMs, i) => {
      // Machines that are read together are read from where the oldest of them begins.
      if (startMs < fromMs) return;
      byEnd.set(startMs + bucketMs, found.mean[i] as number);
      ends.add(startMs + bucketMs);
    });
    columnsByEnd.set(name, byEnd);
  }
  const times = Float64Array.from(ends).sort();
  const dataUntilMs = times.at(-1);
  if (dataUntilMs === undefined) return undefined;
  // Instants count from the epoch, the other units from the start of the machine.
  const originMs = model.timeUnit === 'iso' ? 0 : machine.commissionedAtMs;
  const timeOf = (atMs: number) => (atMs - originMs) / unitMs;
  const columns = new Map(
    [...columnsByEnd].map(([name, byEnd]) => [name, times.map((endMs) => byEnd.get(endMs) ?? Number.NaN)]),
  );
  return {
    rows: {
      t: times.map(timeOf),
      columns: columnsFor(model, columns, times.length),
      events: eventsOf(live, timeOf),
      attributes: {},
    },
    dataUntilMs,
    daysPerUnit: unitMs / dayMs,
  };
};

/**
 * The rows of machines of one organisation, each at the spacing on which its model was trained, undefined while there is
 * none. Machines whose buckets have the same edges are read together.
 */
export const liveRowsOf = async (
  timeSeries: TimeSeriesStore,
  wanted: readonly RowsWanted[],
): Promise<(LiveRows | undefined)[]> => {
  const found = new Map<RowsWanted, LiveRows | undefined>();
  const together = new Map<string, { one: RowsWanted; buckets: BucketsWanted }[]>();
  for (const one of wanted) {
    const buckets = bucketsWanted(one);
    if (buckets) {
      const edges = `${buckets.bucketMs} ${buckets.toMs}`;
      together.set(edges, [...(together.get(edges) ?? []), { one, buckets }]);
      continue;
    }
    const { timeUnit } = one.model;
    const daysPerUnit = timeUnit === 'cycle' ? undefined : msPerUnit[timeUnit] / dayMs;
    found.set(one, await cycleRows(timeSeries, one.model, one.live, daysPerUnit));
  }
  for (const group of together.values()) {
    const [first] = group;
    if (!first) continue;
    const { live, toMs, bucketMs } = first.buckets;
    const fromMs = Math.min(...group.map(({ buckets }) => buckets.fromMs));
    const pointIds = new Set(group.flatMap(({ buckets }) => buckets.live.points.map(({ id }) => id)));
    const means = await timeSeries.means(live.machine.organisationId, [...pointIds], { fromMs, toMs }, bucketMs);
    for (const { one, buckets } of group) found.set(one, bucketRows(buckets, means));
  }
  return wanted.map((one) => found.get(one));
};

/** The rows of one machine. */
export const liveRows = async (
  timeSeries: TimeSeriesStore,
  model: ForecastModel,
  live: LiveMachine,
): Promise<LiveRows | undefined> => (await liveRowsOf(timeSeries, [{ model, live }]))[0];

/** The rows of one machine as its records and samples are now. */
export const liveRowsNow = async (
  { timeSeries, clock }: Pick<PipelineDeps, 'timeSeries' | 'clock'>,
  lookup: Lookup,
  model: ForecastModel,
  machine: RecordOf<'machine'>,
): Promise<LiveRows | undefined> => {
  const points = await lookup.by('measurementPoint', 'machineId', machine.id);
  const components = await lookup.by('component', 'machineId', machine.id);
  const newest = await timeSeries.latest(
    machine.organisationId,
    points.map(({ id }) => id),
  );
  const newestSampleMs = Math.max(0, ...[...newest.values()].map(({ sampledAtMs }) => sampledAtMs));
  return liveRows(timeSeries, model, { machine, points, components, newestSampleMs, nowMs: clock.now() });
};
