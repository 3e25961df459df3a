import { dayMs } from '@kuluma/shared/model/units.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import type { TimeSeriesStore } from '../ports.ts';
import { columnsFor, eventsOf, type LiveMachine, type LiveRows } from './live-machine.ts';

/** Rows back over which the present use of a machine is judged. */
const recentRows = 30;

interface Cycle {
  readonly count: number;
  readonly atMs: number;
}

/** The reading at which each cycle was seen first, by rising count; a counter that runs back starts no new cycle. */
const cyclesOf = (samples: readonly { sampledAtMs: number; value: number }[]): Cycle[] => {
  const cycles: Cycle[] = [];
  for (const { sampledAtMs: atMs, value: count } of samples) {
    if (count > (cycles.at(-1)?.count ?? Number.NEGATIVE_INFINITY)) cycles.push({ count, atMs });
  }
  return cycles;
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
 * One row for each cycle that the usage point has counted, made of what the other points read at the same instant. The
 * machine's recent use turns cycles into days; before it has any, there is no row.
 */
export const cycleRows = async (
  timeSeries: TimeSeriesStore,
  model: ForecastModel,
  live: LiveMachine,
): Promise<LiveRows | undefined> => {
  const { machine, points, nowMs } = live;
  const counter = points.find(({ role }) => role === 'usage');
  if (!counter) return undefined;
  const range = { organisationId: machine.organisationId, fromMs: machine.commissionedAtMs, toMs: nowMs + 1 };
  const cycles = cyclesOf(await timeSeries.read({ ...range, pointId: counter.id }));
  const last = cycles.at(-1);
  const perCycle = daysPerCycle(cycles);
  if (!last || !Number.isFinite(perCycle)) return undefined;
  const columns = new Map<string, Float64Array>();
  for (const { id: pointId, name } of points) {
    const samples = await timeSeries.read({ ...range, pointId });
    const byTime = new Map(samples.map(({ sampledAtMs, value }) => [sampledAtMs, value]));
    columns.set(
      name,
      Float64Array.from(cycles, ({ atMs }) => byTime.get(atMs) ?? Number.NaN),
    );
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
