import '../list-detail.css';
import './cases-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { CaseRow, CaseView } from '@kuluma/shared/model/views/case.ts';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useWords } from '../../parts/language.tsx';
import { calmMs, useView } from '../../parts/queries.ts';
import { momentText } from '../../parts/sentences.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useKeys } from '../../parts/use-keys.ts';
import { ViewProblem } from '../shell/view-problem.tsx';
import { CaseThread } from './case-thread.tsx';
import { CaseTitle } from './case-title.tsx';

const states = ['open', 'closed'] as const;

/** Matters of owners: whose turn is ours first, beside the thread of the one in hand. */
export const CasesPlace = () => {
  const words = useWords();
  const { organisationId, timeZone } = useReader();
  const navigate = useNavigate();
  const [state, setState] = useState<(typeof states)[number]>('open');
  const { caseId } = useParams({ strict: false });
  const rows = useView<CaseRow[]>(apiPaths.cases(organisationId), { query: { state }, everyMs: calmMs, live: true });
  const list = rows.data ?? [];
  const shownId = caseId ?? list[0]?.caseId;
  const shown = useView<CaseView>(apiPaths.case(organisationId, shownId ?? ''), {
    everyMs: calmMs,
    live: true,
    enabled: shownId !== undefined,
  });
  const move = (by: number) => {
    const next = list[list.findIndex((row) => row.caseId === shownId) + by];
    if (next) void navigate({ to: '/cases/$caseId', params: { caseId: next.caseId } });
  };
  useKeys([
    { key: 'j', does: 'keys.nextCase', act: () => move(1) },
    { key: 'k', does: 'keys.previousCase', act: () => move(-1) },
  ]);
  const waiting = list.filter((row) => row.state === 'open' && row.turn === 'company').length;
  return (
    <>
      <div className="place-head">
        <h1>{words.t('place.cases')}</h1>
        {rows.data && state === 'open' && <p className="soft">{words.t('cases.waiting', { count: waiting })}</p>}
      </div>
      <ViewProblem view={rows} />
      <fieldset className="list-detail-lists">
        <legend className="visually-hidden">{words.t('cases.lists')}</legend>
        {states.map((one) => (
          <button
            key={one}
            type="button"
            className="chip"
            aria-pressed={one === state}
            onClick={() => {
              setState(one);
              void navigate({ to: '/cases' });
            }}
          >
            {words.t(`cases.list.${one}`)}
          </button>
        ))}
      </fieldset>
      <div className="list-detail">
        <div>
          {rows.data && list.length === 0 && <p>{words.t(`cases.none.${state}`)}</p>}
          <ul className="list-detail-list">
            {list.map((row) => (
              <li key={row.caseId}>
                <Link
                  to="/cases/$caseId"
                  params={{ caseId: row.caseId }}
                  aria-current={row.caseId === shownId ? 'true' : undefined}
                >
                  <span className="list-detail-head">
                    <span className={row.urgency === 'stopped' ? 'case-stopped' : 'soft'}>
                      {words.t(`caseUrgency.${row.urgency}`)}
                    </span>
                    {row.state === 'open' && <span className="small">{words.t(`caseTurn.${row.turn}`)}</span>}
                  </span>
                  <span className="list-detail-title">
                    <CaseTitle of={row} />
                  </span>
                  <span className="case-list-text soft">{row.lastText}</span>
                  <span className="small soft">{momentText(words, row.lastAt, row.machine?.timeZone ?? timeZone)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
        <div className="list-detail-shown">
          {!rows.error && <ViewProblem view={shown} />}
          {shown.data && <CaseThread view={shown.data} key={shown.data.caseId} />}
          {shownId && shown.isPending && <div className="skeleton case-skeleton" />}
        </div>
      </div>
    </>
  );
};
