import type { LeftOut } from '@kuluma/shared/model/left-out.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { FleetHistory, MachineHistory } from './fleet-history.ts';

/** What readings in another unit look like: `scale * value + shift`. */
interface Conversion {
  readonly scale: number;
  readonly shift: number;
}

const factors = [3.6, 6.894757, 9.80665, 10, 14.503774, 25.4, 60, 100, 1000, 3600, 1e6];
/** Celsius to Fahrenheit, Celsius to Kelvin, Fahrenheit to Kelvin. */
const temperatures: readonly Conversion[] = [
  { scale: 1.8, shift: 32 },
  { scale: 1, shift: 273.15 },
  { scale: 1 / 1.8, shift: 273.15 - 32 / 1.8 },
];
const inverse = ({ scale, shift }: Conversion): Conversion => ({ scale: 1 / scale, shift: -shift / scale });
const forwards = [...factors.map((scale): Conversion => ({ scale, shift: 0 })), ...temperatures];
const conversions = [...forwards, ...forwards.map(inverse)];

/** Readings on each side of a step that are compared. */
const side = 12;
/** How far a reading right behind the step may lie from the converted one before it: machines run on meanwhile. */
const firstTolerance = 0.3;
/** A step no higher than some spreads is what machines do by themselves. */
const leastStep = 8;

/** How closely the readings behind a step must be the converted ones from before it. */
interface Likeness {
  /** Of the medians, as a share of the median and of the spread. */
  readonly median: number;
  readonly spread: number;
  /** Most spread on either side, as a share of the median: a failing part shakes as it likes. */
  readonly mostSpread: number;
  /** Most that one spread may be of the other. */
  readonly mostRatio: number;
}
const usual: Likeness = { median: 0.02, spread: 0.5, mostSpread: 0.1, mostRatio: 3 };
/** No wear raises a reading by this factor from one row to the next: loads may differ on the two sides. */
const farFactor = 50;
const far: Likeness = { median: 0.02, spread: 1.5, mostSpread: 0.3, mostRatio: 100 };

export interface UnitChange {
  /** The first reading in the other unit. */
  readonly row: number;
  readonly scale: number;
  readonly shift: number;
}

interface Side {
  readonly median: number;
  /** Distance of the quartiles. */
  readonly spread: number;
}

/** The `side` readings from `start` on, or back from it, that were measured. */
const sideOf = (column: Float64Array, start: number, step: 1 | -1): Side | undefined => {
  const values: number[] = [];
  for (let row = start; row >= 0 && row < column.length && values.length < side; row += step)
    if (Number.isFinite(column[row])) values.push(column[row] as number);
  if (values.length < side) return undefined;
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.floor(share * (side - 1))] as number;
  return { median: at(0.5), spread: at(0.75) - at(0.25) };
};

/** Distance of the median behind the step, converted back, from the one before it. */
const missOf = ({ scale, shift }: Conversion, before: Side, after: Side): number =>
  Math.abs((after.median - shift) / scale - before.median);

const explains = (conversion: Conversion, before: Side, after: Side): boolean => {
  const { scale } = conversion;
  const like = Math.max(scale, 1 / scale) > farFactor ? far : usual;
  const middle = Math.abs(before.median);
  const spread = Math.max(before.spread, 1e-9 * middle);
  const ratio = Math.max(after.spread, 1e-9 * Math.abs(after.median)) / scale / spread;
  return (
    Math.abs(after.median - before.median) > leastStep * Math.max(before.spread, after.spread / Math.max(1, scale)) &&
    Math.max(before.spread, after.spread / scale) <= like.mostSpread * middle &&
    missOf(conversion, before, after) <= like.spread * Math.max(spread, after.spread / scale) + like.median * middle &&
    Math.max(ratio, 1 / ratio) < like.mostRatio
  );
};

/**
 * The row at which a column goes over to another unit, as far as its readings tell; undefined when it does not.
 * @param hadEvent whether something was done to the machine between two rows: a new part explains a step by itself.
 */
export const unitChangeIn = (
  column: Float64Array,
  hadEvent: (fromRow: number, toRow: number) => boolean = () => false,
): UnitChange | undefined => {
  let previous = Number.NaN;
  let previousRow = 0;
  for (let row = 0; row < column.length; row++) {
    const value = column[row] as number;
    if (!Number.isFinite(value)) continue;
    const before = previous;
    const beforeRow = previousRow;
    previous = value;
    previousRow = row;
    // Most rows end here: a change of unit is a step of more than half of what was read.
    if (!(Math.abs(value - before) > 0.5 * Math.min(Math.abs(value), Math.abs(before)))) continue;
    const near = conversions.filter(
      ({ scale, shift }) => Math.abs(scale * before + shift - value) < firstTolerance * Math.abs(value),
    );
    const left = near.length > 0 ? sideOf(column, row - 1, -1) : undefined;
    const right = left && sideOf(column, row, 1);
    if (!left || !right) continue;
    const [found] = near
      .filter((one) => explains(one, left, right))
      .sort((a, b) => missOf(a, left, right) - missOf(b, left, right));
    if (found && !hadEvent(beforeRow, row)) return { row, ...found };
  }
  return undefined;
};

const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** About the middle of a column, from some of its readings. */
const middleOf = (column: Float64Array): number => {
  const stride = Math.max(1, Math.floor(column.length / 100));
  return medianOf([...column.filter((v, row) => row % stride === 0 && Number.isFinite(v))]);
};

const rounded = (value: number): number => Number(value.toPrecision(4));

const mostNotes = 5;

/**
 * The history without readings that were made in another unit than those of the fleet, and what was taken away:
 * of each column with a step that a known conversion explains, the side farther from the fleet's middle is not measured.
 * For learning only: it looks ahead.
 */
export const withoutUnitChanges = (history: FleetHistory): { history: FleetHistory; notes: LeftOut[] } => {
  const notes: LeftOut[] = [];
  const middle = history.points.map((_, p) =>
    medianOf(history.machines.map(({ columns }) => middleOf(columns[p] as Float64Array)).filter(Number.isFinite)),
  );
  const cleaned = ({ machine, t, events }: MachineHistory, column: Float64Array, p: number): Float64Array => {
    const hadEvent = (from: number, to: number): boolean =>
      events.some((event) => event.kind !== 'error' && event.t >= (t[from] as number) && event.t <= (t[to] as number));
    const point = history.points[p] as string;
    const change = history.meta.points[point]?.role === 'sensor' ? unitChangeIn(column, hadEvent) : undefined;
    if (!change) return column;
    const { row } = change;
    const away = (side: Side | undefined) => Math.abs((side?.median ?? Number.NaN) - (middle[p] as number));
    const later = away(sideOf(column, row, 1)) >= away(sideOf(column, row - 1, -1));
    const { scale, shift } = change;
    notes.push({
      code: 'UNIT_CHANGED',
      facts: {
        machine,
        point,
        t: toldTime(t[row] as number),
        side: later ? 'later' : 'earlier',
        scale: rounded(scale),
        shift: rounded(shift),
      },
    });
    return column.map((v, i) => (later === i >= row ? Number.NaN : v));
  };
  const toldTime = (time: number): string | number =>
    history.meta.timeUnit === 'iso' ? new Date(time * dayMs).toISOString().slice(0, 16) : time;
  const machines = history.machines.map((machine) => {
    const columns = machine.columns.map((column, p) => cleaned(machine, column, p));
    return columns.every((column, p) => column === machine.columns[p]) ? machine : { ...machine, columns };
  });
  const more = notes.length - mostNotes;
  return {
    history: { ...history, machines },
    notes: more > 0 ? [...notes.slice(0, mostNotes), { code: 'UNIT_CHANGES_MORE', facts: { count: more } }] : notes,
  };
};
