import type { BoardUnplannedView } from '@kuluma/shared/model/views/board.ts';
import type { PointerEvent } from 'react';
import { useWords } from '../../parts/language.tsx';
import { TagSentence } from '../../parts/tag-sentence.tsx';
import { reasonText } from '../reason-text.ts';
import { signedMoney, workText } from './board-sentences.ts';

/** Work without a place: what it is, its window, and why nobody comes; or the best place that it could have. */
export const UnplannedTray = ({
  works,
  timeZone,
  openId,
  onPress,
  onOpen,
}: {
  works: readonly BoardUnplannedView[];
  timeZone: string;
  openId: string | null;
  onPress: (event: PointerEvent, entryId: string) => void;
  onOpen: (entryId: string) => void;
}) => {
  const words = useWords();
  return (
    <section className="board-tray" aria-label={words.t('board.unplanned')}>
      <h2>{words.t('board.unplanned.count', { count: works.length })}</h2>
      {works.length === 0 ? (
        <p className="soft">{words.t('board.unplanned.none')}</p>
      ) : (
        <ul>
          {works.map((work) => (
            <li key={work.entryId}>
              <button
                type="button"
                className="board-card"
                aria-current={openId === work.entryId || undefined}
                onPointerDown={(event) => onPress(event, work.entryId)}
                onClick={() => onOpen(work.entryId)}
              >
                <span className="board-card-work">
                  <TagSentence text={workText(words, work)} tag={work.machine.tag} />
                </span>
                <span className="small soft">
                  {work.machine.site?.name} ·{' '}
                  {words.dayRange(Date.parse(work.window.fromAt), Date.parse(work.window.toAt), timeZone)}
                </span>
                <span className="small">
                  <WhyUnplanned work={work} timeZone={timeZone} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};

const WhyUnplanned = ({ work, timeZone }: { work: BoardUnplannedView; timeZone: string }) => {
  const words = useWords();
  const [reason] = work.reasons;
  if (reason) return reasonText(words, reason, timeZone);
  if (!work.best) return words.t('board.unplanned.waits');
  return words.t('board.unplanned.best', {
    day: words.day(Date.parse(work.best.startAt), timeZone),
    price: signedMoney(words, work.best.difference.costCents),
  });
};
