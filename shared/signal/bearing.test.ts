import { expect, it } from 'vitest';
import { bearingFrequencies } from './bearing.ts';

it('gives the published orders of a 6205-2RS JEM (Case Western Reserve University Bearing Data Center)', () => {
  const geometry = { rollingElements: 9, rollingElementDiameterMm: 7.94, pitchDiameterMm: 39.04, contactAngleDeg: 0 };
  const { bpfo, bpfi, bsf, ftf } = bearingFrequencies(geometry, 1);
  expect(bpfo).toBeCloseTo(3.5848, 3);
  expect(bpfi).toBeCloseTo(5.4152, 3);
  expect(ftf).toBeCloseTo(0.3983, 4);
  // The data centre counts an element's contact with both rings.
  expect(2 * bsf).toBeCloseTo(4.7135, 3);
});

it('lets every rolling element pass both rings once a turn of the shaft, and follows the speed', () => {
  const geometry = { rollingElements: 13, rollingElementDiameterMm: 11, pitchDiameterMm: 60, contactAngleDeg: 30 };
  const { bpfo, bpfi, ftf } = bearingFrequencies(geometry, 25);
  expect(bpfo + bpfi).toBeCloseTo(13 * 25, 9);
  expect(bpfo).toBeCloseTo(13 * ftf, 9);
});
