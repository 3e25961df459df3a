import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OfferFacts } from './facts.ts';
import { gsmText, segmentsOf } from './gsm-text.ts';
import { writeSms } from './sms.ts';

const fromMs = Date.parse('2026-12-01T07:00:00Z');
const hour = 3_600_000;
const offer: OfferFacts = {
  template: 'offer',
  action: 'replace',
  machineTag: 'P-07',
  siteName: 'Nokia',
  timeZone: 'Europe/Helsinki',
  componentName: { fi: 'Käyttöpään laakeri', sv: 'Lager på drivsidan', en: 'Drive-end bearing' },
  durationMin: 150,
  slots: [0, 26, 51].map((h) => ({ arrivalFromMs: fromMs + h * hour, arrivalToMs: fromMs + (h + 2) * hour })),
  grossCents: 123_456,
  covered: [],
  validUntilMs: fromMs - 24 * hour,
};

describe('a text message', () => {
  it('has the times by number, the price, the answers and who asks, in two segments', () => {
    const text = writeSms(offer, 'fi', 'Esimerkkihuolto');
    expect(text).toBe(
      'P-07: käyttöpään laakeri kannattaa vaihtaa. 1: ti 1.12. klo 9.00-11.00, 2: ke 2.12. klo 11.00-13.00, 3: to 3.12. klo 12.00-14.00. Hinta 1 234,56 € sis. alv. Vastaa numerolla, 0 = ei, SOITA = soitamme. Voimassa ma 30.11. klo 9.00. LOPETA = ei viestejä. Esimerkkihuolto',
    );
    expect(segmentsOf(text)).toBe(2);
  });

  it.each([
    ['fi', 'sis. alv, takuu huomioitu, sopimus huomioitu.'],
    ['sv', 'inkl. moms, efter garanti, enligt avtal.'],
    ['en', 'incl. VAT, after warranty, by contract.'],
  ] as const)('says in %s why the price is lower than the list, in two segments', (language, why) => {
    const covered = [
      { payer: 'warranty', kinds: ['part'] },
      { payer: 'serviceContract', kinds: ['labour'] },
    ] satisfies OfferFacts['covered'];
    const text = writeSms({ ...offer, covered }, language, 'Esimerkkihuolto');
    expect(text).toContain(why);
    expect(segmentsOf(text)).toBe(2);
  });

  it.each(['fi', 'sv', 'en'] as const)(
    'cuts names in %s, never a time, a price or how to stop, whatever they are',
    (language) => {
      const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 });
      fc.assert(
        fc.property(name, name, name, (machineTag, component, company) => {
          const componentName = { fi: component, sv: component, en: component };
          const text = writeSms({ ...offer, machineTag, componentName }, language, company);
          expect(segmentsOf(text)).toBeLessThanOrEqual(2);
          expect(text).toBe(gsmText(text));
          for (const part of ['1:', '2:', '3:', /LOPETA|STOP/, /1[ ,]234[,.]56/]) expect(text).toMatch(part);
        }),
        { seed: 4, numRuns: 200 },
      );
    },
  );
});

describe('segments', () => {
  it('count the places of the 7-bit alphabet, of its extension, and of all other writing', () => {
    expect(segmentsOf('a'.repeat(160))).toBe(1);
    expect(segmentsOf('a'.repeat(161))).toBe(2);
    expect(segmentsOf('a'.repeat(306))).toBe(2);
    expect(segmentsOf('a'.repeat(307))).toBe(3);
    expect(segmentsOf('€'.repeat(80))).toBe(1);
    expect(segmentsOf('€'.repeat(81))).toBe(2);
    expect(segmentsOf('ž'.repeat(70))).toBe(1);
    expect(segmentsOf('ž'.repeat(71))).toBe(2);
  });

  it('are kept few by writing what the alphabet has', () => {
    expect(gsmText('Škoda – 1\u00a0234 “ok”… 漢')).toBe('Skoda - 1 234 "ok"... ?');
  });
});
