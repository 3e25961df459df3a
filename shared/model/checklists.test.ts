import { describe, expect, it } from 'vitest';
import { fits, isFailed } from './checklists.ts';

const open = { min: null, max: null };

describe('an answer of a checklist', () => {
  it('fails as a no, and as a value beyond a limit that there is', () => {
    expect([isFailed(open, true), isFailed(open, false)]).toEqual([false, true]);
    expect([isFailed(open, 1e9), isFailed({ min: 2, max: null }, 1), isFailed({ min: 2, max: null }, 2)]).toEqual([
      false,
      true,
      false,
    ]);
    expect([isFailed({ min: null, max: 7.1 }, 7.2), isFailed({ min: null, max: 7.1 }, 7.1)]).toEqual([true, false]);
    expect(isFailed({ min: 2, max: 3 }, 'words')).toBe(false);
  });

  it('is of the kind that is asked for', () => {
    expect([fits({ kind: 'yesNo' }, true), fits({ kind: 'value' }, true), fits({ kind: 'text' }, 'x')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
