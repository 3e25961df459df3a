import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { columnsOf } from '@kuluma/shared/model/sample.ts';
import { hourMs } from '@kuluma/shared/model/units.ts';
import { expect, it } from 'vitest';
import { ArrivalTally } from './arrivals.ts';

const pointId = newId('measurementPoint', seededRandom(3));
const samples = (...times: number[]) =>
  columnsOf(times.map((sampledAtMs) => ({ pointId, sampledAtMs, value: 1, quality: 'good' as const })));

it('knows how late samples came by point and hour, and how far ahead of us they were', () => {
  const tally = new ArrivalTally();
  tally.note('a', samples(hourMs, hourMs + 100, 2 * hourMs), hourMs + 200);
  tally.note('b', samples(hourMs), hourMs);
  const taken = tally.take('a', 3 * hourMs);
  expect(taken.get(hourMs)?.get(pointId)).toEqual({ latenessMs: 150, aheadMs: 0 });
  expect(taken.get(2 * hourMs)?.get(pointId)).toEqual({ latenessMs: 200 - hourMs, aheadMs: hourMs - 200 });
  expect(tally.take('a', 3 * hourMs).size).toBe(0);
  expect(tally.take('b', hourMs).size).toBe(0);
  expect(tally.take('b', 2 * hourMs).size).toBe(1);
});

it('forgets what was noted first where nobody takes the notes for a month', () => {
  const tally = new ArrivalTally();
  for (let hour = 0; hour < 2000; hour++) tally.note('a', samples(hour * hourMs), hour * hourMs);
  const hours = [...tally.take('a', 2000 * hourMs).keys()];
  expect(hours.length).toBe(31 * 24);
  expect(hours.at(-1)).toBe(1999 * hourMs);
});
