import type { Language } from '@kuluma/shared/model/base.ts';
import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import { arrivalValues, isOffer, type SmsFacts, valuesOf } from './facts.ts';
import { fitted, gsmText, segmentsOf } from './gsm-text.ts';
import { type MessageWords, messageWords } from './words.ts';

/** A text message is at most so many of the network's. */
const mostSegments = 2;

interface SmsNames {
  readonly machine: string;
  readonly component: string;
  readonly company: string;
}

const dayOf = (words: MessageWords, ms: number, timeZone: string): string =>
  // Nobody needs the year of a day next week.
  words.day(ms, timeZone).replace(/[\s\u00a0.]*\d{4}$/, words.language === 'en' ? '' : '.');

/** The template's own words; of an offer with its numbered times. */
const textOf = (words: MessageWords, facts: SmsFacts, names: SmsNames): string => {
  const day = (ms: number, timeZone: string) => dayOf(words, ms, timeZone);
  const values = { ...valuesOf(words, facts, day), ...names };
  if (!isOffer(facts)) return words.t(`sms.${facts.template}`, values);
  const times = facts.slots.map((slot, i) =>
    words.t('sms.time', { number: i + 1, ...arrivalValues(words, slot, facts.timeZone, day) }),
  );
  // Who pays less than the list says hears why.
  const why = facts.covered.map(({ payer }) => `, ${words.t(`sms.covered.${payer}`)}`).join('');
  const offer = words.t(`sms.offer.${facts.action}`, { ...values, why, times: times.join(', ') });
  return facts.template === 'offer' ? offer : words.t('sms.offerReminder', { offer });
};

/** One message as a text message of at most two segments; names that are too long are cut, never a number. */
export const writeSms = (facts: SmsFacts, language: Language, company: string): string => {
  const words = messageWords(language);
  const { machineTag: machine } = facts;
  const component = midSentence(words.own(facts.componentName));
  const write = (names: SmsNames): string => gsmText(textOf(words, facts, names));
  // The least telling name is cut first.
  let names: SmsNames = { machine, component, company };
  for (const part of ['company', 'component', 'machine'] as const) {
    const text = fitted((name) => write({ ...names, [part]: name }), names[part], mostSegments);
    names = { ...names, [part]: '' };
    if (segmentsOf(text) <= mostSegments) return text;
  }
  return write(names);
};
