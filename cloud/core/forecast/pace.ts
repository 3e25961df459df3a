/**
 * How quickly work goes here and now against what it usually takes. Effort is set by usual times alone as long as work is
 * on time: a busy machine trains the same model, unless it is so slow that the model would not be ready in time.
 */
export interface Pace {
  /** Threads that share work that is cut into jobs. */
  readonly threads: number;
  /** Begins a piece of work; the answer is called at its end with the time that it usually takes, in ms. */
  readonly begin: () => (usualMs: number) => void;
  /** The share, 0 to 1, of work that usually takes `usualMs` which can be done in `leftMs`. */
  readonly share: (usualMs: number, leftMs: number) => number;
}

/** Shares are taken in steps of this ratio: near the bound, the same again gives the same model. */
const shareStep = Math.SQRT2;
const leastShare = 0.01;
/** Less work than this tells nothing about the pace. */
const tellingMs = 300;

export const createPace = (now: () => number, threads: number): Pace => {
  let usual = 0;
  let taken = 0;
  return {
    threads,
    begin: () => {
      const startMs = now();
      return (usualMs) => {
        usual += usualMs;
        taken += now() - startMs;
      };
    },
    share: (usualMs, leftMs) => {
      const slowness = usual < tellingMs ? 1 : Math.max(1, taken / usual);
      if (leftMs >= slowness * usualMs) return 1;
      const wanted = Math.max(leastShare, leftMs / (slowness * usualMs));
      return shareStep ** -Math.ceil(Math.log(1 / wanted) / Math.log(shareStep));
    },
  };
};
