import { expect, test } from 'vitest';
import { outcomeBetween, outcomesBetween, watchOf } from './failure-outcomes.ts';

/** One machine with a row at each of 1 to 10: a life that fails at 4, one that is replaced at 7, and one that still runs. */
const ends = [4, 4, 4, 4, 7, 7, 7, 10, 10, 10];
const t = Float64Array.from({ length: 10 }, (_, i) => i + 1);
const rows = {
  t,
  left: t.map((at, i) => (ends[i] as number) - at),
  endedInFailure: Uint8Array.from(ends, (end) => Number(end === 4)),
  machine: new Int32Array(10),
};

test('a failure counts in the span in which it comes, and hides what lies behind it', () => {
  expect([...outcomesBetween(rows, 0, 2)].slice(0, 4)).toEqual([0, 1, 1, Number.NaN]);
  expect([...outcomesBetween(rows, 2, 4)].slice(0, 4)).toEqual([1, Number.NaN, Number.NaN, Number.NaN]);
});

test('a replacement is watched on, a running machine is not known beyond its last row', () => {
  expect([...outcomesBetween(rows, 0, 3)].slice(4)).toEqual([0, 0, 0, Number.NaN, Number.NaN, Number.NaN]);
});

test('a failure of the next life counts before the replacement', () => {
  const later = { ...rows, endedInFailure: Uint8Array.from(ends, (end) => Number(end === 10)) };
  expect([...outcomesBetween(later, 0, 5)].slice(2, 7)).toEqual([0, 0, 1, 1, 1]);
});

test('rows tell the same as the lives that they come from', () => {
  const life = { startT: 0, firstRow: 0, endRow: 0 };
  const watch = watchOf([
    { ...life, endT: 4, ended: 'failure' },
    { ...life, endT: 7, ended: 'censored' },
    { ...life, endT: 10, ended: 'censored' },
  ]);
  for (const [from, to] of [
    [0, 1],
    [0, 3],
    [2, 5],
  ] as const)
    expect([...t].map((at) => outcomeBetween(watch, at, from, to))).toEqual([...outcomesBetween(rows, from, to)]);
});

test('days since 1970 lose nothing to rounding', () => {
  const day = 16_436.125;
  const watch = { failures: [day + 3.1], until: day + 3.1 };
  expect(outcomeBetween(watch, day, 0, 3.1)).toBe(1);
  expect(outcomeBetween(watch, day, 3.1, 4)).toBeNaN();
});
