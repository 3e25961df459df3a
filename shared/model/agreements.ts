import { type Static, Type } from 'typebox';
import { closed, defineRecord, idOf, LocalDay, oneOf, orNull } from './base.ts';
import { priceKinds } from './money.ts';

/** What somebody else than the owner pays of a visit: the kinds of lines of its price. */
export const Covers = Type.Array(oneOf(priceKinds), { uniqueItems: true });
export type Covers = Static<typeof Covers>;

/** In the words of the agreement. */
const Terms = Type.String({ maxLength: 2000 });
const Cents = Type.Integer({ minimum: 0, maximum: 100_000_000 });

/** First and last day, both included, of the calendar on the wall. */
const span = { fromOn: LocalDay, untilOn: LocalDay };

export const warrantyTerms = { ...span, covers: Covers, terms: Terms };

/** What is asked for a service contract; amounts without VAT. */
export const contractPrice = {
  covers: Covers,
  monthlyCents: Cents,
  /** For each visit beside. */
  visitCents: Cents,
  terms: Terms,
};

export const contractTerms = {
  /** By which the parties call it. */
  number: Type.String({ minLength: 1, maxLength: 60 }),
  fromOn: LocalDay,
  /** Null: until it is ended. */
  untilOn: orNull(LocalDay),
  ...contractPrice,
};

/** What the maker or the seller of a machine answers for. */
export const Warranty = defineRecord('warranty', { machineId: idOf('machine'), ...warrantyTerms });
export type Warranty = Static<typeof Warranty>;

/** What an owner and the service company have agreed for a machine. */
export const ServiceContract = defineRecord('serviceContract', {
  machineId: idOf('machine'),
  ownerId: idOf('owner'),
  ...contractTerms,
});
export type ServiceContract = Static<typeof ServiceContract>;

/** Of the set-up: the latest agreement of a machine. */
export const WarrantyEntry = Type.Object(warrantyTerms, closed);
export type WarrantyEntry = Static<typeof WarrantyEntry>;
export const ContractEntry = Type.Object(contractTerms, closed);
export type ContractEntry = Static<typeof ContractEntry>;

type Span = { readonly fromOn: string; readonly untilOn: string | null };

/** Whether an agreement holds on a day. */
export const holdsOn = ({ fromOn, untilOn }: Span, day: string): boolean =>
  fromOn <= day && (untilOn === null || day <= untilOn);

/** The agreement that began last. */
export const latestOf = <T extends Span>(agreements: readonly T[]): T | undefined =>
  agreements.toSorted((a, b) => (a.fromOn < b.fromOn ? 1 : -1))[0];
