import type { Language } from '@kuluma/shared/model/base.ts';
import type { LegalBasis } from '@kuluma/shared/model/parties.ts';
import { calendarFile } from '../visits/calendar-entry.ts';
import { type AppointmentFacts, arrivalValues, isContract, isOffer, type MessageFacts, valuesOf } from './facts.ts';
import { type Html, html } from './html.ts';
import { type MessageWords, messageWords } from './words.ts';

export interface LetterFacts {
  readonly contactName: string;
  readonly language: Language;
  readonly company: string;
  /** Who answers questions. */
  readonly person: { readonly name: string; readonly phone: string };
  /** Of its messages, each once. */
  readonly legalBases: readonly LegalBasis[];
  /** Opens the owner's page. */
  readonly openUrl: string;
  /** Opens the page on which the contact says what they want to hear. */
  readonly wishesUrl: string;
  readonly stopUrl: string;
  readonly messages: readonly MessageFacts[];
  /** Whether the report of a visit goes along. */
  readonly hasReport?: boolean;
  readonly nowMs: number;
}

export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** An iCalendar file, of a booking. */
  readonly calendar?: string;
}

const subjectOf = (words: MessageWords, facts: MessageFacts): string => {
  const key =
    facts.template === 'offer' ? (`subject.offer.${facts.action}` as const) : (`subject.${facts.template}` as const);
  return words.t(key, valuesOf(words, facts));
};

/** Paragraphs of one message; a list is a paragraph of its own. */
const paragraphsOf = (words: MessageWords, facts: MessageFacts): (string | string[])[] => {
  const values = valuesOf(words, facts);
  if (isContract(facts))
    return [
      ...(facts.template === 'contractReminder' ? [words.t('offerReminder.lead')] : []),
      words.t(facts.template === 'contractMade' ? 'contractMade.body' : 'contractOffer.body', values),
      words.t('contractOffer.covers', values),
      words.t(facts.visitGrossCents > 0 ? 'contractOffer.priceVisit' : 'contractOffer.price', values),
      ...(facts.template === 'contractMade'
        ? []
        : [words.t('contractOffer.worth', values), words.t('contractOffer.free', values)]),
    ];
  if (!isOffer(facts)) return [words.t(`${facts.template}.body`, values)];
  return [
    ...(facts.template === 'offerReminder' ? [words.t('offerReminder.lead')] : []),
    words.t(`offer.${facts.action}`, values),
    words.t('offer.times'),
    facts.slots.map((slot) => words.t('time', arrivalValues(words, slot, facts.timeZone))),
    words.t('offer.price', values),
    ...facts.covered.map(({ payer, kinds }) =>
      words.t(`offer.covered.${payer}`, { what: kinds.map((kind) => words.t(`cover.${kind}`)).join(', ') }),
    ),
    words.t('offer.validUntil', values),
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

/** A visit in the contact's calendar, or its end there: from the first minute at which somebody may stand at the gate. */
export const bookingCalendar = (language: Language, facts: AppointmentFacts, nowMs: number): string => {
  const words = messageWords(language);
  const { visitId, visitVersion, arrivalFromMs, arrivalToMs, endMs, address, organizer, template } = facts;
  return calendarFile({
    uid: visitId,
    sequence: visitVersion,
    madeAtMs: nowMs,
    startMs: arrivalFromMs,
    endMs: Math.max(endMs, arrivalToMs),
    summary: words.t('booked.calendar', valuesOf(words, facts)),
    place: address,
    isCancelled: template === 'cancelled' || template === 'notNeeded',
    organizer,
  });
};

/** The visit whose entry goes along: the calendar knows it already when it is only reminded of. */
const calendarVisit = (messages: readonly MessageFacts[]): AppointmentFacts | undefined => {
  const visits = messages.filter(
    (one) => 'visitId' in one && one.template !== 'dayReminder' && one.template !== 'hourReminder',
  );
  const [only] = visits;
  // A letter holds one calendar file (RFC 6047).
  return visits.length === 1 && only && 'visitId' in only ? only : undefined;
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
  const asked = messages.find(isOffer) ?? first;
  const label = words.t(isOffer(asked) ? 'offer.open' : `${asked.template}.open`);
  const paragraphs = [
    words.t('greeting', { name: facts.contactName }),
    ...messages.flatMap((message) => paragraphsOf(words, message)),
    ...(facts.hasReport ? [words.t('done.report')] : []),
    { url: openUrl, label },
    words.t('questions', person),
    ...facts.legalBases.map((basis) => words.t(`why.${basis}`, { company })),
    { url: wishesUrl, label: words.t('wishes') },
    { url: stopUrl, label: words.t('stop') },
  ];
  const text = paragraphs.map((one) => {
    if (typeof one === 'string') return one;
    return Array.isArray(one) ? one.map((line) => `- ${line}`).join('\n') : `${one.label}: ${one.url}`;
  });
  const visit = calendarVisit(messages);
  const calendar = visit ? { calendar: bookingCalendar(language, visit, facts.nowMs) } : {};
  return { subject, text: `${text.join('\n\n')}\n`, html: htmlOf(language, paragraphs), ...calendar };
};
