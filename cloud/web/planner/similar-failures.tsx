import type { ForecastView } from '@kuluma/shared/model/views/machine.ts';
import { useWords } from '../parts/language.tsx';
import type { Words } from '../parts/words.ts';

type Similar = ForecastView['similarFailures'][number];

/** One past failure as a sentence. */
export const similarSentence = (words: Words, similar: Similar, timeZone: string): string => {
  const facts = {
    machine: similar.machine ?? words.t('similar.another'),
    left: words.number(similar.leftDays),
    life: words.number(similar.lifeDays),
  };
  return similar.failedAt
    ? words.t('similar.line', { ...facts, day: words.date(Date.parse(similar.failedAt), timeZone) })
    : words.t('similar.lineUndated', facts);
};

/** Past failures before which a machine once looked as this one does now. */
export const SimilarFailures = ({ failures, timeZone }: { failures: readonly Similar[]; timeZone: string }) => {
  const words = useWords();
  return (
    <section className="similar" aria-label={words.t('similar.title')}>
      <h3>{words.t('similar.title')}</h3>
      {failures.length === 0 && <p className="soft">{words.t('similar.none')}</p>}
      <ul className="similar-lines">
        {failures.map((similar) => (
          <li key={`${similar.machine}.${similar.failedAt}.${similar.leftDays}`}>
            {similarSentence(words, similar, timeZone)}
          </li>
        ))}
      </ul>
    </section>
  );
};
