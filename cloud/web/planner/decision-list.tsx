import './list-detail.css';
import type { DecisionLine } from '@kuluma/shared/model/views/decision.ts';
import { Link } from '@tanstack/react-router';
import { HealthBadge } from '../parts/health-badge.tsx';
import { useWords } from '../parts/language.tsx';
import { decisionSentence } from '../parts/sentences.ts';
import { TagSentence } from '../parts/tag-sentence.tsx';
import { stateText } from './decision-state.tsx';
import type { DecisionsSearch } from './decisions-search.ts';

/** Decisions as sentences; the one in hand is marked. */
export const DecisionList = ({
  lines,
  shownId,
  search,
}: {
  lines: readonly DecisionLine[];
  shownId: string | undefined;
  search: DecisionsSearch;
}) => {
  const words = useWords();
  return (
    <ul className="list-detail-list" aria-label={words.t('place.decisions')}>
      {lines.map((line) => (
        <li key={line.recommendationId}>
          <Link
            to="/decisions/$recommendationId"
            params={{ recommendationId: line.recommendationId }}
            search={search}
            aria-current={line.recommendationId === shownId ? 'true' : undefined}
          >
            <span className="list-detail-head">
              <HealthBadge grade={line.healthGrade} />
              <span className="small soft">{stateText(words, line)}</span>
            </span>
            <span className="list-detail-title">
              <TagSentence text={decisionSentence(words, line)} tag={line.machine.tag} />
            </span>
            <span className="small soft">
              {[line.machine.owner?.name, words.own(line.machine.modelName)].filter(Boolean).join(' · ')}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
};
