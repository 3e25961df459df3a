import { type PointerEvent as ReactPointerEvent, type RefObject, useCallback, useRef } from 'react';
import { axisHeight, headWidth, rowHeight } from './geometry.ts';
import type { Aim } from './move-state.ts';
import type { MoveStore } from './move-store.ts';
import { msAt, snapped, type TimeScale } from './time-scale.ts';

/** A press becomes a drag beyond this; before, it is a click. */
const dragPx = 4;
/** Near an edge the board scrolls along, by at most this much a frame. */
const edgePx = 36;
const scrollPxPerFrame = 14;
const stepMin = 15;

interface Board {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly scale: TimeScale;
  readonly technicianIds: readonly string[];
}

/** The row and the time under a point of the window; the rims of the board hold. */
const aimAt = ({ scroller, scale, technicianIds }: Board, box: DOMRect, x: number, y: number): Aim | null => {
  const view = scroller.current;
  if (!view) return null;
  const row = Math.floor((y - box.top - axisHeight + view.scrollTop) / rowHeight);
  const technicianId = technicianIds[Math.min(technicianIds.length - 1, Math.max(0, row))];
  const ms = msAt(scale, x - box.left - headWidth + view.scrollLeft);
  return technicianId === undefined ? null : { technicianId, startMs: snapped(scale, ms, stepMin) };
};

/** How fast to scroll at `at` between two edges: nothing in the middle. */
const pull = (at: number, from: number, to: number): number => {
  if (at < from + edgePx) return -Math.min(1, (from + edgePx - at) / edgePx) * scrollPxPerFrame;
  if (at > to - edgePx) return Math.min(1, (at - to + edgePx) / edgePx) * scrollPxPerFrame;
  return 0;
};

/**
 * Dragging with a mouse or a pen; a finger scrolls, and moves by the dialog.
 * @returns the handler of a press on something that can be moved: `pickUp` begins the move, `drop` ends it
 */
export const usePointerMove = (
  board: Board,
  store: MoveStore,
  on: { readonly pickUp: (entryId: string, from: Aim) => void; readonly drop: () => void },
) => {
  const latest = useRef({ board, on });
  latest.current = { board, on };
  const dragged = useRef(false);

  const press = useCallback(
    (event: ReactPointerEvent, entryId: string, from: Aim | null, grabPx: number) => {
      if (event.pointerType === 'touch' || event.button !== 0 || store.state().kind !== 'idle') return;
      const [startX, startY] = [event.clientX, event.clientY];
      let [x, y] = [startX, startY];
      let frame = 0;
      let box: DOMRect | null = null;
      dragged.current = false;

      const drawFrame = () => {
        frame = 0;
        const view = latest.current.board.scroller.current;
        if (!box || !view) return;
        const [dx, dy] = [
          pull(x, box.left + headWidth, box.right),
          pull(y, box.top + axisHeight, Math.min(box.bottom, window.innerHeight)),
        ];
        if (dx !== 0 || dy !== 0) {
          view.scrollBy(dx, dy);
          frame = requestAnimationFrame(drawFrame);
        }
        const aim = aimAt(latest.current.board, box, x - grabPx, y);
        if (aim) store.dispatch({ kind: 'aimAt', aim });
      };
      const moved = (next: PointerEvent) => {
        [x, y] = [next.clientX, next.clientY];
        if (!box) {
          if (Math.hypot(x - startX, y - startY) < dragPx) return;
          box = latest.current.board.scroller.current?.getBoundingClientRect() ?? null;
          const aim = box && (from ?? aimAt(latest.current.board, box, x, y));
          if (!aim) return;
          dragged.current = true;
          latest.current.on.pickUp(entryId, aim);
        }
        if (frame === 0) frame = requestAnimationFrame(drawFrame);
      };
      const end = () => {
        cancelAnimationFrame(frame);
        window.removeEventListener('pointermove', moved);
        window.removeEventListener('pointerup', released);
        window.removeEventListener('pointercancel', cancelled);
        window.removeEventListener('keydown', escaped, true);
      };
      const released = () => {
        if (frame !== 0) {
          cancelAnimationFrame(frame);
          drawFrame();
        }
        end();
        if (box) latest.current.on.drop();
      };
      const cancelled = () => {
        end();
        store.dispatch({ kind: 'cancel' });
      };
      const escaped = (key: KeyboardEvent) => {
        if (key.key !== 'Escape' || !box) return;
        key.preventDefault();
        key.stopPropagation();
        cancelled();
      };
      window.addEventListener('pointermove', moved);
      window.addEventListener('pointerup', released);
      window.addEventListener('pointercancel', cancelled);
      window.addEventListener('keydown', escaped, true);
    },
    [store],
  );
  /** True once after a drag: the click that ends it opens nothing. */
  const wasDragged = useCallback(() => {
    const was = dragged.current;
    dragged.current = false;
    return was;
  }, []);
  return { press, wasDragged };
};
