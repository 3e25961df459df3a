import { AppError } from '@kuluma/shared/errors.ts';
import {
  type ContractOffer,
  type ContractPlan,
  type ContractWorth,
  holdsOn,
  latestOf,
  type RequestRhythm,
  type ServiceContract,
  type Warranty,
} from '@kuluma/shared/model/agreements.ts';
import { freshBase } from '@kuluma/shared/model/base.ts';
import type { Consent, Contact, Person } from '@kuluma/shared/model/parties.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { instantOf, nextDay } from '../calendar/local-time.ts';
import { legalBasisOf } from './legal-basis.ts';

type Origin = Parameters<typeof freshBase>[1];

/** Who has a machine in service need not be offered a contract for it: that is selling, and needs consent. */
export const contractOfferClass = 'marketingOffer';

/** The contract that an owner could have after a warranty. */
export interface ContractChance {
  readonly warrantyUntilOn: string;
  /** First and last day of the contract. */
  readonly fromOn: string;
  readonly untilOn: string;
}

/** The day before the one that is so many months later; the last of the month where that has no such day. */
const monthsAfter = (day: string, months: number): string => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const lastOfMonth = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  const same = Date.UTC(year, month - 1 + months, Math.min(date, lastOfMonth));
  return new Date(date > lastOfMonth ? same : same - dayMs).toISOString().slice(0, 10);
};

/**
 * Whether a machine's warranty ends so soon that its owner may be offered the contract of the plan, and none holds after it.
 * @param today at the service company
 */
export const chanceOf = (
  today: string,
  { leadDays, months }: Pick<ContractPlan, 'leadDays' | 'months'>,
  warranties: readonly Warranty[],
  contracts: readonly ServiceContract[],
): ContractChance | undefined => {
  const warranty = latestOf(warranties);
  if (!warranty || !holdsOn(warranty, today)) return undefined;
  const { untilOn: warrantyUntilOn } = warranty;
  if (Date.parse(warrantyUntilOn) - Date.parse(today) > leadDays * dayMs) return undefined;
  const fromOn = nextDay(warrantyUntilOn);
  if (contracts.some(({ untilOn }) => untilOn === null || untilOn >= fromOn)) return undefined;
  return { warrantyUntilOn, fromOn, untilOn: monthsAfter(fromOn, months) };
};

/**
 * The first day on which the contract of a chance leaves by itself: as the plan says, or later, when owners of the model
 * begin to think of the end of their warranty, as they were seen to. Nobody is asked before the plan says.
 */
export const leavesOn = (
  warrantyUntilOn: string,
  { leadDays }: Pick<ContractPlan, 'leadDays'>,
  rhythm: Pick<RequestRhythm, 'leadDays'> | null,
): string => {
  const days = Math.min(leadDays, rhythm?.leadDays ?? leadDays);
  return new Date(Date.parse(warrantyUntilOn) - days * dayMs).toISOString().slice(0, 10);
};

type Span = Pick<ServiceContract, 'ownerId' | 'untilOn'>;

/** Whether another contract of the same owner goes on after one ends. @param contracts of the machine */
export const isFollowed = ({ ownerId, untilOn }: Span, contracts: readonly Span[]): boolean =>
  untilOn === null ||
  contracts.some((one) => one.ownerId === ownerId && (one.untilOn === null || one.untilOn > untilOn));

/** Whether an owner is to hear that a contract ends: so many days before, and where none follows. */
export const endsSoon = (
  contract: Span,
  contracts: readonly Span[],
  { today, leadDays }: { readonly today: string; readonly leadDays: number },
): boolean => {
  const { untilOn } = contract;
  if (untilOn === null || untilOn < today || isFollowed(contract, contracts)) return false;
  return Date.parse(untilOn) - Date.parse(today) <= leadDays * dayMs;
};

/** A year of an owner's peace: whoever was offered a contract for a machine is not asked again for so long. */
const silenceMs = 365 * dayMs;

/** Whether an owner was asked for a machine already, for this warranty or within a year. */
export const isAsked = (
  offers: readonly Pick<ContractOffer, 'ownerId' | 'warrantyUntilOn' | 'createdAtMs'>[],
  { ownerId, warrantyUntilOn, nowMs }: { ownerId: string; warrantyUntilOn: string; nowMs: number },
): boolean =>
  offers.some(
    (one) =>
      one.ownerId === ownerId && (one.warrantyUntilOn === warrantyUntilOn || one.createdAtMs > nowMs - silenceMs),
  );

/**
 * The offer of a contract, ready to be sent.
 * @param personId in whose name it leaves
 * @throws CONFLICT where it is not worth it for the owner; NO_LEGAL_BASIS without the contact's consent to offers
 */
export const makeContractOffer = ({
  chance,
  plan,
  worth,
  machineId,
  contact,
  consents,
  personId,
  vatRatePermille,
  timeZone,
  origin,
}: {
  readonly chance: ContractChance;
  readonly plan: ContractPlan;
  readonly worth: ContractWorth;
  readonly machineId: ContractOffer['machineId'];
  readonly contact: Contact;
  readonly consents: readonly Consent[];
  readonly personId: Person['id'];
  readonly vatRatePermille: number;
  /** Of the service company, by whose calendar the warranty ends. */
  readonly timeZone: string;
  readonly origin: Origin;
}): ContractOffer => {
  if (worth.verdict !== 'worth')
    throw new AppError('CONFLICT', 'the contract is not worth it for the owner', { hint: 'offer it at another price' });
  const legalBasis = legalBasisOf(consents, contact.id, contractOfferClass, origin.nowMs);
  if (!legalBasis) throw new AppError('NO_LEGAL_BASIS', 'the contact has not agreed to offers of contracts');
  const { covers, monthlyCents, visitCents, terms } = plan;
  return {
    ...freshBase('contractOffer', origin),
    ...{ machineId, ownerId: contact.ownerId, contactId: contact.id, personId, legalBasis },
    ...chance,
    ...{ covers, monthlyCents, visitCents, terms, vatRatePermille, worth },
    validUntilMs: instantOf(chance.fromOn, '00:00', timeZone),
    state: 'sent',
    declineReason: null,
    answeredAtMs: null,
  };
};

/** An offer that waits for its answer. @throws EXPIRED; CONFLICT when it was answered */
const openOffer = (offer: ContractOffer, nowMs: number): ContractOffer => {
  if (offer.state === 'expired' || (offer.state === 'sent' && nowMs >= offer.validUntilMs))
    throw new AppError('EXPIRED', 'the offer is no longer valid');
  if (offer.state !== 'sent') throw new AppError('CONFLICT', `the offer is ${offer.state} already`);
  return offer;
};

/** By which the parties call a contract: the machine and the year. */
const longestTag = 50;

/**
 * The owner's yes: the contract as it was offered.
 * @param tag of the machine
 * @param contracts of the machine
 * @throws EXPIRED; CONFLICT when it was answered, or another contract holds by now
 */
export const acceptContract = (
  offer: ContractOffer,
  { tag, contracts, origin }: { tag: string; contracts: readonly ServiceContract[]; origin: Origin },
): { readonly offer: ContractOffer; readonly contract: ServiceContract } => {
  const { machineId, ownerId, fromOn, untilOn, covers, monthlyCents, visitCents, terms } = openOffer(
    offer,
    origin.nowMs,
  );
  if (contracts.some((one) => one.ownerId === ownerId && (one.untilOn === null || one.untilOn >= fromOn)))
    throw new AppError('CONFLICT', 'the machine has a contract by now');
  return {
    offer: { ...offer, state: 'accepted', answeredAtMs: origin.nowMs },
    contract: {
      ...freshBase('serviceContract', origin),
      ...{ machineId, ownerId, number: `${tag.slice(0, longestTag)}/${fromOn.slice(0, 4)}`, fromOn, untilOn },
      ...{ covers, monthlyCents, visitCents, terms },
    },
  };
};

/** @throws EXPIRED; CONFLICT when it was answered */
export const declineContract = (offer: ContractOffer, reason: string, nowMs: number): ContractOffer => ({
  ...openOffer(offer, nowMs),
  state: 'declined',
  declineReason: reason,
  answeredAtMs: nowMs,
});

/** What nobody answered until the warranty ended: then silence. */
export const expireContract = (offer: ContractOffer): ContractOffer => ({ ...offer, state: 'expired' });
