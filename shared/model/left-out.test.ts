import { describe, expect, it } from 'vitest';
import { languages } from './base.ts';
import { type LeftOut, leftOutCodes, leftOutLine, leftOutText } from './left-out.ts';

const change: LeftOut = {
  code: 'UNIT_CHANGED',
  facts: { machine: '2', point: 'heat', t: 33, side: 'later', scale: 1.8, shift: 32 },
};

describe('leftOutText', () => {
  it('has a sentence for each code in each language', () => {
    for (const language of languages)
      for (const code of leftOutCodes) {
        const facts = { ...change.facts, failures: 1, machines: 2, least: 3, horizons: '5, 10', count: 4 };
        const text = leftOutText(language, {
          code,
          facts: { ...facts, rowsPercent: 50, treesPercent: 30, method: 'network' },
        });
        expect(text, `${language} ${code}`).toMatch(/\p{L}{2}/u);
        expect(text).not.toMatch(/[{}]|^[A-Z_]+$/);
      }
  });

  it('tells the facts as the language does', () => {
    expect(leftOutText('en', change)).toMatch(/33 on heat stands at 1.8 times its former value plus 32.*from then on/);
    const earlier: LeftOut = { ...change, facts: { ...change.facts, side: 'earlier', shift: 0 } };
    expect(leftOutText('en', earlier)).toMatch(/1.8 times its former value, as if.*readings before/);
    const few: LeftOut = { code: 'FAILURES_TOO_FEW', component: 'fan', facts: { failures: 1, machines: 4, least: 3 } };
    expect(leftOutLine(few)).toBe('fan: 1 failure on 4 machines, at least 3 are needed');
    expect(leftOutText('fi', few)).toContain('1 vikaantuminen, 4 konetta');
  });
});
