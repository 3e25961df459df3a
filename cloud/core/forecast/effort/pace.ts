/**
 * How quickly work goes here and now against what it usually takes. Effort is planned by usual times alone, as if each piece
 * of work ended when it usually does: a busy machine trains the same model, unless it is so slow that the model would
 * not be ready in time.
 */
export interface Pace {
  /** Threads that share work that is cut into jobs. */
  readonly threads: number;
  /** Begins a piece of work; the answer is called at its end with the time that it usually takes, in ms. */
  readonly begin: () => (usualMs: number) => void;
  /**
   * The share, 0 to 1, of work that usually takes `usualMs` which can be done until `endMs` on the clock.
   * @param part of the time until then that the work may take.
   */
  readonly share: (usualMs: number, endMs: number, part?: number) => number;
}

/** Shares are taken in steps of this ratio: near the bound, the same again gives the same model. */
const shareStep = Math.SQRT2;
const leastShare = 0.01;

/** The largest share, in steps, at which the work fits; a little where none does. */
export const largestShare = (fits: (share: number) => boolean): number => {
  let share = 1;
  while (share > leastShare && !fits(share)) share /= shareStep;
  return share;
};
/** Less work than this tells nothing about the pace. */
const tellingMs = 300;

const inSteps = (share: number): number =>
  share >= 1 ? 1 : shareStep ** -Math.ceil(Math.log(1 / Math.max(leastShare, share)) / Math.log(shareStep));

/** A pace from now on. */
export const createPace = (now: () => number, threads: number): Pace => {
  const startMs = now();
  let usual = 0;
  let taken = 0;
  return {
    threads,
    begin: () => {
      const begunMs = now();
      return (usualMs) => {
        usual += usualMs;
        taken += now() - begunMs;
      };
    },
    share: (usualMs, endMs, part = 1) => {
      const slowness = usual < tellingMs ? 1 : Math.max(1, taken / usual);
      const planned = (part * (endMs - startMs - usual)) / usualMs;
      const possible = (part * (endMs - now())) / (slowness * usualMs);
      return inSteps(Math.min(planned, possible));
    },
  };
};
