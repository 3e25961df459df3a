import { memo } from 'react';
import { useWords } from '../../parts/language.tsx';
import { type BoardRow, lanesOf } from './board-entries.ts';
import { rowHeight } from './geometry.ts';
import { boxOf, columnAt, type DayColumn, type Span, type TimeScale } from './time-scale.ts';
import { VisitBar } from './visit-bar.tsx';

interface RowProps {
  readonly row: BoardRow;
  readonly scale: TimeScale;
  readonly index: number;
  /** Entry at which the Tab key stops, null for the head of the row, undefined if the cursor is elsewhere. */
  readonly stop: string | null | undefined;
  readonly openId: string | null;
  readonly heldId: string | null;
}

/** A technician: name, working time, absences and visits. Redrawn only when something of its own changes. */
export const BoardRowView = memo(({ row, scale, index, stop, openId, heldId }: RowProps) => {
  const { technician, entries } = row;
  const lanes = lanesOf(entries);
  const inColumn = entries.map(({ fromMs }) => columnAt(scale, fromMs));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot place its rows over time and leave out those not seen
    <div
      className="board-row"
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      style={{ top: index * rowHeight, width: '100%' }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div
        className="board-head"
        role="rowheader"
        tabIndex={stop === null ? 0 : -1}
        data-head={technician.technicianId}
      >
        <span className="board-head-name">{technician.name}</span>
        <span className="board-head-depot">{technician.depotName}</span>
      </div>
      <div className="board-days" role="presentation" style={{ width: scale.width }}>
        {scale.columns.map((column, at) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <div
            key={column.dayKey}
            className="board-cell"
            role="gridcell"
            tabIndex={-1}
            data-idle={column.idle || undefined}
            style={{ left: column.left, width: column.width }}
          >
            <DayGround row={row} column={column} scale={scale} />
            {entries.map((entry, i) =>
              inColumn[i] === at ? (
                <VisitBar
                  key={entry.entryId}
                  entry={entry}
                  scale={scale}
                  place={{ originX: column.left, lane: 0, lanes: 1, ...lanes[i] }}
                  isStop={stop === entry.entryId}
                  isOpen={openId === entry.entryId}
                  isHeld={heldId === entry.entryId}
                />
              ) : null,
            )}
          </div>
        ))}
      </div>
    </div>
  );
});

/** Working time, breaks and absence of one day, behind its visits. */
const DayGround = ({ row, column, scale }: { row: BoardRow; column: DayColumn; scale: TimeScale }) => {
  const words = useWords();
  const within = (span: Span) => span.fromMs < column.toMs && span.toMs > column.fromMs;
  const boxes = (spans: readonly Span[], className: string) =>
    spans.filter(within).map((span) => {
      const box = boxOf(scale, span);
      return box ? (
        <span key={span.fromMs} className={className} style={{ left: box.left - column.left, width: box.width }} />
      ) : null;
    });
  if (row.technician.absentOn.includes(column.dayKey))
    return <span className="board-absent">{words.t('board.absent')}</span>;
  return (
    <>
      {boxes(row.working, 'board-working')}
      {boxes(row.breaks, 'board-break')}
      {boxes(row.companions, 'board-companion')}
    </>
  );
};
