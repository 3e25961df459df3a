import { freshBase } from '@kuluma/shared/model/base.ts';
import { describe, expect, it } from 'vitest';
import { idFor, nowMs, origin } from '../core/planning/fixtures/records.ts';
import { inForce, nextOf, type Step, touchedSince } from './board-steps.ts';

const [paula, outi] = [idFor('person'), idFor('person')];

/** Steps one after the other; of an undo or redo the number of the step that it is about. */
const history = (...acts: readonly (readonly [typeof paula, Step['act'], number?])[]): Step[] => {
  const steps: Step[] = [];
  for (const [personId, act, of] of acts)
    steps.push({
      ...freshBase('boardStep', origin),
      number: steps.length + 1,
      personId,
      act,
      ofStepId: of === undefined ? null : (steps[of - 1]?.id ?? null),
      changes: [],
      edits: [],
      touches: [`entry ${steps.length + 1}`],
      atMs: nowMs,
    });
  return steps;
};
const numbers = (steps: readonly Step[]) => steps.map(({ number }) => number);

describe('steps of a board', () => {
  it('are in force unless they were undone and not done again', () => {
    const steps = history(
      [paula, 'change'],
      [paula, 'change'],
      [paula, 'undo', 2],
      [paula, 'undo', 1],
      [paula, 'redo', 1],
    );
    expect(numbers(inForce(steps))).toEqual([1]);
  });

  it('are undone by their own person only, the last one first', () => {
    const steps = history([paula, 'change'], [outi, 'change'], [paula, 'change'], [paula, 'undo', 3]);
    expect(nextOf(steps, paula)).toMatchObject({ undo: { number: 1 }, redo: { number: 3 } });
    expect(nextOf(steps, outi)).toMatchObject({ undo: { number: 2 } });
    expect(nextOf(steps, outi).redo).toBeUndefined();
  });

  it('can be done again until something else is done', () => {
    const undone = [
      [paula, 'change'],
      [paula, 'undo', 1],
    ] as const;
    expect(nextOf(history(...undone), paula).redo?.number).toBe(1);
    const redone = history(...undone, [paula, 'redo', 1]);
    expect(nextOf(redone, paula)).toMatchObject({ undo: { number: 1 } });
    expect(nextOf(history(...undone, [paula, 'change']), paula).redo).toBeUndefined();
  });

  it('make a mark too old for what they are about, and for nothing else', () => {
    const steps = history([paula, 'change'], [outi, 'change']);
    expect(numbers(touchedSince(steps, 1, ['entry 2', 'entry 9']))).toEqual([2]);
    expect(touchedSince(steps, 2, ['entry 2'])).toEqual([]);
    expect(touchedSince(steps, 0, ['entry 9'])).toEqual([]);
  });
});
