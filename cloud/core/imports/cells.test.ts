import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asWord, listOf, pair, whole, word } from './cells.ts';
import { disarmed, rearmed } from './formula-cells.ts';

/** Texts that a list, a pair or a spreadsheet could take for something else. */
const awkward = fc.string({
  unit: fc.constantFrom(...' \t\n\r"\':=+-@/,;\\a1ä'),
  minLength: 1,
  maxLength: 8,
});

describe('a cell that lists words', () => {
  it('gives back the words that were printed into it, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(awkward, fc.string({ minLength: 1 })), { minLength: 1 }), (words) => {
        expect(listOf(word).read(rearmed(disarmed(words.map(asWord).join(' '))).trim(), '.')).toEqual(words);
      }),
    );
  });

  it('gives back the words and numbers of pairs', () => {
    const one = fc.record({ word: awkward, value: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1 }), (pairs) => {
        const printed = pairs.map((each) => `${asWord(each.word)}:${each.value}`).join(' ');
        expect(listOf(pair(whole(1))).read(printed, '.')).toEqual(pairs);
      }),
    );
  });

  it('reads plain words as ever, and says where a quotation has no end', () => {
    expect(listOf(word).read('laserAligner 3/4"  torque', '.')).toEqual(['laserAligner', '3/4"', 'torque']);
    expect(listOf(word).read('"laser aligner torque', '.')).toBeUndefined();
    expect(listOf(word).read('"laser aligner"torque', '.')).toBeUndefined();
    expect(listOf(pair(whole(1))).read('electrical:3:4', '.')).toBeUndefined();
    expect(listOf(pair(whole(1))).read('electrical 3', '.')).toBeUndefined();
  });
});

describe('a cell that a spreadsheet would run', () => {
  it('has an apostrophe before it until it is read again; numbers and plain texts have none', () => {
    fc.assert(
      fc.property(fc.oneof(awkward, fc.string()), (text) => {
        const cell = disarmed(text);
        expect(rearmed(cell)).toBe(text);
        expect(/^[=+\-@\t\r]/.test(cell) && Number.isNaN(Number(cell))).toBe(false);
      }),
    );
    expect(disarmed('=HYPERLINK("http://x")')).toBe('\'=HYPERLINK("http://x")');
    expect(disarmed('+358 40 123')).toBe("'+358 40 123");
    for (const plain of ['-23.5', "it's", 'K-6309', '']) expect(disarmed(plain)).toBe(plain);
    // Of a person, who typed it themself.
    expect(rearmed("'s-Hertogenbosch")).toBe("'s-Hertogenbosch");
  });
});
