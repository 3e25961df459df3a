import type { Language } from '@kuluma/shared/model/base.ts';
import type { ServiceDesk } from '@kuluma/shared/model/parties.ts';
import { type Html, html } from '../html.ts';
import { inLanguage } from '../letter-frame.ts';
import { ownerWords } from './words.ts';

/** Who helps an owner, whatever page they are on. */
export interface Helper {
  readonly company: string;
  /** Who answers; null where nobody has a number yet. */
  readonly desk: ServiceDesk | null;
  /** Where a signed-in owner writes; undefined for somebody who has no other page. */
  readonly writeUrl?: string | undefined;
}

/** The way to a person, which every page has. */
export const wayToPerson = (language: Language, { company, desk, writeUrl }: Helper): Html => {
  const words = ownerWords(language);
  const write =
    writeUrl === undefined ? null : html`<a href="${inLanguage(writeUrl, language)}">${words.t('person.write')}</a>`;
  return html`<address class="person">
<p>${words.t('person.title')}</p>
<p class="person-name">${desk ? desk.name : company}</p>
<p class="person-ways">${desk ? html`<a href="tel:${desk.phone.replaceAll(' ', '')}">${desk.phone}</a> ` : null}${desk && desk.email !== '' ? html`<a href="mailto:${desk.email}">${desk.email}</a> ` : null}${write}</p>
</address>`;
};
