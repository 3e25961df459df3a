import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { expect, it } from 'vitest';
import { judgeReading, wantedPoints } from './judge-reading.ts';

const random = seededRandom(1);
const [warm, cold] = [newId('measurementPoint', random), newId('measurementPoint', random)];
const profile = { profile: 'p', points: [{ name: 'warm', min: 0, max: 50 }, { name: 'cold' }, { name: 'unwanted' }] };
const wanted = wantedPoints(profile, { warm, cold });
const judge = (values: [string, number][]) => judgeReading({ sampledAtMs: 5, values }, wanted);

it('gives each wanted point its id and the time of the reading', () => {
  expect(
    judge([
      ['warm', 20],
      ['unwanted', 1],
      ['cold', -400],
    ]),
  ).toEqual({
    samples: [
      { pointId: warm, sampledAtMs: 5, value: 20, quality: 'good' },
      { pointId: cold, sampledAtMs: 5, value: -400, quality: 'good' },
    ],
    notFinite: 0,
  });
});

it('marks a value outside its range as bad and keeps the limits in', () => {
  const qualities = judge([
    ['warm', -0.1],
    ['warm', 0],
    ['warm', 50],
    ['warm', 50.1],
  ]).samples.map((s) => s.quality);
  expect(qualities).toEqual(['bad', 'good', 'good', 'bad']);
});

it('counts what is no finite number and sends nothing for it', () => {
  expect(
    judge([
      ['warm', Number.NaN],
      ['cold', -Infinity],
    ]),
  ).toEqual({ samples: [], notFinite: 2 });
});
