import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { blendLife, blendMargins } from './blend.ts';

/** Lives of `machines` machines, 40 rows each, dealt to four folds. */
const fleetOf = (machines: number, seed: number) => {
  const random = seededRandom(seed);
  const noise = () => random() + random() + random() + random() - 2;
  const rows = machines * 40;
  const machine = Int32Array.from({ length: rows }, (_, i) => Math.floor(i / 40));
  return {
    random,
    noise,
    machine,
    fold: machine.map((m) => m % 4),
    truth: Float64Array.from({ length: rows }, (_, i) => 40 - (i % 40)),
  };
};
const rmse = (forecast: Float64Array, truth: Float64Array) =>
  Math.sqrt(truth.reduce((sum, y, i) => sum + ((forecast[i] ?? 0) - y) ** 2, 0) / truth.length);

describe('blendLife', () => {
  it('weighs two methods with errors of their own so that together they are better than each', () => {
    const { machine, fold, truth, noise } = fleetOf(20, 1);
    const first = truth.map((y) => y + 6 * noise());
    const second = truth.map((y) => y + 6 * noise());
    const { weights, outOfFold } = blendLife({ forecasts: [first, second], truth, machine, fold });
    expect(weights[0]).toBeCloseTo(0.5, 1);
    expect((weights[0] ?? 0) + (weights[1] ?? 0)).toBeCloseTo(1);
    expect(rmse(outOfFold, truth)).toBeLessThan(0.8 * rmse(first, truth));
  });

  it('leaves out a method that knows nothing new', () => {
    const { machine, fold, truth, noise } = fleetOf(20, 2);
    const anchor = truth.map((y) => y + noise());
    const guess = truth.map(() => 20 + 10 * noise());
    const { weights, outOfFold } = blendLife({ forecasts: [anchor, guess, anchor], truth, machine, fold });
    expect(weights).toEqual([1, 0, 0]);
    expect(outOfFold).toEqual(anchor);
  });

  it('leaves out a method that shines on one of six machines only', () => {
    const { machine, fold, truth, noise } = fleetOf(6, 3);
    const anchor = truth.map((y) => y + 6 * noise());
    const lucky = anchor.map((v, i) => (machine[i] === 2 ? (truth[i] ?? 0) : v + 2 * noise()));
    expect(blendLife({ forecasts: [anchor, lucky], truth, machine, fold }).weights).toEqual([1, 0]);
  });

  it('goes by errors beside the remaining life where lives differ by multiples', () => {
    const { machine, fold, truth } = fleetOf(20, 5);
    const flat = truth.map(() => 20);
    const early = truth.map((y) => (y > 20 ? 0.3 * y : y));
    const data = { forecasts: [flat, early] as const, truth, machine, fold };
    const absolute = blendLife(data).weights[1] ?? 1;
    expect(blendLife({ ...data, relativeUnit: 1 }).weights[1]).toBeGreaterThan(absolute + 0.1);
  });

  it('hands over to a far better method nearly whole, the more machines say so', () => {
    const weightOf = (machines: number) => {
      const { machine, fold, truth, noise } = fleetOf(machines, 4);
      const anchor = truth.map((y) => y + 20 * noise());
      const good = truth.map((y) => y + 0.5 * noise());
      return blendLife({ forecasts: [anchor, good], truth, machine, fold }).weights[1] ?? 0;
    };
    expect(weightOf(60)).toBeGreaterThan(0.96);
    expect(weightOf(6)).toBeGreaterThan(0.7);
    expect(weightOf(6)).toBeLessThan(weightOf(60));
  });

  it('lets the anchor speak where a method does not know', () => {
    const { machine, fold, truth, noise } = fleetOf(20, 5);
    const anchor = truth.map((y) => y + 6 * noise());
    const late = truth.map((y) => (y < 20 ? y + noise() : Number.NaN));
    const { weights, outOfFold } = blendLife({ forecasts: [anchor, late], truth, machine, fold });
    expect(weights[1]).toBeGreaterThan(0.8);
    truth.forEach((y, i) => {
      if (y >= 20) expect(outOfFold[i]).toBe(anchor[i]);
    });
  });
});

describe('blendMargins', () => {
  const cases = (machines: number, seed: number) => {
    const fleet = fleetOf(machines, seed);
    const risk = Float64Array.from(fleet.truth, () => 2 * fleet.noise());
    const hidden = Float64Array.from(fleet.truth, () => 2 * fleet.noise());
    const failed = risk.map((r, i) => Number(fleet.random() < 1 / (1 + Math.exp(-(r + (hidden[i] ?? 0))))));
    return { ...fleet, risk, hidden, failed };
  };

  it('brings log-odds of any scale together', () => {
    const { machine, fold, risk, hidden, failed } = cases(60, 6);
    const { parts } = blendMargins({
      forecasts: [risk, hidden.map((v) => 100 * v + 7)],
      truth: failed,
      machine,
      fold,
    });
    const pull = (parts[1]?.weight ?? 0) * (parts[1]?.scale.slope ?? 0) * 100;
    const own = (parts[0]?.weight ?? 0) * (parts[0]?.scale.slope ?? 0);
    expect(own).toBeCloseTo(1, 0);
    expect(pull).toBeCloseTo(1, 0);
  });

  it('leaves the log-odds of the anchor as they are when no other helps', () => {
    const { machine, fold, risk, failed, noise } = cases(30, 7);
    const { parts, outOfFold } = blendMargins({ forecasts: [risk, risk.map(noise)], truth: failed, machine, fold });
    expect(parts.map(({ weight }) => weight)).toEqual([1, 0]);
    expect(parts[0]?.scale).toEqual({ slope: 1, offset: 0 });
    expect(outOfFold).toBe(risk);
  });
});
