import { type RefObject, useEffect, useState } from 'react';
import { rowHeight } from './geometry.ts';

const margin = 6;
const chunk = 4;

/** The rows that can be seen and some around them, so that scrolling seldom redraws; recomputed once a frame at most. */
export const useVisibleRows = (
  scroller: RefObject<HTMLElement | null>,
  count: number,
): { from: number; to: number } => {
  const [seen, setSeen] = useState({ from: 0, to: 24 });
  useEffect(() => {
    const view = scroller.current;
    if (!view) return;
    let frame = 0;
    const look = () => {
      frame = 0;
      const from = Math.max(0, Math.floor((view.scrollTop / rowHeight - margin) / chunk) * chunk);
      const to = Math.ceil(((view.scrollTop + view.clientHeight) / rowHeight + margin) / chunk) * chunk;
      setSeen((before) => (before.from === from && before.to === to ? before : { from, to }));
    };
    const later = () => {
      if (frame === 0) frame = requestAnimationFrame(look);
    };
    look();
    view.addEventListener('scroll', later, { passive: true });
    const sized = new ResizeObserver(later);
    sized.observe(view);
    return () => {
      cancelAnimationFrame(frame);
      view.removeEventListener('scroll', later);
      sized.disconnect();
    };
  }, [scroller]);
  return { from: Math.min(seen.from, count), to: Math.min(seen.to, count) };
};
