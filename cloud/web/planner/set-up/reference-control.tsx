import type { SetUpKind } from '@kuluma/shared/model/set-up-kinds.ts';
import { setUpPaths } from '@kuluma/shared/model/set-up-paths.ts';
import type { SetUpRow } from '@kuluma/shared/model/views/set-up.ts';
import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../../parts/language.tsx';
import { useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import type { Words } from '../../parts/words.ts';
import type { NoneMeans } from './fields.ts';

const mostListed = 50;

/** What tells two of the same name apart: a part's name, a machine's site. */
const labelOf = (words: Words, { name, cells }: SetUpRow): string => {
  const more = cells['partName'] ?? cells['site'] ?? cells['municipality'];
  if (more && 'own' in more) return `${name} · ${words.own(more.own)}`;
  return more && 'text' in more && more.text ? `${name} · ${more.text}` : name;
};

/** One of the things that there are, found by a part of its name. */
export const ReferenceControl = ({
  to,
  none,
  value,
  onChange,
  ...shared
}: {
  to: readonly SetUpKind[];
  /** What it means that nothing is chosen; undefined where something must be. */
  none: NoneMeans | undefined;
  label: string;
  name?: string;
  error?: ReactNode;
  description?: ReactNode;
  disabled?: boolean;
  value: string | null;
  onChange: (value: string | null) => void;
}) => {
  const words = useWords();
  const { organisationId } = useReader();
  const [first = 'owners', second] = to;
  const one = useView<SetUpRow[]>(setUpPaths.list(organisationId, first));
  const other = useView<SetUpRow[]>(setUpPaths.list(organisationId, second ?? first), {
    enabled: second !== undefined,
  });
  const rows = [...(one.data ?? []), ...(second ? (other.data ?? []) : [])];
  const data = rows
    .filter(({ id, endedAt }) => endedAt === null || id === value)
    .map((row) => ({ value: row.id, label: labelOf(words, row) }));
  return (
    <Select
      {...shared}
      searchable
      limit={mostListed}
      clearable={none !== undefined}
      clearButtonProps={{ 'aria-label': words.t('setUp.clear') }}
      required={none === undefined}
      placeholder={none && value === null ? words.t(`setUp.${none}`) : words.t('setUp.choose')}
      nothingFoundMessage={words.t('setUp.noneFound')}
      value={value}
      onChange={onChange}
      data={data}
      comboboxProps={{ withinPortal: false }}
    />
  );
};
