import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import type { IncidentHead } from '@kuluma/shared/model/views/incident.ts';
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
