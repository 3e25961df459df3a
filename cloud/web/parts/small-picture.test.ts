import { expect, it } from 'vitest';
import { fittedSize } from './small-picture.ts';

it('bounds the longest side of a picture, keeps its shape and enlarges none', () => {
  expect(fittedSize(8000, 6000, 1600)).toEqual({ width: 1600, height: 1200 });
  expect(fittedSize(3000, 9000, 1600)).toEqual({ width: 533, height: 1600 });
  expect(fittedSize(640, 480, 1600)).toEqual({ width: 640, height: 480 });
  expect(fittedSize(10_000, 1, 1600)).toEqual({ width: 1600, height: 1 });
});
