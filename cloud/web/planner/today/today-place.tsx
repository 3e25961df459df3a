import './today-place.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { TodayView } from '@kuluma/shared/model/views/today.ts';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useWords } from '../../parts/language.tsx';
import { calmMs, useView } from '../../parts/queries.ts';
import { useReader } from '../../parts/signed-in.tsx';
import { useKeys } from '../../parts/use-keys.ts';
import { CasesWaiting, useWaitingCases } from '../cases/cases-waiting.tsx';
import { ViewProblem } from '../shell/view-problem.tsx';
import { FromTheField, useFieldMatters } from './from-the-field.tsx';
import { PartsWanted, usePartsWanted } from './parts-wanted.tsx';
import { TodayFacts } from './today-facts.tsx';
import { DecisionLine, PromiseLine, RiskLine } from './today-lines.tsx';
import { WideMatters } from './wide-matters.tsx';

/** What needs a person today: three lists, and nothing else. */
export const TodayPlace = () => {
  const words = useWords();
  const me = useReader();
  const navigate = useNavigate();
  const today = useView<TodayView>(apiPaths.today(me.organisationId), { everyMs: calmMs, live: true });
  const view = today.data;
  const next = view?.decisions.items[0];
  const incident = view?.incidents[0];
  const openNext = () => {
    if (incident) void navigate({ to: '/incidents/$incidentId', params: { incidentId: incident.incidentId } });
    else if (next)
      void navigate({ to: '/decisions/$recommendationId', params: { recommendationId: next.recommendationId } });
  };
  useKeys([{ key: 'n', does: 'keys.openDecision', act: openNext }]);
  const besides = useWaitingCases() + useFieldMatters().length + usePartsWanted().length;
  const counts = view && {
    decisions: view.decisions.count,
    risks: view.risks.count,
    promises: view.promises.count,
  };
  return (
    <>
      <div className="place-head">
        <h1>{words.t('place.today')}</h1>
        {counts && <p className="soft">{words.t('today.summary', counts)}</p>}
        {(incident ?? next) && (
          <button type="button" className="button primary place-act" aria-keyshortcuts="n" onClick={openNext}>
            {words.t('today.next')}
            <span className="key" aria-hidden="true">
              n
            </span>
          </button>
        )}
      </div>
      <ViewProblem view={today} />
      {today.isPending && <div className="skeleton today-skeleton" />}
      {view && (
        <>
          <TodayFacts view={view} timeZone={me.timeZone} />
          {counts && matters(view) + besides === 0 && <p className="today-nothing">{words.t('today.nothing')}</p>}
          <CasesWaiting />
          <FromTheField />
          <PartsWanted />
          <WideMatters view={view} timeZone={me.timeZone} />
          <div className="today-lists">
            <TodayList
              id="decisions"
              title={words.t('today.decisions')}
              count={view.decisions.count}
              elsewhere={view.decisions.inIncidents}
            >
              {view.decisions.items.map((item) => (
                <DecisionLine key={item.recommendationId} item={item} />
              ))}
            </TodayList>
            <TodayList id="risks" title={words.t('today.risks')} count={view.risks.count}>
              {view.risks.items.map((item) => (
                <RiskLine key={item.machine.machineId} item={item} />
              ))}
            </TodayList>
            <TodayList id="promises" title={words.t('today.promises')} count={view.promises.count}>
              {view.promises.items.map((item) => (
                <PromiseLine key={`${item.kind} ${item.recommendationId} ${item.at}`} item={item} />
              ))}
            </TodayList>
          </div>
        </>
      )}
    </>
  );
};

/** How much of the day needs somebody: that nothing does is said only where nothing is shown. */
const matters = ({ decisions, risks, promises, incidents, silentGateways }: TodayView): number =>
  decisions.count + risks.count + promises.count + incidents.length + silentGateways.length;

const TodayList = ({
  id,
  title,
  count,
  elsewhere = 0,
  children,
}: {
  id: 'decisions' | 'risks' | 'promises';
  title: string;
  count: number;
  /** Of these, what stands above the lists. */
  elsewhere?: number;
  children: readonly ReactNode[];
}) => {
  const words = useWords();
  const hidden = count - elsewhere - children.length;
  return (
    <section className="today-list" aria-labelledby={`today-${id}`}>
      <h2 id={`today-${id}`}>
        <span className="today-count">{words.number(count)}</span> {title}
      </h2>
      {count === 0 && <p className="soft">{words.t(`today.none.${id}`)}</p>}
      {children.length > 0 && <ul>{children}</ul>}
      {elsewhere > 0 && <p className="small soft">{words.t('today.elsewhere', { count: elsewhere })}</p>}
      {hidden > 0 && <p className="small soft">{words.t('today.more', { count: hidden })}</p>}
    </section>
  );
};
