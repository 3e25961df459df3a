import { memo, useMemo } from 'react';
import { useWords } from '../../parts/language.tsx';
import type { BoardWork } from './board-entries.ts';
import { signedMoney } from './board-sentences.ts';
import { rowHeight } from './geometry.ts';
import { type MoveStore, useMove } from './move-store.ts';
import { type Shade, shadesOf } from './places.ts';
import { boxOf, columnAt, type TimeScale, xOf } from './time-scale.ts';

/** The time in which service is sensible, over all rows: a soft band and a darker best day. */
export const WearBand = memo(({ window, scale }: { window: BoardWork['window']; scale: TimeScale }) => {
  const words = useWords();
  const box = boxOf(scale, { fromMs: Date.parse(window.fromAt), toMs: Date.parse(window.toAt) });
  const bestMs = Date.parse(window.bestAt);
  const best = scale.columns[columnAt(scale, bestMs)];
  const isSeen = best && bestMs >= best.fromMs - 86_400_000 / 2 && bestMs <= (scale.columns.at(-1)?.toMs ?? 0);
  if (!box) return null;
  return (
    <>
      <span className="board-wear" style={{ left: box.left, width: box.width }} />
      {best && isSeen && (
        <span className="board-wear-best" style={{ left: best.left, width: best.width }}>
          {!best.idle && <span className="board-wear-word">{words.t('board.bestDay')}</span>}
        </span>
      )}
    </>
  );
});

/** Hours at which a price still fits into its span. */
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
      const left = xOf(scale, fromMs);
      const width = xOf(scale, toMs) - left;
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

/** Where now is. */
export const NowLine = ({ nowMs, scale }: { nowMs: number; scale: TimeScale }) => {
  const [first, last] = [scale.columns[0], scale.columns.at(-1)];
  if (!first || !last || nowMs < first.fromMs || nowMs > last.toMs) return null;
  return <span className="board-now" style={{ left: xOf(scale, nowMs) }} />;
};
