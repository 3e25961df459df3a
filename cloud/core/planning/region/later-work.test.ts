import { describe, expect, it } from 'vitest';
import { compileRegion } from './compile.ts';
import { planRegion } from './fixtures/plan-region.ts';
import { byHaversine, smallRegion } from './fixtures/small-region.ts';
import type { RegionVisit } from './form-work.ts';
import { laterWorkEuros, type Ways } from './later-work.ts';
import { trades } from './trades.ts';
import { dayOfLifeEuros, survival, type WearKind } from './wear.ts';

const waiting = [
  { startAt: '2027-01-11T12:00+02:00', riskCents: 0, wastedLifeCents: 0 },
  { startAt: '2027-01-20T12:00+02:00', riskCents: 500, wastedLifeCents: 0 },
];
const seal: RegionVisit = { id: 'seal', site: 'mill', durationMin: 90, skills: [], waiting, penaltyCents: 0 };

describe('work that is left for another day', () => {
  const ways: Ways = {
    vehicles: [
      { id: 'near', start: 1, end: 1, group: 0, window: { from: 0, to: 480 }, costs: { perDuration: 1 } },
      {
        id: 'far',
        start: 2,
        end: 2,
        group: 1,
        window: { from: 0, to: 480 },
        costs: { perDuration: 1, perDistance: 2 },
      },
    ],
    minutes: (from, to) => 10 * Math.abs(from - to),
    km: (from, to) => 5 * Math.abs(from - to),
  };

  it('costs itself and a way of its own, by the cheapest who may', () => {
    expect(laterWorkEuros({ minutes: [60, 30] }, 0, ways)).toBe(80);
    expect(laterWorkEuros({ minutes: [200, 30] }, 0, ways)).toBe(30 + 40 + 40);
    expect(laterWorkEuros({ minutes: [Number.POSITIVE_INFINITY, 30] }, 0, ways)).toBe(110);
  });

  it('is priced where a forecast says what waiting costs, for each of two who come together', async () => {
    const visits = [
      { ...seal, second: { skills: [] } },
      { ...seal, id: 'dated', waiting: undefined },
    ];
    const { spec } = await compileRegion(
      smallRegion({
        visits: visits.map(({ waiting: curve, ...visit }) => (curve ? { ...visit, waiting: curve } : visit)),
      }),
      byHaversine,
    );
    const later = spec.visits.map(({ penalty }) => (typeof penalty === 'object' ? (penalty['later'] ?? 0) : -1));
    expect(later[0]).toBeGreaterThan((90 / 60) * 50);
    expect(later).toEqual([later[0], later[0], 0]);
  });

  it('is not left for the sake of the way, which is the same then', async () => {
    const { document } = await planRegion(smallRegion({ visits: [seal] }), 60);
    expect(document.unassigned).toEqual([]);
  });
});

/**
 * A component that is looked at each week, by what is exact. A way there costs `wayEuros`, alone or when it has failed;
 * in a week it may cost less: evenly distributed from `cheapest` times that up.
 */
const weeklyOf = (kind: WearKind, wayEuros: number, cheapest: number) => {
  const weeks = Math.ceil((5 * kind.meanLifeDays) / 7);
  const alive = Array.from({ length: weeks + 2 }, (_, week) => survival(kind, 7 * week));
  const at = (week: number): number => alive[week] ?? 0;
  const livedOf = (week: number): number => (7 * (at(week) + at(week + 1))) / 2;
  const replaced: WearKind = { ...kind, replaceEuros: kind.replaceEuros + wayEuros };
  const worth = dayOfLifeEuros(replaced);
  return {
    /** Euros a day of going when a way costs no more than a limit. */
    dayEuros: (limitOf: (week: number) => number): number => {
      let [kept, euros, lived] = [1, 0, 0];
      for (let week = 0; week < weeks; week++) {
        lived += kept * livedOf(week);
        euros += kept * (at(week) - at(week + 1)) * (replaced.replaceEuros + kind.failureEuros);
        const [limit, from] = [Math.min(wayEuros, limitOf(week + 1)), cheapest * wayEuros];
        const goes = limit < from ? 0 : cheapest === 1 ? 1 : (limit - from) / (wayEuros - from);
        euros += kept * goes * at(week + 1) * (kind.replaceEuros + (limit + from) / 2);
        kept *= 1 - goes;
      }
      return euros / lived;
    },
    /** What going at the best later time costs more than going now would, by the curve, but for the ways. */
    laterEuros: (week: number): number => {
      let [euros, least] = [0, Number.POSITIVE_INFINITY];
      for (let next = week; next < weeks; next++) {
        euros += ((at(next) - at(next + 1)) * kind.failureEuros - worth * livedOf(next)) / Math.max(1e-12, at(week));
        least = Math.min(least, euros);
      }
      return least;
    },
  };
};

describe('a plan that is made anew each week', () => {
  const wayEuros = 60;
  const shortLived = trades.filter(({ meanLifeDays }) => meanLifeDays <= 900);
  const kinds = shortLived.map((kind) => {
    const { dayEuros } = weeklyOf(kind, wayEuros, 1);
    const ages = Array.from({ length: Math.ceil(kind.meanLifeDays / 8) }, (_, i) => 2 + i);
    return { kind, alone: Math.min(...ages.map((age) => dayEuros((week) => (week >= age ? wayEuros : -1)))) };
  });

  it.each([1, 0.8, 0.5, 0.2, 0])('is never dearer than going alone at the best age, ways from %f on', (cheapest) => {
    for (const { kind, alone } of kinds) {
      const { dayEuros, laterEuros } = weeklyOf(kind, wayEuros, cheapest);
      expect(dayEuros((week) => wayEuros + laterEuros(week)) / alone).toBeLessThan(1.005);
    }
  });

  it('puts off for too long what is never cheaper, where later work is priced as if it were', () => {
    for (const { kind, alone } of kinds) {
      const { dayEuros, laterEuros } = weeklyOf(kind, wayEuros, 1);
      expect(dayEuros((week) => wayEuros / 2 + laterEuros(week)) / alone).toBeGreaterThan(1.005);
    }
  });
});
