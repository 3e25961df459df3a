import type { BoardCopyView, BoardView } from '@kuluma/shared/model/views/board.ts';
import { Button } from '@mantine/core';
import { useWords } from '../../parts/language.tsx';
import { reasonText } from '../reason-text.ts';
import { diffText, signedMoney, termName } from './board-sentences.ts';

export interface CopyActs {
  readonly stop: () => void;
  readonly improve: () => void;
  readonly refuse: () => void;
  readonly accept: (confirmed: boolean) => void;
  readonly open: (entryId: string) => void;
}

/** A proposal, or a copy to try things in: what is different, what it saves, whom it would concern; taken or dropped as a whole. */
export const CopyPanel = ({
  copy,
  board,
  progress,
  isIdle,
  acts,
}: {
  copy: BoardCopyView | null;
  board: BoardView;
  /** Of the search for a better plan, 0..1; null while none runs. */
  progress: number | null;
  isIdle: boolean;
  acts: CopyActs;
}) => {
  const words = useWords();
  return (
    <aside className="board-panel" aria-label={words.t('board.copy')}>
      <h2>{words.t('board.copy')}</h2>
      <p className="soft">{words.t('board.copy.what')}</p>
      {progress !== null && (
        <div className="board-progress">
          <progress value={progress} max={1} aria-label={words.t('board.copy.searching')} />
          <Button onClick={acts.stop}>{words.t('board.copy.stop')}</Button>
        </div>
      )}
      {copy && <CopyBalance copy={copy} />}
      {copy && <CopyActsRow copy={copy} isIdle={isIdle && progress === null} acts={acts} />}
      {copy && <CopyDifference copy={copy} board={board} open={acts.open} />}
      {copy && copy.mark !== board.mark && <p className="board-told">{words.t('board.copy.older')}</p>}
    </aside>
  );
};

const CopyActsRow = ({ copy, isIdle, acts }: { copy: BoardCopyView; isIdle: boolean; acts: CopyActs }) => {
  const words = useWords();
  const told = copy.diff.moves.filter(({ needsConfirmation }) => needsConfirmation).length;
  const isSame = copy.diff.moves.length === 0 && copy.changes.length === 0;
  return (
    <div className="board-panel-acts">
      <Button variant="filled" disabled={!isIdle || isSame} onClick={() => acts.accept(told > 0)}>
        {words.t('board.copy.accept', { count: told })}
      </Button>
      <Button onClick={acts.refuse}>{words.t('board.copy.refuse')}</Button>
      <Button disabled={!isIdle} onClick={acts.improve}>
        {words.t('board.copy.improve')}
      </Button>
    </div>
  );
};

const CopyBalance = ({ copy: { diff } }: { copy: BoardCopyView }) => {
  const words = useWords();
  const terms = Object.entries(diff.termsAdded).filter(([, cents]) => Math.abs(cents) >= 50);
  return (
    <>
      <p className="board-balance">
        {words.t('board.copy.balance', { price: signedMoney(words, diff.costAfterCents - diff.costBeforeCents) })}
      </p>
      {terms.length > 0 && (
        <dl className="board-terms">
          {terms.map(([term, cents]) => (
            <div key={term}>
              <dt>{termName(words, term)}</dt>
              <dd className="number">{signedMoney(words, cents)}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
};

const CopyDifference = ({
  copy: { diff, unplanned },
  board,
  open,
}: {
  copy: BoardCopyView;
  board: BoardView;
  open: (entryId: string) => void;
}) => {
  const words = useWords();
  const wasOpen = new Set<string>(board.unplanned.map(({ entryId }) => entryId));
  const newlyOpen = unplanned.filter(({ entryId }) => !wasOpen.has(entryId));
  return (
    <>
      <h3>{words.t('board.copy.moves', { count: diff.moves.length })}</h3>
      <ul className="board-moves">
        {diff.moves.map((move) => (
          <li key={move.entryId}>
            <button type="button" onClick={() => open(move.entryId)}>
              {diffText(words, move, board.timeZone)}
              {move.needsConfirmation && <span className="board-told">{words.t('board.copy.told')}</span>}
            </button>
          </li>
        ))}
      </ul>
      {newlyOpen.length > 0 && (
        <ul className="board-reasons">
          {newlyOpen.flatMap(({ entryId, reasons }) =>
            reasons.slice(0, 1).map((reason) => (
              <li key={entryId} className="board-conflict">
                {reasonText(words, reason, board.timeZone)}
              </li>
            )),
          )}
        </ul>
      )}
    </>
  );
};
