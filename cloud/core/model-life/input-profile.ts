import type { FleetHistory } from '../history/fleet-history.ts';
import { livesOf } from '../history/lives.ts';
import { createInputReader, type WatchedInput, type WatchedModel, watchedInputs } from './watched-inputs.ts';

/** How one input was spread over the training machines. */
interface InputSpread {
  /** Rising limits between the bins; the bin after the last is "not measured". */
  readonly edges: readonly number[];
  /** Share of the rows in each bin, by band of age: machines in service are younger than those that ran to failure. */
  readonly shares: readonly (readonly number[])[];
}

/** What a component's forecaster was trained on, as far as it takes to see that the world has changed. */
export interface InputProfile {
  readonly component: string;
  readonly machines: number;
  /** Rising limits between the bands of age, in the model's time unit. */
  readonly ageEdges: readonly number[];
  /** In the order of `watchedInputs`; null for an input that never varied. */
  readonly inputs: readonly (InputSpread | null)[];
}

/** One machine at one time. */
export interface InputRow {
  /** Since its component was new, in the model's time unit. */
  readonly age: number;
  /** In the order of `watchedInputs`. */
  readonly values: readonly number[];
}

const bins = 8;
const bands = 4;
/** Rows of each life that are looked at. */
const rowsPerLife = 40;

/** Limits that cut the values into `count` parts of the same size; fewer where values repeat. */
const evenEdges = (values: readonly number[], count: number): number[] => {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const edges = Array.from({ length: count - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / count)]);
  return [...new Set(edges)].filter((edge) => edge !== undefined);
};

const binOf = (edges: readonly number[], value: number): number => {
  if (!Number.isFinite(value)) return edges.length + 1;
  const at = edges.findIndex((edge) => value < edge);
  return at < 0 ? edges.length : at;
};

const sharesOf = (values: readonly number[], edges: readonly number[]): number[] => {
  const shares = new Array<number>(edges.length + 2).fill(0);
  for (const value of values) {
    const bin = binOf(edges, value);
    shares[bin] = (shares[bin] as number) + 1 / values.length;
  }
  return shares;
};

/** Inputs of rows spread evenly over the lives of a history. */
const rowsOf = (model: WatchedModel, component: string, history: FleetHistory): InputRow[] =>
  history.machines.flatMap((machine) => {
    const read = createInputReader(model, machine);
    return livesOf(machine, component).flatMap(({ startT, firstRow, endRow }) => {
      const stride = Math.max(1, Math.ceil((endRow - firstRow) / rowsPerLife));
      const begin = Math.max(startT, machine.t[0] as number);
      return Array.from({ length: Math.ceil((endRow - firstRow) / stride) }, (_, i) => {
        const row = firstRow + i * stride;
        return { age: (machine.t[row] as number) - begin, values: read(firstRow, row) };
      });
    });
  });

/** Learns how the inputs of a component's forecaster were spread over its training history. */
export const learnInputProfile = (model: WatchedModel, component: string, history: FleetHistory): InputProfile => {
  const rows = rowsOf(model, component, history);
  const ageEdges = evenEdges(
    rows.map(({ age }) => age),
    bands,
  );
  const byBand = Array.from({ length: ageEdges.length + 1 }, (_, band) =>
    rows.filter(({ age }) => binOf(ageEdges, age) === band),
  );
  const inputs = watchedInputs(model).map((_, i): InputSpread | null => {
    const column = (of: readonly InputRow[]) => of.map(({ values }) => values[i] as number);
    const edges = evenEdges(column(rows), bins);
    return edges.length === 0 ? null : { edges, shares: byBand.map((band) => sharesOf(column(band), edges)) };
  });
  return { component, machines: history.machines.length, ageEdges, inputs };
};

export interface InputDrift extends WatchedInput {
  /** Population stability index against the training machines of the same ages. */
  readonly stability: number;
  /** What that index may come to by chance with so few machines. */
  readonly byChance: number;
}

/** From here on a population counts as another one, by long custom of the index. */
const leastStability = 0.25;
/** Normal quantile of 1 in 10,000: with a hundred inputs one false report in a hundred looks. */
const chance = 3.72;

/** Wilson-Hilferty approximation of the chi-square quantile. */
const chiSquareLimit = (degrees: number): number =>
  degrees * (1 - 2 / (9 * degrees) + chance * Math.sqrt(2 / (9 * degrees))) ** 3;

const stabilityOf = (expected: readonly number[], actual: readonly number[], n: number): number => {
  // Half a machine stands in every bin: what never happened before is rare, not impossible.
  const held = 0.5 / n;
  return expected.reduce((sum, share, bin) => {
    const [e, a] = [Math.max(held, share), Math.max(held, actual[bin] as number)];
    return sum + (a - e) * Math.log(a / e);
  }, 0);
};

/**
 * Inputs that machines now give otherwise than those of the training did at the same age, the strongest first.
 * Source of the limit: B. Yurdakul, Statistical properties of the population stability index (2018); machines are
 * counted, not their rows, which are far from independent.
 * @param rows one for each machine.
 */
export const inputDriftOf = (
  profile: InputProfile,
  watched: readonly WatchedInput[],
  rows: readonly InputRow[],
): InputDrift[] => {
  if (rows.length === 0) return [];
  const bandOf = rows.map(({ age }) => binOf(profile.ageEdges, age));
  return watched
    .flatMap((input, i): InputDrift[] => {
      const spread = profile.inputs[i];
      if (!spread) return [];
      const actual = sharesOf(
        rows.map(({ values }) => values[i] as number),
        spread.edges,
      );
      const expected = actual.map(
        (_, bin) => bandOf.reduce((sum, band) => sum + (spread.shares[band]?.[bin] ?? 0), 0) / rows.length,
      );
      const stability = stabilityOf(expected, actual, rows.length);
      const used = expected.filter((share, bin) => share > 0 || (actual[bin] as number) > 0).length;
      const byChance = chiSquareLimit(Math.max(1, used - 1)) * (1 / rows.length + 1 / profile.machines);
      return stability > Math.max(leastStability, byChance) ? [{ ...input, stability, byChance }] : [];
    })
    .sort((a, b) => b.stability - a.stability);
};
