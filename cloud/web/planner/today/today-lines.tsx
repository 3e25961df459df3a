import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import type { MachineHead } from '@kuluma/shared/model/views/common.ts';
import type { TodayPromise, TodayRisk, TodayView } from '@kuluma/shared/model/views/today.ts';
import { Link } from '@tanstack/react-router';
import { HealthBadge } from '../../parts/health-badge.tsx';
import { useWords } from '../../parts/language.tsx';
import { decisionSentence, lifeText, momentText } from '../../parts/sentences.ts';
import { TagSentence } from '../../parts/tag-sentence.tsx';

/** One line of today's lists: a sentence that could be read out on the phone, and whose machine it is. */

const Whose = ({ machine }: { machine: MachineHead }) => {
  const words = useWords();
  const whose = [words.own(machine.modelName), machine.owner?.name, machine.site?.name];
  return <span className="small soft">{whose.filter((part) => part !== undefined).join(' · ')}</span>;
};

export const DecisionLine = ({ item }: { item: TodayView['decisions']['items'][number] }) => {
  const words = useWords();
  return (
    <li>
      <Link to="/decisions/$recommendationId" params={{ recommendationId: item.recommendationId }}>
        <span>
          <HealthBadge grade={item.healthGrade} />
        </span>
        <span className="today-sentence">
          <TagSentence text={decisionSentence(words, item)} tag={item.machine.tag} />
        </span>
        <Whose machine={item.machine} />
      </Link>
    </li>
  );
};

export const RiskLine = ({ item }: { item: TodayRisk }) => {
  const words = useWords();
  const { machine, recommendationId, rulDays, visitStartAt } = item;
  const sentence = words.t(`today.risk.${item.kind}`, {
    machine: machine.tag,
    component: item.componentName ? midSentence(words.own(item.componentName)) : '',
  });
  const facts = [
    rulDays && lifeText(words, rulDays),
    visitStartAt
      ? words.t('today.booked', { day: words.day(Date.parse(visitStartAt), machine.timeZone) })
      : words.t('today.notBooked'),
  ];
  const content = (
    <>
      <span>
        <HealthBadge grade={item.healthGrade} />
      </span>
      <span className="today-sentence">
        <TagSentence text={sentence} tag={machine.tag} />
      </span>
      <span className="small">{facts.filter((fact) => fact !== null).join(' · ')}</span>
      <Whose machine={machine} />
    </>
  );
  return (
    <li>
      {recommendationId ? (
        <Link to="/decisions/$recommendationId" params={{ recommendationId }}>
          {content}
        </Link>
      ) : (
        <Link to="/machines/$machineId" params={{ machineId: machine.machineId }}>
          {content}
        </Link>
      )}
    </li>
  );
};

export const PromiseLine = ({ item }: { item: TodayPromise }) => {
  const words = useWords();
  const { machine, recommendationId } = item;
  const sentence = words.t(`today.promise.${item.kind}`, {
    machine: machine.tag,
    person: item.personName ?? words.t('today.nobody'),
    at: momentText(words, item.at, machine.timeZone),
  });
  return (
    <li>
      <Link to="/decisions/$recommendationId" params={{ recommendationId }}>
        <span className="today-sentence">
          <TagSentence text={sentence} tag={machine.tag} />
        </span>
        <Whose machine={machine} />
      </Link>
    </li>
  );
};
