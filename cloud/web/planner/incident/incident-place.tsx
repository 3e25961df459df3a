import '../decision-actions.css';
import './incident-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { IncidentDecidedView, IncidentView } from '@kuluma/shared/model/views/incident.ts';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { HealthBadge } from '../../parts/health-badge.tsx';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { calmMs, useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useCommand } from '../../parts/use-command.ts';
import { useFocusBack } from '../../parts/use-focus-back.ts';
import { ViewProblem } from '../shell/view-problem.tsx';
import { IncidentActions, type IncidentAnswer } from './incident-actions.tsx';
import { incidentSentence, priceSentence } from './incident-sentence.ts';

/** What came up on many machines for one cause: one matter, one answer. */
export const IncidentPlace = () => {
  const words = useWords();
  const me = useReader();
  const { incidentId } = useParams({ strict: false });
  const incidents = useView<IncidentView[]>(apiPaths.incidents(me.organisationId), { everyMs: calmMs, live: true });
  /** As it was decided: it is on no list any more. */
  const [decided, setDecided] = useState<IncidentView | null>(null);
  const command = useCommand<IncidentDecidedView, object>();
  const heading = useFocusBack(command.data ? 'decided' : 'open');
  const found = incidents.data?.find((one) => one.incidentId === incidentId);
  const incident = command.data ? decided : found;
  const outcomes = new Map(command.data?.map(({ recommendationId, outcome }) => [recommendationId, outcome]));
  const answer = (given: IncidentAnswer) => {
    if (!found) return;
    setDecided(found);
    const members = found.members.map(({ recommendationId, version }) => ({ recommendationId, version }));
    command.mutate({ target: { path: apiPaths.decideIncident(me.organisationId) }, body: { ...given, members } });
  };
  return (
    <>
      <div className="place-head">
        <h1 ref={heading} tabIndex={-1}>
          {incident ? incidentSentence(words, incident) : words.t('incident.title')}
        </h1>
      </div>
      <ViewProblem view={incidents} />
      {incidents.isPending && <div className="skeleton incident-skeleton" />}
      {incidents.data && !incident && (
        <p>
          {words.t('incident.gone')} <Link to="/decisions">{words.t('place.decisions')}</Link>
        </p>
      )}
      {incident && (
        <>
          <p className="soft">
            {words.t('incident.when', {
              mode: words.t(`failureMode.${incident.failureModeCode}`),
              days: words.dayRange(Date.parse(incident.firstAt), Date.parse(incident.lastAt), me.timeZone),
            })}
          </p>
          <p>{priceSentence(words, incident)}</p>
          {command.error && <ProblemNotice error={command.error} />}
          {command.data ? (
            <p role="status">{words.t('incident.decided')}</p>
          ) : (
            <IncidentActions incident={incident} busy={command.isPending} onAnswer={answer} />
          )}
          <ul className="incident-members" aria-label={words.t('incident.machines')}>
            {incident.members.map(({ recommendationId, machine, healthGrade, windowFromAt, windowToAt, price }) => {
              const outcome = outcomes.get(recommendationId);
              return (
                <li key={recommendationId}>
                  <span>
                    <HealthBadge grade={healthGrade} />
                  </span>
                  <span>
                    <Link to="/decisions/$recommendationId" params={{ recommendationId }}>
                      {machine.tag}
                    </Link>{' '}
                    <span className="soft">
                      {[machine.owner?.name, machine.site?.name].filter(Boolean).join(' · ')}
                    </span>
                  </span>
                  <span className="small">
                    {words.dayRange(Date.parse(windowFromAt), Date.parse(windowToAt), machine.timeZone)}
                  </span>
                  <span className="small number">
                    {price ? words.money(price.grossCents) : words.t('incident.noPrice')}
                  </span>
                  {outcome && <strong className="small">{words.t(`incident.outcome.${outcome}`)}</strong>}
                </li>
              );
            })}
          </ul>
        </>
      )}
    </>
  );
};
