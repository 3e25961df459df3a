import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import type { IncidentHead, IncidentView } from '@kuluma/shared/model/views/incident.ts';
import type { Words } from '../../parts/words.ts';

/** What came up, on how many machines, and what they have in common. */
export const incidentSentence = (
  words: Words,
  {
    componentName,
    modelName,
    batch,
    machines,
  }: Pick<IncidentHead, 'componentName' | 'modelName' | 'batch' | 'machines'>,
): string => {
  const component = midSentence(words.own(componentName));
  if (batch !== null) return words.t('incident.batch', { component, batch, machines });
  return words.t('incident.sentence', {
    component,
    model: modelName ? midSentence(words.own(modelName)) : '',
    machines,
  });
};

/** What work and parts of all of them come to, with VAT; the way is known with the times only. */
export const priceSentence = (words: Words, { members }: Pick<IncidentView, 'members'>): string => {
  const priced = members.flatMap(({ price }) => (price ? [price.grossCents] : []));
  return words.t('incident.price', {
    price: words.money(priced.reduce((sum, cents) => sum + cents, 0)),
    unpriced: members.length - priced.length,
  });
};
