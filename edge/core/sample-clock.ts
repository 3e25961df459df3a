/** Below, the machine's clock is being slewed or read with jitter, and is left to drift apart. */
const leastStepMs = 50;
/** While the machine's clock catches up, samples' time runs at this rate. */
const catchUpRate = 0.5;

/**
 * The time of samples: a monotonic clock plus an offset that changes only where the true time is seen to have stepped
 * away. A step forward is taken at once; after a step back time goes on at half speed until the true time has caught up,
 * so a later reading never gets an earlier time.
 */
export class SampleClock {
  readonly #monotonicMs: () => number;
  /** The true time is monotonic time plus this, as far as is known. */
  #offsetMs: number;
  /** By how much the time shown was ahead of the true one at `#aheadSinceMs`, monotonic. */
  #aheadMs = 0;
  #aheadSinceMs = 0;

  /** @param monotonicMs ms from an arbitrary start */
  constructor(monotonicMs: () => number, trueMs: number) {
    this.#monotonicMs = monotonicMs;
    this.#offsetMs = trueMs - monotonicMs();
  }

  #aheadAt(monotonicMs: number): number {
    return Math.max(0, this.#aheadMs - (monotonicMs - this.#aheadSinceMs) * (1 - catchUpRate));
  }

  #shownAt(monotonicMs: number): number {
    return monotonicMs + this.#offsetMs + this.#aheadAt(monotonicMs);
  }

  /** Whole epoch ms. */
  now(): number {
    return Math.floor(this.#shownAt(this.#monotonicMs()));
  }

  /** By how much samples are stamped ahead of the true time. */
  get aheadMs(): number {
    return this.#aheadAt(this.#monotonicMs());
  }

  /** Tells the true time, again and again. */
  steer(trueMs: number): void {
    const monotonicMs = this.#monotonicMs();
    const offsetMs = trueMs - monotonicMs;
    if (Math.abs(offsetMs - this.#offsetMs) < leastStepMs) return;
    const shownMs = this.#shownAt(monotonicMs);
    this.#offsetMs = offsetMs;
    this.#aheadMs = Math.max(0, shownMs - trueMs);
    this.#aheadSinceMs = monotonicMs;
  }

  /** Takes over the true time even where that is a step back: what was stamped before is to be corrected. */
  jumpTo(trueMs: number): void {
    this.#offsetMs = trueMs - this.#monotonicMs();
    this.#aheadMs = 0;
  }
}
