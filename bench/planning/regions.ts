import { performance } from 'node:perf_hooks';
import { solveWithHighs } from '../../cloud/adapters/mip-highs/highs-solver.ts';
import { startPlanningThreads } from '../../cloud/adapters/planning-thread/planning-threads.ts';
import { createProblem } from '../../cloud/core/planning/kernel/problem.ts';
import { solve } from '../../cloud/core/planning/kernel/solve.ts';
import { checkPlan } from '../../cloud/core/planning/region/check/check-plan.ts';
import { compileRegion } from '../../cloud/core/planning/region/compile.ts';
import { parseRegion } from '../../cloud/core/planning/region/form.ts';
import { generateRegion } from '../../cloud/core/planning/region/generate.ts';
import { planDocument } from '../../cloud/core/planning/region/plan-document.ts';
import { haversineTable } from '../../cloud/core/planning/region/travel-table.ts';
import type { Bench, Row } from '../bench.ts';

const region = { technicians: 200, visits: 5000, days: 14, seed: 1, nowMs: Date.UTC(2027, 0, 11, 4) };
const threads = 2;
/** A plan is good when it costs at most this much more than the one that the whole time gives. */
const goodWithin = 0.01;

/** A plan at a time: euros, absent visits in them. */
interface Moment {
  readonly seconds: number;
  readonly euros: number;
}

/** A big region from its JSON text to a plan: when there is a first plan, when a good one, and whether it keeps all rules. */
export const regions: Bench = async ({ full }) => {
  const text = JSON.stringify(generateRegion(region));
  const start = performance.now();
  const form = parseRegion(JSON.parse(text));
  const compiled = await compileRegion(form, async (points) => haversineTable(points));
  const problem = createProblem(compiled.spec);
  const running = startPlanningThreads(problem, threads);
  const moments: Moment[] = [];
  try {
    const solved = await solve(problem, {
      searchers: running.searchers,
      partition: solveWithHighs,
      seed: 1,
      aim: 'cost',
      budget: { atMs: Date.now() + (full ? 300_000 : 60_000) - (performance.now() - start) },
      now: Date.now,
      report: (_, plan) => {
        const seconds = (performance.now() - start) / 1000;
        moments.push({ seconds, euros: planDocument(compiled, plan).cost });
        console.error(
          `${seconds.toFixed(1)} s: ${moments.at(-1)?.euros.toFixed(0)} EUR, ${plan.unassigned.length} left out`,
        );
      },
    });
    const document = planDocument(compiled, solved);
    const faults = checkPlan(form, document);
    for (const fault of faults.slice(0, 10)) console.error(fault);
    const first = moments[0]?.seconds ?? Number.NaN;
    const good = moments.find(({ euros }) => euros <= document.cost * (1 + goodWithin))?.seconds ?? Number.NaN;
    const what = `region of ${region.technicians} technicians and ${region.visits} visits over ${region.days} days`;
    const figures = {
      firstSeconds: first,
      goodSeconds: good,
      euros: document.cost,
      visitsLeftOut: document.unassigned.length,
    };
    return [
      {
        what: `${what}: first plan / plan within ${100 * goodWithin} % of that of ${full ? 300 : 60} s`,
        toReach: '10 s / 300 s; aim 3 s / 60 s',
        measured: `${first.toFixed(1)} s / ${good.toFixed(0)} s`,
        met: first <= 10 && good <= 300,
        figures,
      },
      {
        what: `${what}: violations found by the independent check`,
        toReach: '0',
        measured: String(faults.length),
        met: faults.length === 0,
        figures: { violations: faults.length },
      },
    ] satisfies Row[];
  } finally {
    await running.close();
  }
};
