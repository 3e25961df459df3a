import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import dataEn from '../data-pages/texts/en.json' with { type: 'json' };
import dataFi from '../data-pages/texts/fi.json' with { type: 'json' };
import dataSv from '../data-pages/texts/sv.json' with { type: 'json' };
import firstEn from '../first-page/texts/en.json' with { type: 'json' };
import firstFi from '../first-page/texts/fi.json' with { type: 'json' };
import firstSv from '../first-page/texts/sv.json' with { type: 'json' };
import offerEn from '../offer-page/texts/en.json' with { type: 'json' };
import offerFi from '../offer-page/texts/fi.json' with { type: 'json' };
import offerSv from '../offer-page/texts/sv.json' with { type: 'json' };
import en from './texts/en.json' with { type: 'json' };
import fi from './texts/fi.json' with { type: 'json' };
import sv from './texts/sv.json' with { type: 'json' };

type Catalogue = Readonly<Record<string, string>>;
const rooms: [string, Catalogue, Catalogue, Catalogue][] = [
  ['owner pages', fi, sv, en],
  ['the offer page', offerFi, offerSv, offerEn],
  ['the page of the first company', firstFi, firstSv, firstEn],
  ['the pages of data', dataFi, dataSv, dataEn],
];
const namesIn = (message: string) => [...message.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name).sort();

describe.each(rooms)('the words of %s', (_, finnish, ...others) => {
  it('are the same in each language, with the same facts in them, and parse', () => {
    for (const other of others) {
      expect(Object.keys(other).sort()).toEqual(Object.keys(finnish).sort());
      for (const [key, message] of Object.entries(finnish))
        expect(namesIn(other[key] ?? ''), key).toEqual(namesIn(message));
    }
    for (const catalogue of [finnish, ...others])
      for (const message of Object.values(catalogue)) expect(() => new IntlMessageFormat(message, 'fi')).not.toThrow();
  });

  it('never say tomorrow without a date', () => {
    for (const catalogue of [finnish, ...others])
      expect(Object.values(catalogue).filter((text) => /huomenna|imorgon|i morgon|tomorrow/i.test(text))).toEqual([]);
  });
});
