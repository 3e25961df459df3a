import { seededRandom } from '@kuluma/shared/clock.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { type Trade, trades } from './trades.ts';
import {
  dayOfLifeEuros,
  drawLife,
  drawNormal,
  learnReader,
  quantileDays,
  remainingLife,
  survival,
  waitingCurve,
} from './wear.ts';

const belt = { meanLifeDays: 400, shape: 3, replaceEuros: 140, failureEuros: 1100 };
const nowMs = Date.UTC(2027, 0, 11);

describe('lives', () => {
  it('have the mean of their kind', () => {
    const random = seededRandom(1);
    const lives = Array.from({ length: 4000 }, () => drawLife(belt, random));
    expect(lives.reduce((sum, life) => sum + life, 0) / lives.length).toBeCloseTo(400, -1);
    expect(lives.filter((life) => life > 300).length / lives.length).toBeCloseTo(survival(belt, 300), 1);
  });
});

describe('a forecast of the remaining life', () => {
  const reader = { offset: 0, slope: 1, error: 0.06 };

  it('is right as often as it says', () => {
    const random = seededRandom(2);
    let early = 0;
    const cases = 1500;
    for (let i = 0; i < cases; i++) {
      const life = drawLife(belt, random);
      const age = random() * life;
      const reading = age / life + reader.error * drawNormal(random);
      const left = remainingLife(belt, age, { reading, reader });
      if (life - age < quantileDays(left, 0.25)) early++;
    }
    // Ages drawn within lives are a little later in them than Bayes' rule is told.
    expect(early / cases).toBeGreaterThan(0.2);
    expect(early / cases).toBeLessThan(0.32);
  });

  it('without a signal is the base rate of its age', () => {
    const left = remainingLife(belt, 200, undefined);
    expect(quantileDays(left, 1 - survival(belt, 300) / survival(belt, 200))).toBeCloseTo(100, 0);
  });

  it('of readings that tell nothing stays the base rate', () => {
    const random = seededRandom(3);
    const noise = learnReader(Array.from({ length: 5000 }, () => ({ gone: random(), reading: drawNormal(random) })));
    const base = quantileDays(remainingLife(belt, 200, undefined), 0.5);
    for (const reading of [-2, 0, 2])
      expect(quantileDays(remainingLife(belt, 200, { reading, reader: noise }), 0.5)).toBeGreaterThan(0.85 * base);
  });

  it('of an impossible reading is the base rate too', () => {
    const left = remainingLife(belt, 200, { reading: 500, reader });
    expect(quantileDays(left, 0.5)).toBeCloseTo(quantileDays(remainingLife(belt, 200, undefined), 0.5));
  });
});

describe('the cost of waiting', () => {
  it('rises with the risk and falls with the life that is used, and is least now only for the old', () => {
    const bestDays = (ageDays: number) => {
      const curve = waitingCurve(belt, remainingLife(belt, ageDays, undefined), nowMs);
      for (const [i, point] of curve.entries()) {
        expect(point.riskCents).toBeGreaterThanOrEqual(curve[i - 1]?.riskCents ?? 0);
        expect(point.wastedLifeCents).toBeLessThanOrEqual(curve[i - 1]?.wastedLifeCents ?? Number.POSITIVE_INFINITY);
      }
      const sums = curve.map(({ riskCents, wastedLifeCents }) => riskCents + wastedLifeCents);
      return (Date.parse(curve[sums.indexOf(Math.min(...sums))]?.startAt ?? '') - nowMs) / dayMs;
    };
    // The age at which failures cost what a day of life is worth.
    const scale = 400 / 0.89298;
    const best = Math.sqrt((dayOfLifeEuros(belt) * scale ** 3) / (3 * belt.failureEuros));
    expect(bestDays(best + 40)).toBe(0);
    expect(Math.abs(bestDays(best - 60) - 60)).toBeLessThanOrEqual(20);
  });
});

/** Euros a day of replacing at that age, to the end (renewal reward: Barlow and Hunter, 1960). */
const dayEurosAt = (kind: Trade, ageDays: number): number => {
  const steps = Math.ceil(ageDays);
  const step = ageDays / steps;
  let lived = 0;
  for (let i = 0; i < steps; i++) lived += step * survival(kind, (i + 0.5) * step);
  return (kind.replaceEuros + kind.failureEuros * (1 - survival(kind, ageDays))) / lived;
};

/** The age at which a component that lives is replaced by one who reads the curve anew each week. */
const agePlannedWeekly = (kind: Trade): number => {
  for (let ageDays = kind.meanLifeDays / 10; ; ageDays += 7) {
    const sums = waitingCurve(kind, remainingLife(kind, ageDays, undefined), nowMs).map(
      ({ startAt, riskCents, wastedLifeCents }) => ({ startAt, cents: riskCents + wastedLifeCents }),
    );
    const best = sums.reduce((least, point) => (point.cents < least.cents ? point : least));
    const waitDays = (Date.parse(best.startAt) - nowMs) / dayMs;
    if (waitDays < 7) return ageDays + waitDays;
  }
};

const shortLived = trades.filter(({ meanLifeDays }) => meanLifeDays <= 900);

it.each(shortLived.map((trade) => [trade.kind, trade] as const))(
  'one %s that is planned each week by the curve costs what the best age of replacement costs',
  (_, trade) => {
    let least = Number.POSITIVE_INFINITY;
    for (let age = 14; age < 2 * trade.meanLifeDays; age *= 1.03) least = Math.min(least, dayEurosAt(trade, age));
    expect(dayEurosAt(trade, agePlannedWeekly(trade)) / least).toBeCloseTo(1, 2);
  },
);
