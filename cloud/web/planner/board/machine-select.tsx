import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MachineHead } from '@kuluma/shared/model/views/common.ts';
import type { SearchHitView } from '@kuluma/shared/model/views/search.ts';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { useView } from '../../parts/queries.ts';

/** A pause in typing after which the service is asked. */
const typedMs = 150;

const labelOf = ({ tag, site, owner }: MachineHead): string =>
  [tag, site?.name, owner?.name].filter(Boolean).join(' · ');

/** One machine of however many, found as in the search above: by tag, serial number, site, owner or phone number. */
export const MachineSelect = ({
  organisationId,
  chosen,
  onChoose,
}: {
  organisationId: string;
  chosen: MachineHead | null;
  onChoose: (machine: MachineHead | null) => void;
}) => {
  const words = useWords();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), typedMs);
  const isNew = asked !== '' && asked !== (chosen && labelOf(chosen));
  const hits = useView<SearchHitView[]>(apiPaths.search(organisationId), { query: { text: asked }, enabled: isNew });
  const found = new Map<string, MachineHead>(chosen ? [[chosen.machineId, chosen]] : []);
  if (isNew) for (const { machine } of hits.data ?? []) found.set(machine.machineId, machine);
  return (
    <Select
      label={words.t('board.urgent.machine')}
      placeholder={words.t('board.urgent.find')}
      searchable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options }) => options}
      value={chosen?.machineId ?? null}
      onChange={(id) => onChoose(id === null ? null : (found.get(id) ?? null))}
      {...(isNew && hits.data ? { nothingFoundMessage: words.t('board.urgent.notFound') } : {})}
      data={[...found.values()].map((machine) => ({ value: machine.machineId, label: labelOf(machine) }))}
      comboboxProps={{ withinPortal: false }}
    />
  );
};
