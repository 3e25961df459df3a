import { ridge } from '@kuluma/cloud/core/condition/linear.ts';
import type { FleetHistory, MachineHistory } from '@kuluma/cloud/core/history/fleet-history.ts';
import { mean } from './fleets.ts';

/** What a product has to beat: remaining life of each test machine at its last row, learnt in the plainest ways. */
const meanRows = 30;

const lifeLeft = ({ t }: MachineHistory, row: number, cap: number): number =>
  Math.min(cap, (t.at(-1) ?? 0) - (t[row] ?? 0));

/** The mean life left over all training rows. */
export const meanOfTraining = (train: FleetHistory, test: FleetHistory, cap: number): number[] => {
  const value = mean(
    train.machines.flatMap((machine) => [...machine.t.keys()].map((row) => lifeLeft(machine, row, cap))),
  );
  return test.machines.map(() => value);
};

/** Means of all columns over the last rows up to `row`. */
const lastMeans = (machine: MachineHistory, row: number): number[] =>
  machine.columns.map((column) => mean([...column.subarray(Math.max(0, row - meanRows + 1), row + 1)]));

/** Ridge regression on the means of the last rows. */
export const ridgeOnMeans = (train: FleetHistory, test: FleetHistory, cap: number): number[] => {
  const rows = train.machines.flatMap((machine) =>
    [...machine.t.keys()].map((row) => ({ x: lastMeans(machine, row), y: lifeLeft(machine, row, cap) })),
  );
  const centre = train.points.map((_, i) => mean(rows.map(({ x }) => x[i] ?? 0)));
  const scale = centre.map((c, i) => {
    const deviation = Math.sqrt(mean(rows.map(({ x }) => ((x[i] ?? 0) - c) ** 2)));
    return deviation > 1e-9 * (1 + Math.abs(c)) ? deviation : Number.POSITIVE_INFINITY;
  });
  const standard = (x: readonly number[]) => x.map((value, i) => (value - (centre[i] ?? 0)) / (scale[i] ?? 1));
  const inputs = rows.map(({ x }) => standard(x));
  const base = mean(rows.map(({ y }) => y));
  const weights = ridge(
    centre.map((_, i) => Float64Array.from(inputs, (x) => x[i] ?? 0)),
    Float64Array.from(rows, ({ y }) => y - base),
    1e-3 * rows.length,
  );
  return test.machines.map((machine) => {
    const x = standard(lastMeans(machine, machine.t.length - 1));
    return Math.max(
      0,
      Math.min(
        cap,
        x.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), base),
      ),
    );
  });
};
