import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Message } from '@kuluma/shared/model/messages.ts';
import { grossCentsOf, type PriceLine, payers, priceKinds } from '@kuluma/shared/model/money.ts';
import { minuteMs } from '@kuluma/shared/model/units.ts';
import type { CaseFacts, ContractEndFacts, ContractFacts, MessageFacts, OfferFacts } from '../core/messages/facts.ts';
import { isFollowed } from '../core/offers/contract-offers.ts';
import { type Lookup, needed } from './lookup.ts';
import { componentTypeOf, siteOf } from './machine-facts.ts';
import { teamNameOf } from './technician-names.ts';

type Told = Pick<Message, 'template' | 'offerId' | 'visitId' | 'caseId' | 'contractOfferId' | 'serviceContractId'> &
  Partial<Pick<Message, 'createdAtMs'>>;

/** Who sent the offer and answers questions. */
export const personOf = async (lookup: Lookup, { approvalId }: RecordOf<'offer'>): Promise<RecordOf<'person'>> => {
  const approval = needed(await lookup.get('approval', approvalId), 'approval');
  return needed(await lookup.get('person', approval.personId), 'person');
};

const workOf = async (lookup: Lookup, offer: RecordOf<'offer'>, recommendation: RecordOf<'recommendation'>) => {
  const machine = needed(await lookup.get('machine', offer.machineId), 'machine');
  const site = needed(await siteOf(lookup, offer.machineId, offer.createdAtMs), 'site');
  const component = needed(await lookup.get('component', recommendation.componentId), 'component');
  const componentType = needed(await componentTypeOf(lookup, component), 'component type');
  return {
    work: {
      machineTag: machine.tag,
      siteName: site.name,
      timeZone: site.access.timeZone,
      componentName: componentType.name,
    },
    site,
  };
};

/** When a technician is expected who set out at an instant. */
const arrivalAfter = (setOutMs: number, { slot }: RecordOf<'visit'>): number => setOutMs + slot.travelMin * minuteMs;

/** When the technician who is on the way is expected, as its message told the owner; undefined before that and after. */
export const toldArrivalMs = async (lookup: Lookup, visit: RecordOf<'visit'>): Promise<number | undefined> => {
  if (visit.state !== 'onTheWay') return undefined;
  const told = (await lookup.by('message', 'offerId', visit.offerId)).findLast(
    ({ template, visitId }) => template === 'onTheWay' && visitId === visit.id,
  );
  return told && arrivalAfter(told.createdAtMs, visit);
};

/** In which state a visit is while the message about it is true. */
const trueWhile = {
  booked: 'booked',
  changed: 'booked',
  dayReminder: 'booked',
  hourReminder: 'booked',
  cancelled: 'cancelled',
  notNeeded: 'cancelled',
  onTheWay: 'onTheWay',
} as const;

const coveredIn = (lines: readonly PriceLine[]): OfferFacts['covered'] =>
  payers.flatMap((payer) => {
    const isPaid = (kind: string) => lines.some((line) => line.kind === kind && line.coveredBy === payer);
    const kinds = priceKinds.filter(isPaid);
    return kinds.length > 0 ? [{ payer, kinds }] : [];
  });

/** The last that was said in a case, where its owner has not written since. */
const caseFactsOf = async (lookup: Lookup, { caseId }: Told): Promise<CaseFacts | 'overtaken'> => {
  const last = caseId && (await lookup.by('caseMessage', 'caseId', caseId)).at(-1);
  if (!last || last.voice === 'owner' || last.createdBy.kind !== 'person') return 'overtaken';
  const { name } = needed(await lookup.get('person', last.createdBy.personId), 'person');
  return { template: 'caseAnswer', personName: name, text: last.text };
};

/** The contract of an offer, with VAT; an offer that was answered needs no letter, a contract that was made one. */
const contractFactsOf = async (
  lookup: Lookup,
  template: ContractFacts['template'],
  contractOfferId: Told['contractOfferId'],
): Promise<ContractFacts | 'overtaken'> => {
  const offer = needed(contractOfferId && (await lookup.get('contractOffer', contractOfferId)), 'contract offer');
  if (offer.state !== (template === 'contractMade' ? 'accepted' : 'sent')) return 'overtaken';
  const machine = needed(await lookup.get('machine', offer.machineId), 'machine');
  const site = await siteOf(lookup, offer.machineId, offer.createdAtMs);
  const { warrantyUntilOn, fromOn, untilOn, covers, worth, vatRatePermille } = offer;
  return {
    ...{ template, machineTag: machine.tag, siteName: site?.name ?? '–' },
    ...{ warrantyUntilOn, fromOn, untilOn, covers, worth },
    monthlyGrossCents: grossCentsOf(offer.monthlyCents, vatRatePermille),
    visitGrossCents: grossCentsOf(offer.visitCents, vatRatePermille),
  };
};

/** A contract that still ends, on a day to come, with none to follow. */
const contractEndOf = async (
  lookup: Lookup,
  { serviceContractId, createdAtMs }: Told,
): Promise<ContractEndFacts | 'overtaken'> => {
  const contract = needed(
    serviceContractId && (await lookup.get('serviceContract', serviceContractId)),
    'service contract',
  );
  const { machineId, number, untilOn } = contract;
  if (untilOn === null || isFollowed(contract, await lookup.by('serviceContract', 'machineId', machineId)))
    return 'overtaken';
  const machine = needed(await lookup.get('machine', machineId), 'machine');
  const site = await siteOf(lookup, machineId, createdAtMs ?? contract.createdAtMs);
  return { template: 'contractEnds', machineTag: machine.tag, siteName: site?.name ?? '–', number, untilOn };
};

/** Who answers where nobody has begun the matter: a planner, by phone if one has any, else whoever there is. */
const plannerOf = async (lookup: Lookup): Promise<RecordOf<'person'>> => {
  const people = await lookup.list('person');
  const planners = people.filter(({ roles }) => roles.includes('planner'));
  return needed(planners.find(({ phone }) => phone !== '') ?? planners[0] ?? people[0], 'person');
};

/** Who answers questions about what a message says. */
export const answererOf = async (lookup: Lookup, message: Told): Promise<RecordOf<'person'>> => {
  if (message.offerId) return personOf(lookup, needed(await lookup.get('offer', message.offerId), 'offer'));
  if (message.contractOfferId) {
    const offer = needed(await lookup.get('contractOffer', message.contractOfferId), 'contract offer');
    return needed(await lookup.get('person', offer.personId), 'person');
  }
  if (message.serviceContractId) return plannerOf(lookup);
  const said = message.caseId ? await lookup.by('caseMessage', 'caseId', message.caseId) : [];
  const by = said.flatMap(({ createdBy }) => (createdBy.kind === 'person' ? [createdBy.personId] : [])).at(-1);
  return needed(by && (await lookup.get('person', by)), 'person');
};

/**
 * The facts of a message as they are now, or why it is not true any more: an offer that was answered needs no letter.
 */
export const factsOf = async (lookup: Lookup, message: Told): Promise<MessageFacts | 'overtaken'> => {
  const { template } = message;
  if (template === 'caseAnswer') return caseFactsOf(lookup, message);
  if (template === 'contractEnds') return contractEndOf(lookup, message);
  if (template === 'contractOffer' || template === 'contractReminder' || template === 'contractMade')
    return contractFactsOf(lookup, template, message.contractOfferId);
  const offer = needed(message.offerId ? await lookup.get('offer', message.offerId) : undefined, 'offer');
  const recommendation = needed(await lookup.get('recommendation', offer.recommendationId), 'recommendation');
  const { work, site } = await workOf(lookup, offer, recommendation);
  if (template === 'offer' || template === 'offerReminder') {
    if (offer.state !== 'sent') return 'overtaken';
    const { slots, total, validUntilMs } = offer;
    const covered = coveredIn(offer.lines);
    const { action, durationMin } = recommendation;
    return { template, ...work, action, durationMin, slots, grossCents: total.grossCents, covered, validUntilMs };
  }
  const visit = needed(message.visitId ? await lookup.get('visit', message.visitId) : undefined, 'visit');
  if (template === 'done' || template === 'allIsWell' || template === 'satisfaction') {
    // Who has said how it went on the page is not asked.
    const isSaid = template === 'satisfaction' && (await lookup.by('visitFeedback', 'visitId', visit.id)).length > 0;
    if (isSaid) return 'overtaken';
    const outcome = needed((await lookup.by('outcome', 'visitId', visit.id))[0], 'outcome');
    return { template, ...work, closedAtMs: outcome.closedAtMs, minutes: outcome.minutes };
  }
  if (visit.state !== trueWhile[template]) return 'overtaken';
  if (template === 'onTheWay') {
    const expectedMs = arrivalAfter(message.createdAtMs ?? visit.slot.startMs, visit);
    return { template, ...work, technicianName: await teamNameOf(lookup, visit.slot), expectedMs };
  }
  const { arrivalFromMs, arrivalToMs, endMs } = visit.slot;
  const address = [site.streetAddress, site.municipality].filter((part) => part !== '').join(', ');
  const { name } = needed(await lookup.get('organisation', lookup.organisationId), 'organisation');
  const organizer = { name, email: (await personOf(lookup, offer)).email };
  const entry = { visitId: visit.id, visitVersion: visit.version, endMs, address, organizer };
  return { template, ...work, ...entry, arrivalFromMs, arrivalToMs };
};
