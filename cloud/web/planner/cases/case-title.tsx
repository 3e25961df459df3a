import type { CaseRow } from '@kuluma/shared/model/views/case.ts';
import { useWords } from '../../parts/language.tsx';
import { TagSentence } from '../../parts/tag-sentence.tsx';

/** What a case is about, in a line. */
export const CaseTitle = ({ of: { origin, machine } }: { of: Pick<CaseRow, 'origin' | 'machine'> }) => {
  const words = useWords();
  if (!machine) return words.t('case.origin.general');
  const values = { machine: machine.tag, owner: machine.owner?.name ?? '–' };
  return <TagSentence text={words.t(`case.origin.${origin}`, values)} tag={machine.tag} />;
};
