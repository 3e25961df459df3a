import { isoWeekOf } from '@kuluma/shared/model/format.ts';
import { memo } from 'react';
import { useWords } from '../../parts/language.tsx';
import type { Words } from '../../parts/words.ts';
import { bestColumn } from './backdrop.tsx';
import type { BoardWork } from './board-entries.ts';
import { type DayColumn, hourTicks, type TimeScale } from './time-scale.ts';
import { minuteOfDay, weekdayOf } from './zone-time.ts';

/** `ma 23.11.` */
const dayHead = (words: Words, ms: number, timeZone: string): string =>
  new Intl.DateTimeFormat(words.locale, { timeZone, weekday: 'short', day: 'numeric', month: 'numeric' }).format(ms);

const weekdayHead = (words: Words, ms: number, timeZone: string): string =>
  new Intl.DateTimeFormat(words.locale, { timeZone, weekday: 'narrow' }).format(ms);

/** Days and hours above the rows, with the ISO week where one begins. */
export const BoardAxis = memo(({ scale, wear }: { scale: TimeScale; wear: BoardWork['window'] | null }) => {
  const words = useWords();
  const best = wear ? bestColumn(wear, scale) : undefined;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot place its columns over time
    <div className="board-axis" role="row" tabIndex={-1} aria-rowindex={1}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div className="board-corner" role="columnheader" tabIndex={-1}>
        {words.t('board.technicians')}
      </div>
      <div className="board-days" role="presentation" style={{ width: scale.width }}>
        {scale.columns.map((column, at) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <div
            key={column.dayKey}
            className="board-day"
            role="columnheader"
            tabIndex={-1}
            data-idle={column.idle || undefined}
            data-best={column === best || undefined}
            style={{ left: column.left, width: column.width }}
          >
            <DayName column={column} timeZone={scale.timeZone} isFirst={at === 0} isBest={column === best} />
            {hourTicks(scale, column).map(({ ms, left }) => (
              <span key={ms} className="board-hour" style={{ left }} aria-hidden="true">
                {String(Math.floor(minuteOfDay(ms, scale.timeZone) / 60)).padStart(2, '0')}
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
});

const DayName = ({
  column,
  timeZone,
  isFirst,
  isBest,
}: {
  column: DayColumn;
  timeZone: string;
  isFirst: boolean;
  /** Of the work that the reader is at. */
  isBest: boolean;
}) => {
  const words = useWords();
  const { fromMs } = column;
  const name = dayHead(words, fromMs, timeZone);
  if (column.idle)
    return (
      <>
        <span className="board-day-name" aria-hidden="true">
          {weekdayHead(words, fromMs, timeZone)}
        </span>
        <span className="visually-hidden">{name}</span>
      </>
    );
  const showsWeek = isFirst || weekdayOf(column.dayKey) === 1;
  return (
    <span className="board-day-name">
      {name}
      {showsWeek && <span className="soft"> {words.t('time.week', { week: isoWeekOf(fromMs, timeZone) })}</span>}
      {isBest && <span className="board-best-word"> {words.t('board.bestDay')}</span>}
    </span>
  );
};
