import type { Language } from '@kuluma/shared/model/base.ts';
import { digests, type MessageChannel, messagePurposes } from '@kuluma/shared/model/messages.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { localDayOf } from '../../calendar/local-time.ts';
import { type Html, html } from '../html.ts';
import { inLanguage, letterFrame, letterHead } from '../letter-frame.ts';
import { plainPage } from '../owner-pages/owner-frame.ts';
import { type Helper, wayToPerson } from '../owner-pages/way-to-person.ts';
import type { Wishes } from '../wishes.ts';
import { type WishesPageWords, wishesPageWords } from './words.ts';

export interface WishesPage {
  readonly language: Language;
  /** Style sheet of the page, as text. */
  readonly style: string;
  /** Of the page; the form is sent to it. */
  readonly url: string;
  readonly helper: Helper;
  readonly contactName: string;
  readonly wishes: Wishes;
  /** By which ways this contact can be written to. */
  readonly channels: readonly MessageChannel[];
  /** Whose days and hours these are, unless they chose another; to choose from. */
  readonly timeZone: string;
  readonly timeZones: readonly string[];
  readonly notice?: 'saved' | 'wrong' | undefined;
}

const option = (value: string, label: string, isChosen: boolean): Html =>
  html`<option value="${value}"${isChosen ? html` selected` : null}>${label}</option>`;

const purposesOf = (words: WishesPageWords, { wishes, channels }: WishesPage): Html => html`<section>
<h2>${words.t('wishes.what')}</h2>
${messagePurposes.map((purpose) => {
  const wish = wishes.purposes[purpose];
  // Who has no e-mail address is written to by the way that there is.
  const shown = wish === 'no' || channels.includes(wish) ? wish : channels[0];
  return html`<div class="wish">
<label class="wish-name" for="${purpose}">${words.t(`purpose.${purpose}`)}</label>
<select class="field" id="${purpose}" name="${purpose}" aria-describedby="${purpose}-hint">${(
    ['no', ...channels] as const
  ).map((one) => option(one, words.t(`choice.${one}`), one === shown))}</select>
<p class="small soft" id="${purpose}-hint">${words.t(`purpose.${purpose}.hint`)}</p>
</div>`;
})}
<p class="small">${words.t('wishes.safety')}</p>
</section>`;

/** A Monday. */
const mondayMs = Date.UTC(2024, 0, 1, 12);
const weekdayNames = (locale: string): string[] =>
  Array.from({ length: 7 }, (_, i) =>
    new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(mondayMs + i * dayMs),
  );

const hoursOf = (words: WishesPageWords, { wishes: { hours, timeZone }, ...page }: WishesPage): Html => html`<fieldset>
<legend>${words.t('wishes.hours')}</legend>
<div class="wish-days">${weekdayNames(words.locale).map(
  (name, i) =>
    html`<label><input type="checkbox" name="weekday" value="${i + 1}"${hours?.weekdays.includes(i + 1) ? html` checked` : null}>${name}</label>`,
)}</div>
<div class="wish-times">
<label>${words.t('wishes.from')}<input class="field" type="time" name="from" value="${hours?.from ?? '08:00'}"></label>
<label>${words.t('wishes.to')}<input class="field" type="time" name="to" value="${hours?.to ?? '16:00'}"></label>
<label>${words.t('wishes.zone')}<select class="field" name="timeZone">${page.timeZones.map((zone) =>
  option(zone, zone.replaceAll('_', ' '), zone === (timeZone ?? page.timeZone)),
)}</select></label>
</div>
<p class="small soft">${words.t('wishes.hours.hint')}</p>
</fieldset>`;

const whenOf = (words: WishesPageWords, page: WishesPage): Html => {
  const { wishes, timeZone } = page;
  const { pausedUntilMs } = wishes;
  const paused = pausedUntilMs === null ? '' : localDayOf(pausedUntilMs, wishes.timeZone ?? timeZone);
  return html`<section>
<h2>${words.t('wishes.when')}</h2>
<fieldset><legend class="visually-hidden">${words.t('wishes.when')}</legend>${digests.map(
    (digest) =>
      html`<label class="time-choice"><input type="radio" name="digest" value="${digest}"${
        digest === wishes.digest ? html` checked` : null
      }><span>${words.t(`digest.${digest}`)}</span></label>`,
  )}</fieldset>
<div class="wish">
<label class="wish-name" for="pausedUntil">${words.t('wishes.pause')}</label>
<input class="field" type="date" id="pausedUntil" name="pausedUntil" value="${paused}" aria-describedby="pause-hint">
<p class="small soft" id="pause-hint">${words.t('wishes.pause.hint')}</p>
</div>
${hoursOf(words, page)}
<label class="time-choice"><input type="checkbox" name="learnsTiming" value="yes" aria-describedby="timing-hint"${
    wishes.learnsTiming ? html` checked` : null
  }><span>${words.t('wishes.timing')}</span></label>
<p class="small soft" id="timing-hint">${words.t('wishes.timing.hint')}</p>
</section>`;
};

const noticeOf = (words: WishesPageWords, notice: WishesPage['notice']): Html | null => {
  if (notice === undefined) return null;
  return notice === 'saved'
    ? html`<p class="offer-state good" role="status">${words.t('wishes.saved')}</p>`
    : html`<p class="notice" role="alert">${words.t('wishes.wrong')}</p>`;
};

/** Where a contact says what they want to hear, how and when. Looking changes nothing; it works without scripts. */
export const wishesPage = (page: WishesPage): string => {
  const { language, style, url, helper, contactName } = page;
  const { company } = helper;
  const words = wishesPageWords(language);
  const title = words.t('wishes.title');
  return letterFrame(
    language,
    { title, style },
    html`${letterHead(language, { company, url, languages: words.t('wishes.languages') })}
<main class="offer">
<header><h1>${title}</h1>
<p>${words.t('wishes.lead', { name: contactName, company })}</p></header>
${noticeOf(words, page.notice)}
<form class="answer wishes" method="post" action="${inLanguage(url, language)}">
${purposesOf(words, page)}
${whenOf(words, page)}
<button type="submit" class="button primary">${words.t('wishes.save')}</button>
<button type="submit" class="button" name="nothing" value="yes" formnovalidate>${words.t('wishes.nothing')}</button>
</form>
${wayToPerson(language, helper)}
</main>`,
  );
};

/** What stands in its place when the link is over. */
export const noWishesPage = (language: Language, style: string, helper?: Helper): string => {
  const words = wishesPageWords(language);
  return plainPage(language, style, { what: words.t('wishes.gone'), next: words.t('wishes.goneNext') }, helper);
};
