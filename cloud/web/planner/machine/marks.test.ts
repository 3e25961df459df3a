import { dayMs, hourMs } from '@kuluma/shared/model/units.ts';
import { describe, expect, it } from 'vitest';
import { wordsEn } from '../../fixtures/words.ts';
import { createWorld } from '../../fixtures/world.ts';
import { groupMarks, type Mark, marksOf } from './marks.ts';
import { stateReasonText } from './state-reasons.tsx';

const nowMs = Date.UTC(2026, 10, 22);
const mark = (atMs: number): Mark => ({ atMs, kind: 'visit', text: '' });

describe('marks of the time line', () => {
  it('stand in the order in which things happened, alarms among them', () => {
    const machine = createWorld(nowMs).fleet.machines.find(({ alarms }) => alarms.length > 0);
    if (!machine) throw new Error('no machine of the world has an alarm');
    const marks = marksOf(wordsEn, machine, 'Europe/Helsinki');
    expect(marks).toHaveLength(machine.events.length + machine.alarms.length);
    expect(marks.map(({ atMs }) => atMs)).toEqual(marks.map(({ atMs }) => atMs).sort((a, b) => a - b));
    expect(marks.filter(({ kind }) => kind === 'alarm').every(({ text }) => /2026/.test(text))).toBe(true);
  });

  it('tell a change of state when it happened', () => {
    const machine = createWorld(nowMs).fleet.machines.find(({ state }) => state?.state === 'changed');
    if (!machine?.state) throw new Error('no machine of the world has changed');
    const { since, reasons } = machine.state;
    const changed = marksOf(wordsEn, machine, 'Europe/Helsinki').find(({ kind }) => kind === 'state');
    expect(changed).toMatchObject({
      atMs: Date.parse(since),
      text: expect.stringMatching(/2026: not as usual any more$/),
    });
    expect(reasons.map((reason) => stateReasonText(wordsEn, reason))).toEqual([
      'Oil separator pressure drop is 1.24\u00a0bar below what the other points let expect',
      'Airend vibration moves 2.6 times as much as usual',
      'Discharge temperature changes 2.6 times as fast as usual',
    ]);
  });

  it('are one where they would lie on each other, and apart once there is room', () => {
    const marks = [mark(nowMs), mark(nowMs + hourMs), mark(nowMs + 2 * dayMs), mark(nowMs + 40 * dayMs)];
    const window = { fromMs: nowMs - dayMs, toMs: nowMs + 30 * dayMs };
    expect(groupMarks(marks, window, dayMs).map((group) => group.marks.length)).toEqual([2, 1]);
    expect(groupMarks(marks, window, hourMs / 2)).toHaveLength(3);
  });
});
