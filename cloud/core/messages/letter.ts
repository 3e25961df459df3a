import type { Language, LocalText } from '@kuluma/shared/model/base.ts';
import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import type { LegalBasis } from '@kuluma/shared/model/parties.ts';
import { calendarFile } from '../visits/calendar-entry.ts';
import { type Html, html } from './html.ts';
import { type MessageWords, messageWords } from './words.ts';

interface Work {
  readonly machineTag: string;
  readonly siteName: string;
  /** Of the site; times are told in it. */
  readonly timeZone: string;
  readonly componentName: LocalText;
}

/** When a technician comes, as promised. */
export interface Arrival {
  readonly arrivalFromMs: number;
  readonly arrivalToMs: number;
}

/** The facts of one message; every number in its words is one of these. */
export type MessageFacts =
  | (Work & {
      readonly template: 'offer';
      readonly action: 'replace' | 'inspect';
      readonly durationMin: number;
      readonly slots: readonly Arrival[];
      readonly grossCents: number;
      readonly validUntilMs: number;
    })
  | (Work &
      Arrival & {
        readonly template: 'booked' | 'cancelled';
        readonly visitId: string;
        readonly visitVersion: number;
        readonly endMs: number;
        readonly address: string;
      })
  | (Work & { readonly template: 'done'; readonly minutes: number });

export interface LetterFacts {
  readonly contactName: string;
  readonly language: Language;
  readonly company: string;
  /** Who answers questions. */
  readonly person: { readonly name: string; readonly phone: string };
  readonly legalBasis: LegalBasis;
  /** Opens the owner's page. */
  readonly openUrl: string;
  /** Opens the page on which the contact says what they want to hear. */
  readonly wishesUrl: string;
  readonly stopUrl: string;
  readonly messages: readonly MessageFacts[];
  readonly nowMs: number;
}

export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** An iCalendar file, of a booking. */
  readonly calendar?: string;
}

const arrivalText = (words: MessageWords, { arrivalFromMs, arrivalToMs }: Arrival, timeZone: string): string =>
  words.t('time', {
    day: words.day(arrivalFromMs, timeZone),
    window: words.timeRange(arrivalFromMs, arrivalToMs, timeZone),
  });

const subjectOf = (words: MessageWords, facts: MessageFacts): string => {
  const machine = facts.machineTag;
  if (facts.template === 'offer')
    return words.t(`subject.offer.${facts.action}`, {
      machine,
      component: midSentence(words.own(facts.componentName)),
    });
  return facts.template === 'done'
    ? words.t('subject.done', { machine })
    : words.t(`subject.${facts.template}`, { machine, day: words.day(facts.arrivalFromMs, facts.timeZone) });
};

/** Paragraphs of one message; a list is a paragraph of its own. */
const paragraphsOf = (words: MessageWords, facts: MessageFacts): (string | string[])[] => {
  const { machineTag: machine, siteName: site, timeZone } = facts;
  const component = midSentence(words.own(facts.componentName));
  if (facts.template === 'done') return [words.t('done.body', { machine, component, site, minutes: facts.minutes })];
  if (facts.template !== 'offer') {
    const window = words.timeRange(facts.arrivalFromMs, facts.arrivalToMs, timeZone);
    return [
      words.t(`${facts.template}.body`, {
        machine,
        component,
        site,
        day: words.day(facts.arrivalFromMs, timeZone),
        window,
      }),
    ];
  }
  const { action, durationMin: duration, slots, grossCents, validUntilMs } = facts;
  const until = { day: words.day(validUntilMs, timeZone), time: words.time(validUntilMs, timeZone) };
  return [
    words.t(`offer.${action}`, { machine, component, site, duration }),
    words.t('offer.times'),
    slots.map((slot) => arrivalText(words, slot, timeZone)),
    words.t('offer.price', { price: words.money(grossCents) }),
    words.t('offer.validUntil', until),
  ];
};

const pageOf = (language: Language, body: Html): string =>
  html`<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Kuluma</title></head><body>${body}</body></html>`
    .text;

const htmlOf = (
  language: Language,
  paragraphs: readonly (string | string[] | { url: string; label: string })[],
): string => {
  const body = paragraphs.map((one) => {
    if (typeof one === 'string') return html`<p>${one}</p>`;
    if (Array.isArray(one)) return html`<ul>${one.map((line) => html`<li>${line}</li>`)}</ul>`;
    return html`<p><a href="${one.url}">${one.label}</a></p>`;
  });
  // A mail reader shows no style but that of an element.
  return pageOf(language, html`<div style="font:16px/1.5 sans-serif;max-width:36em">${body}</div>`);
};

/** A booking in the contact's calendar, or its end there: from the first minute at which somebody may stand at the gate. */
export const bookingCalendar = (
  language: Language,
  facts: Extract<MessageFacts, { visitId: string }>,
  nowMs: number,
): string => {
  const words = messageWords(language);
  const { visitId, visitVersion, machineTag: machine, arrivalFromMs, arrivalToMs, endMs, address } = facts;
  const component = midSentence(words.own(facts.componentName));
  return calendarFile({
    uid: visitId,
    sequence: visitVersion,
    madeAtMs: nowMs,
    startMs: arrivalFromMs,
    endMs: Math.max(endMs, arrivalToMs),
    summary: words.t('booked.calendar', { machine, component }),
    place: address,
    isCancelled: facts.template === 'cancelled',
  });
};

/** One letter of one or more messages, in the contact's language, as text and as HTML with the same words. */
export const writeLetter = (facts: LetterFacts): Letter => {
  const { language, messages, openUrl, wishesUrl, stopUrl, company, person } = facts;
  const words = messageWords(language);
  const [first] = messages;
  if (!first) throw new Error('a letter needs a message');
  const subject =
    messages.length === 1 ? subjectOf(words, first) : words.t('subject.several', { count: messages.length });
  // Of several matters the link names the one that wants an answer.
  const asked = messages.find(({ template }) => template === 'offer') ?? first;
  const label = words.t(`${asked.template}.open`);
  const paragraphs = [
    words.t('greeting', { name: facts.contactName }),
    ...messages.flatMap((message) => paragraphsOf(words, message)),
    { url: openUrl, label },
    words.t('questions', person),
    words.t(`why.${facts.legalBasis}`, { company }),
    { url: wishesUrl, label: words.t('wishes') },
    { url: stopUrl, label: words.t('stop') },
  ];
  const text = paragraphs.map((one) => {
    if (typeof one === 'string') return one;
    return Array.isArray(one) ? one.map((line) => `- ${line}`).join('\n') : `${one.label}: ${one.url}`;
  });
  const calendar =
    messages.length === 1 && 'visitId' in first ? { calendar: bookingCalendar(language, first, facts.nowMs) } : {};
  return { subject, text: `${text.join('\n\n')}\n`, html: htmlOf(language, paragraphs), ...calendar };
};

/** The page behind the link that stops e-mails: first it asks, then it says that it is done. */
export const stopPage = (language: Language, step: 'ask' | 'done'): string => {
  const words = messageWords(language);
  const button = step === 'ask' ? html`<form method="post"><button>${words.t('stop')}</button></form>` : null;
  return pageOf(language, html`<p>${words.t(`stop.${step}`)}</p>${button}`);
};
