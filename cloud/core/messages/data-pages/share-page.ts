import type { Language } from '@kuluma/shared/model/base.ts';
import { html } from '../html.ts';
import { inLanguage, letterFrame, letterHead } from '../letter-frame.ts';
import { ownerWords } from '../owner-pages/words.ts';
import { dataWords } from './words.ts';

export interface SharePage {
  readonly language: Language;
  /** Style sheet of the page, as text. */
  readonly style: string;
  readonly url: string;
  readonly company: string;
  readonly ownerName: string;
  readonly recipientName: string;
  readonly purpose: string;
  readonly machines: number;
  /** The key, once; before that the page only asks. */
  readonly key?: { readonly token: string; readonly listUrl: string } | undefined;
}

/** What a third party sees behind the link that an owner handed it. Looking uses nothing up. */
export const sharePage = (page: SharePage): string => {
  const { language, style, url, company, key } = page;
  const words = dataWords(language);
  const title = words.t('share.title', { company });
  const facts = { owner: page.ownerName, count: page.machines, recipient: page.recipientName };
  return letterFrame(
    language,
    { title, style },
    html`${letterHead(language, { company, url, languages: ownerWords(language).t('page.languages') })}
<main class="offer"><header><h1>${title}</h1>
<p>${words.t('share.lead', facts)}</p>
<p>${words.t('share.purpose', { purpose: page.purpose })}</p></header>
${
  key
    ? html`<section role="status"><h2>${words.t('share.key')}</h2><p><code class="share-key">${key.token}</code></p>
<p>${words.t('share.once')}</p><p>${words.t('share.how')}</p>
<p><code class="share-key">curl -H "Authorization: Bearer ${key.token}" ${key.listUrl}</code></p></section>`
    : html`<form class="answer" method="post" action="${inLanguage(url, language)}">
<p>${words.t('share.once')}</p>
<button type="submit" class="button primary">${words.t('share.open')}</button></form>`
}
</main>`,
  );
};
