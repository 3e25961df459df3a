import { useEffect, useRef } from 'react';
import { addBindings, type KeyBinding } from './keys.ts';

/** Keys of a page while it is shown; silent while the reader types, or while a dialog is open. */
export const useKeys = (bindings: readonly KeyBinding[]): void => {
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  useEffect(() => addBindings(() => latest.current), []);
};
