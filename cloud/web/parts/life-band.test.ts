import { describe, expect, it } from 'vitest';
import { bandPlaces } from './life-band.tsx';

describe('life band', () => {
  it('places now at the left edge and what lies beyond the scale at its end', () => {
    const at = bandPlaces({ p05: -1, p10: 0, p50: 25, p90: 100, p95: 300 }, 100);
    expect(at).toEqual({ p05: 0, p10: 0, p50: 50, p90: 100, p95: 100 });
  });
});
