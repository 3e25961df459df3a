import { clearRoute, linkRoute, restockPlace } from './route-edits.ts';
import type { RouteState } from './route-state.ts';

/** Remembers how routes were before the present move touched them, so that it can be undone. */
export interface Journal {
  /** Begins a move: all changes so far stay. */
  readonly begin: () => void;
  readonly touched: (vehicle: number) => boolean;
  /** To be called before the first change of a route in a move. */
  readonly touch: (vehicle: number) => void;
  /** Puts every touched route and the absent visits back. */
  readonly undo: () => void;
  /** How many visits were absent when the move began; those that it took out stand behind them in the list. */
  readonly absentBefore: () => number;
  /** Vehicles touched in the present move. */
  readonly touchedVehicles: () => Int32Array;
  readonly touchedCount: () => number;
}

export const createJournal = (state: RouteState): Journal => {
  const { visitCount: n, vehicleCount } = state.problem;
  const moveOf = new Int32Array(vehicleCount);
  const vehicles = new Int32Array(vehicleCount);
  const from = new Int32Array(vehicleCount + 1);
  const versions = new Int32Array(vehicleCount);
  const restocks = new Int32Array(vehicleCount);
  const visits = new Int32Array(n);
  const windows = new Int32Array(n);
  const starts = new Float64Array(n);
  let move = 0;
  let count = 0;
  let totalCost = 0;
  let lastVersion = 0;
  let absentBefore = 0;
  return {
    begin: () => {
      move++;
      count = 0;
      totalCost = state.totalCost;
      lastVersion = state.lastVersion;
      absentBefore = state.absentCount;
    },
    touched: (vehicle) => moveOf[vehicle] === move,
    touch: (vehicle) => {
      if (moveOf[vehicle] === move) return;
      moveOf[vehicle] = move;
      let at = from[count] as number;
      for (let j = state.next[n + vehicle] as number; j < n; j = state.next[j] as number) {
        visits[at] = j;
        starts[at] = state.open[j] as number;
        windows[at++] = state.window[j] as number;
      }
      restocks[count] = restockPlace(state, vehicle);
      versions[count] = state.version[vehicle] as number;
      vehicles[count++] = vehicle;
      from[count] = at;
    },
    undo: () => {
      for (let t = 0; t < count; t++) clearRoute(state, vehicles[t] as number);
      for (let t = 0; t < count; t++) {
        const vehicle = vehicles[t] as number;
        const first = from[t] as number;
        const end = from[t + 1] as number;
        linkRoute(
          state,
          vehicle,
          visits.subarray(first, end),
          windows.subarray(first, end),
          restocks[t] as number,
          starts.subarray(first, end),
        );
        // What a route offers may have changed with what others took, before it was touched itself.
        const same = (versions[t] as number) <= lastVersion;
        state.version[vehicle] = same ? (versions[t] as number) : ++state.lastVersion;
      }
      state.totalCost = totalCost;
    },
    absentBefore: () => absentBefore,
    touchedVehicles: () => vehicles,
    touchedCount: () => count,
  };
};
