import { Instant } from '@kuluma/shared/model/base.ts';
import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false };

/** A start of the agent that stamped samples before any source of time was trusted. */
const ProvisionalStart = Type.Object(
  {
    epoch: Type.Integer({ minimum: 0 }),
    /** Of the machine. */
    bootId: Type.String(),
    /** Its provisional time less the uptime of the machine: both go on at one pace until the machine restarts. */
    lessUptimeMs: Type.Number(),
    /** To be added to its times; `right`: they need none; `unknown`: nobody can tell yet. */
    restamp: Type.Union([Type.Integer(), Type.Literal('right'), Type.Literal('unknown')]),
  },
  closed,
);
type ProvisionalStart = Static<typeof ProvisionalStart>;

/** What of time is kept over restarts. */
export const KeptTime = Type.Object(
  {
    /** Newest time that was trusted: no sample can be older than this and come later. */
    newestMs: Instant,
    starts: Type.Array(ProvisionalStart),
  },
  closed,
);
export type KeptTime = Static<typeof KeptTime>;

/** Starts that are remembered. One more than these began and never heard the time: their records go uncorrected. */
const mostStarts = 50;
/** Provisional times that were off by no more were right. */
const nearMs = 1000;

export const addStart = (starts: readonly ProvisionalStart[], start: ProvisionalStart): ProvisionalStart[] =>
  [...starts, start].slice(-mostStarts);

const restampBy = (ms: number): number | 'right' => (Math.abs(ms) <= nearMs ? 'right' : Math.round(ms));

/**
 * The starts with the corrections that follow from the true time less uptime of this boot of the machine. After a
 * restart of the machine nobody can tell how long it was off: the times of starts before stand, marked uncertain.
 */
export const resolveStarts = (
  starts: readonly ProvisionalStart[],
  bootId: string,
  trueLessUptimeMs: number,
): ProvisionalStart[] =>
  starts.map((start) => {
    if (start.restamp !== 'unknown') return start;
    return { ...start, restamp: start.bootId === bootId ? restampBy(trueLessUptimeMs - start.lessUptimeMs) : 0 };
  });

/** What is to be added to the times of records of a start: null where they were right; undefined while it is not known. */
export const restampOf = (starts: readonly ProvisionalStart[], epoch: number): number | null | undefined => {
  const restamp = starts.find((s) => s.epoch === epoch)?.restamp ?? 0;
  if (restamp === 'unknown') return undefined;
  return restamp === 'right' ? null : restamp;
};
