import './also-on-visit.css';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { Link } from '@tanstack/react-router';
import { HealthBadge } from '../parts/health-badge.tsx';
import { useWords } from '../parts/language.tsx';

/** Other risky work at the site that the same trip could do. */
export const AlsoOnVisit = ({ work }: { work: DecisionView['alsoOnVisit'] }) => {
  const words = useWords();
  if (work.length === 0) return <p className="soft">{words.t('also.none')}</p>;
  return (
    <ul className="also-on-visit">
      {work.map((item) => (
        <li key={`${item.machineId} ${item.componentCode}`}>
          <HealthBadge grade={item.healthGrade} />
          <span>
            <Link to="/machines/$machineId" params={{ machineId: item.machineId }}>
              {words.t('also.work', { machine: item.tag, component: words.own(item.componentName) })}
            </Link>{' '}
            <span className="small soft">
              {words.t('also.facts', {
                probability: words.percent(item.failureProbability),
                days: item.horizonDays,
                minutes: item.durationMin,
              })}
            </span>
            {item.parts.length > 0 && (
              <span className="small soft also-parts">
                {item.parts
                  .map(({ name, quantity }) => words.t('part.quantity', { quantity, name: words.own(name) }))
                  .join(', ')}
              </span>
            )}
          </span>
          {item.savedTripCents !== null && (
            <span className="small">{words.t('also.saved', { saving: words.money(item.savedTripCents) })}</span>
          )}
        </li>
      ))}
    </ul>
  );
};
