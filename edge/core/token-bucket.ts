/** Lets so many units a second pass, and a second's worth at once; a piece larger than that goes into debt. */
export class TokenBucket {
  #ratePerS: number | null;
  #tokens: number;
  #atMs: number;

  /** Full at the start; a rate of null lets everything pass. */
  constructor(ratePerS: number | null, nowMs: number) {
    this.#ratePerS = ratePerS;
    this.#tokens = ratePerS ?? 0;
    this.#atMs = nowMs;
  }

  setRate(ratePerS: number | null, nowMs: number): void {
    this.#refill(nowMs);
    this.#ratePerS = ratePerS;
  }

  #refill(nowMs: number): void {
    const rate = this.#ratePerS ?? 0;
    this.#tokens = Math.min(rate, this.#tokens + (rate * (nowMs - this.#atMs)) / 1000);
    this.#atMs = nowMs;
  }

  /** 0 where something may pass now. */
  waitMs(nowMs: number): number {
    if (this.#ratePerS === null) return 0;
    this.#refill(nowMs);
    return this.#tokens > 0 ? 0 : (1000 * (1 - this.#tokens)) / this.#ratePerS;
  }

  take(units: number): void {
    if (this.#ratePerS !== null) this.#tokens -= units;
  }
}
