import { describe, expect, it } from 'vitest';
import { wordsEn } from '../fixtures/words.ts';
import { reasonText } from './reason-text.ts';

const plain = (text: string) => text.replace(/\u00a0/g, ' ');

describe('reason text', () => {
  const words = wordsEn;
  const say = (reason: Parameters<typeof reasonText>[1]) => plain(reasonText(words, reason, 'Europe/Helsinki'));

  it('names the skill and the level that are missing', () => {
    const facts = { skill: 'rotatingMachines', level: 3 };
    expect(say({ technicianName: 'Aino Laine', onDay: null, code: 'skill', facts })).toBe(
      'Aino Laine: missing skill, rotating machines level 3',
    );
  });

  it('names the day and when the parts are there', () => {
    const facts = { readyAt: '2026-11-25T06:00:00.000Z' };
    expect(say({ technicianName: 'Aino Laine', onDay: '2026-11-24', code: 'part', facts })).toBe(
      'Aino Laine, Tue, 24 Nov 2026: the parts are there only on Wed, 25 Nov 2026',
    );
  });

  it('speaks of all where no one technician is meant, also without facts', () => {
    expect(say({ technicianName: null, onDay: null, code: 'window', facts: {} })).toBe(
      'All technicians: no free time within the wear window',
    );
    expect(say({ technicianName: null, onDay: null, code: 'busy', facts: {} })).toContain('– min');
  });
});
