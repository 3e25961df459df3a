import { useLayoutEffect, useRef } from 'react';
import type { KeyBinding } from '../../parts/keys.ts';
import { useKeys } from '../../parts/use-keys.ts';
import type { MoveStore } from './move-store.ts';

const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const;
type Arrow = (typeof arrows)[number];
const isArrow = (key: string): key is Arrow => arrows.some((known) => known === key);

interface Keys {
  readonly store: MoveStore;
  readonly isIdle: boolean;
  /** As they stand on the board. */
  readonly technicianIds: readonly string[];
  readonly drop: () => void;
  readonly moveTo: () => void;
  readonly pin: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly close: () => void;
}

/** Keys while something is in hand: arrows walk over possible places, Enter or Space puts it down, Escape gives it back. */
const whileMoving = ({ store, technicianIds, drop }: Keys, event: KeyboardEvent): boolean => {
  const { key } = event;
  if (isArrow(key)) store.dispatch({ kind: 'step', key, wide: event.shiftKey, technicianIds });
  else if (key === 'c') store.dispatch({ kind: 'toCheapest', technicianIds });
  else if (key === 'Enter' || key === ' ') drop();
  else if (key === 'Escape' || key === 'Tab') store.dispatch({ kind: 'cancel' });
  else return false;
  return key !== 'Tab';
};

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, select, textarea, [contenteditable]');

/** The keys of the board, as the help lists them. Those with Ctrl are the board's own; undo in a text field stays there. */
export const useBoardKeys = (keys: Keys): void => {
  const latest = useRef(keys);
  // With what is drawn, not after it was painted: undo would go out with the mark of the plan before.
  useLayoutEffect(() => {
    latest.current = keys;
  });
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const now = latest.current;
      const state = now.store.state();
      if (state.kind === 'moving' && state.by === 'keyboard') {
        if (!whileMoving(now, event)) return;
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z';
      if (
        !isUndo ||
        !now.isIdle ||
        state.kind !== 'idle' ||
        isTyping(event.target) ||
        document.querySelector('[aria-modal=true]')
      )
        return;
      event.preventDefault();
      if (event.shiftKey) now.redo();
      else now.undo();
    };
    // Before the grid's own keys, so that an arrow moves what is in hand and not the cursor.
    window.addEventListener('keydown', pressed, true);
    return () => window.removeEventListener('keydown', pressed, true);
  }, []);
  const bindings: KeyBinding[] = [
    { key: 'Space', does: 'board.key.pickUp', act: () => undefined },
    { key: 'm', does: 'board.key.moveTo', act: () => keys.isIdle && keys.moveTo() },
    { key: 'p', does: 'board.key.pin', act: () => keys.isIdle && keys.pin() },
    { key: 'Ctrl+Z', does: 'board.key.undo', act: keys.undo },
    { key: 'Ctrl+Shift+Z', does: 'board.key.redo', act: keys.redo },
    { key: 'Escape', does: 'board.key.close', act: keys.close },
  ];
  useKeys(bindings);
};
