import type { OwnPrivacyView } from '@kuluma/shared/model/views/privacy.ts';
import { html } from '../html.ts';
import { inLanguage } from '../letter-frame.ts';
import { type OwnerFrame, ownerPage } from '../owner-pages/owner-frame.ts';
import { dataWords } from './words.ts';

/** What is kept of a contact as a person, and what they may do about it (GDPR Articles 15, 17 and 20). */
export const ownDataPage = (frame: OwnerFrame, { held, requests }: OwnPrivacyView, timeZone: string): string => {
  const words = dataWords(frame.language);
  const day = (iso: string) => words.date(Date.parse(iso), timeZone);
  const [last] = requests.filter(({ kind }) => kind === 'erasure');
  const other = words.t('privacy.kind.other');
  return ownerPage(frame, {
    title: words.t('own.title'),
    body: (own) => html`<header>
<p class="no-print"><a href="${inLanguage('/owner/', frame.language)}">← ${own.t('machines.back')}</a></p>
<h1>${words.t('own.title')}</h1>
<p>${words.t('own.lead', { company: frame.company })}</p></header>
<section><h2>${words.t('own.held')}</h2>
<ul class="waiting">${held.map(
      ({ kind, count }) =>
        html`<li><span>${words.coded('privacy.kind', kind, other)}</span> <span class="soft">${words.t('own.count', { count })}</span></li>`,
    )}</ul></section>
<section><h2>${words.t('own.take')}</h2>
<p>${words.t('own.takeSay')}</p>
<p><a class="button" href="/owner/data/file" download>${words.t('own.download')}</a></p></section>
<section class="answer"><h2>${words.t('own.erase')}</h2>
${
  last?.state === 'open'
    ? html`<p class="offer-state" role="status">${words.t('own.asked', { day: day(last.askedAt), due: day(last.dueAt) })}</p>`
    : html`${last?.state === 'refused' ? html`<p class="offer-state">${words.t('own.refused', { reason: last.reason ?? '' })}</p>` : null}
<p>${words.t('own.eraseSay')}</p>
<form method="post" action="${inLanguage('/owner/data/erasure', frame.language)}">
<label class="time-choice"><input type="checkbox" name="sure" value="yes" required><span>${words.t('own.eraseSure')}</span></label>
<button type="submit" class="button">${words.t('own.eraseAsk')}</button>
</form>`
}
</section>`,
  });
};
