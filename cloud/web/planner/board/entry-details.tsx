import { apiPaths } from '@kuluma/shared/model/api.ts';
import { arrivalText } from '@kuluma/shared/model/sentences.ts';
import type { BoardPlaceView, BoardView, BoardVisitView, BoardWhyView } from '@kuluma/shared/model/views/board.ts';
import { Button, CloseButton, Menu } from '@mantine/core';
import { IconChevronDown, IconLock, IconLockOpen, IconPointer } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useWords } from '../../parts/language.tsx';
import { useView } from '../../parts/queries.ts';
import { momentText } from '../../parts/sentences.ts';
import { reasonText } from '../reason-text.ts';
import { ViewProblem } from '../shell/view-problem.tsx';
import { needsText, slaText } from '../work-needs.ts';
import type { BoardEntry, BoardWork } from './board-entries.ts';
import { conflictText, differenceText, termName, timesText, workText } from './board-sentences.ts';
import { type Happening, happenings } from './happened-dialog.tsx';

/** What a details panel is about: an entry of the board or work without a place. */
export interface Subject {
  readonly entryId: string;
  readonly entry: BoardEntry | null;
  readonly work: BoardWork | null;
}

export interface DetailActs {
  readonly close: () => void;
  readonly moveTo: () => void;
  readonly pin: (pinned: boolean) => void;
  readonly happened: (happening: Happening, visit: BoardVisitView) => void;
  readonly moveHere: (place: BoardPlaceView) => void;
}

/** What may have happened to a visit that is in the plan ahead: work that has begun is not called off, and nobody is missed before the time. */
const mayHappen = ({ state, fixedBecause, startAt }: BoardVisitView, nowAt: string): readonly Happening[] => {
  if (fixedBecause === 'held' || fixedBecause === 'over') return [];
  if (state === 'working') return ['endsAt'];
  return happenings.filter((happening) => happening !== 'notMet' || startAt <= nowAt);
};

/** Why this work stands where it does, what it costs there, and where else it could stand at which price. */
export const EntryDetails = ({
  organisationId,
  board,
  subject,
  canChange,
  canMove,
  acts,
}: {
  organisationId: string;
  board: BoardView;
  subject: Subject;
  canChange: boolean;
  canMove: boolean;
  acts: DetailActs;
}) => {
  const words = useWords();
  const { entry, work } = subject;
  const visit = entry?.visit ?? null;
  const name = (id: string) => board.technicians.find(({ technicianId }) => technicianId === id)?.name ?? '';
  return (
    <aside className="board-panel" aria-label={words.t('board.details')}>
      <div className="board-panel-head">
        <h2>{work ? workText(words, work) : entry?.tag}</h2>
        <CloseButton aria-label={words.t('board.close')} onClick={acts.close} />
      </div>
      {work?.machine.site && (
        <p className="soft">
          {work.machine.site.name}, {work.machine.site.municipality} · {work.machine.owner?.name}
        </p>
      )}
      {entry && (
        <p>
          <strong>{timesText(words, entry, board.timeZone)}</strong>
          <br />
          {name(entry.technicianId)}
          {visit?.secondTechnicianId && ` · ${words.t('board.with', { technician: name(visit.secondTechnicianId) })}`}
        </p>
      )}
      {visit?.conflicts.map((conflict) => (
        <p key={conflict.code} className="board-conflict">
          {conflictText(words, conflict, board.timeZone)}
        </p>
      ))}
      <div className="board-panel-acts">
        <Button
          leftSection={<IconPointer size={16} aria-hidden="true" />}
          onClick={acts.moveTo}
          disabled={!canChange || !canMove}
        >
          {words.t('board.moveTo')}
        </Button>
        {visit && visit.state !== 'held' && (
          <Button
            leftSection={
              visit.pinned ? <IconLockOpen size={16} aria-hidden="true" /> : <IconLock size={16} aria-hidden="true" />
            }
            onClick={() => acts.pin(!visit.pinned)}
            disabled={!canChange || visit.fixedBecause !== null}
          >
            {words.t(visit.pinned ? 'board.unpin' : 'board.pin')}
          </Button>
        )}
        {visit && mayHappen(visit, board.nowAt).length > 0 && (
          <Menu position="bottom-start" withinPortal={false}>
            <Menu.Target>
              <Button rightSection={<IconChevronDown size={16} aria-hidden="true" />} disabled={!canChange}>
                {words.t('board.happened')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {mayHappen(visit, board.nowAt).map((happening) => (
                <Menu.Item key={happening} onClick={() => acts.happened(happening, visit)}>
                  {words.t(`board.${happening}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      {visit?.fixedBecause && <p className="soft">{words.t(`board.fixed.${visit.fixedBecause}`)}</p>}
      {entry?.was && (
        <p className="soft">
          {words.t('board.was', {
            technician: name(entry.was.technicianId),
            moment: momentText(words, new Date(entry.was.startMs).toISOString(), board.timeZone),
          })}
        </p>
      )}
      <Facts subject={subject} board={board} />
      {work && visit?.fixedBecause !== 'over' && (
        <Why
          organisationId={organisationId}
          board={board}
          entryId={subject.entryId}
          canMove={canChange && canMove}
          moveHere={acts.moveHere}
          nameOf={name}
        />
      )}
      {work && (
        <p className="board-links">
          <Link to="/decisions/$recommendationId" params={{ recommendationId: work.recommendationId }}>
            {words.t('machine.decide')}
          </Link>
          <Link to="/machines/$machineId" params={{ machineId: work.machine.machineId }}>
            {words.t('board.openMachine')}
          </Link>
        </p>
      )}
    </aside>
  );
};

const Facts = ({ subject: { entry, work }, board }: { subject: Subject; board: BoardView }) => {
  const words = useWords();
  const visit = entry?.visit ?? null;
  const ms = (at: string) => Date.parse(at);
  const { timeZone } = board;
  const promised = visit?.promised;
  const late = visit?.parts.find(({ readyOn }) => readyOn !== null);
  const needs = work && needsText(words, work);
  return (
    <dl className="board-facts">
      {promised && (
        <div>
          <dt>{words.t('board.promised')}</dt>
          <dd>{arrivalText(words, promised.fromAt, promised.toAt, timeZone)}</dd>
        </div>
      )}
      {work && (
        <div>
          <dt>{words.t('board.window')}</dt>
          <dd>
            {words.t('board.windowBest', {
              window: words.dayRange(ms(work.window.fromAt), ms(work.window.toAt), timeZone),
              best: words.day(ms(work.window.bestAt), timeZone),
            })}
          </dd>
        </div>
      )}
      {work?.wear && (
        <div>
          <dt>{words.t('board.failure')}</dt>
          <dd>{words.dayRange(ms(work.wear.p10At), ms(work.wear.p90At), timeZone)}</dd>
        </div>
      )}
      {needs && (
        <div>
          <dt>{words.t('needs.title')}</dt>
          <dd>{needs}</dd>
        </div>
      )}
      {work?.sla && (
        <div>
          <dt>{words.t('needs.contract')}</dt>
          <dd>{slaText(words, work.sla)}</dd>
        </div>
      )}
      {visit && visit.parts.length > 0 && (
        <div>
          <dt>{words.t('visit.parts')}</dt>
          <dd>
            {visit.parts
              .map((part) => words.t(`board.part.${part.from}`, { part: words.own(part.name), number: part.number }))
              .join('; ')}
            {late?.readyOn &&
              ` · ${words.t('board.partReady', { day: words.day(ms(`${late.readyOn}T12:00:00Z`), 'UTC') })}`}
          </dd>
        </div>
      )}
    </dl>
  );
};

const Why = ({
  organisationId,
  board,
  entryId,
  canMove,
  moveHere,
  nameOf,
}: {
  organisationId: string;
  board: BoardView;
  entryId: string;
  canMove: boolean;
  moveHere: (place: BoardPlaceView) => void;
  nameOf: (technicianId: string) => string;
}) => {
  const words = useWords();
  const why = useView<BoardWhyView>(apiPaths.boardWhy(organisationId, entryId));
  if (why.error) return <ViewProblem view={why} />;
  if (!why.data) return <div className="skeleton board-why-skeleton" />;
  const { here, alternatives, reasons } = why.data;
  return (
    <>
      {here && (
        <section>
          <h3>{words.t('board.costHere')}</h3>
          <dl className="board-terms">
            {Object.entries(here.costTerms).map(([term, cents]) => (
              <div key={term}>
                <dt>{termName(words, term)}</dt>
                <dd className="number">{words.roughMoney(cents)}</dd>
              </div>
            ))}
            <div className="board-total">
              <dt>{words.t('board.total')}</dt>
              <dd className="number">{words.roughMoney(here.costCents)}</dd>
            </div>
          </dl>
        </section>
      )}
      {reasons.length > 0 && (
        <section>
          <h3>{words.t('board.whyUnplanned')}</h3>
          <ul className="board-reasons">
            {reasons.slice(0, 5).map((reason) => (
              <li key={`${reason.technicianName}.${reason.code}.${reason.onDay}`}>
                {reasonText(words, reason, board.timeZone)}
              </li>
            ))}
          </ul>
        </section>
      )}
      {alternatives.length > 0 && (
        <section>
          <h3>{words.t('board.alternatives')}</h3>
          <ol className="board-alternatives">
            {alternatives.slice(0, 5).map((place) => (
              <li key={`${place.technicianId}.${place.startAt}`}>
                <button type="button" disabled={!canMove} onClick={() => moveHere(place)}>
                  <span>{momentText(words, place.startAt, board.timeZone)}</span>
                  <span>{nameOf(place.technicianId)}</span>
                  <span className="soft">{differenceText(words, place.difference)}</span>
                </button>
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  );
};
