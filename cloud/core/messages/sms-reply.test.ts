import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReply } from './sms-reply.ts';

const read = (text: string) => {
  const reply = readReply(text, 3);
  return reply.kind === 'slot' ? reply.number : reply.kind;
};

describe('an answer by text message', () => {
  it.each([
    ['1', 1],
    [' 2. ', 2],
    ['Aika 3 kiitos!', 3],
    ['ok 1', 1],
    ['0', 'no'],
    ['Ei', 'no'],
    ['Nej tack', 'no'],
    ['SOITA', 'call'],
    ['Soittakaa', 'call'],
    ['sotia', 'call'],
    ['Ring', 'call'],
    ['CALL', 'call'],
    ['lopeta', 'stop'],
    ['LOPETTA', 'stop'],
    ['Stopp', 'stop'],
    ['STOP 1', 'stop'],
  ] as const)('"%s" means %s', (text, meaning) => {
    expect(read(text)).toBe(meaning);
  });

  it.each(['', '?', '4', '1 tai 2', '12', 'huomenna klo 1', 'ei vaan 2', 'soita jos 1 ei käy', '😀'])(
    '"%s" could mean anything and means nothing',
    (text) => {
      expect(read(text)).toBe('unclear');
    },
  );

  it('books only a number that was offered, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (text, slots) => {
        const reply = readReply(text, slots);
        if (reply.kind !== 'slot') return;
        expect(text.match(/\d+/g)).toHaveLength(1);
        expect(reply.number).toBeGreaterThanOrEqual(1);
        expect(reply.number).toBeLessThanOrEqual(slots);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});
