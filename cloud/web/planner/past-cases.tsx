import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { Link } from '@tanstack/react-router';
import { useWords } from '../parts/language.tsx';
import { similarSentence } from './similar-failures.tsx';

/** What was found when the same part was looked at before, and past failures that began like this. */
export const PastCases = ({ decision, timeZone }: { decision: DecisionView; timeZone: string }) => {
  const words = useWords();
  const { pastCases, forecast } = decision;
  const similarFailures = forecast?.similarFailures ?? [];
  if (pastCases.length + similarFailures.length === 0) return <p className="soft">{words.t('decision.casesNone')}</p>;
  return (
    <ul className="past-cases">
      {pastCases.map((past) => (
        <li key={`${past.machineId} ${past.closedAt}`}>
          <Link to="/machines/$machineId" params={{ machineId: past.machineId }}>
            {words.t(past.componentReplaced ? 'decision.caseReplaced' : 'decision.case', {
              machine: past.tag,
              day: words.date(Date.parse(past.closedAt), timeZone),
              verdict: midSentence(words.t(`verdict.${past.findingVerdict}`)),
              minutes: past.minutes,
            })}
          </Link>{' '}
          {past.finding !== '' && <span className="soft">{past.finding}</span>}
        </li>
      ))}
      {similarFailures.slice(0, 5).map((similar) => (
        <li key={`${similar.machine} ${similar.failedAt} ${similar.leftDays}`}>
          {similarSentence(words, similar, timeZone)}
        </li>
      ))}
    </ul>
  );
};
