import type { PeersView } from '@kuluma/shared/model/views/machine-service.ts';
import { MultiSelect } from '@mantine/core';
import { useWords } from '../../parts/language.tsx';
import { mostCompared, wholeModel } from './peers.ts';

/** Which machines of the model are drawn behind the signal: the band of all, or single ones. */
export const CompareSelect = ({
  compared,
  peers,
  onOpen,
  onChoose,
}: {
  compared: readonly string[];
  /** Undefined until it was asked whom there is to compare with. */
  peers: PeersView | undefined;
  onOpen: () => void;
  onChoose: (compared: readonly string[]) => void;
}) => {
  const words = useWords();
  const others = (peers?.others ?? []).map(({ machineId, tag }) => ({ value: machineId, label: tag }));
  const model = { value: wholeModel, label: words.t('compare.model', { count: peers?.machines ?? 0 }) };
  return (
    <MultiSelect
      aria-label={words.t('compare.with')}
      placeholder={compared.length === 0 ? words.t('compare.with') : ''}
      data={[model, ...others]}
      value={[...compared]}
      maxValues={mostCompared}
      searchable
      nothingFoundMessage={words.t('compare.nobody')}
      onDropdownOpen={onOpen}
      onChange={onChoose}
    />
  );
};
