import { hourMs, type Machine } from '../machines/machine.ts';
import { noiseAt } from '../machines/noise.ts';

/** One line of events.csv. */
export interface HistoryEvent {
  readonly atMs: number;
  readonly kind: 'failure' | 'replacement' | 'end';
  readonly component: string;
  readonly code: string;
}

export interface HistoryRow {
  readonly atMs: number;
  /** Means over the row, in the order of the type's points. */
  readonly values: readonly number[];
}

export interface RecordOptions {
  readonly untilMs: number;
  readonly rowHours: number;
  /** Components that a planned visit replaces at the end of this hour. */
  readonly plannedReplacements?: (machine: Machine) => readonly string[];
  readonly onRow: (row: HistoryRow) => void;
  readonly onEvent: (event: HistoryEvent) => void;
}

/** Readings a minute go into a mean, so that little of the sensors' white noise is left in a row. */
const readingsPerHour = 60;

/**
 * Lets a machine live until an instant and tells its rows and events as an edge and a service desk would have noted
 * them. Rows end at whole multiples of `rowHours`; the row of a life's end ends with it; a machine under repair has none.
 */
export const recordMachine = (machine: Machine, options: RecordOptions): void => {
  const { points } = machine.spec.type;
  const { seed } = machine.spec;
  const rowMs = options.rowHours * hourMs;
  const sums = new Float64Array(points.length);
  let hours = 0;
  const addHour = () => {
    if (machine.isDown) return;
    hours++;
    for (const [i, point] of points.entries()) {
      const shown =
        point.truth(machine.conditions, machine.wear) * (machine.gains[i] ?? 1) +
        (point.noise > 0 ? point.noise * machine.disturbance(i) : 0);
      sums[i] = (sums[i] ?? 0) + Math.min(point.max, Math.max(point.min, shown));
    }
  };
  const endRow = (atMs: number) => {
    if (hours === 0) return;
    const left = 1 / Math.sqrt(readingsPerHour * hours);
    const values = points.map(
      (point, i) => (sums[i] ?? 0) / hours + (point.noise > 0 ? point.noise * left * noiseAt(seed, i + 512, atMs) : 0),
    );
    options.onRow({ atMs, values });
    sums.fill(0);
    hours = 0;
  };
  while (machine.nowMs + hourMs <= options.untilMs) {
    addHour();
    const events: HistoryEvent[] = machine.passHour();
    for (const component of options.plannedReplacements?.(machine) ?? []) {
      machine.replace(component);
      events.push({ atMs: machine.nowMs, kind: 'replacement', component, code: '' });
    }
    if (events.length > 0 || machine.nowMs % rowMs === 0) endRow(machine.nowMs);
    for (const event of events) options.onEvent(event);
  }
};
