import { type Language, languages } from '@kuluma/shared/model/base.ts';
import { type Html, html } from './html.ts';

export const languageNames = { fi: 'Suomi', sv: 'Svenska', en: 'English' } as const;

/** The address of a page in a language that its reader has chosen, whatever else stands in it. */
export const inLanguage = (url: string, language: Language): string =>
  `${url}${url.includes('?') ? '&' : '?'}lang=${language}`;

/**
 * A page for an owner that needs no script and no second request.
 * @param style sheet of the page, as text; `script` what a browser that runs scripts may add, as text
 */
export const letterFrame = (
  language: Language,
  { title, style, script }: { readonly title: string; readonly style: string; readonly script?: string | undefined },
  body: Html,
): string =>
  html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>`.text +
  style +
  html`</style>
</head>
<body class="letter">
${body}
`.text +
  (script === undefined ? '' : `<script>${script}</script>`) +
  `</body>
</html>
`;

/** Who writes, and the same page in the other languages. */
export const letterHead = (
  language: Language,
  page: {
    readonly company: string;
    readonly url: string;
    /** Name of the list of languages. */
    readonly languages: string;
  },
): Html => html`<header class="letter-head">
<span>${page.company}</span>
<nav class="no-print" aria-label="${page.languages}">${languages.map((one) =>
  one === language
    ? html`<span aria-current="true" lang="${one}">${languageNames[one]}</span> `
    : html`<a href="${inLanguage(page.url, one)}" lang="${one}">${languageNames[one]}</a> `,
)}</nav>
</header>`;
