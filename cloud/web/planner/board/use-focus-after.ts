import { useEffect, useRef } from 'react';

/** A dialog's own return of the focus has happened by then. */
const returnedMs = 250;

/**
 * When a dialog closes after a change, what it was opened from may be gone or redrawn elsewhere, and the focus with it: it
 * then goes to where the Tab key stops on the board.
 */
export const useFocusAfter = (isOpen: boolean): void => {
  const wasOpen = useRef(false);
  useEffect(() => {
    const closes = wasOpen.current && !isOpen;
    wasOpen.current = isOpen;
    if (!closes) return;
    const timer = setTimeout(() => {
      if (document.activeElement === document.body)
        document.querySelector<HTMLElement>('.board-scroll [tabindex="0"]')?.focus({ preventScroll: true });
    }, returnedMs);
    return () => clearTimeout(timer);
  }, [isOpen]);
};
