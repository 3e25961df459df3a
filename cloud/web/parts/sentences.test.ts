import { driverSentence, mainDrivers } from '@kuluma/shared/model/sentences.ts';
import { describe, expect, it } from 'vitest';
import { wordsEn, wordsFi } from '../fixtures/words.ts';
import { createWorld } from '../fixtures/world.ts';
import { problemText } from './problem-notice.tsx';
import { decisionSentence, lifeText, workSentence } from './sentences.ts';

const plain = (text: string) => text.replace(/[\u00a0\u2009\u202f]/g, ' ').replaceAll('\u2060', '');

describe('sentences', () => {
  const finnish = wordsFi;
  const english = wordsEn;
  const decision = createWorld(Date.UTC(2026, 10, 22, 9, 30)).decisions[0];
  if (!decision) throw new Error('the world has no decision');

  it('says a decision as verb, component, machine and time', () => {
    expect(plain(decisionSentence(finnish, decision))).toBe('Vaihda laakeri koneesta P-07 aikavälillä 23.–29.11.2026.');
    expect(plain(decisionSentence(english, decision))).toBe('Replace the bearing of P-07, 23 – 29 Nov 2026.');
  });

  it('says an inspection as an inspection', () => {
    expect(workSentence(english, { ...decision, action: 'inspect' })).toBe('Inspect the bearing of P-07');
  });

  it('says a driver in words, also of a point that no catalogue knows', () => {
    const known = { point: 'driveEndVibration', kind: 'trend', direction: 'up', share: 0.5 } as const;
    expect(driverSentence(finnish, known)).toBe('Käyttöpään värinä on nousussa');
    expect(driverSentence(english, { ...known, point: 'rmsOfChannelTwo', direction: 'down' })).toBe(
      'Rms of channel two is falling',
    );
    expect(driverSentence(english, { point: 'age', kind: 'age', direction: 'up', share: 1 })).toBe(
      'The part is already old',
    );
  });

  it('puts the strongest drivers first, each point once, and stops at three', () => {
    const driver = (point: string, share: number) => ({ point, kind: 'level', direction: 'up', share }) as const;
    const drivers = [
      driver('flow', 0.1),
      driver('load', 0.3),
      driver('speed', 0.2),
      driver('flow', 0.25),
      driver('x', 0.05),
    ];
    const main = mainDrivers(drivers);
    expect(main.map(({ point }) => point)).toEqual(['flow', 'load', 'speed']);
    expect(main[0]?.share).toBeCloseTo(0.35);
  });

  it('gives tenths of days only where a day matters', () => {
    expect(plain(lifeText(finnish, { p10: 5.9, p90: 13.9 }))).toBe('6–14 pv');
    expect(plain(lifeText(finnish, { p10: 0.62, p90: 2.4 }))).toBe('0,6–2,4 pv');
  });

  it('explains a conflict, and an error it has never seen', () => {
    const problem = { message: '', faults: [], reference: 'r-1' };
    const conflict = problemText(english, { ambiguous: false, problem: { ...problem, code: 'CONFLICT' } });
    expect(conflict.what).toContain('Someone else');
    const unheard = problemText(english, { ambiguous: true, problem: { ...problem, code: 'MOON' } });
    expect(unheard.kept).toContain('never done twice');
    expect(unheard.reference).toBe('r-1');
  });
});
