import { type Language, languages } from '@kuluma/shared/model/base.ts';
import { createJsonApi, type JsonApiOptions } from '@kuluma/shared/node/json-api.ts';
import { type Static, Type } from 'typebox';
import type { BusinessSystem } from '../../channel-ports.ts';
import type { ContactFact, CustomerFact } from '../../core/business/facts.ts';

const Text = Type.Union([Type.String(), Type.Null()]);
/** A page of objects: each has the properties that were asked for, null where it has none. */
const Page = Type.Object({
  results: Type.Array(Type.Object({ id: Type.String(), properties: Type.Record(Type.String(), Text) })),
  paging: Type.Optional(Type.Object({ next: Type.Optional(Type.Object({ after: Type.String() })) })),
});
type Found = Static<typeof Page>['results'];

const perPage = '100';
const companyProperties = 'name,lifecyclestage,hs_preferred_language';
const contactProperties = 'firstname,lastname,email,phone,mobilephone,associatedcompanyid';

/** `fi`, `sv-fi`, `en_gb`. */
const languageOf = (given: string | null | undefined): Language | undefined =>
  languages.find((language) => given?.toLowerCase().split(/[-_]/)[0] === language);

export interface HubSpotOptions extends Pick<JsonApiOptions, 'wait'> {
  readonly url: string;
  /** Of a private app that may read companies and contacts. */
  readonly token: string;
}

/**
 * Companies at the stage *customer* and their contacts.
 * Source: HubSpot CRM API v3, "Companies" and "Contacts": lists are read page by page, at most 100 objects each.
 */
export const createHubSpot = ({ url, token, wait }: HubSpotOptions): BusinessSystem => {
  const api = createJsonApi({ name: 'HubSpot', token: async () => token, ...(wait && { wait }) });
  const all = async (object: string, properties: string): Promise<Found> => {
    const found: Found = [];
    let after: string | undefined;
    do {
      const query = new URLSearchParams({ limit: perPage, properties, ...(after !== undefined && { after }) });
      const page: Static<typeof Page> = await api.get(`${url}/crm/v3/objects/${object}?${query}`, Page);
      found.push(...page.results);
      after = page.paging?.next?.after;
    } while (after !== undefined);
    return found;
  };
  return {
    system: 'hubspot',
    async read() {
      const customers = (await all('companies', companyProperties)).flatMap(
        ({ id: key, properties }): CustomerFact[] => {
          const { name, lifecyclestage, hs_preferred_language } = properties;
          const language = languageOf(hs_preferred_language);
          return name && lifecyclestage === 'customer' ? [{ key, name, ...(language && { language }) }] : [];
        },
      );
      const isCustomer = new Set(customers.map(({ key }) => key));
      const contacts = (await all('contacts', contactProperties)).flatMap(({ id: key, properties }): ContactFact[] => {
        const { firstname, lastname, email, phone, mobilephone, associatedcompanyid: customerKey } = properties;
        const name = [firstname, lastname].filter(Boolean).join(' ') || email;
        if (!customerKey || !isCustomer.has(customerKey) || !name) return [];
        return [{ key, customerKey, name, email: email ?? '', phone: mobilephone || phone || '' }];
      });
      return { customers, contacts, parts: [], openInvoices: [] };
    },
  };
};
