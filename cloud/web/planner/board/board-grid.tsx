import {
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useWords } from '../../parts/language.tsx';
import { NowLine, PlaceShades, WearBand } from './backdrop.tsx';
import { BoardAxis } from './board-axis.tsx';
import { type BoardEntry, type BoardRow, type BoardWork, isMovable } from './board-entries.ts';
import { BoardRowView } from './board-row.tsx';
import { DragLayer } from './drag-layer.tsx';
import { axisHeight, headWidth, rowHeight } from './geometry.ts';
import { type CursorRow, type GridCursor, isCursorKey, moveCursor, settled } from './grid-cursor.ts';
import type { Aim } from './move-state.ts';
import { type MoveStore, useMove } from './move-store.ts';
import { type TimeScale, xOf } from './time-scale.ts';
import { usePointerMove } from './use-pointer-move.ts';
import { useVisibleRows } from './use-visible-rows.ts';

/** What a person does on the board. */
export interface GridActs {
  readonly open: (entryId: string) => void;
  readonly openTechnician: (technicianId: string) => void;
  readonly focus: (entryId: string | null) => void;
  readonly pickUp: (entryId: string, by: 'pointer' | 'keyboard', from: Aim) => void;
  readonly drop: () => void;
}

/** What is moved by keyboard stays in sight with this much of its price. In px. */
const ghostRoom = 240;

/** Of what is opened, so much is seen. In px. */
const openRoom = 40;

/** The press on a card beside the board begins the same drag. */
export type PressCard = (event: PointerEvent, entryId: string) => void;

/** Technicians as rows, time as columns. One roving stop for the keyboard; bars are dragged, rows appear as they are scrolled to. */
export const BoardGrid = ({
  rows,
  scale,
  store,
  openId,
  wear,
  nameOf,
  lengthOf,
  acts,
  pressCard,
}: {
  rows: readonly BoardRow[];
  scale: TimeScale;
  store: MoveStore;
  openId: string | null;
  /** Of the entry that the reader is at. */
  wear: BoardWork['window'] | null;
  nameOf: (entryId: string) => string;
  lengthOf: (entryId: string) => number;
  acts: GridActs;
  pressCard: { current: PressCard | null };
}) => {
  const words = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState<GridCursor | null>(null);
  const takesFocus = useRef(false);
  const hasFocus = useRef(false);
  const seen = useVisibleRows(scroller, rows.length);
  const heldId = useMove(store, ({ state }) => {
    const now = state();
    return now.kind === 'moving' ? now.entryId : null;
  });

  const technicianIds = useMemo(() => rows.map(({ technician }) => technician.technicianId as string), [rows]);
  const rowIndexOf = useMemo(() => new Map(technicianIds.map((id, i) => [id, i])), [technicianIds]);
  const entries = useMemo(
    () => new Map(rows.flatMap((row) => row.entries.map((entry) => [entry.entryId, entry] as const))),
    [rows],
  );
  const walk = useMemo(() => walkOf(rows), [rows]);
  const cursor = settled(walk, wanted);
  const cursorRow = cursor ? (rowIndexOf.get(cursor.rowId) ?? 0) : -1;

  const board = { scroller, scale, technicianIds };
  const { press, wasDragged } = usePointerMove(board, store, {
    pickUp: (entryId, from) => acts.pickUp(entryId, 'pointer', from),
    drop: acts.drop,
  });
  pressCard.current = (event, entryId) => press(event, entryId, null, 0);

  useLayoutEffect(() => {
    // What had the focus may have gone to another row: the focus goes with it instead of being lost.
    const isLost = hasFocus.current && document.activeElement === document.body;
    if (!(takesFocus.current || isLost) || !scroller.current || !cursor) return;
    takesFocus.current = false;
    const entry = cursor.entryId === null ? undefined : entries.get(cursor.entryId);
    revealRow(scroller.current, cursorRow, entry && [xOf(scale, entry.fromMs), xOf(scale, entry.toMs)]);
    const stop = cursor.entryId === null ? `[data-head="${cursor.rowId}"]` : `[data-entry="${cursor.entryId}"]`;
    scroller.current.querySelector<HTMLElement>(stop)?.focus({ preventScroll: true });
  });

  const openEntry = openId === null ? undefined : entries.get(openId);
  const openRow = openEntry && rowIndexOf.get(openEntry.technicianId);
  const openLeft = openEntry && xOf(scale, openEntry.fromMs);
  useEffect(() => {
    if (openRow === undefined || openLeft === undefined || !scroller.current) return;
    revealRow(scroller.current, openRow, [openLeft, openLeft + openRoom]);
  }, [openRow, openLeft]);

  useEffect(
    () =>
      store.subscribe(() => {
        const state = store.state();
        if (state.kind === 'idle' || state.by !== 'keyboard' || !state.place || !scroller.current) return;
        const left = xOf(scale, state.place.startMs);
        revealRow(scroller.current, rowIndexOf.get(state.place.technicianId) ?? 0, [left, left + ghostRoom]);
      }),
    [store, scale, rowIndexOf],
  );

  const pressed = (event: KeyboardEvent) => {
    if (!isCursorKey(event.key) && event.key !== ' ' && event.key !== 'Enter') return;
    if (event.altKey || event.metaKey) return;
    if (store.state().kind === 'moving') return;
    if (isCursorKey(event.key)) {
      event.preventDefault();
      takesFocus.current = true;
      setWanted(moveCursor(walk, cursor, event.key, event.ctrlKey));
      return;
    }
    const entry = cursor?.entryId ? entries.get(cursor.entryId) : undefined;
    if (event.key === ' ' && entry) {
      event.preventDefault();
      if (isMovable(entry))
        acts.pickUp(entry.entryId, 'keyboard', { technicianId: entry.technicianId, startMs: entry.fromMs });
    } else if (cursor && !entry) {
      event.preventDefault();
      acts.openTechnician(cursor.rowId);
    }
  };

  const pressedPointer = (event: PointerEvent) => {
    const bar = barUnder(event.target);
    const entry = bar && entries.get(bar.dataset['entry'] ?? '');
    if (!bar || !entry || !isMovable(entry)) return;
    const from = { technicianId: entry.technicianId, startMs: entry.fromMs };
    press(event, entry.entryId, from, event.clientX - bar.getBoundingClientRect().left);
  };

  const focused = (target: EventTarget) => {
    const bar = barUnder(target);
    const head = target instanceof HTMLElement ? target.dataset['head'] : undefined;
    const entry = bar && entries.get(bar.dataset['entry'] ?? '');
    acts.focus(entry?.entryId ?? null);
    if (entry) setWanted({ rowId: entry.technicianId, entryId: entry.entryId, aimMs: entry.fromMs });
    else if (head) setWanted({ rowId: head, entryId: null, aimMs: wanted?.aimMs ?? Number.NEGATIVE_INFINITY });
  };

  const clicked = (target: EventTarget) => {
    if (wasDragged()) return;
    const bar = barUnder(target);
    if (bar?.dataset['entry']) acts.open(bar.dataset['entry']);
    const head = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-head]') : null;
    if (head?.dataset['head']) acts.openTechnician(head.dataset['head']);
  };

  const view = useCallback(() => scroller.current, []);
  const shown = shownRows(seen, cursorRow, rows.length);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot place its rows over time and leave out those not seen
    <div
      className="board-scroll"
      ref={scroller}
      role="grid"
      tabIndex={-1}
      aria-label={words.t('place.board')}
      aria-rowcount={rows.length + 1}
      aria-colcount={scale.columns.length + 1}
      onKeyDown={pressed}
      onPointerDown={pressedPointer}
      onFocus={(event) => {
        hasFocus.current = true;
        focused(event.target);
      }}
      onBlur={(event) => {
        const to = event.relatedTarget;
        // A dialog gives the focus back.
        if (to instanceof Element && !to.closest('[role=dialog]')) hasFocus.current = false;
      }}
      onClick={(event) => clicked(event.target)}
    >
      <BoardAxis scale={scale} wear={wear} />
      <div
        className="board-canvas"
        role="presentation"
        style={{ width: headWidth + scale.width, height: rows.length * rowHeight }}
      >
        <div className="board-backdrop" aria-hidden="true" style={{ left: headWidth, width: scale.width }}>
          {wear && <WearBand window={wear} scale={scale} />}
          <PlaceShades store={store} technicianIds={technicianIds} scale={scale} />
        </div>
        <div className="board-overlay" aria-hidden="true" style={{ left: headWidth, width: scale.width }}>
          <NowLine scale={scale} />
          <DragLayer
            store={store}
            rowIndexOf={rowIndexOf}
            scale={scale}
            nameOf={nameOf}
            lengthOf={lengthOf}
            scroller={view}
          />
        </div>
        {shown.map((index) => {
          const row = rows[index];
          if (!row) return null;
          const here = (id: string | null) =>
            id !== null && row.entries.some(({ entryId }) => entryId === id) ? id : null;
          return (
            <BoardRowView
              key={row.technician.technicianId}
              row={row}
              scale={scale}
              index={index}
              stop={index === cursorRow ? (cursor?.entryId ?? null) : undefined}
              openId={here(openId)}
              heldId={here(heldId)}
            />
          );
        })}
      </div>
    </div>
  );
};

const barUnder = (target: EventTarget): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-entry]') : null;

const walkOf = (rows: readonly BoardRow[]): CursorRow[] =>
  rows.map(({ technician, entries }) => ({
    rowId: technician.technicianId,
    entries: entries.map(({ entryId, fromMs }: BoardEntry) => ({ entryId, startMs: fromMs })),
  }));

/** What is seen, and the row with the cursor wherever it is, so that the Tab key finds it. */
const shownRows = ({ from, to }: { from: number; to: number }, cursorRow: number, count: number): number[] => {
  const shown = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
  if (cursorRow >= 0 && cursorRow < count && (cursorRow < from || cursorRow >= to)) shown.push(cursorRow);
  return shown;
};

/** Scrolls until a row, and what has the focus in it, lies free of the axis and the heads. */
const revealRow = (view: HTMLElement, row: number, span: readonly [number, number] | undefined): void => {
  const top = row * rowHeight;
  const room = view.clientHeight - axisHeight;
  if (top < view.scrollTop) view.scrollTop = top;
  else if (top + rowHeight > view.scrollTop + room) view.scrollTop = top + rowHeight - room;
  if (!span) return;
  const width = view.clientWidth - headWidth;
  const [from, to] = span;
  if (from < view.scrollLeft) view.scrollLeft = Math.max(0, from - 24);
  else if (to > view.scrollLeft + width) view.scrollLeft = Math.min(from - 24, to - width + 24);
};
