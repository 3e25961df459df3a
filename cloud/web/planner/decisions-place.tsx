import './list-detail.css';
import './decisions-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import { type DecisionsView, type DecisionView, decisionLists } from '@kuluma/shared/model/views/decision.ts';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useWords } from '../parts/language.tsx';
import { calmMs, useView } from '../parts/queries.ts';
import { useReader } from '../parts/signed-in.tsx';
import { useKeys } from '../parts/use-keys.ts';
import { DecisionCard } from './decision-card.tsx';
import { DecisionList } from './decision-list.tsx';
import { decisionsQueryOf, decisionsSearchOf } from './decisions-search.ts';
import { ListPages, rowsPerPage } from './shell/list-pages.tsx';
import { ViewProblem } from './shell/view-problem.tsx';

/** What waits for a person, most urgent first, beside the one being decided. */
export const DecisionsPlace = () => {
  const words = useWords();
  const me = useReader();
  const navigate = useNavigate();
  const { recommendationId: chosenId } = useParams({ strict: false });
  const search = decisionsSearchOf(useSearch({ strict: false }));
  const { list = 'open', page = 1 } = search;
  const decisions = useView<DecisionsView>(apiPaths.decisions(me.organisationId), {
    query: decisionsQueryOf(search),
    everyMs: calmMs,
    live: true,
  });
  const lines = decisions.data?.items ?? [];
  const counts = decisions.data?.counts;
  const firstId = lines[0]?.recommendationId;
  const shownId = chosenId ?? firstId;
  // The list reorders as decisions are made: the one in hand stays, so that no key acts on the next one by surprise.
  useEffect(() => {
    if (chosenId === undefined && firstId !== undefined)
      void navigate({
        to: '/decisions/$recommendationId',
        params: { recommendationId: firstId },
        search,
        replace: true,
      });
  }, [chosenId, firstId, navigate, search]);
  const shown = useView<DecisionView>(apiPaths.decision(me.organisationId, shownId ?? ''), {
    everyMs: calmMs,
    live: true,
    enabled: shownId !== undefined,
  });

  const move = (by: number) => {
    const at = lines.findIndex((line) => line.recommendationId === shownId);
    // One that has left the list stands before its first.
    const next = lines[at === -1 && by < 0 ? -1 : at + by];
    if (next)
      void navigate({
        to: '/decisions/$recommendationId',
        params: { recommendationId: next.recommendationId },
        search,
      });
  };
  useKeys([
    { key: 'j', does: 'keys.nextDecision', act: () => move(1) },
    { key: 'k', does: 'keys.previousDecision', act: () => move(-1) },
  ]);

  return (
    <>
      <div className="place-head">
        <h1>{words.t('place.decisions')}</h1>
        {counts && <p className="soft">{words.t('decisions.count', { count: counts.open })}</p>}
        <Link to="/contracts">{words.t('contracts.title')}</Link>
      </div>
      <ViewProblem view={decisions} />
      <fieldset className="list-detail-lists">
        <legend className="visually-hidden">{words.t('decisions.lists')}</legend>
        {decisionLists.map((one) => (
          <button
            key={one}
            type="button"
            className="chip"
            aria-pressed={one === list}
            onClick={() => void navigate({ to: '/decisions', search: decisionsSearchOf({ list: one }) })}
          >
            {words.t(`decisions.list.${one}`)}{' '}
            <span className="chip-count">{counts ? words.number(counts[one]) : ''}</span>
          </button>
        ))}
      </fieldset>
      <div className="list-detail">
        <div>
          {decisions.data && lines.length === 0 && (
            <p className="decisions-empty">{words.t(list === 'open' ? 'decisions.empty' : 'decisions.none')}</p>
          )}
          <DecisionList lines={lines} shownId={shownId} search={search} />
          {counts && counts[list] > rowsPerPage && (
            <ListPages
              page={page}
              total={counts[list]}
              onPage={(next) => void navigate({ to: '/decisions', search: decisionsSearchOf({ list, page: next }) })}
            />
          )}
        </div>
        <div className="list-detail-shown">
          {!decisions.error && <ViewProblem view={shown} />}
          {shown.data && <DecisionCard me={me} decision={shown.data} key={shown.data.recommendationId} />}
          {shownId && shown.isPending && <div className="skeleton decision-skeleton" />}
        </div>
      </div>
    </>
  );
};
