import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { faultsOfPlan } from '../kernel/fixtures/plain-check.ts';
import { randomDays } from '../kernel/fixtures/random-days.ts';
import type { ProblemSpec, VisitSpec } from '../kernel/problem-spec.ts';
import type { PlanChange } from './changes.ts';
import { planned } from './fixtures/planned-days.ts';
import type { LivePlan } from './live-plan.ts';
import type { Situation } from './situation.ts';

/** Ways take whole minutes, as in any region: a point in time is met exactly. */
const wholeMinutes = (...options: Parameters<typeof randomDays>): ProblemSpec => {
  const spec = randomDays(...options);
  return { ...spec, travelTime: spec.travelTime.map(Math.ceil) };
};

const urgentOf = ({ visits }: ProblemSpec, like: number, id: string): VisitSpec => {
  const { frozen: _, together: __, after: ___, ...visit } = visits[like % visits.length] as VisitSpec;
  return { ...visit, id };
};

/** Some change that can happen now. */
const randomChange = ({ spec, stands }: Situation, random: () => number, count: number): PlanChange => {
  const some = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const planned = stands.flatMap((stand, i) => (stand && !spec.visits[i]?.frozen ? [i] : []));
  const at = Math.floor(random() * 1000);
  const visit = spec.visits[some(planned) ?? 0] as VisitSpec;
  const start = stands[spec.visits.indexOf(visit)]?.start ?? at;
  const changes: (() => PlanChange)[] = [
    () => ({ kind: 'newVisit', visit: urgentOf(spec, count, `urgent ${count}`) }),
    () => ({ kind: 'cancelled', visit: visit.id }),
    () => ({ kind: 'away', technician: some(spec.vehicles).technician ?? 0, span: { from: at, to: at + 1000 } }),
    () => ({ kind: 'endsAt', visit: visit.id, at: Math.round(start + 90 * random()) }),
    () => ({
      kind: 'notMet',
      visit: visit.id,
      at: Math.round(start + 10),
      again: urgentOf(spec, spec.visits.indexOf(visit), `${visit.id} again ${count}`),
    }),
    () => ({ kind: 'timePasses', at: Math.floor(at / 2) }),
  ];
  const stock = spec.depots?.[0]?.stock;
  if (stock)
    changes.push(() => {
      const { at: from, parts } = some(stock);
      return { kind: 'deliveryMoved', depot: 0, part: some(parts)?.part ?? 0, from, to: from + 1000 };
    });
  return some(changes)();
};

const faultsOf = (live: LivePlan) => faultsOfPlan(live.situation().spec, live.plan());
const frozenOf = ({ spec, stands }: Situation) =>
  new Map(spec.visits.flatMap(({ id, frozen }, i) => (frozen ? [[id, { frozen, start: stands[i]?.start }]] : [])));

describe('a live plan', () => {
  it.each([
    { what: 'alone', links: false, seeds: [1, 2] },
    { what: 'linked', links: true, seeds: [4, 103] },
    { what: 'on the road at hours of traffic', links: true, traffic: true, visits: 14, moves: 200, seeds: [5, 104] },
  ])(
    'keeps every rule and moves nothing frozen, whatever happens to visits that are $what, and is as before when all is undone',
    ({ links, seeds, traffic = false, visits = 25, moves = 1500 }) => {
      let placed = 0;
      for (const seed of seeds) {
        const live = planned(
          wholeMinutes(seed, { visits, technicians: 3, days: 3, stock: true, breaks: true, links, traffic }),
          seed,
          moves,
        );
        const random = seededRandom(seed);
        const past: { situation: Situation; cost: number }[] = [];
        for (let count = 0; count < 10; count++) {
          const before = live.situation();
          past.push({ situation: before, cost: live.plan().cost });
          const first = live.apply(randomChange(before, random, count));
          expect(faultsOf(live)).toEqual([]);
          const better = live.repair({ moves: 30 });
          expect(faultsOf(live)).toEqual([]);
          expect(better.costAfter).toBeLessThanOrEqual(first.costAfter + 1e-6);
          for (const { costBefore, costAfter, termsAdded } of [first, better])
            expect(Object.values(termsAdded).reduce((sum, added) => sum + added, 0)).toBeCloseTo(
              costAfter - costBefore,
              6,
            );
          const now = frozenOf(live.situation());
          for (const [id, { frozen, start }] of frozenOf(before)) {
            expect(now.get(id)?.frozen).toEqual(frozen);
            // One that had no place before may have found its own again.
            if (start !== undefined && now.get(id)?.start !== undefined) expect(now.get(id)?.start).toBe(start);
          }
          placed += first.moves.length;
        }
        for (const { situation, cost } of past.reverse()) {
          expect(live.undo()).toBe(true);
          expect(live.situation()).toEqual(situation);
          expect(live.plan().cost).toBeCloseTo(cost, 6);
        }
        expect(live.undo()).toBe(false);
      }
      expect(placed).toBeGreaterThan(12);
    },
  );
});
