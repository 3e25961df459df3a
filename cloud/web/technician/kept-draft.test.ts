import { mergedWork } from '@kuluma/shared/model/merged-work.ts';
import { describe, expect, it } from 'vitest';
import { createWorld } from '../fixtures/world.ts';
import { keptDraftOf, nothingKept, wordsIn } from './kept-draft.ts';
import { completed, freshDraft } from './visit-draft.ts';

const { day } = createWorld(Date.UTC(2026, 10, 22, 9, 30));
const [visit] = day.visits;
if (!visit) throw new Error('the world has no visit');
const fresh = freshDraft(visit, mergedWork([]));

/** As the page of the first release kept it: no checklists, no vans, no batches, no reason for no signature. */
const older = { verdict: 'otherFault', finding: 'Seal leaks', minutes: 80, componentReplaced: false, used: { a: 1 } };

describe('a draft of another version of the page', () => {
  it('is what was filled in then, and for what came since what the visit begins with', () => {
    const { known, aside } = keptDraftOf(older);
    expect(aside).toEqual([]);
    expect(completed(known, fresh)).toEqual({ ...fresh, ...older });
  });

  it('is taken as it is where it has all that there is', () => {
    const whole = { ...fresh, ...older, checks: { 'check a 0': { said: '7,', note: 'hot' } }, strokes: [[1, 2, 3, 4]] };
    expect(keptDraftOf(structuredClone(whole))).toEqual({ known: whole, aside: [] });
  });

  it('keeps aside what it can not read, and reads all the rest', () => {
    const written = {
      ...{ ...older, minutes: 'an hour', verdict: 'broken', remarks: 'Ask for a longer hose', empty: '' },
      checks: { 'check a 0': { said: 'yes', note: '' }, 'check a 1': 'no' },
      strokes: 'M0 0L1 1',
    };
    const { known, aside } = keptDraftOf(written);
    expect(known).toEqual({
      ...{ finding: older.finding, componentReplaced: false, used: older.used },
      checks: { 'check a 0': { said: 'yes', note: '' } },
    });
    expect(aside).toEqual(['broken', 'an hour', 'Ask for a longer hose', 'no', 'M0 0L1 1']);
  });

  it('never breaks the page, whatever was kept', () => {
    for (const kept of [undefined, null, {}, [], '']) expect(keptDraftOf(kept)).toEqual(nothingKept);
    for (const kept of ['words', 7, ['words']]) expect(keptDraftOf(kept)).toEqual({ known: {}, aside: [kept] });
    expect(completed({}, fresh)).toEqual(fresh);
  });
});

describe('what was put aside', () => {
  it('is told in its words and numbers', () => {
    expect(wordsIn({ said: ' 7,3 ', note: 'hot', at: { item: 2, photo: true } })).toBe('7,3 · hot · 2');
    expect(wordsIn([[1, 2, 3, 4]])).toBe('');
    expect(wordsIn('x'.repeat(9_000))).toHaveLength(500);
  });
});
