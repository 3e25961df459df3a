import { type Language, languages } from '@kuluma/shared/model/base.ts';
import { type Html, html } from './html.ts';

const languageNames = { fi: 'Suomi', sv: 'Svenska', en: 'English' } as const;

/**
 * A page for an owner that needs no script and no second request.
 * @param style sheet of the page, as text
 */
export const letterFrame = (
  language: Language,
  {
    title,
    style,
    refreshS,
  }: { readonly title: string; readonly style: string; /** After which it is asked for anew. */ readonly refreshS?: number | undefined },
  body: Html,
): string =>
  html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">${refreshS === undefined ? null : html`
<meta http-equiv="refresh" content="${refreshS}">`}
<link rel="icon" href="data:,">
<title>${title}</title>
<style>`.text +
  style +
  html`</style>
</head>
<body class="letter">
${body}
</body>
</html>
`.text;

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
    : html`<a href="${page.url}?lang=${one}" lang="${one}">${languageNames[one]}</a> `,
)}</nav>
</header>`;
