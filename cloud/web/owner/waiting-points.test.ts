import { describe, expect, it } from 'vitest';
import { waitingPoints } from './waiting-points.ts';

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
});
