import { expect, it } from 'vitest';
import { createProblem } from '../kernel/problem.ts';
import { createSearch } from '../kernel/search.ts';
import { compileRegion } from '../region/compile.ts';
import type { RegionForm } from '../region/form.ts';
import { generateRegion } from '../region/generate.ts';
import { haversineTable } from '../region/travel-table.ts';
import { isTrue } from './fixtures/reason-removed.ts';
import { type UnplannedReason, whyUnplanned } from './why-unplanned.ts';

const counting = (count: number) => Int32Array.from({ length: count }, (_, i) => i);

/** Three technicians with too much to do. */
const crowded = async (change: (form: RegionForm) => RegionForm = (form) => form) => {
  const made = generateRegion({ technicians: 3, visits: 60, days: 3, seed: 5, nowMs: Date.UTC(2027, 0, 11, 4) });
  const single = made.visits.filter(({ second, after, together }) => !second && !after && !together);
  const form = change({ ...made, visits: single });
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

/** Every reason that is named, removed from the form, lets the visit in. @returns what was named */
const expectTruth = async (region: Awaited<ReturnType<typeof crowded>>): Promise<UnplannedReason[]> => {
  const { compiled, plan } = region;
  const troubled = new Set(compiled.troubles.filter(({ code }) => code !== 'overCapacity').map(({ visit }) => visit));
  const left = [
    ...[...plan.unassigned].flatMap((at) => compiled.works[at]?.visit ?? []),
    ...[...compiled.sifted.visits.values()].filter(({ id }) => troubled.has(id)),
  ];
  const reasons = whyUnplanned(compiled, plan, left);
  const all: UnplannedReason[] = [];
  for (const visit of left) {
    const named = reasons.get(visit.id) ?? [];
    expect(named.length).toBeGreaterThan(0);
    for (const reason of named)
      expect([visit.id, reason, await isTrue(region, visit, reason)]).toEqual([visit.id, reason, true]);
    all.push(...named);
  }
  return all;
};

it('names for every unplanned visit what keeps it out: with the reason removed from the form it can be inserted', async () => {
  const named = await expectTruth(await crowded());
  expect(new Set(named.flatMap(({ codes }) => codes)).size).toBeGreaterThan(2);
});

it('blames no full day alone where others use up the parts', async () => {
  const named = await expectTruth(
    await crowded((form) => ({
      ...form,
      parts: form.parts.map(({ id }) => ({ id })),
      reservations: [],
      deliveries: [],
      stock: form.stock
        .filter(({ place }) => form.depots.some(({ id }) => id === place))
        .map((line) => ({ ...line, quantity: 1 })),
    })),
  );
  expect(new Set(named.flatMap(({ codes }) => codes))).toContain('part');
});
