import type { Language } from '@kuluma/shared/model/base.ts';
import type { ServiceDesk } from '@kuluma/shared/model/parties.ts';
import { type Html, html } from '../html.ts';
import { inLanguage, letterFrame, letterHead } from '../letter-frame.ts';
import { type OwnerWords, ownerWords } from './words.ts';

/** What every page of an owner stands in. */
export interface OwnerFrame {
  readonly language: Language;
  /** Style sheet of the page, as text. */
  readonly style: string;
  /** Of the page, without a slash at its end. */
  readonly url: string;
  readonly company: string;
  /** Who answers; null where nobody has a number yet. */
  readonly desk: ServiceDesk | null;
  /** Where a signed-in owner writes; undefined for somebody who has no other page. */
  readonly writeUrl?: string | undefined;
  readonly script?: string | undefined;
}

/** The way to a person, which every page has. */
const personOf = (words: OwnerWords, { desk, writeUrl }: OwnerFrame): Html => {
  const write =
    writeUrl === undefined
      ? null
      : html`<a href="${inLanguage(writeUrl, words.language)}">${words.t('person.write')}</a>`;
  return html`<address class="person">
<p>${words.t('person.title')}</p>
${desk ? html`<p class="person-name">${desk.name}</p>` : null}
<p class="person-ways">${desk ? html`<a href="tel:${desk.phone.replaceAll(' ', '')}">${desk.phone}</a> ` : null}${desk && desk.email !== '' ? html`<a href="mailto:${desk.email}">${desk.email}</a> ` : null}${write}</p>
</address>`;
};

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
${personOf(words, frame)}
</main>`,
  );
};

/** A page that only says what happened and what to do. */
export const plainPage = (language: Language, style: string, of: { what: string; next: string }): string =>
  letterFrame(
    language,
    { title: 'Kuluma', style },
    html`<main class="offer"><h1>${of.what}</h1><p>${of.next}</p></main>`,
  );

export const alertOf = (text: string): Html => html`<p class="notice" role="alert">${text}</p>`;
