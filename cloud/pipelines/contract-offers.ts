import { AppError } from '@kuluma/shared/errors.ts';
import type { ContractWorth } from '@kuluma/shared/model/agreements.ts';
import type { Actor, Id } from '@kuluma/shared/model/base.ts';
import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { isReminderDue } from '../core/messages/due.ts';
import type { MessageRules } from '../core/messages/outbox.ts';
import {
  acceptContract,
  contractOfferClass,
  declineContract,
  expireContract,
  isAsked,
  leavesOn,
  makeContractOffer,
} from '../core/offers/contract-offers.ts';
import { legalBasisOf } from '../core/offers/legal-basis.ts';
import type { OfferTerms } from '../core/offers/price.ts';
import { stands } from '../core/set-up/missing.ts';
import type { RecordTransaction } from '../ports.ts';
import { type MachineChance, machineChance, worthOf } from './contract-chances.ts';
import { tellContractEnds } from './contract-ends.ts';
import { createLookup, type Lookup, needed } from './lookup.ts';
import { approverOf, ownerIdOf } from './machine-facts.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { termsNow } from './prices.ts';
import { queueContractMessage } from './queue-message.ts';
import { reckoningOf } from './reckon-contracts.ts';

type Offer = RecordOf<'contractOffer'>;

export type ContractDeps = Pick<PipelineDeps, 'clock' | 'random'> & {
  /** As configured; what was set on the pages counts before it. */
  readonly terms: OfferTerms;
  readonly messageRules: MessageRules;
};

const originOf = ({ clock, random }: ContractDeps, organisationId: Id<'organisation'>, createdBy: Actor) => ({
  organisationId,
  createdBy,
  nowMs: clock.now(),
  random,
});

/** What the contract of a chance is worth at the prices of now. */
const worthNow = async (deps: ContractDeps, lookup: Lookup, chance: MachineChance): Promise<ContractWorth> =>
  worthOf(lookup, chance, (await termsNow(lookup, deps.terms)).prices, deps.clock.now());

/** Offers the contract of a chance; offer and letter come into being together. @throws as `makeContractOffer` */
const offerChance = async (
  deps: ContractDeps,
  tx: RecordTransaction,
  { chance, personId, by, worth }: { chance: MachineChance; personId: Id<'person'>; by: Actor; worth: ContractWorth },
): Promise<Offer> => {
  const { machineId, ownerId, plan, model, ...days } = chance;
  const { organisationId } = model;
  const lookup = createLookup(tx, organisationId);
  const origin = originOf(deps, organisationId, by);
  const asked = { ownerId, warrantyUntilOn: chance.warrantyUntilOn, nowMs: origin.nowMs };
  if (isAsked(await lookup.by('contractOffer', 'machineId', machineId), asked))
    throw new AppError('CONFLICT', 'the owner was offered a contract for this machine already');
  const contact = await approverOf(lookup, ownerId);
  if (!contact) throw new AppError('NO_LEGAL_BASIS', 'the owner has no contact to whom an offer could go');
  const { prices } = await termsNow(lookup, deps.terms);
  const { timeZone } = needed(await lookup.get('organisation', organisationId), 'organisation');
  const offer = makeContractOffer({
    ...{ chance: days, plan, machineId, contact, personId, timeZone, origin },
    consents: await lookup.by('consent', 'contactId', contact.id),
    worth,
    vatRatePermille: prices.vatRatePermille,
  });
  await tx.insert('contractOffer', offer);
  const { legalBasis } = offer;
  const about = { template: 'contractOffer', offer, messageClass: contractOfferClass, legalBasis } as const;
  await queueContractMessage(tx, deps.messageRules, origin, about);
  return offer;
};

interface ContractProposal {
  readonly organisationId: Id<'organisation'>;
  readonly machineId: Id<'machine'>;
  readonly personId: Id<'person'>;
  /** Of the machine model, whose price the person saw. */
  readonly seenVersion: number;
}

/**
 * A named person offers the owner of a machine the contract of its model.
 * @throws NOT_FOUND; CONFLICT where the price has changed, it is not worth it, or the owner was asked; NO_LEGAL_BASIS
 */
export const offerContract = async (
  deps: ContractDeps,
  tx: RecordTransaction,
  { organisationId, machineId, personId, seenVersion }: ContractProposal,
): Promise<Offer> => {
  const lookup = createLookup(tx, organisationId);
  const machine = await lookup.get('machine', machineId);
  if (!machine || !stands(machine)) throw new AppError('NOT_FOUND', 'there is no such machine');
  const chance = await machineChance(lookup, machineId, deps.clock.now());
  if (!chance)
    throw new AppError('CONFLICT', 'no contract can be offered for this machine now', { hint: 'look again' });
  if (chance.model.version !== seenVersion)
    throw new AppError('CONFLICT', 'the contract was changed since you looked at it', { hint: 'look again' });
  const worth = await worthNow(deps, lookup, chance);
  return offerChance(deps, tx, { chance, personId, by: { kind: 'person', personId }, worth });
};

type ContractAnswer = { readonly answer: 'accept' } | { readonly answer: 'decline'; readonly reason: string };

/** The owner's answer, to the offer as they saw it. */
interface ContractReply {
  readonly organisationId: Id<'organisation'>;
  readonly contractOfferId: Id<'contractOffer'>;
  readonly contactId: Id<'contact'>;
  readonly seenVersion: number;
  readonly command: ContractAnswer;
}

/**
 * A yes makes the contract as it was offered; a no ends the matter.
 * @throws NOT_FOUND; FORBIDDEN for another contact; EXPIRED; CONFLICT when it was answered or changed, the machine was sold,
 * or has a contract by now
 */
export const answerContract = async (
  deps: ContractDeps,
  tx: RecordTransaction,
  { organisationId, contractOfferId, contactId, seenVersion, command }: ContractReply,
): Promise<void> => {
  const lookup = createLookup(tx, organisationId);
  const offer = await lookup.get('contractOffer', contractOfferId);
  if (!offer) throw new AppError('NOT_FOUND', 'there is no such offer');
  if (offer.contactId !== contactId)
    throw new AppError('FORBIDDEN', 'an offer is answered by the contact whom it was sent to');
  if (offer.version !== seenVersion)
    throw new AppError('CONFLICT', 'the offer was changed since you looked at it', { hint: 'look at it again' });
  const origin = originOf(deps, organisationId, { kind: 'contact', contactId });
  if (command.answer === 'decline') {
    await tx.update('contractOffer', declineContract(offer, command.reason, origin.nowMs));
    return;
  }
  const { machineId } = offer;
  if ((await ownerIdOf(lookup, machineId, origin.nowMs)) !== offer.ownerId)
    throw new AppError('CONFLICT', 'the machine belongs to somebody else now');
  const { tag } = needed(await lookup.get('machine', machineId), 'machine');
  const contracts = await lookup.by('serviceContract', 'machineId', machineId);
  const made = acceptContract(offer, { tag, contracts, origin });
  await tx.update('contractOffer', made.offer);
  await tx.insert('serviceContract', made.contract);
  const messageClass = 'serviceNotice';
  const legalBasis = legalBasisOf(
    await lookup.by('consent', 'contactId', contactId),
    contactId,
    messageClass,
    origin.nowMs,
  );
  // Who wants no letters at all has the page on which they said yes.
  if (legalBasis) {
    const about = { template: 'contractMade', offer: made.offer, messageClass, legalBasis } as const;
    await queueContractMessage(tx, deps.messageRules, origin, about);
  }
};

const policy = { kind: 'policy', name: 'contract-offers' } as const;

/** Who let the contract of a model be offered without a look at each; the last person that said so. */
const orderedBy = async (lookup: Lookup, model: RecordOf<'machineModel'>): Promise<Id<'person'> | undefined> => {
  const changes = await lookup.by('setUpChange', 'subjectId', model.id);
  const said = changes.findLast(({ fields }) => fields.some(({ name }) => name === 'contractPlan'));
  const { createdBy } = said ?? model;
  return createdBy.kind === 'person' ? createdBy.personId : undefined;
};

/** Offers what a company lets leave by itself; what may not leave is left for a person to see. @returns how many */
const offerByRule = async (
  deps: ContractDeps & Pick<PipelineDeps, 'records'>,
  organisationId: Id<'organisation'>,
): Promise<number> => {
  const lookup = createLookup(deps.records, organisationId);
  const nowMs = deps.clock.now();
  const { timeZone } = needed(await lookup.get('organisation', organisationId), 'organisation');
  const today = dayKeyOf(nowMs, timeZone);
  const models = (await lookup.list('machineModel')).filter(
    ({ contractPlan }) => (contractPlan?.sendsUntilOn ?? '') >= today,
  );
  let offered = 0;
  for (const model of models) {
    const personId = await orderedBy(lookup, model);
    if (!personId) continue;
    for (const machine of (await lookup.by('machine', 'machineModelId', model.id)).filter(stands))
      if (await mayBeOffered(deps, lookup, machine.id, today))
        offered += await deps.records.transact(async (tx) => {
          const inside = createLookup(tx, organisationId);
          const chance = await machineChance(inside, machine.id, nowMs);
          if (!chance) return 0;
          // Much may have changed since it was reckoned for all.
          const worth = await worthNow(deps, inside, chance);
          if (worth.verdict !== 'worth') return 0;
          await offerChance(deps, tx, { chance, personId, by: policy, worth });
          return 1;
        });
  }
  return offered;
};

/** Whether everything that an offer asks for is there, by reads alone, and its time has come. */
const mayBeOffered = async (
  deps: ContractDeps,
  lookup: Lookup,
  machineId: Id<'machine'>,
  today: string,
): Promise<boolean> => {
  const nowMs = deps.clock.now();
  const chance = await machineChance(lookup, machineId, nowMs);
  if (!chance) return false;
  const { ownerId, warrantyUntilOn } = chance;
  const reckoned = await reckoningOf(lookup, chance);
  if (reckoned?.worth.verdict !== 'worth' || today < leavesOn(warrantyUntilOn, chance.plan, reckoned.rhythm))
    return false;
  if (isAsked(await lookup.by('contractOffer', 'machineId', machineId), { ownerId, warrantyUntilOn, nowMs }))
    return false;
  const contact = await approverOf(lookup, ownerId);
  const consents = contact ? await lookup.by('consent', 'contactId', contact.id) : [];
  return contact !== undefined && legalBasisOf(consents, contact.id, contractOfferClass, nowMs) !== undefined;
};

/** One reminder half-way, and the end with the warranty. @returns how many changed */
const tendSent = async (
  deps: ContractDeps & Pick<PipelineDeps, 'records'>,
  organisationId: Id<'organisation'>,
): Promise<number> => {
  const sent = await deps.records.list('contractOffer', organisationId, { where: { state: 'sent' } });
  let changed = 0;
  for (const { id } of sent)
    changed += await deps.records.transact(async (tx) => {
      const offer = await tx.get('contractOffer', organisationId, id);
      if (offer?.state !== 'sent') return 0;
      const origin = originOf(deps, organisationId, policy);
      const lookup = createLookup(tx, organisationId);
      const isSold = (await ownerIdOf(lookup, offer.machineId, origin.nowMs)) !== offer.ownerId;
      if (isSold || offer.validUntilMs <= origin.nowMs) {
        await tx.update('contractOffer', expireContract(offer));
        return 1;
      }
      const letters = (await lookup.by('message', 'contactId', offer.contactId)).filter(
        ({ contractOfferId }) => contractOfferId === id,
      );
      if (!isReminderDue(offer, letters, origin.nowMs, 'contractOffer')) return 0;
      const { legalBasis } = offer;
      const about = { template: 'contractReminder', offer, messageClass: contractOfferClass, legalBasis } as const;
      await queueContractMessage(tx, deps.messageRules, origin, about);
      return 1;
    });
  return changed;
};

/** Contracts of an organisation: those that leave by themselves, one reminder, and silence; and those that end. @returns how much was done */
export const tendContractOffers = async (
  deps: ContractDeps & Pick<PipelineDeps, 'records'>,
  organisationId: Id<'organisation'>,
): Promise<number> =>
  (await offerByRule(deps, organisationId)) +
  (await tendSent(deps, organisationId)) +
  (await tellContractEnds(deps, organisationId));
