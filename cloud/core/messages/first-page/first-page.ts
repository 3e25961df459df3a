import { type Language, languages } from '@kuluma/shared/model/base.ts';
import { type CatalogueWords, createCatalogueWords } from '@kuluma/shared/model/catalogue.ts';
import { type Html, html } from '../html.ts';
import { inLanguage, languageNames, letterFrame, letterHead } from '../letter-frame.ts';
import { alertOf, plainPage } from '../owner-pages/owner-frame.ts';
import en from './texts/en.json' with { type: 'json' };
import fi from './texts/fi.json' with { type: 'json' };
import sv from './texts/sv.json' with { type: 'json' };

const catalogues = { fi, sv, en } as const;

const firstWords = (language: Language): CatalogueWords<keyof typeof fi> =>
  createCatalogueWords(language, catalogues[language]);

export interface FirstPage {
  readonly language: Language;
  /** Style sheet of the page, as text. */
  readonly style: string;
  /** Of the page; the form is sent to it. */
  readonly url: string;
  /** To choose from. */
  readonly timeZones: readonly string[];
  readonly notice?: 'wrongCode' | 'incomplete';
  /** What stands in the form: as it was sent and not taken, or to begin with. */
  readonly written: Readonly<
    Partial<Record<'code' | 'organisation' | 'name' | 'email' | 'language' | 'timeZone', string>>
  >;
}

const textField = (
  label: string,
  of: { readonly name: string; readonly value: string | undefined; readonly more: Html; readonly hint?: string },
): Html => html`<label class="decline">${label}
<input class="field" name="${of.name}" maxlength="200" value="${of.value ?? ''}" ${of.more} required></label>
${of.hint === undefined ? null : html`<p class="small soft">${of.hint}</p>`}`;

const choiceField = (
  label: string,
  of: { readonly name: string; readonly value: string | undefined; readonly choices: readonly [string, string][] },
): Html => html`<label class="decline">${label}
<select class="field" name="${of.name}">${of.choices.map(
  ([value, text]) => html`<option value="${value}"${value === of.value ? html` selected` : null}>${text}</option>`,
)}</select></label>`;

/** Where whoever started the service on an empty store makes the first company. It works without scripts. */
export const firstPage = ({ language, style, url, timeZones, notice, written }: FirstPage): string => {
  const words = firstWords(language);
  const title = words.t('first.title');
  const codeIs = html`autocomplete="off" autocapitalize="none" spellcheck="false"`;
  return letterFrame(
    language,
    { title, style },
    html`${letterHead(language, { company: 'Kuluma', url, languages: words.t('first.languages') })}
<main class="offer">
<header><h1>${title}</h1>
<p>${words.t('first.lead')}</p></header>
${notice === undefined ? null : alertOf(words.t(`first.${notice}`))}
<form class="answer" method="post" action="${inLanguage(url, language)}">
${textField(words.t('first.code'), { name: 'code', value: written.code, more: codeIs, hint: words.t('first.codeHint') })}
${textField(words.t('first.organisation'), { name: 'organisation', value: written.organisation, more: html`autocomplete="organization"` })}
${textField(words.t('first.name'), { name: 'name', value: written.name, more: html`autocomplete="name"` })}
${textField(words.t('first.email'), { name: 'email', value: written.email, more: html`type="email" autocomplete="email"`, hint: words.t('first.emailHint') })}
${choiceField(words.t('first.language'), { name: 'language', value: written.language ?? language, choices: languages.map((one) => [one, languageNames[one]]) })}
${choiceField(words.t('first.timeZone'), { name: 'timeZone', value: written.timeZone, choices: timeZones.map((zone) => [zone, zone.replaceAll('_', ' ')]) })}
<button type="submit" class="button primary">${words.t('first.make')}</button>
</form>
</main>`,
  );
};

/** What stands in its place where there is nothing to make any more. */
export const noFirstPage = (language: Language, style: string): string => {
  const words = firstWords(language);
  return plainPage(language, style, { what: words.t('first.gone'), next: words.t('first.goneNext') });
};
