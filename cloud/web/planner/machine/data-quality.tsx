import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import type { Words } from '../../parts/words.ts';
import { dataSentences } from './data-sentences.ts';

const summaryText = (words: Words, { dataQuality }: MachineView): string =>
  dataQuality ? words.t('data.summary', { score: words.percent(dataQuality.score) }) : words.t('data.none');

/** How well the machine was measured over the last day: a sentence, and one for each thing that is wrong. */
export const DataQuality = ({ machine }: { machine: MachineView }) => {
  const words = useWords();
  const sentences = dataSentences(words, machine);
  return (
    <section className="data-quality" aria-label={words.t('data.title')}>
      <h2>{words.t('data.title')}</h2>
      <p>
        {summaryText(words, machine)} {machine.dataQuality && sentences.length === 0 && words.t('data.good')}
      </p>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <Link to="/set-up/inventory/$machineId" params={{ machineId: machine.machine.machineId }}>
        {words.t('inventory.title')}
      </Link>
    </section>
  );
};
