import { measuredText } from '@kuluma/shared/model/answered-checks.ts';
import type { CheckAnswer } from '@kuluma/shared/model/checklists.ts';
import type { WorkField } from '@kuluma/shared/model/merged-work.ts';
import type { VisitView } from '@kuluma/shared/model/views/visit.ts';
import type { CheckPlace, WorkValue } from '@kuluma/shared/model/visit-work.ts';
import { useWords } from '../parts/language.tsx';
import type { Words } from '../parts/words.ts';
import { usePhone } from './offline/phone-provider.tsx';
import { statementsOf } from './statements.ts';

const partNameOf = (words: Words, visit: VisitView, partId: string): string => {
  const part = visit.parts.find((one) => one.partId === partId);
  return part ? words.own(part.name) : partId;
};

const questionOf = (words: Words, { checklists = [] }: VisitView, { editionId, item }: CheckPlace): string => {
  const asked = checklists.find((one) => one.editionId === editionId)?.items[item];
  return asked ? words.own(asked.label) : words.t('step.do');
};

const answerText = (words: Words, answer: CheckAnswer): string => {
  if (typeof answer === 'boolean') return words.t(answer ? 'phone.yes' : 'phone.no');
  return typeof answer === 'number' ? measuredText(words, answer) : answer;
};

/** A statement in words: what it is about, and what it says. */
const textsOf = (words: Words, visit: VisitView, value: WorkValue): { about: string; says: string } => {
  switch (value.kind) {
    case 'step':
      return {
        about: words.t(`step.${value.step}`),
        says: value.state === 'parked' ? words.t('step.parkedBecause', { reason: value.reason }) : words.t('step.done'),
      };
    case 'finding':
      return {
        about: words.t('report.found'),
        says: [words.t(`verdict.${value.verdict}`), value.text].filter(Boolean).join(': '),
      };
    case 'check':
      return {
        about: questionOf(words, visit, value),
        says: answerText(words, value.answer),
      };
    case 'replaced':
      return {
        about: words.t('report.replaced', { component: words.own(visit.componentName) }),
        says: words.t(value.replaced ? 'phone.yes' : 'phone.no'),
      };
    case 'part':
      return { about: partNameOf(words, visit, value.partId), says: words.number(value.used) };
    case 'photo':
      return { about: words.t('photo.title'), says: words.t(value.state === 'kept' ? 'photo.kept' : 'photo.removed') };
    case 'signature':
      return { about: words.t('sign.title'), says: value.name };
    case 'noSignature':
      return { about: words.t('sign.title'), says: words.t('sign.noneBecause', { reason: value.reason }) };
    case 'minutes':
      return { about: words.t('report.minutes'), says: words.number(value.minutes) };
  }
};

/** Two phones stated different things without knowing of each other: a person says what holds. */
export const TwoStatements = ({ visit, work }: { visit: VisitView; work: ReadonlyMap<string, WorkField> }) => {
  const words = useWords();
  const phone = usePhone();
  const disputed = [...work].filter(([, { others }]) => others.length > 0);
  if (disputed.length === 0) return null;
  return (
    <section className="refused-act" role="alert">
      <h2>{words.t('phone.disputed')}</h2>
      {disputed.map(([field, { value, others }]) => (
        <fieldset key={field} className="disputed">
          <legend>{textsOf(words, visit, value).about}</legend>
          {[value, ...others].map((one) => (
            <button
              key={JSON.stringify(one)}
              type="button"
              className="button"
              onClick={() => void phone.state(visit, statementsOf(work, [one]))}
            >
              {textsOf(words, visit, one).says}
            </button>
          ))}
        </fieldset>
      ))}
    </section>
  );
};
