import { useEffect, useRef } from 'react';

/**
 * For the heading of something that changes under the reader's hands: when `state` changes and the control that had the
 * focus went with it, the focus comes here instead of being lost.
 */
export const useFocusBack = (state: string) => {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(state);
  useEffect(() => {
    if (before.current === state) return;
    before.current = state;
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, [state]);
  return heading;
};
