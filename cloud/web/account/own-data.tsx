import { privacyPaths } from '@kuluma/shared/model/privacy-paths.ts';
import type { OwnPrivacyView } from '@kuluma/shared/model/views/privacy.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ProblemError, postJson } from '../parts/api-client.ts';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { useView } from '../parts/queries.ts';

/** What is kept of the reader: to take along, or to have erased. */
export const OwnData = ({ timeZone }: { timeZone: string }) => {
  const words = useWords();
  const own = useView<OwnPrivacyView>(privacyPaths.own());
  const other = words.t('privacy.kind.other');
  return (
    <section className="account-part">
      <h2>{words.t('own.title')}</h2>
      <p className="soft">{words.t('own.why')}</p>
      {own.error && <ProblemNotice error={own.error} onRetry={() => void own.refetch()} />}
      <ul className="account-list">
        {own.data?.held.map(({ kind, count }) => (
          <li key={kind}>
            <span>{words.coded('privacy.kind', kind, other)}</span>
            <span className="soft">{words.t('own.count', { count })}</span>
          </li>
        ))}
      </ul>
      <a className="button" href={privacyPaths.ownData()} download>
        {words.t('own.download')}
      </a>
      {own.data && <AskErasure view={own.data} timeZone={timeZone} />}
    </section>
  );
};

const AskErasure = ({ view, timeZone }: { view: OwnPrivacyView; timeZone: string }) => {
  const words = useWords();
  const queries = useQueryClient();
  const [isSure, setSure] = useState(false);
  const ask = useMutation<OwnPrivacyView, ProblemError>({
    mutationFn: () => postJson<OwnPrivacyView>(privacyPaths.askErasure(), {}),
    onSettled: () => queries.invalidateQueries(),
  });
  const last = view.requests.find(({ kind }) => kind === 'erasure');
  const date = (iso: string) => words.date(Date.parse(iso), timeZone);
  if (last?.state === 'open')
    return <p role="status">{words.t('own.asked', { day: date(last.askedAt), due: date(last.dueAt) })}</p>;
  return (
    <>
      {last?.state === 'refused' && <p>{words.t('own.refused', { reason: last.reason ?? '' })}</p>}
      {ask.error && <ProblemNotice error={ask.error} command />}
      {isSure ? (
        <span className="account-acts">
          <button type="button" className="button" disabled={ask.isPending} onClick={() => ask.mutate()}>
            {words.t('own.sure')}
          </button>
          <button type="button" className="button" onClick={() => setSure(false)}>
            {words.t('own.keep')}
          </button>
        </span>
      ) : (
        <button type="button" className="button" onClick={() => setSure(true)}>
          {words.t('own.ask')}
        </button>
      )}
    </>
  );
};
