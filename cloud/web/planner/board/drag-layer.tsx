import { useEffect, useRef } from 'react';
import { useWords } from '../../parts/language.tsx';
import type { Words } from '../../parts/words.ts';
import { conflictText, quoteText, signedMoney } from './board-sentences.ts';
import { rowHeight } from './geometry.ts';
import type { MoveState } from './move-state.ts';
import type { MoveStore } from './move-store.ts';
import { conflictsOn } from './places.ts';
import { columnAt, type TimeScale, xOf } from './time-scale.ts';

/** What the place in hand would cost, or what speaks against it, in one sentence. */
export const moveSentence = (words: Words, store: MoveStore, scale: TimeScale): string => {
  const state = store.state();
  if (state.kind === 'idle') return '';
  if (!state.book) return words.t('board.move.asking');
  if (state.place) {
    const quote = store.quote();
    const [warning] = quote?.conflicts ?? [];
    const price = quote?.difference
      ? quoteText(words, quote.difference, quote.addedKm)
      : signedMoney(words, state.place.differenceCents);
    return warning
      ? words.t('board.move.but', { price, conflict: conflictText(words, warning, scale.timeZone) })
      : price;
  }
  const day = scale.columns[columnAt(scale, state.aim.startMs)]?.dayKey ?? '';
  const [conflict] = conflictsOn(state.book, state.aim.technicianId, day);
  return conflict ? conflictText(words, conflict, scale.timeZone) : words.t('board.move.noRoom');
};

const toneOf = (state: Extract<MoveState, { kind: 'moving' }>): 'asking' | 'possible' | 'blocked' => {
  if (!state.book) return 'asking';
  return state.place ? 'possible' : 'blocked';
};

/** Leaves what is said already: the page then lays nothing out anew. */
const say = (element: HTMLElement, text: string): void => {
  if (element.textContent !== text) element.textContent = text;
};

/**
 * What follows the pointer: row, ghost and price. Drawn straight into the page with each frame; React sees nothing of it.
 * @param lengthOf duration of an entry in ms
 */
export const DragLayer = ({
  store,
  rowIndexOf,
  scale,
  nameOf,
  lengthOf,
  scroller,
}: {
  store: MoveStore;
  rowIndexOf: ReadonlyMap<string, number>;
  scale: TimeScale;
  nameOf: (entryId: string) => string;
  lengthOf: (entryId: string) => number;
  scroller: () => HTMLElement | null;
}) => {
  const words = useWords();
  const layer = useRef<HTMLDivElement>(null);
  const row = useRef<HTMLDivElement>(null);
  const ghost = useRef<HTMLDivElement>(null);
  const name = useRef<HTMLSpanElement>(null);
  const price = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const draw = () => {
      const state = store.state();
      const parts = [layer.current, row.current, ghost.current, name.current, price.current] as const;
      const [all, rowMark, shape, label, said] = parts;
      if (!all || !rowMark || !shape || !label || !said) return;
      all.hidden = state.kind === 'idle';
      if (state.kind === 'idle') return;
      const at = state.place ?? state.aim;
      const index = rowIndexOf.get(at.technicianId) ?? 0;
      const left = xOf(scale, at.startMs);
      const width = Math.max(24, xOf(scale, at.startMs + lengthOf(state.entryId)) - left);
      const view = scroller();
      const isLow = view !== null && (index + 1) * rowHeight + 60 > view.scrollTop + view.clientHeight - 44;
      const isFarRight = view !== null && left + 300 > view.scrollLeft + view.clientWidth - 168;
      const tone = toneOf(state);
      rowMark.style.transform = `translateY(${index * rowHeight}px)`;
      shape.style.transform = `translate(${left}px, ${index * rowHeight}px)`;
      shape.style.width = `${width}px`;
      shape.dataset['tone'] = tone;
      said.dataset['tone'] = tone;
      const anchor = `translate(${isFarRight ? left + width : left}px, ${isLow ? index * rowHeight - 2 : (index + 1) * rowHeight + 2}px)`;
      said.style.transform = `${anchor} translate(${isFarRight ? '-100%' : '0'}, ${isLow ? '-100%' : '0'})`;
      const work = nameOf(state.entryId);
      say(label, work);
      say(said, words.t('board.moving', { work, sentence: moveSentence(words, store, scale) }));
    };
    draw();
    return store.subscribe(draw);
  }, [store, rowIndexOf, scale, nameOf, lengthOf, scroller, words]);

  return (
    <div className="board-drag" ref={layer} hidden aria-hidden="true">
      <div className="board-drag-row" ref={row} />
      <div className="board-ghost" ref={ghost}>
        <span ref={name} />
      </div>
      <div className="board-price" ref={price} />
    </div>
  );
};
