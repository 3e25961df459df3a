/** Lets so many units a second pass, and a second's worth at once; a piece larger than that goes into debt. */
export class TokenBucket {
  #ratePerS: number | null = null;
  #tokens = 0;
  #atMs: number;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  /** null: as many as come. */
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
