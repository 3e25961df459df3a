import type { Language } from '@kuluma/shared/model/base.ts';
import { ratings, worstRatings } from '@kuluma/shared/model/feedback.ts';
import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { type Html, html } from '../html.ts';
import { type FormFacts, form } from './form.ts';
import { type OfferPageWords, offerPageWords } from './words.ts';

const buttons = (words: OfferPageWords, question: 'satisfaction' | 'ease'): Html => html`<fieldset>
<legend>${words.t(`feedback.${question}`)}</legend>
<div class="ratings">${ratings
  .toReversed()
  .map(
    (rating) =>
      html`<button type="submit" class="button" name="rating" value="${rating}">${words.t(`feedback.${question}.${rating}`)}</button>`,
  )}</div>
</fieldset>`;

/** What a bad answer says in the case that it opens. */
export const badFeedbackText = (
  language: Language,
  { answer, rating }: { readonly answer: 'satisfaction' | 'ease'; readonly rating: number },
): string => {
  const words = offerPageWords(language);
  const said = words.coded(`feedback.${answer}`, String(rating), String(rating));
  return words.t('feedback.case', { question: words.t(`feedback.${answer}`), answer: said });
};

/** How the visit went and how easy it was, one tap each; then what becomes of it. */
export const feedbackForms = (words: OfferPageWords, view: OfferView, facts: FormFacts): Html | null => {
  const { visit, feedback, version, person } = view;
  if (visit?.state !== 'done') return null;
  const ask = (answer: 'satisfaction' | 'ease') =>
    html`<section class="answer no-print" id="feedback">${form(facts, { answer, version, fields: buttons(words, answer) })}</section>`;
  if (!feedback) return ask('satisfaction');
  const isBad = Math.min(feedback.satisfaction, feedback.ease ?? worstRatings + 1) <= worstRatings;
  const thanks = words.t(isBad ? 'feedback.sorry' : 'feedback.thanks', { name: person.name });
  return html`<p class="offer-state" role="status">${thanks}</p>
${feedback.ease === null ? ask('ease') : null}`;
};
