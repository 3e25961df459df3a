import type { Id, Language } from '@kuluma/shared/model/base.ts';
import type { PriceLine } from '@kuluma/shared/model/money.ts';

/** A customer as a CRM or an ERP knows it. `key` is that system's id. */
export interface CustomerFact {
  readonly key: string;
  readonly name: string;
  /** Undefined where the other system does not say. */
  readonly language?: Language;
}

export interface ContactFact {
  readonly key: string;
  readonly customerKey: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
}

export interface PartFact {
  readonly number: string;
  readonly name: string;
  /** Of one, without VAT. */
  readonly priceCents: number;
  /** What lies at the depot that the system is configured with; undefined where stock is kept elsewhere. */
  readonly quantity?: number;
}

/** Everything that another system says at a time; a list that it does not keep is empty. */
export interface BusinessFacts {
  readonly customers: readonly CustomerFact[];
  readonly contacts: readonly ContactFact[];
  readonly parts: readonly PartFact[];
  /** Keys of invoices that no person there has posted yet: the parts that their visits used still stand in its stock. */
  readonly openInvoices: readonly string[];
}

/** An invoice as a draft in the ERP, where a person posts it. */
export interface InvoiceDraft {
  /** The offer that was accepted: the same draft handed over again makes no second invoice. */
  readonly key: Id<'offer'>;
  /** Of the owner, in the ERP. */
  readonly customerKey: string;
  /** The day, where the company is. */
  readonly doneOn: string;
  readonly lines: readonly PriceLine[];
}
