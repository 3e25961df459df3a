import { type Static, Type } from 'typebox';
import { closed, defineRecord, Instant, idOf, LocalDay, oneOf, orNull, Probability } from './base.ts';
import { priceKinds } from './money.ts';
import { LegalBasis } from './parties.ts';

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

/** The contract that owners of a machine model are offered when its warranty ends; amounts without VAT. */
export const ContractPlan = Type.Object(
  {
    ...contractPrice,
    /** How long it is made for. */
    months: Type.Integer({ minimum: 1, maximum: 60 }),
    /** So many days before the warranty ends it is offered: 90 unless told otherwise. */
    leadDays: Type.Integer({ minimum: 7, maximum: 365 }),
    /** Until then offers leave without a person's look at each, in the name of whoever set it; null: a person sends each. */
    sendsUntilOn: orNull(LocalDay),
  },
  closed,
);
export type ContractPlan = Static<typeof ContractPlan>;

/** An amount that nobody knows yet: its mean, and what it stays above and below in eight of ten cases. Cents with VAT. */
export const UncertainCents = Type.Object(
  { meanCents: Type.Integer(), p10Cents: Type.Integer(), p90Cents: Type.Integer() },
  closed,
);
export type UncertainCents = Static<typeof UncertainCents>;

export const worthVerdicts = ['worth', 'notWorth', 'unknown'] as const;

/**
 * What a contract is expected to be worth to an owner over its time, beside paying visit by visit. `unknown` where too little
 * was seen: then every figure but the basis is 0 and says nothing.
 */
export const ContractWorth = Type.Object(
  {
    verdict: oneOf(worthVerdicts),
    /** Expected within the time of the contract. */
    visits: Type.Number({ minimum: 0 }),
    without: UncertainCents,
    with: UncertainCents,
    /** What the owner keeps by the contract; below zero it costs more than it saves. */
    saving: UncertainCents,
    /** That the contract turns out cheaper. */
    savingProbability: Probability,
    /** With VAT: up to this price a month it would be worth it. */
    breakEvenMonthlyCents: Type.Integer(),
    /** What was reckoned from: own replacements and machine years, those of the model elsewhere, and forecasts. */
    basis: Type.Object(
      {
        ownEvents: Type.Integer({ minimum: 0 }),
        ownYears: Type.Number({ minimum: 0 }),
        otherEvents: Type.Integer({ minimum: 0 }),
        otherYears: Type.Number({ minimum: 0 }),
        forecasts: Type.Integer({ minimum: 0 }),
      },
      closed,
    ),
  },
  closed,
);
export type ContractWorth = Static<typeof ContractWorth>;

export const contractOfferStates = ['sent', 'accepted', 'declined', 'expired'] as const;

/** A service contract as it was offered to an owner, once for a warranty that ends. */
export const ContractOffer = defineRecord('contractOffer', {
  machineId: idOf('machine'),
  ownerId: idOf('owner'),
  contactId: idOf('contact'),
  /** Who answers for its being sent, and questions: the person who sent it, or who let it be sent without a look. */
  personId: idOf('person'),
  legalBasis: LegalBasis,
  warrantyUntilOn: LocalDay,
  fromOn: LocalDay,
  untilOn: LocalDay,
  ...contractPrice,
  vatRatePermille: Type.Integer({ minimum: 0, maximum: 1000 }),
  /** As it was reckoned when it was sent. */
  worth: ContractWorth,
  validUntilMs: Instant,
  state: oneOf(contractOfferStates),
  declineReason: orNull(Type.String({ maxLength: 500 })),
  answeredAtMs: orNull(Instant),
});
export type ContractOffer = Static<typeof ContractOffer>;

/**
 * How much more often owners of a machine model asked for service in the last days of their warranty than before: counts of
 * what they reported and asked, over the machine years in which they could have.
 */
export const RequestRhythm = Type.Object(
  {
    /** So many days before the end of a warranty owners begin to ask more often. */
    leadDays: Type.Integer({ minimum: 1 }),
    nearRequests: Type.Integer({ minimum: 0 }),
    nearYears: Type.Number({ minimum: 0 }),
    farRequests: Type.Integer({ minimum: 0 }),
    farYears: Type.Number({ minimum: 0 }),
  },
  closed,
);
export type RequestRhythm = Static<typeof RequestRhythm>;

/** What the contract of a machine's model would be worth to its owner, as it was reckoned last; one of a machine. */
export const ContractReckoning = defineRecord('contractReckoning', {
  machineId: idOf('machine'),
  ownerId: idOf('owner'),
  warrantyUntilOn: LocalDay,
  /** Of the machine model whose contract it was. */
  modelVersion: Type.Integer({ minimum: 1 }),
  worth: ContractWorth,
  /** Null where owners of the model ask no more often towards the end, or too few have asked to say so. */
  rhythm: orNull(RequestRhythm),
  reckonedAtMs: Instant,
});
export type ContractReckoning = Static<typeof ContractReckoning>;

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
