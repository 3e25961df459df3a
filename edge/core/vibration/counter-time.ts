/** Clocks of devices are at most so wrong. */
const mostDrift = 2e-4;
/** A block that comes so much later or earlier than it should is under another clock, ours or the device's. */
const mostOffMs = 10_000;

/**
 * The times of values from their numbers. A block may be late but never early, so the one that was least late tells when
 * the device counted what (the minimum filter of RFC 5905, section 10); slow drift is followed by letting that be forgotten.
 */
export class CounterTime {
  #rateHz = 0;
  #end = 0;
  #offsetMs = Number.NaN;

  /** The value before number `end` arrived at `nowMs`. */
  arrived(end: number, rateHz: number, nowMs: number): void {
    const offsetMs = nowMs - (end * 1000) / rateHz;
    const elapsedMs = ((end - this.#end) * 1000) / rateHz;
    const isKnown = rateHz === this.#rateHz && elapsedMs >= 0 && Math.abs(offsetMs - this.#offsetMs) < mostOffMs;
    this.#offsetMs = isKnown ? Math.min(offsetMs, this.#offsetMs + elapsedMs * mostDrift) : offsetMs;
    this.#rateHz = rateHz;
    this.#end = end;
  }

  /** Epoch ms at which the value before number `end` was taken. */
  at(end: number): number {
    return Math.round(this.#offsetMs + (end * 1000) / this.#rateHz);
  }
}
