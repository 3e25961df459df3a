import { seededRandom } from '@kuluma/shared/clock.ts';
import { type Id, newId } from '@kuluma/shared/model/base.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { type HourOfPoint, judgeHour, usualOf } from './judge-hour.ts';
import { type PointHour, type PointQuality, scoreOf } from './point-quality.ts';

const random = seededRandom(1);
const [pointId, other] = [newId('measurementPoint', random), newId('measurementPoint', random)];
const at = 1000 * hourMs;

const hourOf = (id: Id<'measurementPoint'>, fields: Partial<PointHour> = {}): PointHour => ({
  ...{ pointId: id, hourMs: at, samples: 360, usable: 360, low: 10, high: 20, duplicates: 0 },
  ...fields,
});
const judgedOf = (fields: Partial<PointQuality> = {}): PointQuality => ({
  ...hourOf(pointId),
  ...{ completeness: null, knownMissing: 0, isStuck: false, isOutOfRange: false, latenessMs: null, aheadMs: 0 },
  ...fields,
});
const past = (hours: number, fields: Partial<PointQuality> = {}) =>
  Array.from({ length: hours }, () => judgedOf(fields));
const usual = usualOf(past(100));
const given = (found: PointHour | undefined, fields: Partial<HourOfPoint> = {}): HourOfPoint => ({
  ...{ pointId, hourMs: at, found, usual, gaps: [], arrival: undefined },
  ...fields,
});
const judged = (found: PointHour | undefined, fields: Partial<HourOfPoint> = {}): PointQuality => {
  const [one] = judgeHour([given(found, fields)]);
  if (!one) throw new Error('nothing was judged');
  return one;
};

describe('what a point usually does', () => {
  it('is unknown while it is new, and for a point slower than the hour', () => {
    expect(usualOf(past(11))).toMatchObject({ samplesPerHour: null, low: null, moves: false });
    expect(usualOf(past(50, { samples: 1 })).samplesPerHour).toBe(null);
    expect(usualOf(past(50))).toEqual({ samplesPerHour: 360, moves: true, low: 10, high: 20 });
  });

  it('goes by the quiet hours of a point that reports by exception, and not by hours without any', () => {
    const mixed = [...past(40, { samples: 20 }), ...past(60, { samples: 500 }), ...past(60, { samples: 0 })];
    expect(usualOf(mixed).samplesPerHour).toBe(20);
  });

  it('does not learn its range from values that were out of it', () => {
    expect(usualOf([...past(50), judgedOf({ high: 900, isOutOfRange: true })]).high).toBe(20);
  });
});

describe('an hour of a point', () => {
  it('is complete with what is usual, and as incomplete as it is', () => {
    expect(judged(hourOf(pointId)).completeness).toBe(1);
    expect(judged(hourOf(pointId, { samples: 400 })).completeness).toBe(1);
    expect(judged(hourOf(pointId, { samples: 90, usable: 90 })).completeness).toBe(0.25);
    expect(judged(undefined)).toMatchObject({ samples: 0, completeness: 0, isStuck: false });
    expect(judged(undefined, { usual: usualOf([]) }).completeness).toBe(null);
  });

  it('knows which share of it a gateway lost, counting no minute twice', () => {
    const gap = (from: number, to: number) => ({ fromMs: at + from * hourMs, toMs: at + to * hourMs });
    const gaps = [gap(0.5, 0.75), gap(-3, 0.25), gap(0.6, 0.7), gap(0.9, 4), gap(2, 3)];
    expect(judged(hourOf(pointId), { gaps }).knownMissing).toBeCloseTo(0.6);
  });

  it('is stuck when it stands still and its machine does not', () => {
    const still = given(hourOf(pointId, { low: 12, high: 12 }));
    const moving = given(hourOf(other), { pointId: other });
    const standing = given(hourOf(other, { low: 3, high: 3 }), { pointId: other });
    expect(judgeHour([still, moving]).map(({ isStuck }) => isStuck)).toEqual([true, false]);
    expect(judgeHour([still, standing]).map(({ isStuck }) => isStuck)).toEqual([false, false]);
    const setting = { ...still, usual: usualOf(past(100, { low: 12, high: 12 })) };
    expect(judgeHour([setting, moving])[0]?.isStuck).toBe(false);
  });

  it('is out of range far beyond the usual values only', () => {
    expect(judged(hourOf(pointId, { high: 30 })).isOutOfRange).toBe(false);
    expect(judged(hourOf(pointId, { high: 31 })).isOutOfRange).toBe(true);
    expect(judged(hourOf(pointId, { low: -1 })).isOutOfRange).toBe(true);
  });

  it('scores the share of the expected samples that is of use', () => {
    expect(scoreOf(judgedOf({ completeness: 0.5, samples: 100, usable: 50 }))).toBe(0.25);
    expect(scoreOf(judgedOf({ completeness: 0, samples: 0, usable: 0 }))).toBe(0);
    expect(scoreOf(judgedOf({ completeness: null }))).toBe(1);
    expect(scoreOf(judgedOf({ isStuck: true }))).toBe(0);
  });
});
