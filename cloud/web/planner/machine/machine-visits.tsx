import { midSentence } from '@kuluma/shared/model/catalogue.ts';
import { dayMs } from '@kuluma/shared/model/units.ts';
import type { MachineVisitView } from '@kuluma/shared/model/views/machine-service.ts';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import { momentText } from '../../parts/sentences.ts';
import type { Words } from '../../parts/words.ts';

const foundText = (words: Words, { verdict, minutes, componentReplaced }: NonNullable<MachineVisitView['found']>) =>
  words.t('machineVisits.found', {
    verdict: words.t(`eventCode.${verdict}`),
    minutes: words.number(minutes),
    replaced: String(componentReplaced),
  });

const Visit = ({ visit, timeZone }: { visit: MachineVisitView; timeZone: string }) => {
  const words = useWords();
  const { found } = visit;
  return (
    <li>
      <p>
        <strong>{momentText(words, visit.startAt, timeZone)}</strong>{' '}
        <span className="soft">{words.t(`eventCode.${visit.state}`)}</span>
      </p>
      <p>
        <Link to="/decisions/$recommendationId" params={{ recommendationId: visit.recommendationId }}>
          {words.t(`machineVisits.${visit.action}`, { component: midSentence(words.own(visit.componentName)) })}
        </Link>
        {', '}
        {visit.technicianName}
      </p>
      {found && (
        <>
          <p>{foundText(words, found)}</p>
          {found.text !== '' && <p className="soft">{found.text}</p>}
          {found.parts.length > 0 && (
            <p className="small soft">
              {found.parts
                .map(({ name, quantity }) => words.t('part.quantity', { quantity, name: words.own(name) }))
                .join(', ')}
            </p>
          )}
        </>
      )}
    </li>
  );
};

/** Visits to come and past ones with what they found. */
export const MachineVisits = ({
  visits,
  nowMs,
  timeZone,
}: {
  visits: readonly MachineVisitView[];
  nowMs: number;
  timeZone: string;
}) => {
  const words = useWords();
  const isAhead = ({ startAt, state }: MachineVisitView) =>
    state !== 'done' && state !== 'cancelled' && Date.parse(startAt) > nowMs - dayMs;
  const groups = [
    ['ahead', visits.filter(isAhead).reverse()],
    ['past', visits.filter((visit) => !isAhead(visit))],
  ] as const;
  return groups.map(([group, shown]) => (
    <section className="machine-list" key={group} aria-label={words.t(`machineVisits.${group}`)}>
      <h2>{words.t(`machineVisits.${group}`)}</h2>
      {shown.length === 0 && <p className="soft">{words.t(`machineVisits.none.${group}`)}</p>}
      <ul>
        {shown.map((visit) => (
          <Visit visit={visit} timeZone={timeZone} key={visit.visitId} />
        ))}
      </ul>
    </section>
  ));
};
