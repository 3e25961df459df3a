/**
 * Absolute deadlines `startMs + k * intervalMs` on a monotonic clock: a late scan does not delay those after it, so
 * nothing drifts. A deadline that has passed by a whole interval is skipped and counted, never made up for in a burst.
 */
export class ScanClock {
  readonly #intervalMs: number;
  #deadlineMs: number;
  #skipped = 0;

  constructor(startMs: number, intervalMs: number) {
    this.#deadlineMs = startMs;
    this.#intervalMs = intervalMs;
  }

  /** When the next scan is due. */
  get deadlineMs(): number {
    return this.#deadlineMs;
  }

  get skipped(): number {
    return this.#skipped;
  }

  /** The scan due at `deadlineMs` is over at `nowMs`: goes to the first deadline that has not passed, counting those left out. */
  advance(nowMs: number): void {
    const missed = Math.max(0, Math.ceil((nowMs - this.#deadlineMs) / this.#intervalMs) - 1);
    this.#skipped += missed;
    this.#deadlineMs += (missed + 1) * this.#intervalMs;
  }

  /** Nothing is to be scanned before `atMs`: goes to the first deadline from there on; what is left out on purpose is not counted. */
  pauseUntil(atMs: number): void {
    const intervals = Math.max(0, Math.ceil((atMs - this.#deadlineMs) / this.#intervalMs));
    this.#deadlineMs += intervals * this.#intervalMs;
  }
}
