import type { MachineEvent, MachineHistory } from './fleet-history.ts';

/** One life of a component: from its installation (exclusive, -Infinity when not known) to its end (inclusive). */
export interface Life {
  readonly startT: number;
  readonly endT: number;
  /** `censored`: replaced, observation ended, or still running at the last row. */
  readonly ended: 'failure' | 'censored';
  /** Rows [firstRow, endRow) of the machine belong to this life. */
  readonly firstRow: number;
  readonly endRow: number;
}

const endsLife = (event: MachineEvent, component: string): boolean =>
  event.kind === 'end'
    ? event.component === '' || event.component === component
    : event.component === component && (event.kind === 'failure' || event.kind === 'replacement');

/** First index of the sorted `t` whose value is above `limit`. */
export const rowAfter = (t: Float64Array, limit: number): number => {
  let low = 0;
  let high = t.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((t[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * The lives of a component, in time order. A failure ends one; a replacement ends it as censored unless a failure
 * stands at the same time; both begin a new one. After an
 * `end` nothing belongs to any life. A row at the instant of an end belongs to the life that ends there.
 */
export const livesOf = (history: MachineHistory, component: string): Life[] => {
  const ends = new Map<number, 'failure' | 'censored' | 'end'>();
  for (const event of history.events) {
    if (!endsLife(event, component)) continue;
    const known = ends.get(event.t);
    if (event.kind === 'failure') ends.set(event.t, 'failure');
    else if (event.kind === 'replacement' && known !== 'failure') ends.set(event.t, 'censored');
    else if (!known) ends.set(event.t, 'end');
  }
  const lives: Life[] = [];
  let startT = Number.NEGATIVE_INFINITY;
  let firstRow = 0;
  for (const [endT, how] of [...ends].sort((a, b) => a[0] - b[0])) {
    const endRow = rowAfter(history.t, endT);
    lives.push({ startT, endT, ended: how === 'failure' ? 'failure' : 'censored', firstRow, endRow });
    startT = endT;
    firstRow = endRow;
    if (how === 'end') return lives.filter((life) => life.endRow > life.firstRow);
  }
  const lastT = history.t.at(-1) ?? startT;
  if (firstRow < history.t.length)
    lives.push({ startT, endT: lastT, ended: 'censored', firstRow, endRow: history.t.length });
  return lives.filter((life) => life.endRow > life.firstRow);
};
