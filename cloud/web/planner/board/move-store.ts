import type { BoardQuoteView } from '@kuluma/shared/model/views/board.ts';
import { useSyncExternalStore } from 'react';
import { type Aim, idle, type MoveEvent, type MoveState, nextMove } from './move-state.ts';
import type { Place } from './places.ts';

/**
 * The move in hand, outside of React: a pointer changes it with every frame, and only what asks for it redraws.
 */
export interface MoveStore {
  readonly state: () => MoveState;
  readonly dispatch: (event: MoveEvent) => void;
  readonly subscribe: (changed: () => void) => () => void;
  /** What the service said of the place in hand in detail; null until it has. */
  readonly quote: () => BoardQuoteView | null;
  readonly tellQuote: (of: Place, quote: BoardQuoteView) => void;
}

const isSame = (a: Aim | null, b: Aim | null): boolean =>
  a === b || (a?.technicianId === b?.technicianId && a?.startMs === b?.startMs);

export const createMoveStore = (): MoveStore => {
  const listeners = new Set<() => void>();
  let state: MoveState = idle;
  let quote: BoardQuoteView | null = null;
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const placeOf = (one: MoveState): Place | null => (one.kind === 'moving' ? one.place : null);
  return {
    state: () => state,
    quote: () => quote,
    dispatch: (event) => {
      const next = nextMove(state, event);
      if (next === state) return;
      if (!isSame(placeOf(next), placeOf(state))) quote = null;
      state = next;
      changed();
    },
    tellQuote: (of, told) => {
      if (!isSame(placeOf(state), of)) return;
      quote = told;
      changed();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

/** Something of the move in hand; redraws only when that changes. `select` answers with a primitive or a kept object. */
export const useMove = <T>(store: MoveStore, select: (store: MoveStore) => T): T =>
  useSyncExternalStore(store.subscribe, () => select(store));
