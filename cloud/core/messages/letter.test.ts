import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import type { MessageFacts } from './facts.ts';
import { type LetterFacts, writeLetter } from './letter.ts';
import en from './texts/en.json' with { type: 'json' };
import fi from './texts/fi.json' with { type: 'json' };
import sv from './texts/sv.json' with { type: 'json' };

const catalogues: Record<string, Record<string, string>> = { fi, sv, en };
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ').replaceAll('\u2060', '');

const work = {
  machineTag: 'P-07',
  siteName: 'Sellu & <Paperi>',
  timeZone: 'Europe/Helsinki',
  componentName: { fi: 'Käyttöpään laakeri', sv: 'Lager på drivsidan', en: 'Drive-end bearing' },
};
const fromMs = Date.parse('2026-12-01T07:00:00Z');
const organizer = { name: 'Esimerkkihuolto', email: 'aino@example.com' };
const offer: MessageFacts = {
  template: 'offer',
  ...work,
  action: 'replace',
  durationMin: 150,
  slots: [{ arrivalFromMs: fromMs, arrivalToMs: fromMs + 2 * 3_600_000 }],
  grossCents: 123_456,
  covered: [],
  validUntilMs: fromMs - 86_400_000,
};
const facts = (changes: Partial<LetterFacts> = {}): LetterFacts => ({
  contactName: 'Essi Esimerkki',
  language: 'fi',
  company: 'Esimerkkihuolto',
  person: { name: 'Aino Esimerkki', phone: '+358 00 000 0100' },
  legalBases: ['contract'],
  openUrl: 'https://service.example.com/sign-in/#secret',
  wishesUrl: 'https://service.example.com/wishes/other',
  stopUrl: 'https://service.example.com/stop/other',
  messages: [offer],
  nowMs: fromMs - 2 * 86_400_000,
  ...changes,
});

describe('a letter', () => {
  it('says what, where, when, how much and until when, in the language of the contact', () => {
    const letter = writeLetter(facts());
    expect(letter.subject).toBe('P-07: käyttöpään laakeri kannattaa vaihtaa');
    const text = plain(letter.text);
    for (const part of ['150 minuuttia', 'ti 1.12.2026 klo 9.00–11.00', '1 234,56 €', 'ma 30.11.2026 klo 9.00 asti'])
      expect(text).toContain(part);
    expect(writeLetter(facts({ language: 'sv' })).subject).toBe('P-07: lager på drivsidan bör bytas');
    expect(plain(writeLetter(facts({ language: 'en' })).text)).toContain('Tue, 1 Dec 2026, 09:00–11:00');
  });

  it.each([
    ['fi', 'Takuu kattaa: työ, varaosat. Siitä teitä ei laskuteta.', 'Huoltosopimukseenne kuuluu: matkat.'],
    ['sv', 'Garantin täcker: arbete, reservdelar. Det faktureras inte er.', 'I ert serviceavtal ingår: resor.'],
    ['en', 'The warranty covers: work, parts. You are not charged for it.', 'Your service contract includes: travel.'],
  ] as const)('says in %s what the owner does not pay for', (language, ...sentences) => {
    const covered = [
      { payer: 'warranty', kinds: ['labour', 'part'] },
      { payer: 'serviceContract', kinds: ['travel'] },
    ] as const;
    const { text } = writeLetter(facts({ language, messages: [{ ...offer, covered }] }));
    for (const sentence of sentences) expect(text).toContain(sentence);
  });

  it('has the same words as text and as HTML, and lets no name of a customer become markup', () => {
    const { text, html } = writeLetter(facts());
    expect(html).toContain('Sellu &amp; &lt;Paperi&gt;');
    const words = (of: string) => of.replace(/<[^>]*>/g, ' ').replace(/[^\p{L}\p{N}]+/gu, ' ');
    const shown = html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    for (const word of words(text.replace(/https:\S+/g, '')).split(' ')) expect(words(shown)).toContain(word);
    for (const url of [facts().openUrl, facts().stopUrl]) expect(text).toContain(url);
  });

  it('of a booking brings it into the calendar of the contact', () => {
    const booked: MessageFacts = {
      ...{ template: 'booked', ...work, visitId: 'vis_1', visitVersion: 1, address: 'Tehdaskatu 1, Nokia', organizer },
      ...{ arrivalFromMs: fromMs, arrivalToMs: fromMs + 7_200_000, endMs: fromMs + 9_000_000 },
    };
    const { calendar } = writeLetter(facts({ messages: [booked] }));
    for (const line of ['UID:vis_1', 'DTSTART:20261201T070000Z', 'DTEND:20261201T093000Z'])
      expect(calendar).toContain(line);
    expect(writeLetter(facts()).calendar).toBeUndefined();
  });

  it('of a cancelled visit takes it out of the calendar again', () => {
    const cancelled: MessageFacts = {
      ...{
        template: 'cancelled',
        ...work,
        visitId: 'vis_1',
        visitVersion: 2,
        address: 'Tehdaskatu 1, Nokia',
        organizer,
      },
      ...{ arrivalFromMs: fromMs, arrivalToMs: fromMs + 7_200_000, endMs: fromMs + 9_000_000 },
    };
    const letter = writeLetter(facts({ messages: [cancelled] }));
    for (const line of ['METHOD:CANCEL', 'UID:vis_1', 'SEQUENCE:2', 'STATUS:CANCELLED'])
      expect(letter.calendar).toContain(line);
    expect(plain(letter.text)).toContain('ei tule ti 1.12.2026 klo 9.00–11.00');
  });

  it('of several messages counts them in its subject and tells each', () => {
    const done: MessageFacts = { template: 'done', ...work, machineTag: 'K-2', minutes: 95, closedAtMs: fromMs };
    const letter = writeLetter(facts({ messages: [offer, done] }));
    expect(letter.subject).toBe('2 asiaa koneistanne');
    expect(letter.text).toContain('K-2');
    expect(letter.text).toContain('95 minuuttia');
  });
});

describe('the catalogues of messages', () => {
  it.each(['sv', 'en'])('%s has the keys and arguments of the Finnish one', (language) => {
    const names = (message: string) => [...message.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name).sort();
    expect(Object.keys(catalogues[language] ?? {})).toEqual(Object.keys(fi));
    for (const [key, message] of Object.entries<string>(fi))
      expect(names(catalogues[language]?.[key] ?? ''), key).toEqual(names(message));
  });

  it.each(['fi', 'sv', 'en'])('%s parses', (language) => {
    for (const message of Object.values(catalogues[language] ?? {}))
      expect(() => new IntlMessageFormat(message, language)).not.toThrow();
  });
});
