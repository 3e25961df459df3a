import { describe, expect, it } from 'vitest';
import { canWaitUntil, riskWord, waitingPoints } from './waiting.ts';

const risk = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ at: String(i), failureProbability: i / count, expectedCostCents: 0 }));

describe('waiting points', () => {
  it('takes four dates from the first step of waiting to the last', () => {
    expect(waitingPoints(risk(25)).map((point) => point.at)).toEqual(['1', '9', '16', '24']);
  });

  it('takes what there is of a short curve', () => {
    expect(waitingPoints(risk(3)).map((point) => point.at)).toEqual(['1', '2']);
    expect(waitingPoints([])).toEqual([]);
  });

  it('names a risk by its size', () => {
    expect([0.01, 0.1, 0.3, 0.7].map(riskWord)).toEqual(['low', 'some', 'clear', 'high']);
  });

  it('says how long waiting is no risk, unless it is one from the start', () => {
    const at = (...probabilities: number[]) =>
      canWaitUntil(
        probabilities.map((failureProbability, i) => ({ at: String(i), failureProbability, expectedCostCents: 0 })),
      )?.at;
    expect(at(0, 0.01, 0.04, 0.05, 0.2)).toBe('2');
    expect(at(0, 0.01)).toBe('1');
    expect(at(0, 0.3)).toBeUndefined();
    expect(at()).toBeUndefined();
  });
});
