import { seededRandom } from '@kuluma/shared/clock.ts';
import { expect, it } from 'vitest';
import { learnDeviation } from './deviation.ts';
import { learnMovement } from './movement.ts';
import { stateDrivers } from './state-drivers.ts';

it('tells how far a level is off in its unit, however mildly it is judged', () => {
  const random = seededRandom(1);
  const rows = Array.from({ length: 200 }, () => {
    const load = random() - 0.5;
    return Float64Array.of(load, load + 0.2 * (random() - 0.5));
  });
  const column = (i: number) => Float64Array.from(rows, (row) => row[i] as number);
  const of = learnDeviation([column(0), column(1)], true);
  const deviations = { levels: of, powers: of, changes: of };
  const still = new Float64Array(2);
  const features = { levels: Float64Array.of(0.5, 3), powers: still, changes: still };
  const judged = of.deviatesOf(features.levels);
  const amountWhen = (mildness: number) => {
    const deviates = [judged.map((v) => v / mildness), still, still];
    const drivers = stateDrivers(features, deviations, deviates, learnMovement(rows));
    return drivers.find(({ signal, kind }) => signal === 1 && kind === 'level')?.amount;
  };
  expect(amountWhen(1)).toBeGreaterThan(2);
  expect(amountWhen(2)).toBe(amountWhen(1));
});
