import { expect, it } from 'vitest';
import { createProblem } from '../kernel/problem.ts';
import { createSearch } from '../kernel/search.ts';
import { compileRegion } from '../region/compile.ts';
import { generateRegion } from '../region/generate.ts';
import { haversineTable } from '../region/travel-table.ts';
import { isTrue } from './fixtures/reason-removed.ts';
import { whyUnplanned } from './why-unplanned.ts';

const counting = (count: number) => Int32Array.from({ length: count }, (_, i) => i);

/** Three technicians with too much to do. */
const crowded = async () => {
  const made = generateRegion({ technicians: 3, visits: 60, days: 3, seed: 5, nowMs: Date.UTC(2027, 0, 11, 4) });
  const form = { ...made, visits: made.visits.filter(({ second, after, together }) => !second && !after && !together) };
  const compiled = await compileRegion(form, async (points) => haversineTable(points));
  const { best } = createSearch(
    createProblem(compiled.spec),
    () => 0,
  )({
    routes: [],
    visits: counting(compiled.spec.visits.length),
    vehicles: counting(compiled.spec.vehicles.length),
    seed: 1,
    heat: { from: 20, to: 1 },
    end: { moves: 100 },
    aim: 'cost',
    poolSize: 0,
  });
  return { form, compiled, plan: best };
};

it('names for every unplanned visit what keeps it out: with the reason removed from the form it can be inserted', async () => {
  const region = await crowded();
  const { compiled, plan } = region;
  const troubled = new Set(compiled.troubles.filter(({ code }) => code !== 'overCapacity').map(({ visit }) => visit));
  const left = [
    ...[...plan.unassigned].flatMap((at) => compiled.works[at]?.visit ?? []),
    ...[...compiled.sifted.visits.values()].filter(({ id }) => troubled.has(id)),
  ];
  const reasons = whyUnplanned(compiled, plan, left);
  const codes = new Set<string>();
  for (const visit of left) {
    const named = reasons.get(visit.id) ?? [];
    expect(named.length).toBeGreaterThan(0);
    for (const reason of named) {
      for (const code of reason.codes) codes.add(code);
      expect([visit.id, reason, await isTrue(region, visit, reason)]).toEqual([visit.id, reason, true]);
    }
  }
  expect(codes.size).toBeGreaterThan(2);
});
