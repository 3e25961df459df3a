import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { expect, it } from 'vitest';
import { machineScoreOf, summaryOf } from './machine-quality.ts';
import type { PointQuality } from './point-quality.ts';

const pointId = newId('measurementPoint', seededRandom(2));
const nowMs = 5000 * hourMs;
const good: PointQuality = {
  ...{ pointId, hourMs: nowMs - hourMs, samples: 100, usable: 100, low: 1, high: 2, duplicates: 0 },
  ...{ completeness: 1, knownMissing: 0, isStuck: false, isOutOfRange: false, latenessMs: 300, aheadMs: 0 },
};
const day = (fields: Partial<PointQuality> = {}, hours = 24) =>
  Array.from({ length: hours }, () => ({ ...good, ...fields }));
const faultsOf = (hours: readonly PointQuality[], newestMs = nowMs - 1000) => summaryOf(hours, newestMs, nowMs)?.faults;

it('finds nothing wrong with a good day, and says nothing of a point that was never judged', () => {
  expect(summaryOf(day(), nowMs - 1000, nowMs)).toEqual({
    pointId,
    score: 1,
    completeness: 1,
    knownMissing: 0,
    faults: [],
  });
  expect(summaryOf([], undefined, nowMs)).toBe(undefined);
});

it('names what is wrong', () => {
  expect(faultsOf([...day({}, 20), ...day({ completeness: 0, samples: 0, usable: 0 }, 4)])).toEqual(['incomplete']);
  expect(faultsOf([...day(), { ...good, isStuck: true }])).toEqual(['stuck']);
  expect(faultsOf([...day(), { ...good, isOutOfRange: true }])).toEqual(['outOfRange']);
  expect(faultsOf(day({ usable: 90 }))).toEqual(['bad']);
  expect(faultsOf(day({ aheadMs: 6000 }))).toEqual(['clockAhead']);
  expect(faultsOf(day({ latenessMs: 16 * 60_000 }))).toEqual(['late']);
  expect(faultsOf(day({ duplicates: 10 }))).toEqual(['doubled']);
  expect(faultsOf(day({ duplicates: null }))).toEqual([]);
});

it('calls a point silent that gives nothing for hours, but none that is that slow by nature', () => {
  expect(summaryOf(day(), nowMs - 3 * hourMs, nowMs)).toMatchObject({ score: 0, faults: ['silent'] });
  expect(faultsOf(day({ completeness: null }), nowMs - 3 * hourMs)).toEqual([]);
});

it('scores a machine as the mean of its points, and one without any not at all', () => {
  const half = summaryOf(day({ completeness: 0.5 }), nowMs, nowMs);
  const whole = summaryOf(day(), nowMs, nowMs);
  expect(machineScoreOf([half, whole].flatMap((one) => one ?? []))).toBe(0.75);
  expect(machineScoreOf([])).toBe(null);
});
