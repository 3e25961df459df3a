import type { BoardChange } from '@kuluma/shared/model/board.ts';
import type { BoardStepView, BoardView } from '@kuluma/shared/model/views/board.ts';
import { Button, CloseButton } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX, IconUsers } from '@tabler/icons-react';
import { useWords } from '../../parts/language.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { momentText } from '../../parts/sentences.ts';
import { namesOf, stepText } from './board-sentences.ts';
import type { ActProblem } from './use-board-acts.ts';

/** The service is gone: of when the board is, and what still goes. */
export const StaleBanner = ({ board }: { board: BoardView }) => {
  const words = useWords();
  return (
    <div className="board-notice" data-tone="stale" role="status">
      <IconPlugConnectedX size={18} aria-hidden="true" />
      <p>{words.t('board.stale', { moment: momentText(words, board.nowAt, board.timeZone) })}</p>
    </div>
  );
};

/** What somebody else has just done. */
export const OthersNotice = ({
  step,
  board,
  stoppedMove,
  onClose,
}: {
  step: BoardStepView;
  board: BoardView;
  /** It was about what the reader had in hand. */
  stoppedMove: boolean;
  onClose: () => void;
}) => {
  const words = useWords();
  return (
    <div className="board-notice" role="status">
      <IconUsers size={18} aria-hidden="true" />
      <p>
        {stepText(words, step, namesOf(board), board.timeZone)}
        {stoppedMove && ` ${words.t('board.moveStopped')}`}
      </p>
      <CloseButton aria-label={words.t('board.close')} onClick={onClose} />
    </div>
  );
};

/** An act that was refused: who changed what in between, or what else was in its way. */
export const ActNotice = ({
  problem,
  board,
  onTry,
  onClose,
}: {
  problem: ActProblem;
  board: BoardView;
  onTry: (change: BoardChange) => void;
  onClose: () => void;
}) => {
  const words = useWords();
  const { error, steps, uprooting } = problem;
  const names = namesOf(board);
  const isPlain = steps.length === 0 && !uprooting;
  return (
    <div className="board-notice" data-tone="problem" role="alert">
      {!isPlain && <IconAlertTriangle size={18} aria-hidden="true" />}
      {isPlain && <ProblemNotice error={error} command />}
      {steps.length > 0 && (
        <div>
          <p>{words.t('board.conflict')}</p>
          <ul>
            {steps.slice(0, 3).map((step) => (
              <li key={step.mark}>
                {stepText(words, step, names, board.timeZone)} ({momentText(words, step.at, board.timeZone)})
              </li>
            ))}
          </ul>
        </div>
      )}
      {uprooting && (
        <>
          <p>
            {words.t('board.uprooted', {
              count: uprooting.entryIds.length,
              machines: uprooting.entryIds
                .map((id) => names.entries.get(id) ?? words.t('board.step.aVisit'))
                .join(', '),
            })}
          </p>
          <Button onClick={() => onTry(uprooting.change)}>{words.t('board.uprooted.try')}</Button>
        </>
      )}
      <CloseButton aria-label={words.t('board.close')} onClick={onClose} />
    </div>
  );
};
