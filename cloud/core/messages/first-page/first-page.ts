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
  /** What has to be corrected before it is taken. */
  readonly wrong?: readonly FirstField[];
  /** What stands in the form: as it was sent and not taken, or to begin with. */
  readonly written: Readonly<Partial<Record<FirstField, string>>>;
}

const firstFields = ['code', 'organisation', 'name', 'email', 'language', 'timeZone'] as const;
export type FirstField = (typeof firstFields)[number];

interface Field {
  readonly name: FirstField;
  readonly value: string | undefined;
  /** What is wrong with it, in words. */
  readonly fault: string | undefined;
  readonly hint?: string;
  /** The reader begins here. */
  readonly isFirst: boolean;
}

/** Of a field: what says more of it, for whoever hears the page, and where the reader begins. */
const saidOf = ({ name, fault, hint, isFirst }: Field): Html => {
  const by = [...(fault === undefined ? [] : [`${name}-fault`]), ...(hint === undefined ? [] : [`${name}-hint`])];
  return html`${by.length === 0 ? null : html` aria-describedby="${by.join(' ')}"`}${fault === undefined ? null : html` aria-invalid="true"`}${isFirst ? html` autofocus` : null}`;
};

const framed = (label: string, { name, fault, hint }: Field, input: Html): Html => html`<div class="decline">
<label for="${name}">${label}</label>
${input}
${fault === undefined ? null : html`<p class="field-fault" id="${name}-fault">${fault}</p>`}${hint === undefined ? null : html`<p class="small soft" id="${name}-hint">${hint}</p>`}
</div>`;

const textField = (label: string, more: Html, of: Field): Html =>
  framed(
    label,
    of,
    html`<input class="field" id="${of.name}" name="${of.name}" maxlength="200" value="${of.value ?? ''}" ${more} required${saidOf(of)}>`,
  );

const choiceField = (label: string, choices: readonly [string, string][], of: Field): Html =>
  framed(
    label,
    of,
    html`<select class="field" id="${of.name}" name="${of.name}"${saidOf(of)}>${choices.map(
      ([value, text]) => html`<option value="${value}"${value === of.value ? html` selected` : null}>${text}</option>`,
    )}</select>`,
  );

/** Where whoever started the service on an empty store makes the first company. It works without scripts. */
export const firstPage = ({ language, style, url, timeZones, notice, wrong = [], written }: FirstPage): string => {
  const words = firstWords(language);
  const title = words.t('first.title');
  const begin = firstFields.find((name) => wrong.includes(name));
  const of = (name: FirstField, hint?: string): Field => ({
    ...{ name, value: written[name], isFirst: name === begin },
    fault: wrong.includes(name) ? words.t(`first.wrong.${name}`) : undefined,
    ...(hint === undefined ? {} : { hint }),
  });
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
${textField(words.t('first.code'), codeIs, of('code', words.t('first.codeHint')))}
${textField(words.t('first.organisation'), html`autocomplete="organization"`, of('organisation'))}
${textField(words.t('first.name'), html`autocomplete="name"`, of('name'))}
${textField(words.t('first.email'), html`type="email" autocomplete="email"`, of('email', words.t('first.emailHint')))}
${choiceField(
  words.t('first.language'),
  languages.map((one) => [one, languageNames[one]]),
  { ...of('language'), value: written.language ?? language },
)}
${choiceField(
  words.t('first.timeZone'),
  timeZones.map((zone) => [zone, zone.replaceAll('_', ' ')]),
  of('timeZone'),
)}
<button type="submit" class="button primary">${words.t('first.make')}</button>
</form>
</main>`,
  );
};

/** What stands in its place where there is nothing to make any more. */
export const noFirstPage = (language: Language, style: string): string => {
  const words = firstWords(language);
  const link = { url: '/sign-in/', text: words.t('first.signIn') };
  return plainPage(language, style, { what: words.t('first.gone'), next: words.t('first.goneNext'), link });
};
