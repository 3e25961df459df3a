import type { BoardConflict, BoardStepView } from '@kuluma/shared/model/views/board.ts';
import { describe, expect, it } from 'vitest';
import { createBoard } from '../../fixtures/board.ts';
import board from '../../parts/messages/board/en.json';
import parts from '../../parts/messages/en.json';
import { createWords } from '../../parts/words.ts';
import { conflictText, mainTerms, namesOf, quoteText, signedMoney, stepText } from './board-sentences.ts';

const words = createWords('en', { ...parts, ...board });
const zone = 'Europe/Helsinki';
const conflict = (code: BoardConflict['code'], facts: BoardConflict['facts'] = {}): string =>
  conflictText(words, { code, isBlocking: true, facts }, zone);

describe('a price', () => {
  it('has its sign, and says when it is none', () => {
    expect([3800, -1200, 20].map((cents) => signedMoney(words, cents))).toEqual(['+€38', '−€12', '±€0']);
  });

  it('names its largest terms and what is driven more', () => {
    const difference = { costCents: 5200, costTerms: { risk: 3800, travel: 1390, day: 10, wastedLife: 0 } };
    expect(mainTerms(difference, 5).map(([term]) => term)).toEqual(['risk', 'travel']);
    expect(quoteText(words, difference, 12.4)).toBe('+€52: risk of waiting +€38, driving +€14, +12 km');
    expect(quoteText(words, { costCents: 0, costTerms: {} }, 0.3)).toBe('±€0');
  });
});

describe('a conflict', () => {
  it('says what it knows and leaves out what it does not', () => {
    expect(conflict('part')).toBe('The parts are not there then.');
    expect(conflict('part', { readyAt: '2026-11-26T06:00:00.000Z' })).toMatch(/only on .*26\sNov\s2026.*08:00/);
    expect(conflict('hours', { lateMin: 35 })).toContain('35 min');
    expect(conflict('hours', { on: '2026-11-28' })).toBe('The technician is not at work then.');
    expect(conflict('skill', { skill: 'hydraulics', level: 2 })).toContain('hydraulics, level 2');
  });
});

it('tells of a step who did what to which machine, and how much more', () => {
  const made = createBoard({ technicians: 2, days: 7, nowMs: Date.UTC(2026, 10, 23, 5), seed: 3 });
  const visit = made.visits.find(({ state }) => state === 'booked');
  const [technician] = made.technicians;
  if (!visit || !technician) throw new Error('the board has a visit and a technician');
  const { technicianId } = technician;
  const step = {
    mark: 3,
    act: 'change',
    personName: 'Kaisa',
    at: made.nowAt,
    changes: [
      { kind: 'move', visitId: visit.entryId, technicianId, startAt: '2026-11-25T08:00:00.000Z' },
      { kind: 'away', technicianId, fromOn: '2026-11-25', toOn: '2026-11-25' },
    ],
    touches: [],
  } as unknown as BoardStepView;
  const said = stepText(words, step, namesOf(made), zone);
  expect(said).toContain(`Kaisa moved ${visit.machine.tag} to ${technician.name}`);
  expect(said).toContain('10:00');
  expect(said).toContain('Also 1 other change');
});
