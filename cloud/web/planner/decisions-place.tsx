import './decisions-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { HealthBadge } from '../parts/health-badge.tsx';
import { useWords } from '../parts/language.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { liveMs, useView } from '../parts/queries.ts';
import { decisionSentence } from '../parts/sentences.ts';
import { useReader } from '../parts/signed-in.tsx';
import { TagSentence } from '../parts/tag-sentence.tsx';
import { useKeys } from '../parts/use-keys.ts';
import { DecisionCard } from './decision-card.tsx';
import { stateText } from './decision-state.tsx';

/** What waits for a person, most urgent first, beside the one being decided. */
export const DecisionsPlace = () => {
  const words = useWords();
  const me = useReader();
  const navigate = useNavigate();
  const { recommendationId: chosenId } = useParams({ strict: false });
  const decisions = useView<DecisionView[]>(apiPaths.decisions(me.organisationId), { everyMs: liveMs });
  const list = decisions.data ?? [];
  const firstId = list[0]?.recommendationId;
  const shownId = chosenId ?? firstId;
  // The list reorders as decisions are made: the one in hand stays, so that no key acts on the next one by surprise.
  useEffect(() => {
    if (chosenId === undefined && firstId !== undefined)
      void navigate({ to: '/decisions/$recommendationId', params: { recommendationId: firstId }, replace: true });
  }, [chosenId, firstId, navigate]);
  const shown = useView<DecisionView>(apiPaths.decision(me.organisationId, shownId ?? ''), {
    everyMs: liveMs,
    enabled: shownId !== undefined,
  });

  const move = (by: number) => {
    const next = list[list.findIndex((decision) => decision.recommendationId === shownId) + by];
    if (next)
      void navigate({ to: '/decisions/$recommendationId', params: { recommendationId: next.recommendationId } });
  };
  useKeys([
    { key: 'j', does: 'keys.nextDecision', act: () => move(1) },
    { key: 'k', does: 'keys.previousDecision', act: () => move(-1) },
  ]);

  const open = list.filter((decision) => decision.state === 'open').length;
  return (
    <>
      <div className="place-head">
        <h1>{words.t('place.decisions')}</h1>
        {decisions.data && list.length > 0 && <p className="soft">{words.t('decisions.count', { count: open })}</p>}
      </div>
      {decisions.error && <ProblemNotice error={decisions.error} onRetry={() => void decisions.refetch()} />}
      {decisions.data && list.length === 0 && <p className="decisions-empty">{words.t('decisions.empty')}</p>}
      <div className="decisions">
        <ul className="decision-list" aria-label={words.t('place.decisions')}>
          {list.map((decision) => (
            <li key={decision.recommendationId}>
              <Link
                to="/decisions/$recommendationId"
                params={{ recommendationId: decision.recommendationId }}
                aria-current={decision.recommendationId === shownId ? 'true' : undefined}
              >
                <span className="decision-list-head">
                  <HealthBadge grade={decision.forecast.healthGrade} />
                  <span className="small soft">{stateText(words, decision)}</span>
                </span>
                <span className="decision-list-sentence">
                  <TagSentence text={decisionSentence(words, decision)} tag={decision.machine.tag} />
                </span>
                <span className="small soft">
                  {decision.machine.owner?.name} · {words.own(decision.machine.modelName)}
                </span>
              </Link>
            </li>
          ))}
        </ul>
        <div className="decision-shown">
          {shown.error && !decisions.error && (
            <ProblemNotice error={shown.error} onRetry={() => void shown.refetch()} />
          )}
          {shown.data && <DecisionCard me={me} decision={shown.data} key={shown.data.recommendationId} />}
          {shownId && shown.isPending && <div className="skeleton decision-skeleton" />}
        </div>
      </div>
    </>
  );
};
