import type { Language } from '@kuluma/shared/model/base.ts';
import { html } from '../html.ts';
import { letterFrame } from '../letter-frame.ts';
import { messageWords } from '../words.ts';
import { type Helper, wayToPerson } from './way-to-person.ts';

/** The page behind the link that stops e-mails: first it asks, then it says that it is done. */
export const stopPage = (language: Language, style: string, step: 'ask' | 'done', helper: Helper): string => {
  const words = messageWords(language);
  const button = html`<form method="post"><button type="submit" class="button primary">${words.t('stop')}</button></form>`;
  return letterFrame(
    language,
    { title: words.t('stop'), style },
    html`<main class="offer"><h1>${words.t('stop')}</h1><p>${words.t(`stop.${step}`)}</p>
${step === 'ask' ? button : null}
${wayToPerson(language, helper)}</main>`,
  );
};
