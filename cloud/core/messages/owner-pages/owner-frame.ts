import type { Language } from '@kuluma/shared/model/base.ts';
import { type Html, html } from '../html.ts';
import { letterFrame, letterHead } from '../letter-frame.ts';
import { type Helper, wayToPerson } from './way-to-person.ts';
import { type OwnerWords, ownerWords } from './words.ts';

/** What every page of an owner stands in. */
export interface OwnerFrame extends Helper {
  readonly language: Language;
  /** Style sheet of the page, as text. */
  readonly style: string;
  /** Of the page, without a slash at its end. */
  readonly url: string;
  /** Of the service company; days and times that belong to no site are told in it. */
  readonly timeZone: string;
  readonly script?: string | undefined;
}

/** A page for an owner: who writes, the matter, and the way to a person. */
export const ownerPage = (
  frame: OwnerFrame,
  of: { readonly title: string; readonly body: (words: OwnerWords) => Html },
): string => {
  const { language, style, url, company, script } = frame;
  const words = ownerWords(language);
  return letterFrame(
    language,
    { title: of.title, style, script },
    html`${letterHead(language, { company, url, languages: words.t('page.languages') })}
<main class="offer">
${of.body(words)}
${wayToPerson(language, frame)}
</main>`,
  );
};

/** A page that only says what happened and what to do, and who helps where that is known. */
export const plainPage = (
  language: Language,
  style: string,
  of: {
    readonly what: string;
    readonly next: string;
    readonly link?: { readonly url: string; readonly text: string };
  },
  helper?: Helper,
): string =>
  letterFrame(
    language,
    { title: 'Kuluma', style },
    html`<main class="offer"><h1>${of.what}</h1><p>${of.next}</p>
${of.link ? html`<p><a class="button" href="${of.link.url}">${of.link.text}</a></p>` : null}${helper ? wayToPerson(language, helper) : null}</main>`,
  );

export const alertOf = (text: string): Html => html`<p class="notice" role="alert">${text}</p>`;
