import { AppError } from '@kuluma/shared/errors.ts';
import type { PriceLine } from '@kuluma/shared/model/money.ts';
import { isValid } from '@kuluma/shared/model/validate.ts';
import { createJsonApi, type JsonApiOptions } from '@kuluma/shared/node/json-api.ts';
import { type Static, type TSchema, Type } from 'typebox';
import type { BusinessSystem } from '../../channel-ports.ts';

const pageOf = <S extends TSchema>(entity: S) =>
  Type.Object({ value: Type.Array(entity), '@odata.nextLink': Type.Optional(Type.String()) });
const Customer = Type.Object({ number: Type.String(), displayName: Type.String() });
const Item = Type.Object({
  number: Type.String(),
  displayName: Type.String(),
  unitPrice: Type.Number(),
  inventory: Type.Number(),
});
const SalesInvoice = Type.Object({ number: Type.String(), externalDocumentNumber: Type.String() });
const Token = Type.Object({ access_token: Type.String(), expires_in: Type.Number() });

export interface BusinessCentralOptions extends Pick<JsonApiOptions, 'wait'> {
  /** Up to the company: `https://api.businesscentral.dynamics.com/v2.0/<tenant>/<environment>/api/v2.0/companies(<id>)`. */
  readonly url: string;
  /** `https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token`. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** G/L accounts that labour and travel are booked on. */
  readonly labourAccount: string;
  readonly travelAccount: string;
  readonly wallNow: () => number;
}

/** A token is fetched anew this long before it ends. */
const earlyMs = 60_000;

/** A token by the client credentials grant (RFC 6749, 4.4), kept while it lasts. */
const tokenSource = (options: BusinessCentralOptions): (() => Promise<string>) => {
  const { tokenUrl, clientId, clientSecret, wallNow } = options;
  const scope = 'https://api.businesscentral.dynamics.com/.default';
  const grant = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope };
  let kept: { readonly token: string; readonly untilMs: number } | undefined;
  return async () => {
    if (kept && wallNow() < kept.untilMs) return kept.token;
    let status: number;
    let answer: unknown;
    try {
      const body = new URLSearchParams(grant);
      const given = await fetch(tokenUrl, {
        method: 'POST',
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(30_000),
      });
      status = given.status;
      answer = await given.json();
    } catch (cause) {
      throw new AppError('LINK_DOWN', 'the sign-in of Business Central gives no answer', { cause });
    }
    if (status !== 200 || !isValid(Token, answer))
      throw new AppError('CONFIG_INVALID', `the sign-in of Business Central answers ${status}`, {
        hint: 'look at tokenUrl, clientId and clientSecret, and whether the secret has run out',
      });
    kept = { token: answer.access_token, untilMs: wallNow() + 1000 * answer.expires_in - earlyMs };
    return kept.token;
  };
};

/** A condition of an OData query; text stands in quotes that double within (OData 4.01, URL conventions, 5.1.1.6.1). */
const filterOf = (condition: string): string => `$filter=${encodeURIComponent(condition)}`;
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const lineOf = (
  { kind, code, quantity, unit, netCents }: PriceLine,
  { labourAccount, travelAccount }: BusinessCentralOptions,
) =>
  kind === 'part'
    ? { lineType: 'Item', lineObjectNumber: code, quantity, unitPrice: netCents / quantity / 100 }
    : {
        lineType: 'Account',
        lineObjectNumber: kind === 'labour' ? labourAccount : travelAccount,
        description: `${code}, ${quantity} ${unit}`,
        quantity: 1,
        unitPrice: netCents / 100,
      };

/**
 * Customers, items with the stock of the company, and invoices as drafts.
 * Source: Microsoft, Business Central API v2.0: customers, items, and salesInvoices with their lines in one request.
 */
export const createBusinessCentral = (options: BusinessCentralOptions): BusinessSystem => {
  const { url, wait } = options;
  const api = createJsonApi({ name: 'Business Central', token: tokenSource(options), ...(wait && { wait }) });
  const all = async <S extends TSchema>(query: string, entity: S): Promise<Static<S>[]> => {
    const found: Static<S>[] = [];
    let next: string | undefined = `${url}/${query}`;
    while (next !== undefined) {
      // The page of an entity that is not known here.
      const page = (await api.get(next, pageOf(entity))) as { value: Static<S>[]; '@odata.nextLink'?: string };
      found.push(...page.value);
      next = page['@odata.nextLink'];
      // Our token is for nobody else.
      if (next !== undefined && new URL(next).origin !== new URL(url).origin)
        throw new AppError('INPUT_INVALID', 'Business Central names a next page at another address');
    }
    return found;
  };
  const invoices = (condition: string) =>
    all(`salesInvoices?$select=number,externalDocumentNumber&${filterOf(condition)}`, SalesInvoice);
  return {
    system: 'businessCentral',
    async read() {
      const customers = await all('customers?$select=number,displayName', Customer);
      const items = await all(
        `items?$select=number,displayName,unitPrice,inventory&${filterOf("type eq 'Inventory'")}`,
        Item,
      );
      const drafts = await invoices("status eq 'Draft' or status eq 'In Review'");
      return {
        customers: customers.map(({ number: key, displayName: name }) => ({ key, name })),
        contacts: [],
        parts: items.map(({ number, displayName: name, unitPrice, inventory }) => ({
          number,
          name,
          priceCents: Math.round(100 * unitPrice),
          // What was sold before it came is less than nothing there.
          quantity: Math.max(0, Math.floor(inventory)),
        })),
        openInvoices: drafts.map(({ externalDocumentNumber }) => externalDocumentNumber),
      };
    },
    async invoice({ key, customerKey: customerNumber, doneOn: invoiceDate, lines }) {
      // A draft whose answer was lost stands there already.
      const [before] = await invoices(`externalDocumentNumber eq ${quoted(key)}`);
      if (before) return before.number;
      const salesInvoiceLines = lines.map((line) => lineOf(line, options));
      const body = { externalDocumentNumber: key, customerNumber, invoiceDate, salesInvoiceLines };
      return (await api.post(`${url}/salesInvoices`, body, SalesInvoice)).number;
    },
  };
};
