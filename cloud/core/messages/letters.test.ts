import type { Covers } from '@kuluma/shared/model/agreements.ts';
import { languages } from '@kuluma/shared/model/base.ts';
import { type MessageTemplate, messageTemplates } from '@kuluma/shared/model/messages.ts';
import { describe, expect, it } from 'vitest';
import { fitsSms, isTooLate, type MessageFacts, valuesOf } from './facts.ts';
import { segmentsOf } from './gsm-text.ts';
import { type LetterFacts, writeLetter } from './letter.ts';
import { writeSms } from './sms.ts';
import { messageWords } from './words.ts';

const hour = 3_600_000;
const fromMs = Date.parse('2026-12-01T07:00:00Z');
const work = {
  machineTag: 'P-07',
  siteName: 'Nokian tehdas',
  timeZone: 'Europe/Helsinki',
  componentName: { fi: 'Käyttöpään laakeri', sv: 'Lager på drivsidan', en: 'Drive-end bearing' },
};
const offer = {
  ...work,
  action: 'replace',
  durationMin: 150,
  slots: [0, 26, 51].map((h) => ({ arrivalFromMs: fromMs + h * hour, arrivalToMs: fromMs + (h + 2) * hour })),
  grossCents: 123_456,
  covered: [],
  validUntilMs: fromMs - 24 * hour,
} as const;
const appointment = {
  ...work,
  ...{ arrivalFromMs: fromMs, arrivalToMs: fromMs + 2 * hour, endMs: fromMs + 3 * hour },
  ...{ visitId: 'vis_1', visitVersion: 2, address: 'Tehdaskatu 1, Nokia' },
  organizer: { name: 'Esimerkkihuolto', email: 'aino@example.com' },
};
const afterwards = { ...work, closedAtMs: fromMs + 3 * hour, minutes: 95 };

const spread = (meanCents: number) => ({ meanCents, p10Cents: 0, p90Cents: 2 * meanCents });
const covers: Covers = ['labour', 'callOut', 'part'];
const contract = {
  ...{ machineTag: 'P-07', siteName: 'Nokian tehdas' },
  ...{ warrantyUntilOn: '2026-12-31', fromOn: '2027-01-01', untilOn: '2027-12-31' },
  ...{ covers, monthlyGrossCents: 4_900, visitGrossCents: 3_000 },
  worth: {
    ...{ visits: 1.42, savingProbability: 0.71 },
    ...{ without: spread(123_400), with: spread(81_200), saving: spread(42_200) },
  },
} as const;

const factsOf = {
  offer: { ...offer, template: 'offer' },
  offerReminder: { ...offer, template: 'offerReminder', action: 'inspect' },
  booked: { ...appointment, template: 'booked' },
  changed: { ...appointment, template: 'changed' },
  cancelled: { ...appointment, template: 'cancelled' },
  notNeeded: { ...appointment, template: 'notNeeded' },
  dayReminder: { ...appointment, template: 'dayReminder' },
  hourReminder: { ...appointment, template: 'hourReminder' },
  onTheWay: { ...work, template: 'onTheWay', technicianName: 'Timo Esimerkki', expectedMs: fromMs + hour / 2 },
  done: { ...afterwards, template: 'done' },
  allIsWell: { ...afterwards, template: 'allIsWell' },
  satisfaction: { ...afterwards, template: 'satisfaction' },
  contractOffer: { ...contract, template: 'contractOffer' },
  contractReminder: { ...contract, template: 'contractReminder', visitGrossCents: 0 },
  contractMade: { ...contract, template: 'contractMade' },
  contractEnds: {
    ...{ template: 'contractEnds', machineTag: 'P-07', siteName: 'Kajaanin saha', number: 'HS-12/2026' },
    untilOn: '2027-02-28',
  },
  caseAnswer: { template: 'caseAnswer', personName: 'Aino Esimerkki', text: 'Tulemme tiistaina.' },
} satisfies Record<MessageTemplate, MessageFacts>;

const letterOf = (messages: readonly MessageFacts[], language: LetterFacts['language']) =>
  writeLetter({
    contactName: 'Essi Esimerkki',
    language,
    company: 'Esimerkkihuolto',
    person: { name: 'Aino Esimerkki', phone: '+358 00 000 0100' },
    legalBases: ['contract'],
    openUrl: 'https://service.example.com/offer/secret',
    wishesUrl: 'https://service.example.com/wishes/other',
    stopUrl: 'https://service.example.com/stop/other',
    messages,
    hasReport: messages.some(({ template }) => template === 'done'),
    nowMs: fromMs - 48 * hour,
  });
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ').replaceAll('\u2060', '');
const numbersOf = (text: string) => text.match(/\d+/g) ?? [];

describe.each(languages)('letters and text messages in %s', (language) => {
  it('say what they said when somebody last read them', async () => {
    const texts = messageTemplates.map((template) => {
      const facts: MessageFacts = factsOf[template];
      const { subject, text } = letterOf([facts], language);
      const sms = fitsSms(facts) ? `SMS: ${writeSms(facts, language, 'Esimerkkihuolto')}\n` : '';
      return `=== ${template}\n${subject}\n\n${text}\n${sms}`;
    });
    await expect(plain(texts.join('\n'))).toMatchFileSnapshot(`./fixtures/letters/${language}.txt`);
  });

  it.each(messageTemplates)('have no number of their own: each of %s is one of its facts', (template) => {
    const facts: MessageFacts = factsOf[template];
    const words = messageWords(language);
    const { slots = [] } = facts as Partial<typeof offer>;
    const times = slots.flatMap(({ arrivalFromMs, arrivalToMs }) => [
      words.day(arrivalFromMs, work.timeZone),
      words.timeRange(arrivalFromMs, arrivalToMs, work.timeZone),
    ]);
    const person = '+358 00 000 0100';
    const bound = new Set(numbersOf([...Object.values(valuesOf(words, facts)), ...times, person].join(' ')));
    const { subject, text, html } = letterOf([facts], language);
    for (const number of numbersOf(subject + text)) expect(bound).toContain(number);
    const shown = html
      .replace(/^.*<body>/, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/&#\d+;/g, ' ');
    for (const number of numbersOf(shown)) expect(bound).toContain(number);
    if (!fitsSms(facts)) return;
    const sms = writeSms(facts, language, 'Esimerkkihuolto');
    expect(segmentsOf(sms)).toBeLessThanOrEqual(2);
    // The numbers by which an offer is answered.
    const answers = ['0', '1', '2', '3'];
    for (const number of numbersOf(sms)) expect([...bound, ...(slots.length > 0 ? answers : [])]).toContain(number);
  });
});

describe('a letter about a visit', () => {
  it('updates the entry in the calendar, or takes it out; a reminder leaves it as it is', () => {
    const calendarOf = (...templates: MessageTemplate[]) =>
      letterOf(
        templates.map((template) => factsOf[template]),
        'en',
      ).calendar;
    expect(calendarOf('changed')).toContain('SEQUENCE:2');
    expect(calendarOf('changed')).toContain('ORGANIZER;CN="Esimerkkihuolto":mailto:aino@example.com');
    expect(calendarOf('notNeeded')).toContain('METHOD:CANCEL');
    expect(calendarOf('dayReminder')).toBeUndefined();
    expect(calendarOf('changed', 'offer')).toContain('SEQUENCE:2');
    expect(calendarOf('changed', 'cancelled')).toBeUndefined();
  });

  it('is left out when it would remind of what is about to happen or has happened', () => {
    expect(isTooLate(factsOf.dayReminder, fromMs - 12 * hour)).toBe(true);
    expect(isTooLate(factsOf.dayReminder, fromMs - 13 * hour)).toBe(false);
    expect(isTooLate(factsOf.hourReminder, fromMs - 1)).toBe(false);
    expect(isTooLate(factsOf.hourReminder, fromMs)).toBe(true);
    expect(isTooLate(factsOf.done, fromMs + 1000 * hour)).toBe(false);
    const lastMs = Date.parse('2027-02-28');
    expect([1, 2].map((day) => isTooLate(factsOf.contractEnds, lastMs + day * 24 * hour))).toEqual([false, true]);
  });
});
