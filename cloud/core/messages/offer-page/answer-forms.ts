import { callWishes } from '@kuluma/shared/model/service.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { type Html, html } from '../html.ts';
import { type FormFacts, form, timesField } from './form.ts';
import type { OfferPageWords } from './words.ts';

const times = (words: OfferPageWords, view: OfferView): Html => {
  const choices = view.slots.map(({ slotId, ...slot }) => ({ value: slotId, ...slot }));
  return html`${timesField(words, view, { name: 'slotId', times: choices })}
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
  const { version } = view;
  const answerForm = (answer: string, fields: Html) => form(facts, { answer, version, fields });
  if (view.state !== 'sent')
    return html`<section class="answer no-print">${answerForm('newTimes', html`<button type="submit" class="button primary">${words.t('answer.newTimes')}</button>`)}</section>`;
  return html`<section class="answer no-print">
${answerForm('accept', times(words, view))}
${answerForm('newTimes', html`<button type="submit" class="button">${words.t('answer.otherTimes')}</button>`)}
<details><summary>${words.t('answer.callMe')}</summary>${answerForm('callMe', call(words))}</details>
<details><summary>${words.t('answer.decline')}</summary>${answerForm('decline', no(words))}</details>
</section>`;
};
