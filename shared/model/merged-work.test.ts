import { seededRandom } from '@kuluma/shared/clock.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from './base.ts';
import { mergedWork, stepStateOf } from './merged-work.ts';
import type { WorkEntry, WorkValue } from './visit-work.ts';

const random = seededRandom(3);
const stated = (value: WorkValue, ...replaces: WorkEntry[]): WorkEntry => ({
  entryId: newId('visitEntry', random),
  value,
  replaces: replaces.map(({ entryId }) => entryId),
});
const minutes = (count: number): WorkValue => ({ kind: 'minutes', minutes: count });
const safety = (state: 'done' | 'parked'): WorkValue => ({ kind: 'step', step: 'safety', state, reason: '' });

describe('the work of a visit', () => {
  it('is what was stated last of each field', () => {
    const first = stated(minutes(30));
    const work = mergedWork([first, stated(safety('done')), stated(minutes(45), first)]);
    expect(work.get('minutes')).toMatchObject({ value: minutes(45), others: [] });
    expect(stepStateOf(work, 'safety')).toBe('done');
    expect(stepStateOf(work, 'parts')).toBe('open');
  });

  it('keeps what two phones stated without knowing of each other, until a person decides', () => {
    const first = stated(minutes(30));
    const [here, there] = [stated(minutes(45), first), stated(minutes(60), first)];
    const apart = mergedWork([first, here, there]).get('minutes');
    expect([apart?.value, ...(apart?.others ?? [])]).toHaveLength(2);
    const decided = mergedWork([first, here, there, stated(minutes(60), here, there)]).get('minutes');
    expect(decided).toMatchObject({ value: minutes(60), others: [] });
  });

  it('sees no conflict where two phones stated the same', () => {
    expect(mergedWork([stated(minutes(45)), stated(minutes(45))]).get('minutes')?.others).toEqual([]);
  });

  it('never lets a done safety step hide a parked one that it did not know of', () => {
    expect(stepStateOf(mergedWork([stated(safety('parked')), stated(safety('done'))]), 'safety')).toBe('parked');
    expect(stepStateOf(mergedWork([stated(safety('done')), stated(safety('parked'))]), 'safety')).toBe('parked');
  });

  it('is the same in whatever order the phones are heard, and however often', () => {
    const base = stated(minutes(10));
    const all = [
      base,
      stated(minutes(20), base),
      stated(minutes(30), base),
      stated(safety('parked')),
      stated(safety('done')),
    ];
    const whole = mergedWork(all);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(Object.fromEntries(mergedWork(shuffled))).toEqual(Object.fromEntries(whole));
      }),
    );
  });
});
