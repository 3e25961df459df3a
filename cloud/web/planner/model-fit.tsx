import { pointName } from '@kuluma/shared/model/sentences.ts';
import type { ModelView } from '@kuluma/shared/model/views/models.ts';
import { useWords } from '../parts/language.tsx';

/** Signs that are named; the others would say the same again. */
const mostSigns = 5;

/** Whether the version in service still fits the world, as the last night found it. */
export const ModelFit = ({ model, timeZone }: { model: ModelView; timeZone: string }) => {
  const words = useWords();
  const { check } = model;
  const broken = check?.outcomes.filter(({ drifted }) => drifted) ?? [];
  const isBad = check !== null && (check.inputs.length > 0 || broken.length > 0);
  const facts = check && { day: words.day(Date.parse(check.at), timeZone), machines: check.machines };
  return (
    <section aria-labelledby="model-fit">
      <h2 id="model-fit">{words.t('model.fit')}</h2>
      <p>{facts ? words.t(isBad ? 'model.fitBad' : 'model.fitGood', facts) : words.t('model.fitNone')}</p>
      {check && isBad && (
        <ul>
          {check.inputs.slice(0, mostSigns).map(({ component, point, kind }) => (
            <li key={`${component}.${point}.${kind}`}>
              {words.t(`model.drift.${kind}`, { point: pointName(words, point) })}
            </li>
          ))}
          {broken.map(({ claim, lives }) => (
            <li key={claim}>{words.t(`model.outcome.${claim}`, { lives })}</li>
          ))}
        </ul>
      )}
      {model.retrain && <p>{words.t(`models.retrain.${model.retrain}`)}</p>}
    </section>
  );
};
