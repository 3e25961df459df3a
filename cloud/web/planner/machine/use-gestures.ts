import { type RefObject, useLayoutEffect, useRef } from 'react';
import { panned, type TimeWindow, zoomed } from './time-window.ts';
import { axisWidthPx, rightPadPx } from './uplot-chart.tsx';

interface Moves {
  readonly window: TimeWindow;
  readonly reach: TimeWindow;
  readonly onMove: (window: TimeWindow) => void;
}

/** Pixels that a pointer goes before a press becomes a drag. */
const dragFromPx = 3;
/** One notch of a wheel is about 100 pixels and zooms by a quarter. */
const zoomPerPx = 0.0022;
const linePx = 16;

/** Where the pointer is on the time axis, 0..1 from its left end. */
const shareAt = (element: HTMLElement, clientX: number): number => {
  const { left, width } = element.getBoundingClientRect();
  return (clientX - left - axisWidthPx) / Math.max(1, width - axisWidthPx - rightPadPx);
};
const instantAt = ({ fromMs, toMs }: TimeWindow, share: number): number => fromMs + share * (toMs - fromMs);

/** The wheel zooms where Ctrl is held (as a pinch on a touchpad tells it) or the charts were pressed; else the page scrolls. */
const turn = (element: HTMLElement, event: WheelEvent, isHeld: boolean, { window, reach, onMove }: Moves): void => {
  const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? linePx : 1;
  const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!isSideways && !isHeld && !event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  if (isSideways) {
    const px = scale * (event.deltaX || event.deltaY);
    onMove(panned(window, px / element.clientWidth, reach));
  } else {
    const at = instantAt(window, Math.min(Math.max(shareAt(element, event.clientX), 0), 1));
    onMove(zoomed(window, Math.exp(scale * event.deltaY * zoomPerPx), at, reach));
  }
};

/** Pointers that are down, by id, with the share of the axis where each was last. */
type Pointers = Map<number, number>;

/** One pointer moves the window with it; of two each stays on its instant. */
const drag = (pointers: Pointers, id: number, share: number, { window, reach, onMove }: Moves): void => {
  const before = pointers.get(id) ?? share;
  const other = [...pointers].find(([one]) => one !== id)?.[1];
  pointers.set(id, share);
  if (other === undefined) onMove(panned(window, before - share, reach));
  else {
    const factor = Math.abs(before - other) / Math.max(Math.abs(share - other), 0.02);
    onMove(zoomed(window, factor, instantAt(window, other), reach));
  }
};

/** Wheel, drag and pinch over the charts move the window; a press on a control within stays the control's. */
export const useGestures = (frame: RefObject<HTMLElement | null>, moves: Moves): void => {
  const latest = useRef(moves);
  latest.current = {
    ...moves,
    // Of several moves before the next drawing each goes on from the one before.
    onMove: (window) => {
      latest.current = { ...latest.current, window };
      moves.onMove(window);
    },
  };
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const pointers: Pointers = new Map();
    let pressedAtPx: number | null = null;
    let isHeld = false;
    const onWheel = (event: WheelEvent) => turn(element, event, isHeld, latest.current);
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0 || (event.target as Element).closest('button, a, select, input')) return;
      isHeld = true;
      if (pointers.size === 0) pressedAtPx = event.clientX;
      pointers.set(event.pointerId, shareAt(element, event.clientX));
    };
    const onMove = (event: PointerEvent) => {
      if (!pointers.has(event.pointerId)) return;
      if (pressedAtPx !== null && Math.abs(event.clientX - pressedAtPx) < dragFromPx) return;
      if (pressedAtPx !== null) element.setPointerCapture(event.pointerId);
      pressedAtPx = null;
      drag(pointers, event.pointerId, shareAt(element, event.clientX), latest.current);
    };
    const onUp = (event: PointerEvent) => pointers.delete(event.pointerId);
    const onLeave = () => {
      isHeld = false;
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onUp);
    element.addEventListener('pointerleave', onLeave);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onUp);
      element.removeEventListener('pointerleave', onLeave);
    };
  }, [frame]);
};
