import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { MachineRows } from '../core/forecast/forecast.ts';
import type { ForecastModel } from '../core/forecast/model.ts';
import type { MachineEvent } from '../core/history/fleet-history.ts';

/** A machine as its forecaster sees it: everything is known up to `nowMs`, nothing after it. */
export interface LiveMachine {
  readonly machine: RecordOf<'machine'>;
  readonly points: readonly RecordOf<'measurementPoint'>[];
  readonly components: readonly RecordOf<'component'>[];
  /** Of any of its points; 0 without a sample. */
  readonly newestSampleMs: number;
  readonly nowMs: number;
}

export interface LiveRows {
  readonly rows: MachineRows;
  /** Until when samples went into the last row. */
  readonly dataUntilMs: number;
  /** Days that one time unit of the model lasts on this machine now. */
  readonly daysPerUnit: number;
}

/** Installations and ends of components as events in the model's time. */
export const eventsOf = (live: LiveMachine, timeOf: (atMs: number) => number): MachineEvent[] =>
  live.components.flatMap(({ componentCode: component, period, endedBy }) => {
    const event = (atMs: number, kind: MachineEvent['kind']): MachineEvent => ({
      t: timeOf(atMs),
      kind,
      component,
      code: '',
    });
    const fitted = period.fromMs > live.machine.commissionedAtMs ? [event(period.fromMs, 'replacement')] : [];
    return period.toMs === null ? fitted : [...fitted, event(period.toMs, endedBy ?? 'replacement')];
  });

/** The columns that the model wants; a point that the machine lacks is never measured. */
export const columnsFor = (model: ForecastModel, columns: ReadonlyMap<string, Float64Array>, rows: number) =>
  model.points.map(({ name }) => columns.get(name) ?? new Float64Array(rows).fill(Number.NaN));
