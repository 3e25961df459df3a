import type { Sample } from '@kuluma/shared/model/sample.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import type { TimeSeriesStore } from '../ports.ts';
import { columnsFor, eventsOf, type LiveMachine, type LiveRows } from './live-machine.ts';

/** Rows back over which the present use of a machine is judged. */
const recentRows = 30;

/** The time of a row in a recording that is played back, in the unit of its history; so does the simulator name it. */
const recordedTime = 'recordedTime';

/**
 * The usage point that is the time of the rows: the cycle counter, or the own time of a recording. When a recorded row
 * comes in is a matter of how fast it is played: rows by our time would be late, doubled or empty, and no longer those
 * of the file. Undefined where rows go by our time.
 */
export const rowCounterOf = ({ timeUnit }: ForecastModel, points: LiveMachine['points']) =>
  timeUnit === 'iso'
    ? undefined
    : points.find(({ role, name }) => role === 'usage' && (timeUnit === 'cycle' || name === recordedTime));

interface Cycle {
  readonly count: number;
  readonly atMs: number;
}

/** The reading at which each cycle was seen first, by rising count; a counter that runs back starts no new cycle. */
const cyclesOf = (samples: readonly Sample[]): Cycle[] => {
  const cycles: Cycle[] = [];
  for (const { sampledAtMs: atMs, value: count } of samples) {
    if (count > (cycles.at(-1)?.count ?? Number.NEGATIVE_INFINITY)) cycles.push({ count, atMs });
  }
  return cycles;
};

/** What a point read last in each cycle, before the next began; NaN where it was not read. */
const lastInEach = (cycles: readonly Cycle[], samples: readonly Sample[]): Float64Array => {
  let next = 0;
  return Float64Array.from(cycles, ({ atMs }, n) => {
    const endMs = cycles[n + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    let value = Number.NaN;
    for (let sample = samples[next]; sample && sample.sampledAtMs < endMs; sample = samples[++next])
      if (sample.sampledAtMs >= atMs) value = sample.value;
    return value;
  });
};

/** Cycles that had come by an instant. */
const countAt = (cycles: readonly Cycle[], atMs: number): number =>
  cycles.findLast((cycle) => cycle.atMs <= atMs)?.count ?? 0;

const daysPerCycle = (cycles: readonly Cycle[]): number => {
  const last = cycles.at(-1);
  const first = cycles.at(-1 - recentRows) ?? cycles[0];
  return first && last && last.count > first.count
    ? (last.atMs - first.atMs) / dayMs / (last.count - first.count)
    : Number.NaN;
};

/**
 * One row for each cycle that the usage point has counted, made of what the other points read in it. Unless
 * `daysPerUnit` says how long a count lasts, the machine's recent use turns cycles into days; before it has any, there
 * is no row.
 */
export const cycleRows = async (
  timeSeries: TimeSeriesStore,
  model: ForecastModel,
  live: LiveMachine,
  daysPerUnit?: number,
): Promise<LiveRows | undefined> => {
  const { machine, points, nowMs } = live;
  const counter = rowCounterOf(model, points);
  if (!counter) return undefined;
  const range = { organisationId: machine.organisationId, fromMs: machine.commissionedAtMs, toMs: nowMs + 1 };
  const cycles = cyclesOf(await timeSeries.read({ ...range, pointId: counter.id }));
  const last = cycles.at(-1);
  const perCycle = daysPerUnit ?? daysPerCycle(cycles);
  if (!last || !Number.isFinite(perCycle)) return undefined;
  const columns = new Map<string, Float64Array>();
  for (const { id: pointId, name } of points) {
    columns.set(name, lastInEach(cycles, await timeSeries.read({ ...range, pointId })));
  }
  return {
    rows: {
      t: Float64Array.from(cycles, ({ count }) => count),
      columns: columnsFor(model, columns, cycles.length),
      events: eventsOf(live, (atMs) => countAt(cycles, atMs)),
      attributes: {},
    },
    dataUntilMs: last.atMs,
    daysPerUnit: perCycle,
  };
};
