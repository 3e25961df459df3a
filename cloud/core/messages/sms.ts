import type { Language } from '@kuluma/shared/model/base.ts';
import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import { fitted, gsmText, segmentsOf } from './gsm-text.ts';
import type { Arrival, MessageFacts } from './letter.ts';
import { type MessageWords, messageWords } from './words.ts';

/** A text message is at most so many of the network's. */
const mostSegments = 2;

const dayOf = (words: MessageWords, ms: number, timeZone: string): string =>
  // Nobody needs the year of a day next week.
  words.day(ms, timeZone).replace(/[\s\u00a0.]*\d{4}$/, words.language === 'en' ? '' : '.');

const arrivalIn = (words: MessageWords, { arrivalFromMs, arrivalToMs }: Arrival, timeZone: string) => ({
  day: dayOf(words, arrivalFromMs, timeZone),
  window: words.timeRange(arrivalFromMs, arrivalToMs, timeZone),
});

/** One message as a text message of at most two segments; names that are too long are cut, never a number. */
export const writeSms = (facts: MessageFacts, language: Language, company: string): string => {
  const words = messageWords(language);
  const { machineTag: machine, timeZone } = facts;
  const component = midSentence(words.own(facts.componentName));
  const write = (values: { machine: string; component: string; company: string }): string => {
    if (facts.template === 'done') return gsmText(words.t('sms.done', values));
    if (facts.template !== 'offer')
      return gsmText(words.t(`sms.${facts.template}`, { ...values, ...arrivalIn(words, facts, timeZone) }));
    const times = facts.slots.map((slot, i) =>
      words.t('sms.time', { number: i + 1, ...arrivalIn(words, slot, timeZone) }),
    );
    return gsmText(
      words.t(`sms.offer.${facts.action}`, {
        ...values,
        times: times.join(', '),
        price: words.money(facts.grossCents),
        day: dayOf(words, facts.validUntilMs, timeZone),
        time: words.time(facts.validUntilMs, timeZone),
      }),
    );
  };
  // The least telling name is cut first.
  let names = { machine, component, company };
  for (const part of ['company', 'component', 'machine'] as const) {
    const text = fitted((name) => write({ ...names, [part]: name }), names[part], mostSegments);
    names = { ...names, [part]: '' };
    if (segmentsOf(text) <= mostSegments) return text;
  }
  return write(names);
};
