import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { gunzipSync } from 'node:zlib';
import { AppError } from '@kuluma/shared/errors.ts';
import { createCommand } from '@kuluma/shared/node/command.ts';
import { type Command, Option } from 'commander';
import { solveWithHighs } from '../adapters/mip-highs/highs-solver.ts';
import { parseSolomon, problemOfSolomon } from '../adapters/planning-files/solomon.ts';
import { parseTrsp, problemOfTrsp } from '../adapters/planning-files/trsp.ts';
import { startPlanningThreads } from '../adapters/planning-thread/planning-threads.ts';
import { createProblem, type Problem } from '../core/planning/kernel/problem.ts';
import type { ProblemSpec } from '../core/planning/kernel/problem-spec.ts';
import { type Aim, type Solved, solve } from '../core/planning/kernel/solve.ts';
import { positive, whole } from './number-option.ts';

/** How a file is read: its problem, and the factor from the problem's cost to that of the file. */
const formats = {
  solomon: (text: string) => ({ spec: problemOfSolomon(parseSolomon(text), 'truncated'), costUnit: 0.1, aim: 'cost' }),
  sintef: (text: string) => ({ spec: problemOfSolomon(parseSolomon(text), 'double'), costUnit: 1, aim: 'vehicles' }),
  trsp: (text: string) => ({ spec: problemOfTrsp(parseTrsp(text)), costUnit: 1, aim: 'cost' }),
} as const satisfies Record<string, (text: string) => { spec: ProblemSpec; costUnit: number; aim: Aim }>;

interface SolveOptions {
  readonly format: keyof typeof formats;
  readonly seconds: number;
  readonly iterations?: number;
  readonly threads: number;
  readonly seed: number;
  readonly out?: string;
}

/** Kept back from `--seconds` for ending threads and writing. */
const closingMs = 250;

const readText = (file: string): string => {
  try {
    const bytes = readFileSync(file);
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (cause) {
    throw new AppError('INPUT_INVALID', 'the file cannot be read', {
      cause,
      faults: [{ path: file, message: cause instanceof Error ? cause.message : String(cause) }],
    });
  }
};

/** The document of the contract: stops are visits, and the depot where the van was restocked. */
const documentOf = (
  problem: Problem,
  { routes, unassigned, cost, moves }: Solved,
  costUnit: number,
  seconds: number,
) => ({
  routes: routes.map(({ vehicle, visits, restockAt }) => {
    const stops = [...visits].map((visit) => problem.visitIds[visit]);
    if (restockAt !== undefined) stops.splice(restockAt, 0, 'depot');
    return { technician: problem.vehicleIds[vehicle], stops };
  }),
  unassigned: [...unassigned].map((visit) => ({ visit: problem.visitIds[visit], reasons: [] })),
  cost: Number((cost * costUnit).toFixed(6)),
  seconds,
  iterations: moves,
});

const solveFile = async (file: string, { format, seconds, iterations, threads, seed, out }: SolveOptions) => {
  const endMs = performance.timeOrigin + seconds * 1000 - closingMs;
  const { spec, costUnit, aim } = formats[format](readText(file));
  const problem = createProblem(spec);
  const running = startPlanningThreads(problem, threads);
  try {
    const solved = await solve(problem, {
      searchers: running.searchers,
      partition: solveWithHighs,
      seed,
      aim,
      budget: iterations === undefined ? { atMs: endMs } : { moves: iterations },
      now: Date.now,
    });
    const spent = iterations === undefined ? Number((performance.now() / 1000).toFixed(3)) : 0;
    const text = `${JSON.stringify(documentOf(problem, solved, costUnit, spent))}\n`;
    if (out === undefined) process.stdout.write(text);
    else writeFileSync(out, text);
  } finally {
    await running.close();
  }
};

/** `kuluma schedule solve`. */
export const scheduleCommand = (): Command => {
  const command = createCommand('schedule', 'Plan visits');
  command
    .command('solve')
    .description('find the best plan for a file of visits and technicians')
    .argument('<file>', 'problem, gzipped if it ends in .gz')
    .addOption(new Option('--format <format>', 'form of the file').choices(Object.keys(formats)).makeOptionMandatory())
    .option('--seconds <s>', 'wall time from the start of the process', positive, 30)
    .addOption(
      new Option('--iterations <n>', 'moves of each thread instead of a time: the same call gives the same bytes')
        .argParser(whole)
        .conflicts('seconds'),
    )
    .option('--threads <n>', 'threads to search with', whole, Math.min(2, availableParallelism()))
    .option('--seed <n>', 'another seed is another search', whole, 1)
    .option('--out <file>', 'file to write instead of the standard output')
    .addHelpText('after', '\nExample:\n  $ npx kuluma schedule solve --format solomon R101.txt --seconds 10\n')
    .action(solveFile);
  return command;
};
