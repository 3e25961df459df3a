import { performance } from 'node:perf_hooks';
import highsModule, { type Highs, type ModelData } from 'highs';
import type { BinaryProgram, BinaryProgramSolver } from '../../core/planning/kernel/set-partitioning.ts';

// The package's types are read as those of CommonJS; what Node imports is the function itself.
const loadHighs = highsModule as unknown as typeof highsModule.default;

let loaded: Promise<Highs> | undefined;

const modelOf = (program: BinaryProgram): ModelData => {
  const { costs, columnStarts, rows, rowLower, rowUpper } = program;
  return {
    numCols: costs.length,
    numRows: rowLower.length,
    colCost: costs,
    colLower: new Float64Array(costs.length),
    colUpper: new Float64Array(costs.length).fill(1),
    rowLower,
    rowUpper,
    matrix: {
      format: 'csc',
      numCols: costs.length,
      numRows: rowLower.length,
      starts: columnStarts,
      indices: rows,
      values: new Float64Array(rows.length).fill(1),
    },
  };
};

/** The program with these columns only. */
const narrowed = (program: BinaryProgram, columns: Int32Array): BinaryProgram => {
  const pieces = [...columns].map((j) => program.rows.subarray(program.columnStarts[j], program.columnStarts[j + 1]));
  const columnStarts = new Int32Array(columns.length + 1);
  for (const [i, piece] of pieces.entries()) columnStarts[i + 1] = (columnStarts[i] as number) + piece.length;
  const rows = new Int32Array(columnStarts[columns.length] as number);
  for (const [i, piece] of pieces.entries()) rows.set(piece, columnStarts[i]);
  const places = new Map([...columns].map((j, i) => [j, i]));
  return {
    ...program,
    costs: Float64Array.from(columns, (j) => program.costs[j] as number),
    columnStarts,
    rows,
    start: program.start.map((j) => places.get(j) ?? -1),
  };
};

const costOf = ({ costs }: BinaryProgram, columns: Iterable<number>): number => {
  let sum = 0;
  for (const j of columns) sum += costs[j] as number;
  return sum;
};

/**
 * HiGHS, in wasm. Columns whose reduced cost in the linear relaxation is above the gap to the known solution can be in no
 * better one, and are left out before the search for whole numbers.
 */
export const solveWithHighs: BinaryProgramSolver = async (program, { mostColumns, mostNodes, timeLimitMs }) => {
  loaded ??= loadHighs();
  const highs = await loaded;
  const startMs = performance.now();
  const limit = () =>
    timeLimitMs === undefined ? {} : { time_limit: Math.max(0, timeLimitMs - (performance.now() - startMs)) / 1000 };
  const known = costOf(program, program.start);
  const relaxed = highs.withModel(modelOf(program), (model) => {
    model.options.set({ output_flag: false, ...limit() });
    model.run();
    return model.getModelStatus() === highs.constants.modelStatus.optimal
      ? { cost: model.getObjectiveValue(), reduced: model.getSolution().colDual }
      : undefined;
  });
  if (!relaxed) return undefined;
  const { cost, reduced } = relaxed;
  const gap = known - cost;
  if (gap <= 1e-6) return undefined;
  const started = new Set(program.start);
  const kept = Int32Array.from(program.costs.keys())
    .filter((j) => (reduced[j] as number) < gap || started.has(j))
    .sort(
      (a, b) =>
        Number(started.has(b)) - Number(started.has(a)) || (reduced[a] as number) - (reduced[b] as number) || a - b,
    )
    .subarray(0, mostColumns)
    .sort();
  const small = narrowed(program, kept);
  const integrality = Array.from(kept, () => highs.constants.variableType.integer);
  const values = highs.withModel({ ...modelOf(small), integrality }, (model) => {
    model.options.set({ output_flag: false, ...limit(), mip_max_nodes: mostNodes, mip_rel_gap: 0 });
    const start = new Float64Array(kept.length);
    for (const j of small.start) start[j] = 1;
    model.setSolution({ colValue: start });
    model.run();
    return model.getSolution().colValue;
  });
  const chosen = kept.filter((_, i) => (values[i] as number) > 0.5);
  return costOf(program, chosen) < known - 1e-6 ? chosen : undefined;
};
