import { describe, expect, it } from 'vitest';
import { decideService } from './decide-service.ts';

const policy = { horizon: 14, probability: 0.3, rowsInARow: 3 };
const at = (value: number | null) =>
  value === null
    ? { life: null }
    : {
        life: {
          failureProbability: [
            { horizon: 7, value: 0 },
            { horizon: 14, value },
          ],
        },
      };

describe('decideService', () => {
  it('recommends at the third forecast in a row that reaches the probability', () => {
    expect(decideService([0.1, 0.3, 0.4, 0.5, 0.6].map(at), policy)).toEqual({ recommend: true, since: 3 });
  });

  it('starts again after a forecast below it', () => {
    expect(decideService([0.5, 0.5, 0.1, 0.5, 0.5].map(at), policy)).toEqual({ recommend: false, since: -1 });
  });

  it('neither counts nor forgets at a forecast that abstains', () => {
    expect(decideService([0.5, null, 0.5, null, 0.5].map(at), policy)).toEqual({ recommend: true, since: 4 });
  });
});
