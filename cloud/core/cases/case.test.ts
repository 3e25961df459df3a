import { seededRandom } from '@kuluma/shared/clock.ts';
import { newId } from '@kuluma/shared/model/base.ts';
import { describe, expect, it } from 'vitest';
import { byNeed, closeCase, openCase, sayInCase } from './case.ts';

const random = seededRandom(4);
const originAt = (nowMs: number) => ({
  organisationId: newId('organisation', random),
  createdBy: { kind: 'policy', name: 'test' } as const,
  nowMs,
  random,
});
const opened = (nowMs: number, urgency: 'stopped' | 'canWait' = 'canWait') =>
  openCase(
    {
      ...{ origin: 'faultReport', urgency, machineId: null, ownerId: null, contactId: null, visitId: null },
      ...{ reachAt: null, language: 'fi' },
    },
    { voice: 'owner', text: 'It rattles' },
    originAt(nowMs),
  ).subject;

describe('a case', () => {
  it("is the company's turn when the owner or a technician has spoken, the owner's when the planner has", () => {
    const subject = opened(1);
    const turnAfter = (voice: 'owner' | 'planner' | 'technician') =>
      sayInCase(subject, { voice, text: 'x' }, originAt(2)).subject.turn;
    expect([subject.turn, turnAfter('planner'), turnAfter('technician'), turnAfter('owner')]).toEqual([
      'company',
      'owner',
      'company',
      'company',
    ]);
  });

  it('that was closed opens again when somebody speaks, and is closed once', () => {
    const closed = closeCase(opened(1), 5);
    expect(closed).toMatchObject({ state: 'closed', closedAtMs: 5 });
    expect(() => closeCase(closed, 6)).toThrow('closed already');
    expect(sayInCase(closed, { voice: 'owner', text: 'It is back' }, originAt(9)).subject).toMatchObject({
      state: 'open',
      closedAtMs: null,
      lastAtMs: 9,
    });
  });

  it('stands in the list by whose turn it is, how bad it is and how long it has waited', () => {
    const [old, fresh, bad] = [opened(1), opened(2), opened(3, 'stopped')];
    const answered = sayInCase(opened(0, 'stopped'), { voice: 'planner', text: 'x' }, originAt(1)).subject;
    const closed = closeCase(opened(0, 'stopped'), 9);
    expect([closed, answered, fresh, old, bad].sort(byNeed)).toEqual([bad, old, fresh, answered, closed]);
  });
});
