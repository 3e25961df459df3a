import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { AppError } from '@kuluma/shared/errors.ts';
import { parseSolomon, problemOfSolomon } from '../adapters/planning-files/solomon.ts';
import { parseTrsp, problemOfTrsp } from '../adapters/planning-files/trsp.ts';
import { osrmTravel } from '../adapters/travel-osrm.ts';
import { createProblem, type Problem } from '../core/planning/kernel/problem.ts';
import type { ProblemSpec } from '../core/planning/kernel/problem-spec.ts';
import type { Aim, Solved } from '../core/planning/kernel/solve.ts';
import { unassignedReason } from '../core/planning/proposal/reason-sentence.ts';
import { whyUnplanned } from '../core/planning/proposal/why-unplanned.ts';
import { type CompiledRegion, compileRegion } from '../core/planning/region/compile.ts';
import { parseRegion } from '../core/planning/region/form.ts';
import { nobodyHasRoom, planDocument, type UnassignedReason } from '../core/planning/region/plan-document.ts';
import { travelOf } from '../core/planning/region/travel-table.ts';

/** A file as the kernel solves it, and its plan as the file's form has it. */
export interface PlanningTask {
  readonly problem: Problem;
  readonly aim: Aim;
  /** @param hasTime whether the reasons of all that is left out may be looked for, however long that takes */
  readonly documentOf: (solved: Solved, hasTime: boolean) => object;
}

/** Stops are visits, and the depot where the van was restocked. `costUnit` is the factor from the problem's cost to that of the file. */
const benchmarkTask = (spec: ProblemSpec, aim: Aim, costUnit: number): PlanningTask => {
  const problem = createProblem(spec);
  const documentOf = ({ routes, unassigned, cost }: Solved) => ({
    routes: routes.map(({ vehicle, visits, restockAt }) => {
      const stops = [...visits].map((visit) => problem.visitIds[visit]);
      if (restockAt !== undefined) stops.splice(restockAt, 0, 'depot');
      return { technician: problem.vehicleIds[vehicle], stops };
    }),
    unassigned: [...unassigned].map((visit) => ({ visit: problem.visitIds[visit], reasons: [] })),
    cost: Number((cost * costUnit).toFixed(6)),
  });
  return { problem, aim, documentOf };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('INPUT_INVALID', 'the file is no JSON', { cause });
  }
};

/** The insertion tests of one visit go through all vehicles and all that stands on them: so many of both take a moment. */
const mostPassed = 33_000;

const notAsked = (count: number): UnassignedReason => ({
  code: 'notAsked',
  message: `the reasons of ${count} visits were looked for in the time, and not of this one`,
  hint: 'with --iterations in place of --seconds all are',
});

/**
 * Why visits are left out; of crews, that nobody has room.
 * @param hasTime whether all may be asked about; else as many as a moment allows are, and of the others it is said
 */
const reasonsOf = (
  region: CompiledRegion,
  { routes, unassigned }: Solved,
  hasTime: boolean,
): ((at: number) => readonly UnassignedReason[]) => {
  const { works, spec } = region;
  const left = [...unassigned].flatMap((at) => works[at]?.visit ?? []);
  const alone = left.filter(({ second, after, together }) => !second && !after && !together);
  const count = hasTime ? alone.length : Math.floor(mostPassed / (spec.visits.length + spec.vehicles.length));
  const known = whyUnplanned(region, { routes }, alone.slice(0, count));
  const tooLate = new Set(alone.slice(count).map(({ id }) => id));
  return (at) => {
    const id = works[at]?.visit.id ?? '';
    if (tooLate.has(id)) return [notAsked(count)];
    const reasons = known.get(id) ?? [];
    return reasons.length > 0 ? reasons.map(unassignedReason) : [nobodyHasRoom];
  };
};

const regionTask = async (text: string): Promise<PlanningTask> => {
  const form = parseRegion(jsonOf(text));
  const region = await compileRegion(form, travelOf(form.travel, osrmTravel));
  return {
    problem: createProblem(region.spec),
    aim: 'cost',
    documentOf: (solved, hasTime) => planDocument(region, solved, reasonsOf(region, solved, hasTime)),
  };
};

/** How files of each form are read. */
export const planningFormats = {
  kuluma: regionTask,
  solomon: async (text) => benchmarkTask(problemOfSolomon(parseSolomon(text), 'truncated'), 'cost', 0.1),
  sintef: async (text) => benchmarkTask(problemOfSolomon(parseSolomon(text), 'double'), 'vehicles', 1),
  trsp: async (text) => benchmarkTask(problemOfTrsp(parseTrsp(text)), 'cost', 1),
} as const satisfies Record<string, (text: string) => Promise<PlanningTask>>;

/** Text of a file, gzipped if its name says so. */
export const readPlanningFile = (file: string): string => {
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
