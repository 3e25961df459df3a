import type { BoardStepView, BoardView } from '@kuluma/shared/model/views/board.ts';
import { CloseButton } from '@mantine/core';
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
  onClose,
}: {
  problem: ActProblem;
  board: BoardView;
  onClose: () => void;
}) => {
  const words = useWords();
  const { error, steps } = problem;
  return (
    <div className="board-notice" data-tone="problem" role="alert">
      {steps.length > 0 ? (
        <>
          <IconAlertTriangle size={18} aria-hidden="true" />
          <div>
            <p>{words.t('board.conflict')}</p>
            <ul>
              {steps.slice(0, 3).map((step) => (
                <li key={step.mark}>
                  {stepText(words, step, namesOf(board), board.timeZone)} ({momentText(words, step.at, board.timeZone)})
                </li>
              ))}
            </ul>
          </div>
        </>
      ) : (
        <ProblemNotice error={error} command />
      )}
      <CloseButton aria-label={words.t('board.close')} onClick={onClose} />
    </div>
  );
};
