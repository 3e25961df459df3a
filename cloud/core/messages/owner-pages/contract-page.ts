import type { ContractWorth, UncertainCents } from '@kuluma/shared/model/agreements.ts';
import { calendarDay } from '@kuluma/shared/model/format.ts';
import type { ContractOfferView } from '@kuluma/shared/model/views/contract.ts';
import { dataWords } from '../data-pages/words.ts';
import { type Html, html } from '../html.ts';
import { inLanguage } from '../letter-frame.ts';
import { agreementPrice, coversOf } from './agreement-words.ts';
import { alertOf, type OwnerFrame, ownerPage } from './owner-frame.ts';
import { type OwnerWords, ownerWords } from './words.ts';

const stateOf = (
  words: OwnerWords,
  { state, answeredAt, machine, fromOn, untilOn }: ContractOfferView,
): Html | null => {
  if (state === 'sent') return null;
  const day = answeredAt ? words.day(Date.parse(answeredAt), machine.timeZone) : '';
  const span = { from: calendarDay(words, fromOn), until: calendarDay(words, untilOn) };
  return html`<div class="${state === 'accepted' ? 'offer-state good' : 'offer-state'}" role="status">
<p class="offer-state-what">${words.t(`contract.is.${state}`, { day })}</p>
<p>${words.t(`contract.next.${state}`, span)}</p></div>`;
};

const row = (words: OwnerWords, label: string, { meanCents, p10Cents, p90Cents }: UncertainCents): Html =>
  html`<li><span>${label} <b class="nowrap">${words.roughMoney(meanCents)}</b></span>
<span class="soft">${words.t('contract.range', { low: words.roughMoney(p10Cents), high: words.roughMoney(p90Cents) })}</span></li>`;

const basisOf = (words: OwnerWords, { basis }: ContractWorth): Html => html`<ul class="small soft">
<li>${words.t('contract.basis.own', { events: basis.ownEvents, years: words.number(basis.ownYears, 1) })}</li>
${basis.otherYears > 0 ? html`<li>${words.t('contract.basis.others', { events: basis.otherEvents, years: words.number(basis.otherYears, 1) })}</li>` : null}
${basis.forecasts > 0 ? html`<li>${words.t('contract.basis.forecasts', { count: basis.forecasts })}</li>` : null}
<li>${words.t('contract.basis.prices')}</li>
<li>${words.t('contract.basis.standstill')}</li>
</ul>`;

const worthOf = (words: OwnerWords, { worth }: ContractOfferView): Html => html`<section>
<h2>${words.t('contract.worth')}</h2>
<p>${words.t('contract.visits', { visits: words.number(worth.visits, 1) })}</p>
<ul class="waiting">${row(words, words.t('contract.without'), worth.without)}${row(words, words.t('contract.with'), worth.with)}${row(words, words.t('contract.saving'), worth.saving)}</ul>
<p>${words.t('contract.chance', { probability: words.percent(worth.savingProbability) })}</p>
<details><summary>${words.t('contract.how')}</summary>${basisOf(words, worth)}</details>
</section>`;

const formsOf = (words: OwnerWords, frame: OwnerFrame, view: ContractOfferView, idempotencyKey: string): Html => {
  const form = (
    answer: string,
    fields: Html,
  ) => html`<form method="post" action="${inLanguage(frame.url, frame.language)}">
<input type="hidden" name="answer" value="${answer}">
<input type="hidden" name="version" value="${view.version}">
<input type="hidden" name="idempotencyKey" value="${`${answer}-${idempotencyKey}`}">
${fields}</form>`;
  const day = calendarDay(words, view.warrantyUntilOn);
  return html`<section class="answer no-print">
<p class="soft">${words.t('contract.validUntil', { day })}</p>
${form('accept', html`<button type="submit" class="button primary">${words.t('contract.accept', { price: words.money(view.monthlyGrossCents) })}</button>`)}
<details><summary>${words.t('contract.decline')}</summary>${form(
    'decline',
    html`<label class="decline">${words.t('contract.declineReason')}
<textarea class="field" name="reason" rows="2" maxlength="500"></textarea></label>
<button type="submit" class="button">${words.t('contract.declineConfirm')}</button>`,
  )}</details>
<p class="small soft">${words.t('contract.silence')}</p>
</section>`;
};

/** The offer of a service contract: what it is, what it is expected to be worth on the owner's own data, yes or no. */
export const contractPage = (
  frame: OwnerFrame,
  view: ContractOfferView,
  now: { readonly idempotencyKey: string; readonly notice?: string | undefined },
): string => {
  const { machine, warrantyUntilOn, fromOn, untilOn, terms, state } = view;
  const title = ownerWords(frame.language).t('contract.title', { machine: machine.tag });
  return ownerPage(frame, {
    title,
    body: (words) => html`<header>
<h1>${title}</h1>
<p class="soft">${words.own(machine.modelName)} · ${machine.site?.name ?? '–'}</p></header>
${now.notice === undefined ? null : alertOf(words.coded('contract.notice', now.notice, words.t('contract.notice.other')))}
${stateOf(words, view)}
<section><h2>${words.t('contract.what')}</h2>
<p>${words.t('contract.when', { day: calendarDay(words, warrantyUntilOn), from: calendarDay(words, fromOn), until: calendarDay(words, untilOn) })}</p>
<p>${coversOf(words, view.covers)}</p>
<p>${agreementPrice(words, view)}</p>
${terms === '' ? null : html`<p class="soft">${terms}</p>`}
<p><a href="${inLanguage(`${frame.url}/data-sheet`, frame.language)}">${dataWords(frame.language).t('sheet.link')}</a></p></section>
${worthOf(words, view)}
${state === 'sent' ? formsOf(words, frame, view, now.idempotencyKey) : null}`,
  });
};
