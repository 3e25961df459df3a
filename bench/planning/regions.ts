import { performance } from 'node:perf_hooks';
import { solveWithHighs } from '../../cloud/adapters/mip-highs/highs-solver.ts';
import { startPlanningThreads } from '../../cloud/adapters/planning-thread/planning-threads.ts';
import { createProblem } from '../../cloud/core/planning/kernel/problem.ts';
import { solve } from '../../cloud/core/planning/kernel/solve.ts';
import { checkPlan } from '../../cloud/core/planning/region/check/check-plan.ts';
import { compileRegion } from '../../cloud/core/planning/region/compile.ts';
import { parseRegion } from '../../cloud/core/planning/region/form.ts';
import { generateRegion } from '../../cloud/core/planning/region/generate.ts';
import { type PlanDocument, planDocument } from '../../cloud/core/planning/region/plan-document.ts';
import { haversineTable } from '../../cloud/core/planning/region/travel-table.ts';
import type { Bench, Row } from '../bench.ts';

const region = { technicians: 200, visits: 5000, days: 14, seed: 1, nowMs: Date.UTC(2027, 0, 11, 4) };
const threads = 2;
/** A plan is good when it costs at most this much more than the one that five times the time gives. */
const goodWithin = 0.02;

/** A plan of a run: euros, absent visits in them. */
interface Moment {
  readonly seconds: number;
  readonly euros: number;
}

interface Run {
  readonly moments: readonly Moment[];
  readonly document: PlanDocument;
  readonly violations: number;
}

/** From the JSON text of a region to its plan in so many seconds of wall time. */
const planIn = async (seconds: number, text: string): Promise<Run> => {
  const start = performance.now();
  const form = parseRegion(JSON.parse(text));
  const compiled = await compileRegion(form, async (points) => haversineTable(points));
  const problem = createProblem(compiled.spec);
  const running = startPlanningThreads(problem, threads);
  const moments: Moment[] = [];
  const keep = (document: PlanDocument): void => {
    const moment = { seconds: (performance.now() - start) / 1000, euros: document.cost };
    moments.push(moment);
    const left = document.unassigned.length;
    console.error(`${moment.seconds.toFixed(1)} s: ${moment.euros.toFixed(0)} EUR, ${left} visits left out`);
  };
  try {
    const solved = await solve(problem, {
      searchers: running.searchers,
      partition: solveWithHighs,
      seed: 1,
      aim: 'cost',
      budget: { atMs: Date.now() + 1000 * seconds - (performance.now() - start) },
      now: Date.now,
      report: (_, plan) => keep(planDocument(compiled, plan)),
    });
    const document = planDocument(compiled, solved);
    keep(document);
    const faults = checkPlan(form, document);
    for (const fault of faults.slice(0, 10)) console.error(fault);
    return { moments, document, violations: faults.length };
  } finally {
    await running.close();
  }
};

/**
 * A big region: when there is a first plan, what a minute gives beside five minutes, and whether plans keep all rules.
 * Nobody knows the best plan, so that a good one is one that much more time would hardly better.
 */
export const regions: Bench = async ({ full }) => {
  const text = JSON.stringify(generateRegion(region));
  const [short, long] = full ? [60, 300] : [20, 100];
  const quick = await planIn(short, text);
  const slow = await planIn(long, text);
  const best = Math.min(quick.document.cost, slow.document.cost);
  const isGood = ({ euros }: Moment): boolean => euros <= best * (1 + goodWithin);
  const first = quick.moments[0]?.seconds ?? Number.NaN;
  const good = (quick.moments.find(isGood) ?? slow.moments.find(isGood))?.seconds ?? Number.NaN;
  const gap = 100 * (quick.document.cost / best - 1);
  const what = `region of ${region.technicians} technicians and ${region.visits} visits over ${region.days} days`;
  const violations = quick.violations + slow.violations;
  return [
    {
      what: `${what}: first plan / plan within ${100 * goodWithin} % of the best of runs of ${short} s and ${long} s`,
      toReach: '10 s / 300 s; aim 3 s / 60 s',
      measured: `${first.toFixed(1)} s / ${good.toFixed(0)} s (at ${short} s ${gap.toFixed(1)} % above)`,
      met: first <= 10 && good <= 300,
      figures: {
        firstSeconds: first,
        goodSeconds: good,
        firstEuros: quick.moments[0]?.euros ?? Number.NaN,
        shortEuros: quick.document.cost,
        longEuros: slow.document.cost,
        visitsLeftOut: slow.document.unassigned.length,
      },
    },
    {
      what: `${what}: violations found by the independent check`,
      toReach: '0',
      measured: String(violations),
      met: violations === 0,
      figures: { violations },
    },
  ] satisfies Row[];
};
