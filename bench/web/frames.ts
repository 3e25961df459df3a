import type { Page } from 'playwright-core';

/** What one frame of the page's main thread took, in ms. */
export interface Frame {
  readonly scriptMs: number;
  /** Style, layout and paint after it. */
  readonly renderMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
}

const scriptNames = new Set(['EventDispatch', 'FireAnimationFrame', 'TimerFire', 'RunMicrotasks', 'FunctionCall']);
const renderNames = new Set(['UpdateLayoutTree', 'Layout', 'PrePaint', 'Paint', 'Layerize', 'Commit']);

const categories = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
];

/** Durations of events of those names that lie within no other of them, in ms. */
const outermost = (events: readonly TraceEvent[], names: ReadonlySet<string>): { ts: number; ms: number }[] => {
  let endsAt = 0;
  return events.flatMap(({ name, ts, dur = 0 }) => {
    if (!names.has(name) || ts < endsAt) return [];
    endsAt = ts + dur;
    return [{ ts, ms: dur / 1000 }];
  });
};

/** The trace's events on the main thread of the page, cut into frames at each begin of a main frame. */
const framesOf = (events: readonly TraceEvent[]): Frame[] => {
  const begins = events.filter(({ name }) => name === 'BeginMainThreadFrame');
  const [first] = begins;
  if (!first) return [];
  const own = events
    .filter(({ ph, pid, tid }) => ph === 'X' && pid === first.pid && tid === first.tid)
    .sort((a, b) => a.ts - b.ts);
  const starts = begins.map(({ ts }) => ts).sort((a, b) => a - b);
  const sums = starts.map(() => ({ scriptMs: 0, renderMs: 0 }));
  const add = (key: keyof Frame, names: ReadonlySet<string>) => {
    for (const { ts, ms } of outermost(own, names)) {
      // What ran before the first frame belongs to it.
      const at = Math.max(
        0,
        starts.findLastIndex((start) => start <= ts),
      );
      const sum = sums[at];
      if (sum) sum[key] += ms;
    }
  };
  add('scriptMs', scriptNames);
  add('renderMs', renderNames);
  return sums;
};

/** The frames that a page draws while `act` goes on. */
export const recordFrames = async (page: Page, act: () => Promise<void>): Promise<Frame[]> => {
  const browser = page.context().browser();
  if (!browser) throw new Error('the page has no browser to trace');
  await browser.startTracing(page, { categories });
  await act();
  const trace = await browser.stopTracing();
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] };
  return framesOf(traceEvents);
};

/** The value that a share of them does not exceed. */
export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;
