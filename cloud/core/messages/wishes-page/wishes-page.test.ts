import { createHash } from 'node:crypto';
import { languages } from '@kuluma/shared/model/base.ts';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import type { Wishes } from '../wishes.ts';
import { readWishes, type WishesForm } from './read-wishes.ts';
import en from './texts/en.json' with { type: 'json' };
import fi from './texts/fi.json' with { type: 'json' };
import sv from './texts/sv.json' with { type: 'json' };
import { type WishesPage, wishesPage } from './wishes-page.ts';
import { wishTextVersion } from './words.ts';

const helsinki = 'Europe/Helsinki';
const wishes: Wishes = {
  purposes: { offers: 'sms', visits: 'email', results: 'no', contracts: 'no' },
  timeZone: null,
  pausedUntilMs: Date.parse('2026-12-24T22:00:00Z'),
  digest: 'weekly',
  hours: { weekdays: [1, 5], from: '09:00', to: '11:30' },
  learnsTiming: true,
};
const page: WishesPage = {
  language: 'fi',
  style: '',
  url: '/wishes/secret',
  helper: { company: 'Esimerkki & Huolto', desk: { name: 'Huoltopalvelu', phone: '+358 00 000', email: '' } },
  contactName: 'Essi <Esimerkki>',
  wishes,
  channels: ['email', 'sms'],
  timeZone: helsinki,
  timeZones: ['Europe/Stockholm', helsinki],
};
const form: WishesForm = {
  ...{ offers: 'sms', visits: 'email', results: 'no', contracts: 'no', digest: 'weekly' },
  ...{ pausedUntil: '2026-12-25', weekday: ['1', '5'], from: '09:00', to: '11:30', timeZone: helsinki },
  ...{ learnsTiming: true, nothing: false },
};
const read = (changes: Partial<WishesForm>) =>
  readWishes({ ...form, ...changes }, wishes, helsinki, ['Europe/Stockholm', helsinki]);

describe('the page of wishes', () => {
  it('shows what is in force, in the day and the hours of the contact', () => {
    const text = wishesPage(page);
    for (const part of [
      '<option value="sms" selected>',
      'value="2026-12-25"',
      'value="weekly" checked',
      'value="5" checked',
      '<option value="Europe/Helsinki" selected>',
      'Essi &lt;Esimerkki&gt;',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('value="2" checked');
  });

  it('offers no way that does not reach the contact, and never shows a yes as a no', () => {
    const text = wishesPage({ ...page, channels: ['sms'] });
    expect(text).not.toContain('value="email"');
    expect(text.match(/<option value="sms" selected>/g)).toHaveLength(2);
  });

  it('reads back what it shows', () => {
    expect(read({})).toEqual(wishes);
    expect(read({ timeZone: 'Europe/Stockholm' })?.pausedUntilMs).toBe(Date.parse('2026-12-24T23:00:00Z'));
    expect(read({ nothing: true })?.purposes).toEqual({ offers: 'no', visits: 'no', results: 'no', contracts: 'no' });
  });

  it('takes no day and no hours that cannot be meant', () => {
    expect(read({ from: '12:00' })).toBeUndefined();
    expect(read({ from: '12:00', weekday: [] })?.hours).toBeNull();
    expect(read({ pausedUntil: '2026-99-99' })).toBeUndefined();
    expect(read({ timeZone: 'Mars/Base' })).toBeUndefined();
  });
});

describe('the words of wishes', () => {
  const catalogues: Record<string, Record<string, string>> = { fi, sv, en };

  it.each(languages)('%s has all keys, and parses', (language) => {
    expect(Object.keys(catalogues[language] ?? {})).toEqual(Object.keys(fi));
    for (const message of Object.values(catalogues[language] ?? {}))
      expect(() => new IntlMessageFormat(message, language)).not.toThrow();
  });

  it('have the version under which contacts agreed to them: who changes the words raises it, and this hash', () => {
    const hash = createHash('sha256')
      .update(JSON.stringify([fi, sv, en]))
      .digest('hex')
      .slice(0, 12);
    expect([wishTextVersion, hash]).toEqual(['2026-11-23.2', 'ccf68ac1cf02']);
  });
});
