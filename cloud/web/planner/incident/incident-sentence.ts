import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import type { IncidentHead, IncidentView } from '@kuluma/shared/model/views/incident.ts';
import type { Words } from '../../parts/words.ts';

/** What came up, on how many machines. */
export const incidentSentence = (
  words: Words,
  { componentName, modelName, machines }: Pick<IncidentHead, 'componentName' | 'modelName' | 'machines'>,
): string =>
  words.t('incident.sentence', {
    component: midSentence(words.own(componentName)),
    model: midSentence(words.own(modelName)),
    machines,
  });

/** What work and parts of all of them come to, with VAT; the way is known with the times only. */
export const priceSentence = (words: Words, { members }: Pick<IncidentView, 'members'>): string => {
  const priced = members.flatMap(({ price }) => (price ? [price.grossCents] : []));
  return words.t('incident.price', {
    price: words.money(priced.reduce((sum, cents) => sum + cents, 0)),
    unpriced: members.length - priced.length,
  });
};
