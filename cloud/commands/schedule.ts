import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { createCommand, exampleOf } from '@kuluma/shared/node/command.ts';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { solveWithHighs } from '../adapters/mip-highs/highs-solver.ts';
import { startPlanningThreads } from '../adapters/planning-thread/planning-threads.ts';
import type { Plan } from '../core/planning/kernel/plan.ts';
import { type Solved, type SolveOptions, solve } from '../core/planning/kernel/solve.ts';
import { generateRegion } from '../core/planning/region/generate.ts';
import { fromOne, positive, whole } from './number-option.ts';
import { type PlanningTask, planningFormats, readPlanningFile } from './planning-task.ts';
import { drawBar } from './progress-bar.ts';

interface SolveCall {
  readonly format: keyof typeof planningFormats;
  readonly seconds: number;
  readonly iterations?: number;
  readonly threads: number;
  readonly seed: number;
  readonly out?: string;
}

interface GenerateCall {
  readonly technicians: number;
  readonly visits: number;
  readonly days: number;
  readonly seed: number;
  readonly from: number;
  readonly out?: string;
}

/** Kept back from `--seconds` for ending threads and writing: once, and for each visit. */
const closingMs = 250;
const closingMsPerVisit = 0.1;

const write = (document: object, out: string | undefined): void => {
  const text = `${JSON.stringify(document)}\n`;
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(out, text);
};

/** `asked` resolves at the first SIGINT; the second ends the process as ever. */
const interruption = () => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let isAsked = false;
  const listener = (): void => {
    isAsked = true;
    resolve();
  };
  process.once('SIGINT', listener);
  return { asked, isAsked: () => isAsked, stop: () => process.off('SIGINT', listener) };
};

/** The best plan of the budget, or at SIGINT the best so far. */
const solveTask = async (
  { problem, aim }: PlanningTask,
  { threads, seed }: SolveCall,
  budget: SolveOptions['budget'],
  { asked, isAsked }: Pick<ReturnType<typeof interruption>, 'asked' | 'isAsked'>,
): Promise<Solved> => {
  const running = startPlanningThreads(problem, threads);
  let soFar: Plan | undefined;
  const first = Promise.withResolvers<void>();
  try {
    const solving = solve(problem, {
      searchers: running.searchers,
      partition: solveWithHighs,
      seed,
      aim,
      budget,
      now: Date.now,
      report: (share, plan) => {
        soFar = plan;
        first.resolve();
        drawBar(share, `${plan.routes.length} routes, ${plan.unassigned.length} visits left out`);
      },
    });
    await Promise.race([solving, Promise.all([asked, first.promise])]);
    if (!isAsked() || !soFar) return await solving;
    // The threads are stopped under the search, which then fails: what it had found is what was asked for.
    solving.catch(() => undefined);
    return { ...soFar, moves: 0 };
  } finally {
    await running.close();
  }
};

const solveFile = async (file: string, call: SolveCall) => {
  const { format, seconds, iterations, out } = call;
  // Also while the file is read: a person may think better of it at any time.
  const interrupted = interruption();
  const task = await planningFormats[format](readPlanningFile(file));
  const closing = closingMs + closingMsPerVisit * task.problem.visitCount;
  const endMs = performance.timeOrigin + seconds * 1000 - closing;
  const budget = iterations === undefined ? { atMs: endMs } : { moves: iterations };
  const solved = await solveTask(task, call, budget, interrupted).finally(interrupted.stop);
  const document = task.documentOf(solved, iterations !== undefined);
  const spent = iterations === undefined ? Number((performance.now() / 1000).toFixed(3)) : 0;
  write({ ...document, seconds: spent, iterations: solved.moves }, out);
};

const generateFile = ({ technicians, visits, days, seed, from, out }: GenerateCall): void =>
  write(generateRegion({ technicians, visits, days, seed, nowMs: from }), out);

const instant = (text: string): number => {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('It must be an instant, as 2027-01-11T06:00+02:00.');
  return ms;
};

const addSolve = (command: Command): void => {
  command
    .command('solve')
    .description('find the best plan for a file of visits and technicians')
    .argument('<file>', 'problem, gzipped if it ends in .gz')
    .addOption(
      new Option('--format <format>', 'form of the file; kuluma is that of docs/planning-form.md')
        .choices(Object.keys(planningFormats))
        .makeOptionMandatory(),
    )
    .option('--seconds <s>', 'wall time from the start of the process', positive, 30)
    .addOption(
      new Option('--iterations <n>', 'moves of each thread instead of a time: the same call gives the same bytes')
        .argParser(whole)
        .conflicts('seconds'),
    )
    .option('--threads <n>', 'threads to search with', fromOne, Math.min(2, availableParallelism()))
    .option('--seed <n>', 'another seed is another search', whole, 1)
    .option('--out <file>', 'file to write instead of the standard output')
    .option('--json', 'for symmetry with other commands: the plan always is one JSON document')
    .addHelpText(
      'after',
      `\nInterrupted once, it writes the best plan so far.\n${exampleOf('kuluma schedule solve --format kuluma region.json --seconds 10')}`,
    )
    .action(solveFile);
};

/** `kuluma schedule`. */
export const scheduleCommand = (): Command => {
  const command = createCommand('schedule', 'Plan visits');
  addSolve(command);
  command
    .command('generate')
    .description('make up a region of service visits in Finland, for trials and measurements')
    .option('--technicians <n>', 'how many', fromOne, 4)
    .option('--visits <n>', 'how many', fromOne, 60)
    .option('--days <n>', 'length of the horizon', fromOne, 7)
    .option('--seed <n>', 'another seed is another region', whole, 1)
    .option('--from <instant>', 'when the horizon begins', instant, Date.parse('2027-01-11T06:00+02:00'))
    .option('--out <file>', 'file to write instead of the standard output')
    .addHelpText('after', exampleOf('kuluma schedule generate --technicians 4 --visits 60 --out region.json'))
    .action(generateFile);
  return command;
};
