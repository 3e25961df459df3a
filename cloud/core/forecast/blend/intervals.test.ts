import { seededRandom } from '@kuluma/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { chooseIntervals } from './intervals.ts';

const random = seededRandom(4);
const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Machines of 60 rows; each forecast is off by as much as `off` says. */
const errorsOf = (machines: number, off: (left: number) => number) => {
  const rows = machines * 60;
  const machine = Int32Array.from({ length: rows }, (_, i) => Math.floor(i / 60));
  const truth = Float64Array.from({ length: rows }, (_, i) => 60 - (i % 60));
  return {
    errors: { forecast: truth.map((left) => left + off(left)), truth, machine, cap: Number.POSITIVE_INFINITY },
    fold: machine.map((m) => m % 5),
    told: (width: number) => ({
      name: 'told',
      quantiles: [-2, -1.5, 0, 1.5, 2].map((z) => truth.map((left) => Math.max(0, left + z * width))),
    }),
  };
};

describe('chooseIntervals', () => {
  it('lets a method tell its own where machines are too few to promise any', () => {
    const { errors, fold, told } = errorsOf(6, () => 8 * gauss());
    const { quantiles, coverage90, meanWidth90, life } = chooseIntervals(errors, fold, [told(4)], null);
    expect(quantiles).toBe('told');
    expect(coverage90).toBe(1);
    expect(meanWidth90).toBeLessThan(16);
    // A point forecast outside its own band would be no forecast.
    expect(life.every((v, i) => Math.abs(v - (errors.truth[i] as number)) <= 8)).toBe(true);
  });

  it('prefers what errors teach where that is surely better', () => {
    const { errors, fold, told } = errorsOf(12, () => 2 * gauss());
    expect(typeof chooseIntervals(errors, fold, [told(40)], null).quantiles).toBe('object');
  });

  it('never takes the range of a handful of machines for a band', () => {
    const { errors, fold, told } = errorsOf(6, () => 2 * gauss());
    expect(chooseIntervals(errors, fold, [told(40)], null).quantiles).toBe('told');
  });

  it('learns from errors as soon as machines are enough', () => {
    const { errors, fold, told } = errorsOf(20, () => 8 * gauss());
    expect(typeof chooseIntervals(errors, fold, [told(4)], null).quantiles).toBe('object');
  });

  it('takes the method that tells best, and none that is blind on some row', () => {
    const { errors, fold, told } = errorsOf(6, () => 20 * gauss());
    const blind = told(0.1);
    (blind.quantiles[0] as Float64Array)[7] = Number.NaN;
    const chosen = chooseIntervals(
      errors,
      fold,
      [
        { ...blind, name: 'blind' },
        { ...told(9), name: 'wide' },
        { ...told(3), name: 'narrow' },
      ],
      null,
    );
    expect(chosen.quantiles).toBe('narrow');
  });
});
