import { type Static, Type } from 'typebox';
import { ContractWorth, Covers, contractOfferStates, RequestRhythm } from '../agreements.ts';
import { closed, idOf, LocalDay, LocalText, oneOf, orNull } from '../base.ts';
import { idempotencyKey } from '../idempotency-key.ts';
import { IsoInstant, MachineHead } from './common.ts';

/** Prices with VAT; days of the calendar. */
const proposed = {
  machine: MachineHead,
  warrantyUntilOn: LocalDay,
  fromOn: LocalDay,
  untilOn: LocalDay,
  covers: Covers,
  monthlyGrossCents: Type.Integer({ minimum: 0 }),
  visitGrossCents: Type.Integer({ minimum: 0 }),
};

/** A contract as it was offered, for its owner and for the company. */
export const ContractOfferView = Type.Object(
  {
    contractOfferId: idOf('contractOffer'),
    version: Type.Integer({ minimum: 1 }),
    ...proposed,
    worth: ContractWorth,
    terms: Type.String(),
    state: oneOf(contractOfferStates),
    contactName: Type.String(),
    /** Who answers for it at the company. */
    personName: Type.String(),
    createdAt: IsoInstant,
    /** When its letter left; null while it waits, or where it was held back. */
    sentAt: orNull(IsoInstant),
    answeredAt: orNull(IsoInstant),
    declineReason: orNull(Type.String()),
  },
  closed,
);
export type ContractOfferView = Static<typeof ContractOfferView>;

/** Whether a contract can be offered: what is missing, or that it would not serve the owner. */
export const contractChanceStates = [
  ...(['open', 'notWorth', 'unknown', 'noContact', 'noConsent', 'asked'] as const),
  /** As it stands now it was not reckoned yet. */
  'notReckoned',
] as const;

/** A machine whose warranty ends, and what a contract would be worth to its owner. */
export const ContractChanceView = Type.Object(
  {
    ...proposed,
    /** As it was reckoned last; an offer that is sent is reckoned anew. Null: not yet. */
    worth: orNull(ContractWorth),
    reckonedAt: orNull(IsoInstant),
    /** How owners of the model ask for service towards the end of their warranty; null: no more often, or nobody knows. */
    rhythm: orNull(RequestRhythm),
    /** Of the machine model, whose contract it is: `If-Match` of the offer. */
    version: Type.Integer({ minimum: 1 }),
    state: oneOf(contractChanceStates),
    contactName: orNull(Type.String()),
    /** It leaves without a person's look until that day; null: a person sends it. */
    sendsUntilOn: orNull(LocalDay),
    /** From which day it leaves by itself, where owners of the model ask later than the plan says; null: its time has come. */
    leavesOn: orNull(LocalDay),
  },
  closed,
);
export type ContractChanceView = Static<typeof ContractChanceView>;

export const ContractsView = Type.Object(
  {
    /** What ends first comes first. */
    chances: Type.Array(ContractChanceView),
    /** Newest first. */
    offers: Type.Array(ContractOfferView),
    /** Models with a warranty that ends soon and no contract to offer. */
    withoutPlan: Type.Array(
      Type.Object(
        { machineModelId: idOf('machineModel'), modelName: LocalText, machines: Type.Integer({ minimum: 1 }) },
        closed,
      ),
    ),
  },
  closed,
);
export type ContractsView = Static<typeof ContractsView>;

/** POST, with the version of the chance in `If-Match`. */
export const OfferContractCommand = Type.Object({ idempotencyKey }, closed);
export type OfferContractCommand = Static<typeof OfferContractCommand>;

/** POST: reckons all machines anew. */
export const ReckonContractsCommand = Type.Object({ idempotencyKey }, closed);

/** The owner's answer. */
export const ContractAnswerCommand = Type.Union([
  Type.Object({ idempotencyKey, answer: Type.Literal('accept') }, closed),
  Type.Object(
    {
      idempotencyKey,
      answer: Type.Literal('decline'),
      reason: Type.String({ maxLength: 500 }),
    },
    closed,
  ),
]);
export type ContractAnswerCommand = Static<typeof ContractAnswerCommand>;
