import { expect, it } from 'vitest';
import { acceptedLanguage } from './accepted-language.ts';

it('takes the language of our pages that a browser likes best', () => {
  expect(acceptedLanguage('en-GB,en;q=0.9')).toBe('en');
  expect(acceptedLanguage('de-DE, sv;q=0.7, FI-fi;q=0.8')).toBe('fi');
  expect(acceptedLanguage('sv,en')).toBe('sv');
});

it('takes none where a browser names none, refuses it, or writes what nobody understands', () => {
  for (const header of [undefined, '', '*', 'de', 'en;q=0', 'sv;q=much'])
    expect(acceptedLanguage(header)).toBe(undefined);
});
