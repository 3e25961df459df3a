import './cases-waiting.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { CaseRow } from '@kuluma/shared/model/views/case.ts';
import { IconMessage } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import { calmMs, useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';

/** Cases whose turn is ours. */
export const useWaitingCases = (): number => {
  const { organisationId } = useReader();
  const { data } = useView<CaseRow[]>(apiPaths.cases(organisationId), {
    query: { state: 'open' },
    everyMs: calmMs,
    live: true,
  });
  return data?.filter(({ turn }) => turn === 'company').length ?? 0;
};

/** How many owners wait for an answer; nothing where none does. */
export const CasesWaiting = () => {
  const words = useWords();
  const count = useWaitingCases();
  if (count === 0) return null;
  return (
    <p className="cases-today">
      <IconMessage size={18} aria-hidden="true" />
      <Link to="/cases">{words.t('cases.waiting', { count })}</Link>
    </p>
  );
};
