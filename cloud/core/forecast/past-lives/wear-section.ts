import type { FleetHistory } from '../../history/fleet-history.ts';
import type { Life } from '../../history/lives.ts';
import type { MachineSource, Section, SectionWriter } from '../inputs/section.ts';
import type { SignalSpec } from '../inputs/signals.ts';

/** Names of the sensors, in the order of the signals. */
type WearSpec = string[];

/** Rows that one level is the mean of, and first rows of a life that it is compared with. */
const levelRows = 15;
const baselineRows = 20;

/** Sums and counts of what was measured before each row of a life. */
interface RunningSums {
  readonly sum: Float64Array;
  readonly count: Int32Array;
}

const runningSums = (signal: Float64Array, { firstRow, endRow }: Life): RunningSums => {
  const sum = new Float64Array(endRow - firstRow + 1);
  const count = new Int32Array(endRow - firstRow + 1);
  for (let i = 0; i < endRow - firstRow; i++) {
    const value = signal[firstRow + i] as number;
    const measured = Number.isFinite(value);
    sum[i + 1] = (sum[i] as number) + (measured ? value : 0);
    count[i + 1] = (count[i] as number) + (measured ? 1 : 0);
  }
  return { sum, count };
};

/** Mean of the rows [from, to) of a life; NaN where none was measured. */
const meanOf = ({ sum, count }: RunningSums, from: number, to: number): number =>
  ((sum[to] as number) - (sum[from] as number)) / ((count[to] as number) - (count[from] as number));

const writerOf = (_: WearSpec, machine: MachineSource, life: Life): SectionWriter => {
  const { history, signals, signalSpec } = machine;
  const sums = signalSpec.sensors.map((_, s) => runningSums(signals.values[s] as Float64Array, life));
  const begin = Number.isFinite(life.startT) ? life.startT : (history.t[0] as number);
  return (row, out) => {
    const rows = row - life.firstRow + 1;
    let at = 0;
    out[at++] = (history.t[row] as number) - begin;
    for (const sum of sums) {
      const level = meanOf(sum, Math.max(0, rows - levelRows), rows);
      out[at++] = level;
      out[at++] = level - meanOf(sum, 0, Math.min(baselineRows, rows));
    }
  };
};

/** Age, and for each sensor its level and how far that has moved since the component was new: a few steady numbers, for methods that learn from few lives. */
export const wearSection: Section<WearSpec> = {
  name: 'wear',
  learn: (history: FleetHistory, signals: SignalSpec) => signals.sensors.map((i) => history.points[i] as string),
  inputsOf: (sensors) => [
    { name: 'age', point: 'age', kind: 'age' },
    ...sensors.flatMap((point) => [
      { name: `${point}.level`, point, kind: 'level' as const },
      { name: `${point}.moved`, point, kind: 'change' as const },
    ]),
  ],
  writerOf,
};
