import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { describe, expect, it } from 'vitest';
import { forgetSent, judgeReading, wantedPoints } from './judge-reading.ts';
import type { Report } from './profile.ts';

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

it('keeps the word of the device or the profile that a value is uncertain, unless it is out of range', () => {
  const estimated = {
    profile: 'p',
    points: [{ name: 'warm', max: 50, quality: 'uncertain' as const }, { name: 'cold' }],
  };
  const values = [
    ['warm', 1],
    ['cold', 1, 'uncertain'],
    ['warm', 51],
  ] as const;
  const { samples } = judgeReading({ sampledAtMs: 5, values }, wantedPoints(estimated, { warm, cold }));
  expect(samples.map((s) => s.quality)).toEqual(['uncertain', 'uncertain', 'bad']);
});

describe('report by exception', () => {
  const sentOf = (report: Report, readings: readonly (readonly [atMs: number, value: number])[]) => {
    const point = { name: 'warm', min: 0, max: 200, report };
    const points = wantedPoints({ profile: 'p', points: [point] }, { warm });
    const sent = readings.flatMap(([sampledAtMs, value]) =>
      judgeReading({ sampledAtMs, values: [['warm', value]] }, points).samples.map((s) => s.value),
    );
    return { sent, points };
  };

  it('sends what moved by more than the dead band since it was last sent', () => {
    const slowly = [10, 10.4, 10.8, 11.2, 11.6, 11.2].map((value, i) => [i, value] as const);
    expect(sentOf({ deadband: 1, heartbeatMs: 1000 }, slowly).sent).toEqual([10, 11.2]);
    expect(sentOf({ deadbandPercent: 0.5, heartbeatMs: 1000 }, slowly).sent).toEqual([10, 11.2]);
    expect(
      sentOf({ heartbeatMs: 1000 }, [
        [0, 1],
        [1, 1],
        [2, 1.001],
      ]).sent,
    ).toEqual([1, 1.001]);
  });

  it('sends a fresh value when the last one sent is old, and where the quality changed', () => {
    const still = [0, 400, 999, 1000, 1500, 2000].map((atMs) => [atMs, 7] as const);
    expect(sentOf({ deadband: 5, heartbeatMs: 1000 }, still).sent).toEqual([7, 7, 7]);
    expect(
      sentOf({ deadband: 50, heartbeatMs: 1000 }, [
        [0, 199],
        [1, 201],
      ]).sent,
    ).toEqual([199, 201]);
  });

  it('sends the first value again after a device was away', () => {
    const { points } = sentOf({ heartbeatMs: 1000 }, [[0, 5]]);
    const again = () => judgeReading({ sampledAtMs: 1, values: [['warm', 5]] }, points).samples;
    expect(again()).toEqual([]);
    forgetSent(points);
    expect(again()).toHaveLength(1);
  });
});
