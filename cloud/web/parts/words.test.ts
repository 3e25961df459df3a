import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import { readableName } from '@kuluma/shared/model/sentences.ts';
import { describe, expect, it } from 'vitest';
import { wordsFi } from '../fixtures/words.ts';

describe('words', () => {
  const words = wordsFi;

  it('fills a message and chooses its plural', () => {
    expect(words.t('decision.approve', { count: 3 })).toBe('Hyväksy ja tarjoa 3 aikaa');
    expect(words.t('decision.approve', { count: 1 })).toBe('Hyväksy ja tarjoa 1 aika');
  });

  it('falls back for a code that the catalogue does not know', () => {
    expect(words.coded('point', 'oilPressure', '?')).toBe('Öljynpaine');
    expect(words.coded('point', 's11', 'S11')).toBe('S11');
  });

  it.each([
    ['driveEndVibration', 'Drive end vibration'],
    ['s2', 'S2'],
    ['rms_accel', 'Rms accel'],
  ])('reads %s as "%s"', (name, readable) => {
    expect(readableName(name)).toBe(readable);
  });

  it('lowers a name inside a sentence, but not an abbreviation', () => {
    expect(midSentence('Öljynerotin')).toBe('öljynerotin');
    expect(midSentence('PTFE seal')).toBe('PTFE seal');
  });
});
