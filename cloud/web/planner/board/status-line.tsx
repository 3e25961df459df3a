import { useWords } from '../../parts/language.tsx';
import { momentText } from '../../parts/sentences.ts';
import type { BoardEntry } from './board-entries.ts';
import { entryText } from './board-sentences.ts';
import { moveSentence } from './drag-layer.tsx';
import { type MoveStore, useMove } from './move-store.ts';
import type { TimeScale } from './time-scale.ts';

/** One line of fixed height that says what the reader is at, and while something is moved by keyboard what that would do. */
export const StatusLine = ({
  store,
  scale,
  focused,
  nameOf,
  technicianName,
}: {
  store: MoveStore;
  scale: TimeScale;
  focused: BoardEntry | null;
  nameOf: (entryId: string) => string;
  technicianName: (technicianId: string) => string;
}) => {
  const words = useWords();
  // A sentence is a kept value: only a new one redraws, and the pointer's own price stands at the pointer.
  const moving = useMove(store, (now) => {
    const state = now.state();
    if (state.kind === 'idle' || state.by !== 'keyboard') return '';
    const sentence = moveSentence(words, now, scale);
    if (!state.place) return words.t('board.moving', { work: nameOf(state.entryId), sentence });
    return words.t('board.movingTo', {
      work: nameOf(state.entryId),
      technician: technicianName(state.place.technicianId),
      moment: momentText(words, new Date(state.place.startMs).toISOString(), scale.timeZone),
      sentence,
    });
  });
  const conflicts = focused?.visit?.conflicts ?? [];
  return (
    <div className="board-status">
      <p aria-live="assertive" className={moving ? undefined : 'visually-hidden'}>
        {moving}
      </p>
      {!moving && (
        <p data-conflict={conflicts.length > 0 || undefined}>
          {focused ? entryText(words, focused, scale.timeZone) : words.t('board.hint')}
        </p>
      )}
    </div>
  );
};
