import type { Language } from '@kuluma/shared/model/base.ts';
import { createCatalogueWords } from '@kuluma/shared/model/catalogue.ts';
import { html } from '../html.ts';
import en from './texts/en.json' with { type: 'json' };
import fi from './texts/fi.json' with { type: 'json' };
import sv from './texts/sv.json' with { type: 'json' };

const catalogues = { fi, sv, en } as const;

export interface SignInLetterFacts {
  readonly language: Language;
  readonly name: string;
  readonly company: string;
  readonly url: string;
  /** Until then the link opens the page; wall time. */
  readonly untilMs: number;
  /** Of the company. */
  readonly timeZone: string;
}

/** The letter with a link that signs in; it is no message of the service, and nobody can stop it but by not asking. */
export const writeSignInLetter = ({ language, name, company, url, untilMs, timeZone }: SignInLetterFacts) => {
  const words = createCatalogueWords<keyof typeof fi>(language, catalogues[language]);
  const before = [
    words.t('greeting', { name }),
    words.t('body', { company, day: words.day(untilMs, timeZone), time: words.time(untilMs, timeZone) }),
  ];
  const notYou = words.t('notYou');
  const body = html`${before.map((line) => html`<p>${line}</p>`)}<p><a href="${url}">${words.t('open')}</a></p><p>${notYou}</p>`;
  return {
    subject: words.t('subject', { company }),
    text: `${[...before, url, notYou].join('\n\n')}\n`,
    html: html`<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Kuluma</title></head><body><div style="font:16px/1.5 sans-serif;max-width:36em">${body}</div></body></html>`
      .text,
  };
};
