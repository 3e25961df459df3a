import './decision-card.css';
import { apiPaths } from '@kuluma/shared/model/api.ts';
import type { MeView } from '@kuluma/shared/model/views/common.ts';
import type { DecisionView } from '@kuluma/shared/model/views/decision.ts';
import { Link } from '@tanstack/react-router';
import { DriverList } from '../parts/driver-list.tsx';
import { HealthBadge } from '../parts/health-badge.tsx';
import { useWords } from '../parts/language.tsx';
import { PriceTable } from '../parts/price-table.tsx';
import { ProblemNotice } from '../parts/problem-notice.tsx';
import { dayWeekText, decisionSentence } from '../parts/sentences.ts';
import { TagSentence } from '../parts/tag-sentence.tsx';
import { useCommand } from '../parts/use-command.ts';
import { useFocusBack } from '../parts/use-focus-back.ts';
import { AlsoOnVisit } from './also-on-visit.tsx';
import { DecisionActions, type DecisionAnswer } from './decision-actions.tsx';
import { DecisionState } from './decision-state.tsx';
import { StateReasons } from './machine/state-reasons.tsx';
import { PartNeeds } from './part-needs.tsx';
import { PastCases } from './past-cases.tsx';
import { RiskFigure } from './risk-figure.tsx';
import { SlotOptions } from './slot-options.tsx';
import { needsText, slaText } from './work-needs.ts';

/** One decision: what to do, why, by when, with what, by whom, at which price. */
export const DecisionCard = ({ me, decision }: { me: MeView; decision: DecisionView }) => {
  const words = useWords();
  const command = useCommand<DecisionView, object>();
  const heading = useFocusBack(decision.state);
  const target = (verb: DecisionAnswer['kind'] | 'undoDecision') => ({
    path: apiPaths[verb](me.organisationId, decision.recommendationId),
    version: decision.version,
  });
  const answer = ({ kind, ...body }: DecisionAnswer) =>
    command.mutate({
      target: target(kind),
      body: kind === 'approve' ? { ...body, planMark: decision.planMark } : body,
    });
  const { machine, forecast, machineState } = decision;
  return (
    <article className="decision" aria-labelledby="decision-sentence">
      <header>
        {/* A change of state says that something is, and not how bad it is. */}
        <HealthBadge grade={forecast?.healthGrade ?? 'watch'} isNotAsUsual={machineState !== null} />
        <h2 id="decision-sentence" ref={heading} tabIndex={-1}>
          <TagSentence text={decisionSentence(words, decision)} tag={machine.tag} />
        </h2>
        <p className="soft">
          <Link to="/machines/$machineId" params={{ machineId: machine.machineId }}>
            {machine.tag} · {words.own(machine.modelName)}
          </Link>
          {machine.owner && ` · ${machine.owner.name}`}
          {machine.site && ` · ${machine.site.name}, ${machine.site.municipality}`}
        </p>
      </header>
      {decision.action === 'inspect' && (
        <p className="decision-inspect">{words.t(forecast ? 'decision.inspectNote' : 'decision.lookNote')}</p>
      )}
      <DecisionState
        decision={decision}
        busy={command.isPending}
        onUndo={() => command.mutate({ target: target('undoDecision'), body: {} })}
      />
      {decision.state === 'open' && <DecisionActions decision={decision} busy={command.isPending} onAnswer={answer} />}
      {decision.state !== 'open' && !decision.offer && !decision.decided && (
        <p>{words.t(`decision.closed.${decision.state}`)}</p>
      )}
      {command.error && <ProblemNotice error={command.error} command />}
      <div className="decision-columns">
        <section>
          <h3>{words.t('decision.why')}</h3>
          {forecast && (
            <>
              <DriverList drivers={forecast.drivers} shares />
              <p className="small soft">
                {words.t('decision.model', {
                  model: forecast.modelVersion,
                  quality: words.percent(forecast.dataQuality),
                })}
              </p>
            </>
          )}
          {machineState && (
            <>
              <p>{words.t('state.changed', { day: words.date(Date.parse(machineState.since), machine.timeZone) })}</p>
              <StateReasons reasons={machineState.reasons} />
            </>
          )}
        </section>
        <section>
          <h3>{words.t('decision.window')}</h3>
          <WindowFacts decision={decision} />
        </section>
      </div>
      {decision.riskOfWaiting.length > 0 && (
        <section>
          <h3>{words.t('decision.waiting')}</h3>
          <RiskFigure decision={decision} />
        </section>
      )}
      <section>
        <h3>{words.t('decision.slots')}</h3>
        <SlotOptions decision={decision} />
      </section>
      {decision.state === 'open' && (
        <section>
          <h3>{words.t('decision.also')}</h3>
          <AlsoOnVisit work={decision.alsoOnVisit} />
        </section>
      )}
      <section>
        <h3>{words.t('decision.cases')}</h3>
        <PastCases decision={decision} timeZone={machine.timeZone} />
      </section>
      <div className="decision-columns">
        <section>
          <h3>{words.t('decision.parts')}</h3>
          <PartNeeds parts={decision.parts} />
          <p className="small soft">{words.t('decision.duration', { minutes: decision.durationMin })}</p>
          <p className="small soft">
            {words.t('needs.title')}: {needsText(words, decision) || words.t('needs.none')}
          </p>
          {decision.sla && <p className="small">{slaText(words, decision.sla)}</p>}
        </section>
        <section>
          <h3>{words.t('price.title')}</h3>
          {decision.total ? (
            <PriceTable lines={decision.lines} parts={decision.parts} total={decision.total} withVat={false} />
          ) : (
            <p className="soft">{words.t('decision.noPrice')}</p>
          )}
        </section>
      </div>
    </article>
  );
};

const WindowFacts = ({ decision }: { decision: DecisionView }) => {
  const words = useWords();
  const zone = decision.machine.timeZone;
  const bestMs = Date.parse(decision.windowBestAt);
  const rulDays = decision.forecast?.rulDays;
  const fromMs = Date.parse(decision.forecast?.forecastAt ?? decision.createdAt);
  const failureMs = (days: number) => fromMs + days * 86_400_000;
  return (
    <dl className="facts">
      <dt>{words.t('decision.best')}</dt>
      <dd>{dayWeekText(words, bestMs, zone)}</dd>
      {rulDays ? (
        <>
          <dt>{words.t('decision.failureBetween')}</dt>
          <dd>{words.dayRange(failureMs(rulDays.p10), failureMs(rulDays.p90), zone)}</dd>
          <dt>{words.t('decision.failureMedian')}</dt>
          <dd>{words.day(failureMs(rulDays.p50), zone)}</dd>
        </>
      ) : (
        <>
          <dt>{words.t('fleet.life')}</dt>
          <dd>{words.t('life.unknown')}</dd>
        </>
      )}
      {decision.forecast && (
        <>
          <dt>{words.t('decision.failureMode')}</dt>
          <dd>{words.t(`failureMode.${decision.failureModeCode}`)}</dd>
        </>
      )}
    </dl>
  );
};
