import type { Language } from '@kuluma/shared/model/base.ts';
import { dayWeekText } from '@kuluma/shared/model/sentences.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { type Html, html } from '../html.ts';
import { inLanguage } from '../letter-frame.ts';
import type { OfferPageWords } from './words.ts';

export interface FormFacts {
  /** Of the page, without a slash at its end; forms are sent to it. */
  readonly url: string;
  /** The page that comes of an answer is in the one that was chosen for this. */
  readonly language: Language;
  /** A form that is sent twice is one answer. */
  readonly idempotencyKey: string;
}

/** Every form carries a key of its own, and the version of what was seen. */
export const form = (
  { url, language, idempotencyKey }: FormFacts,
  { answer, version, fields }: { readonly answer: string; readonly version: number; readonly fields: Html },
): Html => html`<form method="post" action="${inLanguage(url, language)}">
<input type="hidden" name="answer" value="${answer}">
<input type="hidden" name="version" value="${version}">
<input type="hidden" name="idempotencyKey" value="${`${answer}-${idempotencyKey}`}">
${fields}
</form>`;

interface TimeChoice {
  readonly value: string;
  readonly arrivalFromAt: string;
  readonly arrivalToAt: string;
  readonly technicianName: string;
}

/** Times to choose one of, by day, in the zone of the site. */
export const timesField = (
  words: OfferPageWords,
  { machine }: Pick<OfferView, 'machine'>,
  { name, times }: { readonly name: string; readonly times: readonly TimeChoice[] },
): Html => {
  const zone = machine.timeZone;
  const sorted = times.toSorted((a, b) => a.arrivalFromAt.localeCompare(b.arrivalFromAt));
  const [first] = sorted;
  return html`<fieldset>
<legend>${words.t('answer.choose')}</legend>
${sorted.map(
  ({ value, arrivalFromAt, arrivalToAt, technicianName }) => html`<label class="time-choice">
<input type="radio" name="${name}" value="${value}" required>
<span><span class="time-choice-day">${dayWeekText(words, Date.parse(arrivalFromAt), zone)}</span>
<span>${words.t('answer.arrival', { window: words.timeRange(Date.parse(arrivalFromAt), Date.parse(arrivalToAt), zone), technician: technicianName })}</span></span>
</label>`,
)}
${first ? html`<p class="small soft">${words.t('time.zone', { zone: words.zone(Date.parse(first.arrivalFromAt), zone) })}</p>` : null}
</fieldset>`;
};
