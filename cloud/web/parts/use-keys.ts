import { useLayoutEffect, useRef } from 'react';
import { addBindings, type KeyBinding } from './keys.ts';

/** Keys of a page while it is shown; silent while the reader types, or while a dialog is open. */
export const useKeys = (bindings: readonly KeyBinding[]): void => {
  const latest = useRef(bindings);
  // With the button that shows it, not after it was painted: a key pressed in between would do nothing.
  useLayoutEffect(() => {
    latest.current = bindings;
  });
  useLayoutEffect(() => addBindings(() => latest.current), []);
};
