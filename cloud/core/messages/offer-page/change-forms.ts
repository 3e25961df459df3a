import type { OfferView } from '@kuluma/shared/model/views/visit.ts';
import { type Html, html } from '../html.ts';
import { type FormFacts, form, timesField } from './form.ts';
import type { OfferPageWords } from './words.ts';

/** A time to which the visit could be moved; nobody holds it. */
export interface OtherTime {
  readonly technicianId: string;
  readonly startAt: string;
  readonly arrivalFromAt: string;
  readonly arrivalToAt: string;
  readonly technicianName: string;
}

const cancelFields = (
  words: OfferPageWords,
  { machine }: OfferView,
): Html => html`<p>${words.t('change.cancelNote')}</p>
<label class="decline">${words.t('answer.declineReason')}
<textarea class="field" name="reason" rows="2" maxlength="500"></textarea></label>
<button type="submit" class="button">${words.t('change.cancelConfirm', { machine: machine.tag })}</button>`;

const timesFields = (words: OfferPageWords, view: OfferView, times: readonly OtherTime[]): Html => {
  const choices = times.map(({ technicianId, startAt, ...time }) => ({ value: `${technicianId}@${startAt}`, ...time }));
  return html`${timesField(words, view, { name: 'place', times: choices })}
<button type="submit" class="button primary">${words.t('change.moveConfirm')}</button>`;
};

/**
 * Another time for a booked visit, or none: alone until the cut-off, by phone after it.
 * @param times that were asked for; undefined while nobody has
 */
export const changeForms = (
  words: OfferPageWords,
  view: OfferView,
  facts: FormFacts,
  times: readonly OtherTime[] | undefined,
): Html | null => {
  const { visit, person, machine } = view;
  if (visit?.state !== 'booked') return null;
  const phone = person.phone.replaceAll(' ', '\u00a0');
  if (visit.changeUntilAt === null)
    return html`<section class="no-print"><h2>${words.t('change.title')}</h2>
<p>${words.t('change.tooLate', { name: person.name, phone })}</p></section>`;
  const untilMs = Date.parse(visit.changeUntilAt);
  const zone = machine.timeZone;
  const { version } = visit;
  const chosen =
    times === undefined
      ? html`<p><a class="button" href="${facts.url}?show=times#change">${words.t('change.showTimes')}</a></p>`
      : times.length === 0
        ? html`<p role="status">${words.t('change.noTimes', { name: person.name, phone })}</p>`
        : html`${form(facts, { answer: 'moveVisit', version, fields: timesFields(words, view, times) })}
<p><a href="${facts.url}">${words.t('change.keep')}</a></p>`;
  return html`<section class="answer no-print" id="change">
<h2>${words.t('change.title')}</h2>
<p>${words.t('change.until', { day: words.day(untilMs, zone), time: words.time(untilMs, zone) })}</p>
${chosen}
<details><summary>${words.t('change.cancel')}</summary>${form(facts, { answer: 'cancelVisit', version, fields: cancelFields(words, view) })}</details>
</section>`;
};
