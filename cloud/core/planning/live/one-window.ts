import type { RouteState } from '../kernel/route-state.ts';

/** What `ask` says of a visit that had one of its windows only. */
export const withOneWindow = <T>({ problem }: RouteState, visit: number, window: number, ask: () => T): T => {
  const { windowStart, windowCount } = problem;
  const first = windowStart[visit] as number;
  const count = windowCount[visit] as number;
  windowStart[visit] = first + window;
  windowCount[visit] = 1;
  try {
    return ask();
  } finally {
    windowStart[visit] = first;
    windowCount[visit] = count;
  }
};

/** What `ask` says of a visit that could begin at one time only, which lies in that window of it. */
export const atOneTime = <T>(state: RouteState, visit: number, window: number, start: number, ask: () => T): T =>
  withOneWindow(state, visit, window, () => {
    const { windowStart, windowFrom, windowTo } = state.problem;
    const at = windowStart[visit] as number;
    const [from, to] = [windowFrom[at] as number, windowTo[at] as number];
    windowFrom[at] = start;
    windowTo[at] = start;
    try {
      return ask();
    } finally {
      windowFrom[at] = from;
      windowTo[at] = to;
    }
  });
