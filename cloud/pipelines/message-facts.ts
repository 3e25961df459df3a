import type { RecordOf } from '@kuluma/shared/model/kinds.ts';
import type { Message } from '@kuluma/shared/model/messages.ts';
import type { MessageFacts } from '../core/messages/letter.ts';
import { type Lookup, needed } from './lookup.ts';
import { componentTypeOf, siteOf } from './machine-facts.ts';

/**
 * The facts of a message as they are now, or why it is not true any more: an offer that was answered needs no letter.
 */
export const factsOf = async (
  lookup: Lookup,
  message: Pick<Message, 'template' | 'offerId' | 'visitId'>,
): Promise<MessageFacts | 'overtaken'> => {
  const offer = needed(await lookup.get('offer', message.offerId), 'offer');
  const recommendation = needed(await lookup.get('recommendation', offer.recommendationId), 'recommendation');
  const machine = needed(await lookup.get('machine', offer.machineId), 'machine');
  const site = needed(await siteOf(lookup, offer.machineId, offer.createdAtMs), 'site');
  const component = needed(await lookup.get('component', recommendation.componentId), 'component');
  const componentType = needed(await componentTypeOf(lookup, component), 'component type');
  const work = {
    machineTag: machine.tag,
    siteName: site.name,
    timeZone: site.access.timeZone,
    componentName: componentType.name,
  };
  if (message.template === 'offer') {
    if (offer.state !== 'sent') return 'overtaken';
    const { slots, total, validUntilMs } = offer;
    const { action, durationMin } = recommendation;
    return { template: 'offer', ...work, action, durationMin, slots, grossCents: total.grossCents, validUntilMs };
  }
  const visit = needed(message.visitId ? await lookup.get('visit', message.visitId) : undefined, 'visit');
  if (message.template === 'booked' || message.template === 'cancelled') {
    if (visit.state !== message.template) return 'overtaken';
    const { arrivalFromMs, arrivalToMs, endMs } = visit.slot;
    const address = [site.streetAddress, site.municipality].filter((part) => part !== '').join(', ');
    const entry = { visitId: visit.id, visitVersion: visit.version, endMs, address };
    return { template: message.template, ...work, ...entry, arrivalFromMs, arrivalToMs };
  }
  const [outcome] = await lookup.by('outcome', 'visitId', visit.id);
  return { template: 'done', ...work, minutes: needed(outcome as RecordOf<'outcome'> | undefined, 'outcome').minutes };
};
