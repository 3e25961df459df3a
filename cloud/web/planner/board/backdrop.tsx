import { dayKeyOf } from '@kuluma/shared/model/format.ts';
import { memo, useMemo } from 'react';
import { useProductClock } from '../../parts/clock.ts';
import { useWords } from '../../parts/language.tsx';
import type { BoardWork } from './board-entries.ts';
import { signedMoney } from './board-sentences.ts';
import { rowHeight } from './geometry.ts';
import { type MoveStore, useMove } from './move-store.ts';
import { type Shade, shadesOf } from './places.ts';
import { boxOf, type DayColumn, type TimeScale, xOf } from './time-scale.ts';

/** The column of the best day of a window; undefined where it is not shown. */
export const bestColumn = (window: BoardWork['window'], scale: TimeScale): DayColumn | undefined => {
  const day = dayKeyOf(Date.parse(window.bestAt), scale.timeZone);
  return scale.columns.find(({ dayKey }) => dayKey === day);
};

/** The time in which service is sensible, over all rows: a soft band and a darker best day, which the axis names. */
export const WearBand = memo(({ window, scale }: { window: BoardWork['window']; scale: TimeScale }) => {
  const box = boxOf(scale, { fromMs: Date.parse(window.fromAt), toMs: Date.parse(window.toAt) });
  const best = bestColumn(window, scale);
  return (
    <>
      {box && <span className="board-wear" style={{ left: box.left, width: box.width }} />}
      {best && <span className="board-wear-best" style={{ left: best.left, width: best.width }} />}
    </>
  );
});

/** Narrower spans show no price. In px. */
const roomForPrice = 40;

/** Every possible place of the entry in hand, shaded by price, with the least of each span in figures. */
export const PlaceShades = ({
  store,
  technicianIds,
  scale,
}: {
  store: MoveStore;
  technicianIds: readonly string[];
  scale: TimeScale;
}) => {
  const words = useWords();
  const book = useMove(store, ({ state }) => {
    const now = state();
    return now.kind === 'moving' ? now.book : null;
  });
  const shades = useMemo(() => book && shadesOf(book), [book]);
  if (!shades) return null;
  return technicianIds.flatMap((technicianId, row) =>
    (shades.get(technicianId) ?? []).map(({ fromMs, toMs, shade, leastCents }) => {
      const box = boxOf(scale, { fromMs, toMs });
      if (!box) return null;
      const { left, width } = box;
      return (
        <span
          key={`${technicianId}.${fromMs}`}
          className="board-shade"
          data-shade={shade satisfies Shade}
          style={{ left, width, top: row * rowHeight, height: rowHeight }}
        >
          {width >= roomForPrice && <span className="board-shade-price">{signedMoney(words, leastCents)}</span>}
        </span>
      );
    }),
  );
};

/** Where now is; on a clock of its own, so that no second redraws the board. */
export const NowLine = ({ scale }: { scale: TimeScale }) => {
  const nowMs = useProductClock()?.nowMs;
  const [first, last] = [scale.columns[0], scale.columns.at(-1)];
  if (!first || !last || nowMs === undefined || nowMs < first.fromMs || nowMs > last.toMs) return null;
  return <span className="board-now" style={{ left: xOf(scale, nowMs) }} />;
};
