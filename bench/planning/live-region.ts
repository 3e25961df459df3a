import type { Plan } from '../../cloud/core/planning/kernel/plan.ts';
import { createProblem } from '../../cloud/core/planning/kernel/problem.ts';
import type { ProblemSpec } from '../../cloud/core/planning/kernel/problem-spec.ts';
import { createSearch } from '../../cloud/core/planning/kernel/search.ts';
import { travelScale } from '../../cloud/core/planning/kernel/travel-scale.ts';
import { type CompiledRegion, compileRegion } from '../../cloud/core/planning/region/compile.ts';
import type { RegionForm } from '../../cloud/core/planning/region/form.ts';
import { generateRegion } from '../../cloud/core/planning/region/generate.ts';
import { instantAt } from '../../cloud/core/planning/region/time-axis.ts';
import { timetableOf } from '../../cloud/core/planning/region/timetable.ts';
import { haversineTable } from '../../cloud/core/planning/region/travel-table.ts';

const halfDayMs = 4 * 3_600_000;

const counting = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

const compile = (form: RegionForm): Promise<CompiledRegion> =>
  compileRegion(form, async (points) => haversineTable(points));

/** A plan from here on, by one thread for so long. */
export const searchFrom = (
  spec: ProblemSpec,
  routes: Plan['routes'],
  vehicles: Int32Array,
  seconds: number,
  seed: number,
): Plan => {
  const problem = createProblem(spec);
  const search = createSearch(problem, Date.now);
  const leg = { visits: counting(spec.visits.length), vehicles, seed, aim: 'cost', poolSize: 0 } as const;
  const probe = search({ ...leg, routes, heat: { from: Number.EPSILON, to: Number.EPSILON }, end: { moves: 300 } });
  const scale = travelScale(problem, probe.best);
  const heat = { from: (routes.length > 0 ? 0.1 : 0.3) * scale, to: 0.02 * scale };
  return search({ ...leg, routes: probe.best.routes, heat, end: { atMs: Date.now() + 1000 * seconds } }).best;
};

export interface PromisedRegion {
  readonly form: RegionForm;
  readonly compiled: CompiledRegion;
  readonly plan: Plan;
}

/**
 * A region whose plan is known to the owners: each planned visit is promised the four hours around its start, and moving
 * it costs.
 */
export const promisedRegion = async (
  size: { readonly technicians: number; readonly visits: number; readonly days: number },
  seconds: number,
): Promise<PromisedRegion> => {
  const made = generateRegion({ ...size, seed: 7, nowMs: Date.UTC(2027, 0, 11, 4) });
  const single = made.visits.filter(({ second, after, together }) => !second && !after && !together);
  const form = { ...made, visits: single };
  const first = await compile(form);
  const plan = searchFrom(first.spec, [], counting(first.spec.vehicles.length), seconds, 1);
  const starts = new Map<string, number>();
  for (const route of plan.routes)
    for (const { visit, start } of timetableOf(first.spec, route).stops)
      if (visit !== undefined) starts.set(first.works[visit]?.visit.id ?? '', instantAt(first.axis, start));
  const at = (ms: number) => new Date(ms).toISOString();
  const promised: RegionForm = {
    ...form,
    visits: form.visits.map((visit) => {
      const startMs = starts.get(visit.id);
      if (startMs === undefined) return visit;
      const fromMs = startMs - halfDayMs / 2;
      return { ...visit, promised: { fromAt: at(fromMs), toAt: at(fromMs + halfDayMs), moveCents: 4000 } };
    }),
  };
  const compiled = await compile(promised);
  const routes = plan.routes.map(({ vehicle, visits, restockAt }) => {
    const { stops } = timetableOf(
      first.spec,
      plan.routes.find((route) => route.vehicle === vehicle) as Plan['routes'][number],
    );
    const windows = visits.map((visit) => {
      const start = stops.find((stop) => stop.visit === visit)?.start ?? 0;
      const cost = (price: unknown) =>
        typeof price === 'object' ? Object.values(price as Record<string, number>).reduce((a, b) => a + b, 0) : 0;
      const list = compiled.spec.visits[visit]?.windows ?? [];
      const fitting = [...list.keys()].filter((i) => (list[i]?.from ?? 0) <= start && start <= (list[i]?.to ?? 0));
      return fitting.sort((a, b) => cost(list[a]?.cost) - cost(list[b]?.cost))[0] ?? 0;
    });
    return restockAt === undefined ? { vehicle, visits, windows } : { vehicle, visits, windows, restockAt };
  });
  return { form: promised, compiled, plan: { ...plan, routes } };
};
