import { dayWeekText, zoneOf } from '@kuluma/shared/model/sentences.ts';
import { callWishes } from '@kuluma/shared/model/service.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { type Html, html } from '../html.ts';
import type { OfferPageWords } from './words.ts';

export interface FormFacts {
  /** Of the page, without a slash at its end; forms are sent to it. */
  readonly url: string;
  /** A form that is sent twice is one answer. */
  readonly idempotencyKey: string;
}

/** Every form carries the offer as it was seen and a key of its own. */
const form = (
  { version }: OfferView,
  { url, idempotencyKey }: FormFacts,
  [answer, fields]: [answer: string, fields: Html],
): Html => html`<form method="post" action="${url}">
<input type="hidden" name="answer" value="${answer}">
<input type="hidden" name="version" value="${version}">
<input type="hidden" name="idempotencyKey" value="${`${answer}-${idempotencyKey}`}">
${fields}
</form>`;

const times = (words: OfferPageWords, view: OfferView): Html => {
  const zone = zoneOf(view.machine);
  const slots = view.slots.toSorted((a, b) => a.arrivalFromAt.localeCompare(b.arrivalFromAt));
  return html`<fieldset>
<legend>${words.t('answer.choose')}</legend>
${slots.map(
  ({ slotId, arrivalFromAt, arrivalToAt, technicianName }) => html`<label class="time-choice">
<input type="radio" name="slotId" value="${slotId}" required>
<span><span class="time-choice-day">${dayWeekText(words, Date.parse(arrivalFromAt), zone)}</span>
<span>${words.t('answer.arrival', { window: words.timeRange(Date.parse(arrivalFromAt), Date.parse(arrivalToAt), zone), technician: technicianName })}</span></span>
</label>`,
)}
<p class="small soft">${words.t('time.zone', { zone: words.zone(Date.parse(view.validUntilAt), zone) })}</p>
</fieldset>
<button type="submit" class="button primary">${words.t('answer.book', { price: words.money(view.total.grossCents) })}</button>`;
};

const call = (words: OfferPageWords): Html => html`<fieldset>
<legend>${words.t('answer.callWhen')}</legend>
${callWishes.map(
  (wish, i) =>
    html`<label class="time-choice"><input type="radio" name="when" value="${wish}"${i === 0 ? html` checked` : null}><span>${words.t(`answer.call.${wish}`)}</span></label>`,
)}
</fieldset>
<button type="submit" class="button">${words.t('answer.call.confirm')}</button>`;

const no = (words: OfferPageWords): Html => html`<label class="decline">${words.t('answer.declineReason')}
<textarea class="field" name="reason" rows="2" maxlength="500"></textarea></label>
<button type="submit" class="button">${words.t('answer.declineConfirm')}</button>`;

/** Two taps: choose a time, confirm. Or other times, a call, or a no. What has ended gets new times or a call by phone. */
export const answerForms = (words: OfferPageWords, view: OfferView, facts: FormFacts): Html => {
  if (view.state !== 'sent')
    return html`<section class="answer no-print">${form(view, facts, ['newTimes', html`<button type="submit" class="button primary">${words.t('answer.newTimes')}</button>`])}</section>`;
  return html`<section class="answer no-print">
${form(view, facts, ['accept', times(words, view)])}
${form(view, facts, ['newTimes', html`<button type="submit" class="button">${words.t('answer.otherTimes')}</button>`])}
<details><summary>${words.t('answer.callMe')}</summary>${form(view, facts, ['callMe', call(words)])}</details>
<details><summary>${words.t('answer.decline')}</summary>${form(view, facts, ['decline', no(words)])}</details>
</section>`;
};
