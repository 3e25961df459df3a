import { latestOf } from '@kuluma/shared/model/agreements.ts';
import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import { grossCentsOf } from '@kuluma/shared/model/money.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import { isoOf } from '@kuluma/shared/model/views/common.ts';
import type { ContractChanceView, ContractOfferView, ContractsView } from '@kuluma/shared/model/views/contract.ts';
import { contractOfferClass, isAsked, leavesOn } from '../../core/offers/contract-offers.ts';
import { legalBasisOf, runsAt } from '../../core/offers/legal-basis.ts';
import type { OfferTerms } from '../../core/offers/price.ts';
import { stands } from '../../core/set-up/missing.ts';
import { type MachineChance, machineChance } from '../../pipelines/contract-chances.ts';
import { type Lookup, needed } from '../../pipelines/lookup.ts';
import { approverOf } from '../../pipelines/machine-facts.ts';
import { termsNow } from '../../pipelines/prices.ts';
import { reckoningOf } from '../../pipelines/reckon-contracts.ts';
import { machineHeadOf } from './machine-head.ts';

/** When the letter of an offer left. */
const sentMsOf = async (lookup: Lookup, { id, contactId }: RecordOf<'contractOffer'>): Promise<number | null> => {
  const letters = await lookup.by('message', 'contactId', contactId);
  const letter = letters.find((one) => one.contractOfferId === id && one.template === 'contractOffer');
  return letter?.state === 'sent' ? letter.sentAtMs : null;
};

const orNone = (ms: number | null): string | null => (ms === null ? null : isoOf(ms));

/** A contract as it was offered. */
export const contractOfferViewOf = async (
  lookup: Lookup,
  offer: RecordOf<'contractOffer'>,
): Promise<ContractOfferView> => {
  const { id, version, machineId, contactId, personId, vatRatePermille, createdAtMs } = offer;
  const { warrantyUntilOn, fromOn, untilOn, covers, terms, worth, state, declineReason } = offer;
  return {
    ...{ contractOfferId: id, version, warrantyUntilOn, fromOn, untilOn, covers, terms, worth, state, declineReason },
    machine: await machineHeadOf(lookup, machineId, createdAtMs),
    monthlyGrossCents: grossCentsOf(offer.monthlyCents, vatRatePermille),
    visitGrossCents: grossCentsOf(offer.visitCents, vatRatePermille),
    contactName: needed(await lookup.get('contact', contactId), 'contact').name,
    personName: needed(await lookup.get('person', personId), 'person').name,
    createdAt: isoOf(createdAtMs),
    sentAt: orNone(await sentMsOf(lookup, offer)),
    answeredAt: orNone(offer.answeredAtMs),
  };
};

const stateOf = async (
  lookup: Lookup,
  { machineId, ownerId, warrantyUntilOn }: MachineChance,
  contact: RecordOf<'contact'> | undefined,
  worth: ContractChanceView['worth'],
  nowMs: number,
): Promise<ContractChanceView['state']> => {
  if (isAsked(await lookup.by('contractOffer', 'machineId', machineId), { ownerId, warrantyUntilOn, nowMs }))
    return 'asked';
  if (worth === null) return 'notReckoned';
  if (worth.verdict !== 'worth') return worth.verdict;
  if (!contact) return 'noContact';
  const consents = await lookup.by('consent', 'contactId', contact.id);
  return legalBasisOf(consents, contact.id, contractOfferClass, nowMs) ? 'open' : 'noConsent';
};

const chanceViewOf = async (
  lookup: Lookup,
  chance: MachineChance,
  terms: OfferTerms,
  nowMs: number,
): Promise<ContractChanceView> => {
  const { machineId, ownerId, model, plan, warrantyUntilOn, fromOn, untilOn } = chance;
  const { vatRatePermille } = terms.prices;
  const { worth = null, rhythm = null, reckonedAtMs = null } = (await reckoningOf(lookup, chance)) ?? {};
  const contact = await approverOf(lookup, ownerId);
  const firstDay = leavesOn(warrantyUntilOn, plan, rhythm);
  const today = dayKeyOf(
    nowMs,
    needed(await lookup.get('organisation', lookup.organisationId), 'organisation').timeZone,
  );
  return {
    machine: await machineHeadOf(lookup, machineId, nowMs),
    ...{ warrantyUntilOn, fromOn, untilOn, worth, rhythm, covers: plan.covers, sendsUntilOn: plan.sendsUntilOn },
    reckonedAt: orNone(reckonedAtMs),
    leavesOn: firstDay > today ? firstDay : null,
    monthlyGrossCents: grossCentsOf(plan.monthlyCents, vatRatePermille),
    visitGrossCents: grossCentsOf(plan.visitCents, vatRatePermille),
    version: model.version,
    state: await stateOf(lookup, chance, contact, worth, nowMs),
    contactName: contact?.name ?? null,
  };
};

/** So many days before a warranty ends a model without a contract to offer is told of. */
const usualLeadDays = 90;

/** Models that have no contract to offer though a warranty of theirs ends soon. */
const withoutPlanOf = async (
  lookup: Lookup,
  machines: readonly RecordOf<'machine'>[],
  nowMs: number,
): Promise<ContractsView['withoutPlan']> => {
  const { timeZone } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  const [today, last] = [dayKeyOf(nowMs, timeZone), dayKeyOf(nowMs + usualLeadDays * dayMs, timeZone)];
  const counts = new Map<RecordOf<'machineModel'>['id'], number>();
  for (const { id, machineModelId } of machines) {
    const warranty = latestOf(await lookup.by('warranty', 'machineId', id));
    if (!warranty || warranty.untilOn < today || warranty.untilOn > last) continue;
    const model = needed(await lookup.get('machineModel', machineModelId), 'machine model');
    const owned = (await lookup.by('machineOwnership', 'machineId', id)).some(({ period }) => runsAt(period, nowMs));
    if (!model.contractPlan && owned) counts.set(model.id, (counts.get(model.id) ?? 0) + 1);
  }
  const models = await Promise.all([...counts.keys()].map((id) => lookup.get('machineModel', id)));
  return models.flatMap((model) =>
    model ? [{ machineModelId: model.id, modelName: model.name, machines: counts.get(model.id) ?? 1 }] : [],
  );
};

/** What a look at all machines asks for. */
const shownKinds = [
  ...(['machine', 'machineModel', 'machineOwnership', 'machinePlacement', 'site', 'owner', 'warranty'] as const),
  ...(['serviceContract', 'contractOffer', 'contractReckoning'] as const),
] as const;

/** Machines whose warranty ends with what a contract would be worth as it was reckoned, and the contracts that were offered. */
export const contractsViewOf = async (
  lookup: Lookup,
  configured: OfferTerms,
  nowMs: number,
): Promise<ContractsView> => {
  await lookup.preload(...shownKinds);
  const terms = await termsNow(lookup, configured);
  const machines = (await lookup.list('machine')).filter(stands);
  const chances: ContractChanceView[] = [];
  for (const { id } of machines) {
    const chance = await machineChance(lookup, id, nowMs);
    if (chance) chances.push(await chanceViewOf(lookup, chance, terms, nowMs));
  }
  const offers = await lookup.list('contractOffer', { newestFirst: true });
  return {
    chances: chances
      .filter(({ state }) => state !== 'asked')
      .sort((a, b) => a.warrantyUntilOn.localeCompare(b.warrantyUntilOn) || a.machine.tag.localeCompare(b.machine.tag)),
    offers: await Promise.all(offers.map((offer) => contractOfferViewOf(lookup, offer))),
    withoutPlan: await withoutPlanOf(lookup, machines, nowMs),
  };
};
