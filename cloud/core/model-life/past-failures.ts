import type { FleetHistory } from '../history/fleet-history.ts';
import { livesOf } from '../history/lives.ts';
import { createInputReader, type WatchedModel, watchedInputs } from './watched-inputs.ts';

/** One failure of the training history as it came nearer. Lengths of time in the model's time unit. */
export interface PastFailure {
  readonly machine: string;
  /** Time of the failure, in the model's time. */
  readonly endT: number;
  readonly life: number;
  /** Remaining life at some rows, and what the chosen inputs were then; null where not measured. */
  readonly rows: readonly { readonly left: number; readonly values: readonly (number | null)[] }[];
}

/** Past failures of a component, to say which of them a machine looks like. */
export interface FailureLibrary {
  readonly component: string;
  /** Inputs that tell most of the remaining life, by position in `watchedInputs`: how much, 0 to 1, and their deviation. */
  readonly inputs: readonly { readonly index: number; readonly weight: number; readonly deviation: number }[];
  readonly failures: readonly PastFailure[];
}

const mostFailures = 200;
const rowsPerLife = 16;
const mostInputs = 20;

const ranksOf = (values: readonly number[]): number[] => {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const ranks = new Array<number>(values.length);
  order.forEach((i, rank) => {
    ranks[i] = rank;
  });
  return ranks;
};

/** Squared rank correlation over the pairs in which both are known. */
const tells = (x: readonly number[], y: readonly number[]): number => {
  const known = x.flatMap((value, i) => (Number.isFinite(value) && Number.isFinite(y[i]) ? [i] : []));
  if (known.length < rowsPerLife) return 0;
  const [a, b] = [ranksOf(known.map((i) => x[i] as number)), ranksOf(known.map((i) => y[i] as number))];
  const middle = (known.length - 1) / 2;
  let [product, square] = [0, 0];
  a.forEach((rank, i) => {
    product += (rank - middle) * ((b[i] as number) - middle);
    square += (rank - middle) ** 2;
  });
  return (product / square) ** 2;
};

const deviationOf = (values: readonly number[]): number => {
  const known = values.filter(Number.isFinite);
  const mean = known.reduce((sum, v) => sum + v, 0) / known.length;
  return Math.sqrt(known.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, known.length));
};

interface FailedLife {
  readonly machine: string;
  readonly endT: number;
  readonly life: number;
  readonly rows: readonly { readonly left: number; readonly values: readonly number[] }[];
}

const failedLives = (model: WatchedModel, component: string, history: FleetHistory): FailedLife[] =>
  history.machines.flatMap((machine) => {
    const read = createInputReader(model, machine);
    return livesOf(machine, component)
      .filter(({ ended }) => ended === 'failure')
      .map(({ startT, endT, firstRow, endRow }) => {
        const count = endRow - firstRow;
        const rows = Array.from({ length: Math.min(rowsPerLife, count) }, (_, i) => {
          const row = endRow - 1 - Math.floor((i * count) / rowsPerLife);
          return { left: endT - (machine.t[row] as number), values: read(firstRow, Math.max(firstRow, row)) };
        });
        return { machine: machine.machine, endT, life: endT - Math.max(startT, machine.t[0] as number), rows };
      });
  });

/** The failed lives of a history, thinned to what a comparison needs; of very many the last of the list. */
export const learnFailures = (model: WatchedModel, component: string, history: FleetHistory): FailureLibrary => {
  const found = failedLives(model, component, history).slice(-mostFailures);
  const rows = found.flatMap((failure) => failure.rows);
  const inputs = watchedInputs(model)
    .map((_, index) => {
      const column = rows.map(({ values }) => values[index] as number);
      const left = rows.map((row) => row.left);
      return { index, weight: tells(column, left), deviation: deviationOf(column) };
    })
    .filter(({ weight, deviation }) => weight > 0 && deviation > 0)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, mostInputs);
  const failures = found.map((failure) => ({
    ...failure,
    rows: failure.rows.map(({ left, values }) => ({
      left,
      values: inputs.map(({ index }) => (Number.isFinite(values[index]) ? (values[index] as number) : null)),
    })),
  }));
  return { component, inputs, failures };
};

export interface SimilarFailure {
  readonly machine: string;
  readonly endT: number;
  /** From where it was most alike to its failure. */
  readonly left: number;
  readonly life: number;
  /** Root mean square difference in deviations of the fleet; 0 the same. */
  readonly distance: number;
}

/** Beyond so many deviations two machines do not look alike. */
const mostDistance = 1;
/** Share of the weight that both must have measured. */
const leastShared = 0.5;

const distanceOf = ({ inputs }: FailureLibrary, now: readonly number[], then: readonly (number | null)[]): number => {
  let [sum, shared, whole] = [0, 0, 0];
  inputs.forEach(({ index, weight, deviation }, i) => {
    whole += weight;
    const [a, b] = [now[index], then[i]];
    if (a === undefined || !Number.isFinite(a) || b === null || b === undefined) return;
    sum += weight * ((a - b) / deviation) ** 2;
    shared += weight;
  });
  return shared < leastShared * whole ? Number.POSITIVE_INFINITY : Math.sqrt(sum / shared);
};

/**
 * The past failures that once looked most like a machine looks now, the most alike first; a machine is named once.
 * @param now in the order of `watchedInputs`.
 */
export const similarFailures = (library: FailureLibrary, now: readonly number[], most = 3): SimilarFailure[] => {
  const nearest = new Map<string, SimilarFailure>();
  for (const { machine, endT, life, rows } of library.failures)
    for (const { left, values } of rows) {
      const distance = distanceOf(library, now, values);
      if (distance > mostDistance || distance >= (nearest.get(machine)?.distance ?? Number.POSITIVE_INFINITY)) continue;
      nearest.set(machine, { machine, endT, left, life, distance });
    }
  return [...nearest.values()].sort((a, b) => a.distance - b.distance).slice(0, most);
};
